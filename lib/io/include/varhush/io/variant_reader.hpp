#pragma once

#include "varhush/io/thread_pool.hpp"
#include "varhush/io/variant_record.hpp"
#include "varhush/seq/region.hpp"

#include <memory>
#include <string>
#include <vector>

namespace varhush::io {

/// What to read of a VCF/BCF. Regions jump by index (.tbi, .csi), targets stream and filter. Both
/// own a record by its POS alone, so a deletion that starts before a region is not in it, unless
/// `overlapping` asks for it.
struct VariantReaderOptions {
    std::string path = "-";                 ///< "-" is standard input; format autodetected
    std::vector<seq::Region> regions = {};  ///< empty: the whole file
    std::vector<seq::Region> targets = {};  ///< empty: no filter
    bool targets_excluded = false;          ///< "^": keep what lies outside the targets
    /// Regions also give, once, the records that start before them and reach into them as far as
    /// the index knows: by REF or END.
    bool overlapping = false;
};

/// Streams records in file order.
/// @throws Error{kInput}, with the file and line or record, for anything malformed: not a VCF, no
/// header, truncated BGZF (no EOF block) or text cut in the middle of a line, undefined contigs in
/// BCF, an absent index when regions are asked for.
class VariantReader {
  public:
    VariantReader(const VariantReaderOptions& options, const ThreadPool& pool);
    ~VariantReader();
    VariantReader(VariantReader&&) noexcept;
    VariantReader& operator=(VariantReader&&) noexcept;

    [[nodiscard]] const VariantHeader& header() const;

    /// Reads the next record into `record`; false at the proper end of the input.
    bool next(VariantRecord& record);

    /// Share of the input file read so far, 0..1; negative when unknown (pipes, runs by index).
    [[nodiscard]] double fraction_read() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Regions from a BED (0-based) or a tab-separated "CHROM POS [END]" list (1-based), by suffix as
/// bcftools does; gz accepted.
[[nodiscard]] std::vector<seq::Region> read_regions_file(const std::string& path);

}  // namespace varhush::io
