#pragma once

#include "hts.hpp"
#include "line_source.hpp"
#include "lossy_values.hpp"
#include "region_set.hpp"
#include "varhush/io/variant_reader.hpp"

#include <memory>
#include <span>
#include <string>

namespace varhush::io {

/// Where the records of one VCF/BCF come from: a stream or an index, text or binary.
class VariantSource {
  public:
    virtual ~VariantSource() = default;

    /// Fills `record`; false at the proper end.
    virtual bool next(bcf1_t* record) = 0;

    /// "file.vcf:12" or "file.bcf, record 7", of the last record.
    [[nodiscard]] virtual std::string where() const = 0;

    [[nodiscard]] LossyValues& lossy_values() noexcept { return lossy_values_; }

  private:
    LossyValues lossy_values_;
};

/// Checks one line of a VCF as strictly as HTSlib does not (number of columns, POS, QUAL) and
/// parses it. Contigs and tags without a definition are added to `header` by HTSlib.
/// @throws Error{kInput} starting with `at.where()`.
void parse_vcf_line(std::span<char> line, bcf_hdr_t* header, bcf1_t* record, VariantSource& at);

/// Reads the header of `file`; for text `lines` is then left at the first record.
/// @throws Error{kInput} when there is none or it cannot be used.
VcfHeaderPtr read_variant_header(htsFile* file, LineSource* lines, const std::string& name);

/// For records that HTSlib refuses. @throws Error{kInput}
[[noreturn]] void damaged_bcf(const VariantSource& at);

/// @throws Error{kInput} for sample counts, positions, lengths and missing REF that HTSlib lets
/// pass.
void check_bcf_record(bcf1_t* record, const bcf_hdr_t* header, const VariantSource& at);

std::unique_ptr<VariantSource> make_text_source(LineSource lines, bcf_hdr_t* header);
std::unique_ptr<VariantSource> make_bcf_source(htsFile* file, bcf_hdr_t* header, std::string name);

/// Records with their POS in `regions`, by the index of `path`; those that reach into one from
/// before it too, once, when `overlapping`.
/// @throws Error{kInput} when there is no index or it is damaged.
std::unique_ptr<VariantSource> make_indexed_source(htsFile* file,
                                                   bcf_hdr_t* header,
                                                   const std::string& path,
                                                   const RegionSet& regions,
                                                   bool overlapping);

}  // namespace varhush::io
