#pragma once

#include "varhush/seq/region.hpp"
#include "varhush/train/track_config.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace varhush::train {

enum class Split { kTrain, kValidation, kTest };

/// Sequences of a table as contigs of their own, one a split: row k stands in the middle of the
/// k-th window, N around it. Memory: the sequences and 16 bytes a row.
class SequenceTable {
  public:
    /// @throws Error{kInput} with file and line for a sequence that is empty, has letters other
    /// than ACGTN or is too long to stay in a window that moves by `shift_bp`; for one sequence, on
    /// either strand, in two splits (a leak); for no row to train on.
    SequenceTable(const SequenceSource& source, std::int64_t window_bp, std::int64_t shift_bp);

    [[nodiscard]] const SequenceSource& source() const noexcept { return source_; }
    [[nodiscard]] std::string contig(Split split) const;
    [[nodiscard]] std::int64_t length_bp(Split split) const;
    /// Bases [start, end) of a split's contig, N outside.
    [[nodiscard]] std::string fetch(Split split, std::int64_t start, std::int64_t end) const;

    /// Reads column `value` of the table again: take(contig, start, end, value) of each sequence.
    /// @throws Error{kInput} with file and line for what is no number.
    void each_value(
        const std::string& value,
        const std::function<void(const std::string& contig, std::int64_t, std::int64_t, double)>&
            take) const;

  private:
    struct Part {
        std::vector<std::string> bases;
        std::vector<std::int64_t> rows;  ///< of the file, ascending
    };
    [[nodiscard]] const Part& part(Split split) const {
        return parts_.at(static_cast<std::size_t>(split));
    }
    [[nodiscard]] std::int64_t margin(const std::string& bases) const {
        return (window_bp_ - static_cast<std::int64_t>(bases.size())) / 2;
    }

    SequenceSource source_;
    std::int64_t window_bp_;
    std::array<Part, 3> parts_;
};

inline constexpr std::array kSplits{Split::kTrain, Split::kValidation, Split::kTest};

/// All tables of `config`. @throws Error{kInput} for two of the same name, too.
[[nodiscard]] std::vector<SequenceTable> read_sequence_tables(const TrackConfig& config);

/// The stretches of a split that the tables fill.
[[nodiscard]] std::vector<seq::Region> table_regions(std::span<const SequenceTable> tables,
                                                     Split split);

}  // namespace varhush::train
