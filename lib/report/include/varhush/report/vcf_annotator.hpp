#pragma once

#include "varhush/io/variant_record.hpp"
#include "varhush/seq/annotation.hpp"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace varhush::report {

/// Which tags a run writes, and the provenance lines of its header.
struct VcfAnnotatorOptions {
    std::vector<seq::Modality>
        modalities;             ///< flat tags beside VH_STATUS, e.g. {kSplicing} -> VH_SPL
    bool calibrated = false;    ///< VH_MAX and VH_PHRED
    bool spread = false;        ///< VH_SD
    bool unlike = false;        ///< VH_OOD
    std::string sign_of;        ///< VH_SIGN, of this flat tag ("VH_MPRA"); empty: none
    bool top = false;           ///< VH_TOP
    bool missed = false;        ///< VH_MISS
    std::string packed_format;  ///< fields of VH, "Allele|Consequence|…"; empty: no VH
    std::string compat_tag;     ///< name of the compatibility tag; empty: none
    std::string compat_description;
    std::string command_line;  ///< for ##varhush_scoreCommand
    bool no_version = false;   ///< leave ##varhush_scoreVersion and …Command out
    std::vector<std::string>
        model_lines;  ///< "<ID=…,SHA256=…,…>" for ##varhush_model, a model each
};

/// Flat tag of a modality, "VH_SPL" for kSplicing.
[[nodiscard]] std::string_view modality_tag(seq::Modality modality) noexcept;

/// VH_PHRED of a calibrated rank: -10 log10(1 - rank), at most 99 (a rank of 1 would be infinite).
[[nodiscard]] double rank_to_phred(double rank);

/// @throws Error{kUsage} for a name of a compatibility tag that is no VCF key or one of our own; an
/// empty name (no tag) is fine.
void check_compat_tag(const std::string& tag);

/// Puts annotations into VCF INFO. One header line a tag; flat tags are Number=A in ALT order.
/// Strings are percent-encoded where VCF asks for it (info_text). Records without an ALT allele get
/// no tag at all: Number=A has no room for a value there.
class VcfAnnotator {
  public:
    /// @throws Error{kUsage} as check_compat_tag().
    explicit VcfAnnotator(VcfAnnotatorOptions options);

    /// The header for the writer: `input` plus our lines; lines of an earlier varhush run are
    /// replaced. Remembers which tags of an earlier run the records may carry, so call it once,
    /// before annotate().
    /// @throws Error{kInput} when the input defines one of our tags with another Number or Type.
    [[nodiscard]] io::VariantHeader header(const io::VariantHeader& input);

    /// Sets the tags of one record. Every tag of an earlier run is replaced or taken away, never
    /// mixed.
    /// @throws Error{kInternal} when the annotation does not have a value for each ALT, or a value
    /// is not a number (bugs in a scorer).
    void annotate(const io::VariantHeader& output_header,
                  const seq::RecordAnnotation& annotation,
                  io::VariantRecord& record) const;

  private:
    void set_status(const io::VariantHeader& header,
                    const seq::RecordAnnotation& annotation,
                    io::VariantRecord& record) const;
    void set_numbers(const io::VariantHeader& header,
                     const seq::RecordAnnotation& annotation,
                     io::VariantRecord& record) const;
    void set_strings(const io::VariantHeader& header,
                     const seq::RecordAnnotation& annotation,
                     io::VariantRecord& record) const;
    void remove_if_inherited(const io::VariantHeader& header,
                             const std::string& tag,
                             io::VariantRecord& record) const;

    VcfAnnotatorOptions options_;
    std::set<std::string> written_;    ///< tags of this run
    std::set<std::string> inherited_;  ///< our tags that the input header defines
};

}  // namespace varhush::report
