#pragma once

#include "varhush/io/alignment_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace varhush::io {

/// Reference bases [start, end) under a read.
struct Block {
    std::int64_t start = 0;
    std::int64_t end = 0;
};

/// Takes from the second read of a pair what its first read covers already. Reads must come in the
/// order of their starts. Only reads whose mate starts under them are kept, until it comes or its
/// place has passed. Mates find each other by a 64-bit hash of their name and each other's start.
class MateOverlaps {
  public:
    void start_contig() { waiting_.clear(); }
    /// Cuts `blocks` of a read on `track` from input `source` by those of its mate.
    void cut(const Alignment& read,
             std::size_t source,
             std::size_t track,
             std::vector<Block>& blocks);

  private:
    struct Waiting {
        std::int64_t start = 0;
        std::int64_t mate_start = 0;
        std::size_t track = 0;
        Block block;
        std::vector<Block> more;  ///< behind `block`; empty for most reads
    };

    void forget_passed(std::int64_t position);

    std::unordered_map<std::uint64_t, Waiting> waiting_;
    std::size_t limit_ = 1024;  ///< forget_passed() when there are more
};

}  // namespace varhush::io
