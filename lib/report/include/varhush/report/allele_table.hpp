#pragma once

#include "varhush/io/variant_record.hpp"
#include "varhush/report/vcf_annotator.hpp"
#include "varhush/seq/annotation.hpp"

#include <string>
#include <vector>

namespace varhush::report {

/// Lines of a tab-separated table of alleles: one line for each packed entry (each gene) of an
/// allele, one line with '.' in the packed columns for an allele without entries. Columns: chrom,
/// pos (1-based), id, ref, alt, status, the flat effects, rank, spread and unlikeness, top, missed,
/// then the fields of the packed format in lower case. Numbers as "%g" with six digits; absent
/// values are '.'; a tab or line end inside a value is written as a space.
class AlleleTable {
  public:
    /// `content` says which columns there are, as it says which tags.
    explicit AlleleTable(const VcfAnnotatorOptions& content);

    /// Column names and a line end.
    [[nodiscard]] std::string header() const;

    /// Appends the lines of one record to `out`; nothing for a record without ALT alleles.
    /// @throws Error{kInternal} when the annotation does not have a value for each ALT, or an entry
    /// does not have the fields of the packed format.
    void append(const io::VariantRecord& record,
                const seq::RecordAnnotation& annotation,
                std::string& out) const;

  private:
    void append_values(const seq::AlleleAnnotation& allele, std::string& out) const;

    VcfAnnotatorOptions content_;
    std::vector<std::string> packed_fields_;
};

}  // namespace varhush::report
