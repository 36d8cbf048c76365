#include "varhush/seq/pair_alignment.hpp"

#include "varhush/core/error.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace varhush::seq {

namespace {

constexpr unsigned kStartBits = 13;
constexpr std::uint32_t kStartMask = (1U << kStartBits) - 1;
/// So far above every cost that adding costs to it never wraps round.
constexpr std::uint32_t kNever = std::numeric_limits<std::uint32_t>::max() / 2;

static_assert(PairAligner::kMostBases <= kStartMask);

std::uint32_t with_cost(std::uint32_t cell, int cost) noexcept {
    return cell >= kNever ? kNever : cell + (static_cast<std::uint32_t>(cost) << kStartBits);
}

bool is_base(char letter) noexcept {
    return letter == 'A' || letter == 'C' || letter == 'G' || letter == 'T';
}

}  // namespace

int PairAligner::mismatch_cost(std::span<const std::uint8_t> qualities,
                               std::size_t at) const noexcept {
    const int quality = qualities.empty() ? costs_.without_quality : qualities[at];
    return std::clamp(quality, costs_.least_mismatch, costs_.most_mismatch);
}

void PairAligner::Row::resize(std::size_t cells) {
    match.assign(cells, kNever);
    insert.assign(cells, kNever);
    remove.assign(cells, kNever);
}

void PairAligner::Row::close(std::size_t cell) {
    match[cell] = kNever;
    insert[cell] = kNever;
    remove[cell] = kNever;
}

PairAligner::Cell PairAligner::Row::best(std::size_t cell) const {
    return std::min({match[cell], insert[cell], remove[cell]});
}

/// Read base number `at`: row_ from former_, inside the band; its neighbours are closed.
void PairAligner::fill_row(std::int64_t at, char base, int mismatch, std::string_view haplotype) {
    const auto length = static_cast<std::int64_t>(haplotype.size());
    const auto first = static_cast<std::size_t>(std::max<std::int64_t>(0, at + band_.low));
    const auto last = static_cast<std::size_t>(
        std::max<std::int64_t>(-1, std::min(length - 1, at + band_.high)) + 1);
    row_.close(std::min(first, haplotype.size()));
    if (at + band_.low < 0) {  // the read hangs out in front of the haplotype
        row_.insert[0] = std::min(with_cost(former_.match[0], costs_.gap_open),
                                  with_cost(former_.insert[0], costs_.gap_extend));
    }
    for (std::size_t cell = first + 1; cell <= last; ++cell) {
        const char letter = haplotype[cell - 1];
        const bool known = is_base(base) && is_base(letter);
        const int cost = !known ? costs_.unknown_base : (base == letter ? 0 : mismatch);
        row_.match[cell] = with_cost(former_.best(cell - 1), cost);
        row_.insert[cell] = std::min(with_cost(former_.match[cell], costs_.gap_open),
                                     with_cost(former_.insert[cell], costs_.gap_extend));
        row_.remove[cell] = std::min(with_cost(row_.match[cell - 1], costs_.gap_open),
                                     with_cost(row_.remove[cell - 1], costs_.gap_extend));
    }
    if (last + 1 <= haplotype.size()) {
        row_.close(last + 1);
    }
    std::swap(former_, row_);
}

PairAlignment PairAligner::align(std::string_view read,
                                 std::span<const std::uint8_t> qualities,
                                 std::string_view haplotype,
                                 DiagonalBand band) {
    VARHUSH_CHECK(!read.empty() && read.size() <= kMostBases);
    VARHUSH_CHECK(!haplotype.empty() && haplotype.size() <= kMostBases);
    VARHUSH_CHECK(qualities.empty() || qualities.size() == read.size());
    band_ = band;
    former_.resize(haplotype.size() + 1);
    row_.resize(haplotype.size() + 1);
    for (std::size_t cell = 0; cell <= haplotype.size(); ++cell) {
        const auto diagonal = static_cast<std::int64_t>(cell);
        if (diagonal >= band.low && diagonal <= band.high + 1) {
            former_.match[cell] = static_cast<Cell>(cell);  // free: the read starts here
        }
    }
    for (std::size_t at = 0; at < read.size(); ++at) {
        fill_row(static_cast<std::int64_t>(at), read[at], mismatch_cost(qualities, at), haplotype);
    }
    const auto done = static_cast<std::int64_t>(read.size()) - 1;
    Cell best = kNever;
    std::size_t end = 0;
    for (std::size_t cell = 0; cell <= haplotype.size(); ++cell) {
        const std::int64_t diagonal = static_cast<std::int64_t>(cell) - 1 - done;
        if (diagonal < band.low || diagonal > band.high) {
            continue;
        }
        const Cell here = std::min(former_.match[cell], former_.insert[cell]);
        if (here < best) {
            best = here;
            end = cell;
        }
    }
    if (best >= kNever) {
        return {};
    }
    return {static_cast<int>(best >> kStartBits),
            static_cast<std::int64_t>(best & kStartMask),
            static_cast<std::int64_t>(end)};
}

}  // namespace varhush::seq
