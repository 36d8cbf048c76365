#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace varhush::scoring {

/// A score and the effect that was measured, both signed. `group`: what was measured together (an
/// element); a score only counts for calibration when its model has not seen the group.
struct MeasuredScore {
    std::string group;
    double score = 0;
    double effect = 0;
};

/// How often scores of a size have the sign of the measured effect.
struct SignKnot {
    float size = 0;         ///< absolute score
    float probability = 0;  ///< 0.5 .. 1
    bool operator==(const SignKnot&) const = default;
};

/// The probability that a score's sign is right, where there is an effect at all, by the score's
/// size: isotonic regression (Zadrozny and Elkan 2002, KDD; pool adjacent violators). A pool of k
/// right ones among n counts as (k + 1) / (n + 2) (Laplace), so few measurements never say
/// "certain"; less than 0.5 is 0.5: a score that is more often wrong than right says nothing.
/// Linear between the pools' mean sizes, constant outside. Groups do not weigh the same: a logistic
/// curve and equal weights were both tried and were worse on groups left out (docs/calibrate.md).
class SignCurve {
  public:
    /// Measurements needed, and groups.
    static constexpr std::size_t kFewest = 50;
    static constexpr std::size_t kFewestGroups = 2;

    /// From scores and effects that are not 0. Cost O(n log n).
    /// @throws Error{kInput} for fewer than kFewest of them or kFewestGroups groups.
    [[nodiscard]] static SignCurve of(std::span<const MeasuredScore> measured);

    /// Stored knots. @throws Error{kModel} unless there is one, sizes ascend from 0 or more,
    /// probabilities do not fall and lie in 0.5 .. 1.
    explicit SignCurve(std::vector<SignKnot> knots);

    /// 0.5 .. 1; never falls as the size of `score` rises. Cost O(log knots).
    [[nodiscard]] double probability(double score) const;

    [[nodiscard]] const std::vector<SignKnot>& knots() const noexcept { return knots_; }

  private:
    std::vector<SignKnot> knots_;
};

/// For each of `measured` the probability by a curve of all other groups; what a table says of
/// itself. @throws Error{kInput} as SignCurve::of, for two groups too few without one.
[[nodiscard]] std::vector<double> left_out_probabilities(std::span<const MeasuredScore> measured);

/// Whether the sign is right; a score of 0 has none.
[[nodiscard]] bool sign_is_right(const MeasuredScore& one);

/// A bin of a reliability diagram.
struct ReliabilityBin {
    double told = 0;   ///< mean probability
    double right = 0;  ///< share that is right
    std::size_t count = 0;
};

/// At most `bins` bins of equally many items in order of probability, empty ones left out. Items of
/// one probability count as right by their mean, so their order plays no part. Sizes agree.
[[nodiscard]] std::vector<ReliabilityBin> reliability_bins(std::span<const double> probabilities,
                                                           const std::vector<bool>& right,
                                                           std::size_t bins);

/// Expected calibration error (Naeini et al. 2015, AAAI): |mean probability - share that is right|,
/// averaged over the items of reliability_bins(). At least one item.
[[nodiscard]] double expected_calibration_error(std::span<const double> probabilities,
                                                const std::vector<bool>& right,
                                                std::size_t bins);

}  // namespace varhush::scoring
