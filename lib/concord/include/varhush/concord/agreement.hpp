#pragma once

#include "varhush/concord/intervals.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace varhush::concord {

/// A tested site with a prediction.
struct ScoredSite {
    double score = 0;
    double effect_log2 = 0;
    bool significant = false;
    std::uint32_t variant = 0;  ///< sites of one variant (several samples) stay together
};

/// Do both signs agree? 1, -1, or 0 where one of the two is 0.
[[nodiscard]] int sign_agreement(double score, double effect_log2) noexcept;

/// How often signs agree. Sites where one of the two is 0 are `ties` and stay out of `sites`.
/// Sites of one variant in several samples share their score and mostly their effect, so they are
/// no independent trials: intervals and p are of variants, each with one vote, that of the sum of
/// its effects.
struct SignCounts {
    std::int64_t sites = 0;
    std::int64_t agree = 0;
    std::int64_t ties = 0;
    std::int64_t variants = 0;  ///< without ties
    std::int64_t variants_agree = 0;
    [[nodiscard]] double share() const { return share_of(agree, sites); }
    [[nodiscard]] double variant_share() const { return share_of(variants_agree, variants); }
    /// Is a site of these a variant of its own?
    [[nodiscard]] bool single_sites() const { return variants == sites && variants_agree == agree; }
    Interval wilson;  ///< of the variants' share; 0 to 1 without any
    Interval exact;
    double p = 1;  ///< exact two-sided binomial test of the variants against one half

  private:
    static double share_of(std::int64_t part, std::int64_t all) {
        return all > 0 ? static_cast<double>(part) / static_cast<double>(all)
                       : std::numeric_limits<double>::quiet_NaN();
    }
};

/// Sites with predictions of about one size.
struct CalibrationBin {
    std::int64_t sites = 0;
    double low = 0;  ///< scores of the bin
    double high = 0;
    double mean_score = 0;
    double mean_effect = 0;
    Interval effect{0, 0};  ///< 95 % of the mean, Student; the mean itself for a single site
    double share_alt = 0;   ///< of sites where ALT has more than expected
};

/// A number with its bootstrap interval; NaN where there is too little to tell.
struct Estimate {
    double value = std::numeric_limits<double>::quiet_NaN();
    double low = std::numeric_limits<double>::quiet_NaN();
    double high = std::numeric_limits<double>::quiet_NaN();
};

struct AgreementOptions {
    int bins = 10;
    int rounds = 1000;  ///< of the bootstrap
    std::uint64_t seed = 1;
};

/// Predictions against what was observed.
struct Agreement {
    std::size_t sites = 0;
    std::size_t variants = 0;
    SignCounts signs;              ///< of all
    SignCounts significant_signs;  ///< of the significant ones
    Estimate spearman;
    Estimate spearman_significant;
    Estimate slope;  ///< of the observed log2 ratio on the score, least squares
    std::vector<CalibrationBin> bins;
};

/// Intervals of correlation and slope are percentiles of a bootstrap that draws variants, with all
/// their sites, with replacement (Efron 1979; by cluster: Field & Welsh 2007); they are there from
/// five variants on. Bins hold equal numbers of sites, in the order of the scores; equal scores
/// stay in one bin. Cost O(rounds * sites). The same seed gives the same numbers.
[[nodiscard]] Agreement measure_agreement(std::span<const ScoredSite> sites,
                                          const AgreementOptions& options);

}  // namespace varhush::concord
