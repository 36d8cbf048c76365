#pragma once

#include "varhush/io/alignment_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace varhush::io {

/// The reads of one or several coordinate-sorted inputs in one order. All must have the same
/// contigs in the same order. Holds one read of each input.
/// @throws Error{kInput} for inputs that do not fit together, that are not sorted, and for reads
/// that start behind the end of their contig.
class MergedAlignments {
  public:
    /// `readers` must outlive this.
    explicit MergedAlignments(std::span<AlignmentReader> readers);

    [[nodiscard]] const std::vector<AlignmentReader::Contig>& contigs() const {
        return readers_.front().contigs();
    }
    /// Every input goes on with the reads that overlap `region`, by index.
    void go_to(const seq::Region& region);
    /// Reads without a place come last. `alignment` may be swapped with what is held here.
    bool next(Alignment& alignment);
    /// Which input the last read came from.
    [[nodiscard]] std::size_t source() const noexcept { return source_; }

  private:
    struct Head {
        Alignment alignment;
        bool filled = false;
        int contig_id = 0;        ///< of the last read that had a place
        std::int64_t start = -1;  ///< of that read
    };

    void refill(std::size_t source);
    static void check_order(const Alignment& read, Head& head, const AlignmentReader& reader);

    std::span<AlignmentReader> readers_;
    std::vector<Head> heads_;
    std::size_t source_ = 0;
    bool started_ = false;
};

}  // namespace varhush::io
