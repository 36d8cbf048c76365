#pragma once

#include "varhush/io/variant_record.hpp"
#include "varhush/seq/annotation.hpp"

#include <string>
#include <vector>

namespace varhush::report {

/// Which tags a run writes, and the provenance lines of its header.
struct VcfAnnotatorOptions {
    std::vector<seq::Modality>
        modalities;             ///< flat tags beside VH_STATUS, e.g. {kSplicing} -> VH_SPL
    bool calibrated = false;    ///< VH_MAX and VH_PHRED
    bool top = false;           ///< VH_TOP
    std::string packed_format;  ///< fields of VH, "Allele|Consequence|…"; empty: no VH
    std::string compat_tag;     ///< name of the compatibility tag; empty: none
    std::string compat_description;
    std::string command_line;  ///< for ##varhush_scoreCommand
    bool no_version = false;   ///< leave ##varhush_scoreVersion and …Command out
    std::string model_line;    ///< "<ID=…,SHA256=…,…>" for ##varhush_model; empty: none
};

/// Puts annotations into VCF INFO. One header line a tag; values Number=A in ALT order.
class VcfAnnotator {
  public:
    explicit VcfAnnotator(VcfAnnotatorOptions options);

    /// The header for the writer: `input` plus our lines.
    /// @throws Error{kInput} when the input defines one of our tags with another Number or Type.
    [[nodiscard]] io::VariantHeader header(const io::VariantHeader& input) const;

    /// Sets the tags of one record. Tags of an earlier run are replaced, never mixed.
    void annotate(const io::VariantHeader& output_header,
                  const seq::RecordAnnotation& annotation,
                  io::VariantRecord& record) const;

  private:
    VcfAnnotatorOptions options_;
};

}  // namespace varhush::report
