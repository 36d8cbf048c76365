#pragma once

#include "varhush/scoring/rank_grid.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace varhush::scoring {

/// 3-mers counted together with their reverse complements.
inline constexpr std::size_t kProfileFeatures = 32;
using ProfileFeatures = std::array<float, kProfileFeatures>;

/// Square roots of the shares of the 32 strand-blind 3-mers of `bases` (A C G T N, any case;
/// 3-mers with other letters do not count); empty where less than half of all 3-mers are known.
/// Cost O(L).
[[nodiscard]] std::optional<ProfileFeatures> profile_features(std::string_view bases);

/// What windows of familiar sequence are made of, and how unlike them another window is: the
/// Mahalanobis distance of its 3-mer composition (Lee et al. 2018, NeurIPS, on input features), as
/// a rank among the familiar windows' own distances.
class SequenceProfile {
  public:
    /// Windows needed for an estimate of the covariance.
    static constexpr std::size_t kFewestWindows = 100;
    /// Of the mean variance, added to each: shares sum to 1, so their covariance is singular.
    static constexpr double kRidge = 0.02;

    /// From the features of at least kFewestWindows windows of `window_bp` bases.
    [[nodiscard]] static SequenceProfile of(const std::vector<ProfileFeatures>& windows,
                                            std::int64_t window_bp,
                                            double tolerance);

    /// Stored parts. `whitening` is lower triangular, row by row.
    /// @throws Error{kModel} for values that are not finite, or no window.
    SequenceProfile(std::int64_t window_bp,
                    const ProfileFeatures& mean,
                    std::vector<float> whitening,
                    RankGrid distances);

    [[nodiscard]] double distance(const ProfileFeatures& features) const;
    /// Share of familiar windows that are less unusual, 0..1.
    [[nodiscard]] double rank(const ProfileFeatures& features) const;

    [[nodiscard]] std::int64_t window_bp() const noexcept { return window_bp_; }
    [[nodiscard]] const ProfileFeatures& mean() const noexcept { return mean_; }
    [[nodiscard]] const std::vector<float>& whitening() const noexcept { return whitening_; }
    [[nodiscard]] const RankGrid& distances() const noexcept { return distances_; }

  private:
    std::int64_t window_bp_;
    ProfileFeatures mean_;
    std::vector<float> whitening_;
    RankGrid distances_;
};

}  // namespace varhush::scoring
