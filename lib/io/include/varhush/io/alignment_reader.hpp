#pragma once

#include "varhush/io/thread_pool.hpp"
#include "varhush/seq/region.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace varhush::io {

/// What to read of a BAM, CRAM or SAM. CRAM takes its bases from `reference` and never from the
/// network.
struct AlignmentReaderOptions {
    std::string path = "-";
    std::string reference;  ///< FASTA for CRAM; may be empty otherwise
    std::optional<seq::Region>
        region;  ///< by index; overlapping reads, not only those that start there
};

/// One aligned read, reused by the reader. Coordinates 0-based half-open.
struct Alignment {
    std::string name;
    std::uint16_t flags = 0;
    std::string contig;  ///< "*" when unmapped
    std::int64_t start = -1;
    std::int64_t end = -1;  ///< one past the last reference base it covers
    std::uint8_t mapping_quality = 0;
    std::int64_t mate_start = -1;
    std::int64_t template_length = 0;

    struct CigarOp {
        char op = 'M';  ///< one of MIDNSHP=X
        std::int64_t length = 0;
    };
    std::vector<CigarOp> cigar;
};

/// Streams alignments in file order.
/// @throws Error{kInput} for malformed or truncated files and for a region without an index.
class AlignmentReader {
  public:
    AlignmentReader(const AlignmentReaderOptions& options, const ThreadPool& pool);
    ~AlignmentReader();
    AlignmentReader(AlignmentReader&&) noexcept;
    AlignmentReader& operator=(AlignmentReader&&) noexcept;

    struct Contig {
        std::string name;
        std::int64_t length_bp = 0;
    };
    [[nodiscard]] const std::vector<Contig>& contigs() const;
    bool next(Alignment& alignment);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace varhush::io
