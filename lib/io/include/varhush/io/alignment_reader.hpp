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

/// What to read of a BAM, CRAM or SAM. Bases and qualities are not decoded, so a CRAM needs no
/// reference; nothing comes from the network.
struct AlignmentReaderOptions {
    std::string path = "-";
    std::string reference = {};  ///< FASTA of a CRAM; may be empty
    /// By index; reads that overlap it, not only those that start there.
    std::optional<seq::Region> region = std::nullopt;
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

/// SAM flags from "0x704", "1796" or names such as "UNMAP,DUP" (samtools flags).
/// @throws Error{kUsage} for anything else.
[[nodiscard]] std::uint16_t parse_sam_flags(const std::string& text);

}  // namespace varhush::io
