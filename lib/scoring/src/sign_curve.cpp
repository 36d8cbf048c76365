#include "varhush/scoring/sign_curve.hpp"

#include "varhush/core/error.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

namespace varhush::scoring {

namespace {

// Neighbours in size that share a probability.
struct Pool {
    double count = 0;
    double size = 0;   // sum
    double right = 0;  // how many have the right sign

    [[nodiscard]] double share() const { return right / count; }
    void take(const Pool& other) {
        count += other.count;
        size += other.size;
        right += other.right;
    }
};

// Pools of non-decreasing share (Ayer et al. 1955), in order of size; equal sizes share one.
std::vector<Pool> pools_of(const std::map<double, Pool>& by_size) {
    std::vector<Pool> pools;
    for (const auto& [size, one] : by_size) {
        pools.push_back(one);
        while (pools.size() > 1 && pools[pools.size() - 2].share() >= pools.back().share()) {
            pools[pools.size() - 2].take(pools.back());
            pools.pop_back();
        }
    }
    return pools;
}

}  // namespace

bool sign_is_right(const MeasuredScore& one) {
    return (one.score > 0 && one.effect > 0) || (one.score < 0 && one.effect < 0);
}

SignCurve SignCurve::of(std::span<const MeasuredScore> measured) {
    std::set<std::string> groups;
    std::map<double, Pool> by_size;
    std::size_t count = 0;
    for (const MeasuredScore& one : measured) {
        if (one.effect != 0 && one.score != 0) {
            const double size = std::fabs(one.score);
            groups.insert(one.group);
            by_size[size].take({1, size, sign_is_right(one) ? 1.0 : 0.0});
            ++count;
        }
    }
    if (count < kFewest || groups.size() < kFewestGroups) {
        throw Error(ErrorKind::kInput,
                    std::to_string(count) + " measured effects of " +
                        std::to_string(groups.size()) +
                        " groups are too few to say how often a "
                        "sign is right",
                    "at least " + std::to_string(kFewest) + " of " + std::to_string(kFewestGroups) +
                        " groups are needed");
    }
    std::vector<SignKnot> knots;
    double highest = 0.5;
    for (const Pool& pool : pools_of(by_size)) {
        highest = std::max(highest, (pool.right + 1) / (pool.count + 2));
        const auto size = static_cast<float>(pool.size / pool.count);
        const auto probability = static_cast<float>(highest);
        if (knots.empty() || size > knots.back().size) {
            knots.push_back({size, probability});
        } else {
            knots.back().probability = probability;
        }
    }
    return SignCurve(std::move(knots));
}

SignCurve::SignCurve(std::vector<SignKnot> knots) : knots_(std::move(knots)) {
    bool good = !knots_.empty();
    for (std::size_t i = 0; good && i < knots_.size(); ++i) {
        const SignKnot& knot = knots_[i];
        good = std::isfinite(knot.size) && knot.size >= 0 && knot.probability >= 0.5F &&
               knot.probability <= 1 &&
               (i == 0 ||
                (knot.size > knots_[i - 1].size && knot.probability >= knots_[i - 1].probability));
    }
    if (!good) {
        throw Error(ErrorKind::kModel, "a curve of sign probabilities is damaged");
    }
}

double SignCurve::probability(double score) const {
    const double size = std::fabs(score);
    const auto above = std::upper_bound(
        knots_.begin(), knots_.end(), size, [](double value, const SignKnot& knot) {
            return value < static_cast<double>(knot.size);
        });
    if (above == knots_.begin()) {
        return static_cast<double>(above->probability);
    }
    const SignKnot& below = *(above - 1);
    if (above == knots_.end()) {
        return static_cast<double>(below.probability);
    }
    const double left = static_cast<double>(below.size);
    const double share = (size - left) / (static_cast<double>(above->size) - left);
    const double low = static_cast<double>(below.probability);
    return low + share * (static_cast<double>(above->probability) - low);
}

std::vector<double> left_out_probabilities(std::span<const MeasuredScore> measured) {
    std::map<std::string, std::vector<std::size_t>> groups;
    for (std::size_t i = 0; i < measured.size(); ++i) {
        groups[measured[i].group].push_back(i);
    }
    std::vector<double> probabilities(measured.size(), 0.5);
    for (const auto& [group, rows] : groups) {
        std::vector<MeasuredScore> others;
        for (const MeasuredScore& one : measured) {
            if (one.group != group) {
                others.push_back(one);
            }
        }
        const SignCurve curve = SignCurve::of(others);
        for (const std::size_t row : rows) {
            probabilities[row] = curve.probability(measured[row].score);
        }
    }
    return probabilities;
}

std::vector<ReliabilityBin> reliability_bins(std::span<const double> probabilities,
                                             const std::vector<bool>& right,
                                             std::size_t bins) {
    VARHUSH_CHECK(probabilities.size() == right.size() && bins > 0);
    std::map<double, std::pair<std::size_t, std::size_t>> found;  // how many, how many right
    for (std::size_t i = 0; i < right.size(); ++i) {
        auto& [count, good] = found[probabilities[i]];
        ++count;
        good += right[i] ? 1 : 0;
    }
    std::vector<ReliabilityBin> result(bins);
    std::size_t next = 0;
    for (const auto& [probability, counts] : found) {
        const auto& [count, good] = counts;
        const double share = static_cast<double>(good) / static_cast<double>(count);
        for (std::size_t i = 0; i < count; ++i, ++next) {
            ReliabilityBin& bin = result[next * bins / right.size()];
            bin.told += probability;
            bin.right += share;
            ++bin.count;
        }
    }
    std::erase_if(result, [](const ReliabilityBin& bin) { return bin.count == 0; });
    for (ReliabilityBin& bin : result) {
        bin.told /= static_cast<double>(bin.count);
        bin.right /= static_cast<double>(bin.count);
    }
    return result;
}

double expected_calibration_error(std::span<const double> probabilities,
                                  const std::vector<bool>& right,
                                  std::size_t bins) {
    VARHUSH_CHECK(!probabilities.empty());
    double error = 0;
    for (const ReliabilityBin& bin : reliability_bins(probabilities, right, bins)) {
        error += static_cast<double>(bin.count) * std::fabs(bin.told - bin.right);
    }
    return error / static_cast<double>(right.size());
}

}  // namespace varhush::scoring
