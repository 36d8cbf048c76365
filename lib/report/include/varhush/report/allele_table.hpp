#pragma once

#include "varhush/io/variant_record.hpp"
#include "varhush/seq/annotation.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace varhush::report {

/// Lines of a tab-separated table of alleles: one line for each packed entry (each gene) of an
/// allele, one line with '.' in the packed columns for an allele without entries. Columns: chrom,
/// pos (1-based), id, ref, alt, status, the flat effects, top, then the fields of the packed format
/// in lower case. Numbers as "%g" with six digits; absent values are '.'; a tab or line end inside
/// a value is written as a space.
class AlleleTable {
  public:
    /// `packed_format` as in VcfAnnotatorOptions; may be empty.
    AlleleTable(std::vector<seq::Modality> modalities, bool top, std::string_view packed_format);

    /// Column names and a line end.
    [[nodiscard]] std::string header() const;

    /// Appends the lines of one record to `out`; nothing for a record without ALT alleles.
    /// @throws Error{kInternal} when the annotation does not have a value for each ALT, or an entry
    /// does not have the fields of the packed format.
    void append(const io::VariantRecord& record,
                const seq::RecordAnnotation& annotation,
                std::string& out) const;

  private:
    std::vector<seq::Modality> modalities_;
    bool top_;
    std::vector<std::string> packed_fields_;
};

}  // namespace varhush::report
