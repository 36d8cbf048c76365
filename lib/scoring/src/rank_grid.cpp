#include "varhush/scoring/rank_grid.hpp"

#include "varhush/core/error.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace varhush::scoring {

namespace {

// Every distinct value with its mid-rank; `values` ascend.
std::vector<RankKnot> all_knots(const std::vector<float>& values) {
    std::vector<RankKnot> knots;
    for (std::size_t first = 0; first < values.size();) {
        std::size_t behind = first;
        while (behind < values.size() && values[behind] == values[first]) {
            ++behind;
        }
        knots.push_back({values[first], static_cast<std::uint32_t>(first + behind)});
        first = behind;
    }
    return knots;
}

// A stretch of knots may be bridged by a line when the ranks at its ends differ by no more than the
// tolerance: everything between lies between them.
std::vector<RankKnot> thinned(const std::vector<RankKnot>& knots,
                              std::uint32_t size,
                              double tolerance) {
    std::vector<RankKnot> kept{knots.front()};
    const double twice = 2.0 * static_cast<double>(size);
    for (std::size_t i = 1; i + 1 < knots.size(); ++i) {
        const double from = static_cast<double>(kept.back().twice_below) / twice;
        const double to = static_cast<double>(knots[i + 1].twice_below) / twice;
        if (to - from > tolerance * std::min(from, 1 - to)) {
            kept.push_back(knots[i]);
        }
    }
    if (knots.size() > 1) {
        kept.push_back(knots.back());
    }
    return kept;
}

[[noreturn]] void refuse(const char* what) {
    throw Error(ErrorKind::kModel, std::string("a grid of ranks ") + what);
}

}  // namespace

RankGrid RankGrid::of(std::vector<float> values, double tolerance) {
    VARHUSH_CHECK(!values.empty() && values.size() < std::numeric_limits<std::uint32_t>::max() / 2);
    VARHUSH_CHECK(std::all_of(
        values.begin(), values.end(), [](float value) { return std::isfinite(value); }));
    std::sort(values.begin(), values.end());
    RankGrid grid;
    grid.size_ = static_cast<std::uint32_t>(values.size());
    grid.knots_ = thinned(all_knots(values), grid.size_, tolerance);
    return grid;
}

RankGrid::RankGrid(std::vector<RankKnot> knots, std::uint32_t size)
    : knots_(std::move(knots)), size_(size) {
    if (knots_.empty() || size_ == 0 || size_ >= std::numeric_limits<std::uint32_t>::max() / 2) {
        refuse("is empty");
    }
    if (knots_.front().twice_below == 0 || knots_.back().twice_below >= 2 * size_) {
        refuse("reaches outside its background");
    }
    for (std::size_t i = 0; i < knots_.size(); ++i) {
        if (!std::isfinite(knots_[i].value)) {
            refuse("holds a value that is not a number");
        }
        if (i > 0 && !(knots_[i - 1].value < knots_[i].value &&
                       knots_[i - 1].twice_below < knots_[i].twice_below)) {
            refuse("does not ascend");
        }
    }
}

double RankGrid::rank_at(std::size_t knot) const {
    return static_cast<double>(knots_[knot].twice_below) / (2.0 * static_cast<double>(size_));
}

double RankGrid::rank(float value) const {
    VARHUSH_CHECK(!std::isnan(value));
    const auto above = std::upper_bound(
        knots_.begin(), knots_.end(), value, [](float wanted, const RankKnot& knot) {
            return wanted < knot.value;
        });
    if (above == knots_.begin()) {
        return lowest();
    }
    const auto below = static_cast<std::size_t>(above - knots_.begin()) - 1;
    if (knots_[below].value == value) {
        return rank_at(below);
    }
    if (above == knots_.end()) {
        return highest();
    }
    const double left = static_cast<double>(knots_[below].value);
    const double width = static_cast<double>(knots_[below + 1].value) - left;
    const double share = (static_cast<double>(value) - left) / width;
    return rank_at(below) + share * (rank_at(below + 1) - rank_at(below));
}

}  // namespace varhush::scoring
