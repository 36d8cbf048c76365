#include "varhush/concord/agreement.hpp"

#include "varhush/concord/beta_binomial.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <random>
#include <unordered_map>

namespace varhush::concord {

namespace {

constexpr std::size_t kLeastVariants = 5;  // for an interval

/// The order of some values and which of them are equal, so that the ranks of a resample need no
/// sorting.
class Ranking {
  public:
    explicit Ranking(std::vector<double> values)
        : values_(std::move(values)), order_(values_.size()) {
        std::iota(order_.begin(), order_.end(), std::size_t{0});
        std::stable_sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) {
            return values_[a] < values_[b];
        });
    }

    /// Mean ranks when value i is there `times[i]` times.
    void ranks(const std::vector<double>& times, std::vector<double>& out) const {
        out.resize(values_.size());
        double before = 0;
        for (std::size_t i = 0; i < order_.size();) {
            std::size_t end = i;
            double here = 0;
            while (end < order_.size() && values_[order_[end]] == values_[order_[i]]) {
                here += times[order_[end++]];
            }
            for (; i < end; ++i) {
                out[order_[i]] = before + (here + 1) / 2;
            }
            before += here;
        }
    }

  private:
    std::vector<double> values_;
    std::vector<std::size_t> order_;
};

struct Moments {
    double xx = 0;
    double yy = 0;
    double xy = 0;
};

Moments moments(const std::vector<double>& x,
                const std::vector<double>& y,
                const std::vector<double>& times) {
    double n = 0;
    double mean_x = 0;
    double mean_y = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        n += times[i];
        mean_x += times[i] * x[i];
        mean_y += times[i] * y[i];
    }
    mean_x /= n;
    mean_y /= n;
    Moments sums;
    for (std::size_t i = 0; i < x.size(); ++i) {
        sums.xx += times[i] * (x[i] - mean_x) * (x[i] - mean_x);
        sums.yy += times[i] * (y[i] - mean_y) * (y[i] - mean_y);
        sums.xy += times[i] * (x[i] - mean_x) * (y[i] - mean_y);
    }
    return sums;
}

/// Sites as columns.
struct Columns {
    std::vector<double> score;
    std::vector<double> effect;
    std::vector<std::size_t> cluster;  ///< number of the variant among those here
    std::size_t clusters = 0;
};

Columns columns_of(std::span<const ScoredSite> sites, bool only_significant) {
    Columns columns;
    std::unordered_map<std::uint32_t, std::size_t> numbers;
    for (const ScoredSite& site : sites) {
        if (only_significant && !site.significant) {
            continue;
        }
        columns.score.push_back(site.score);
        columns.effect.push_back(site.effect_log2);
        columns.cluster.push_back(numbers.emplace(site.variant, numbers.size()).first->second);
    }
    columns.clusters = numbers.size();
    return columns;
}

/// Spearman correlation and slope of a resample.
class Statistics {
  public:
    explicit Statistics(const Columns& columns)
        : columns_(columns), score_(columns.score), effect_(columns.effect) {}

    struct Values {
        double spearman;
        double slope;
    };
    Values at(const std::vector<double>& times) {
        score_.ranks(times, score_ranks_);
        effect_.ranks(times, effect_ranks_);
        const Moments ranks = moments(score_ranks_, effect_ranks_, times);
        const Moments raw = moments(columns_.score, columns_.effect, times);
        const double nothing = std::nan("");
        return {ranks.xx > 0 && ranks.yy > 0 ? ranks.xy / std::sqrt(ranks.xx * ranks.yy) : nothing,
                raw.xx > 0 ? raw.xy / raw.xx : nothing};
    }

  private:
    const Columns& columns_;
    Ranking score_;
    Ranking effect_;
    std::vector<double> score_ranks_;
    std::vector<double> effect_ranks_;
};

Estimate with_interval(double value, std::vector<double> drawn) {
    std::erase_if(drawn, [](double one) { return std::isnan(one); });
    Estimate estimate{.value = value};
    if (drawn.size() < 2) {
        return estimate;
    }
    std::sort(drawn.begin(), drawn.end());
    const auto last = static_cast<double>(drawn.size() - 1);
    estimate.low = drawn[static_cast<std::size_t>(std::floor(0.025 * last))];
    estimate.high = drawn[static_cast<std::size_t>(std::ceil(0.975 * last))];
    return estimate;
}

struct Estimates {
    Estimate spearman;
    Estimate slope;
};

Estimates estimate(const Columns& columns, const AgreementOptions& options) {
    Estimates estimates;
    if (columns.score.size() < 3) {
        return estimates;
    }
    Statistics statistics(columns);
    std::vector<double> times(columns.score.size(), 1);
    const auto here = statistics.at(times);
    std::vector<double> spearman;
    std::vector<double> slope;
    std::mt19937_64 engine(options.seed);
    std::vector<double> drawn(columns.clusters);
    for (int round = 0; round < options.rounds && columns.clusters >= kLeastVariants; ++round) {
        std::fill(drawn.begin(), drawn.end(), 0);
        for (std::size_t i = 0; i < columns.clusters; ++i) {
            drawn[engine() % columns.clusters] += 1;
        }
        for (std::size_t i = 0; i < times.size(); ++i) {
            times[i] = drawn[columns.cluster[i]];
        }
        const auto values = statistics.at(times);
        spearman.push_back(values.spearman);
        slope.push_back(values.slope);
    }
    estimates.spearman = with_interval(here.spearman, std::move(spearman));
    estimates.slope = with_interval(here.slope, std::move(slope));
    return estimates;
}

SignCounts count_signs(std::span<const ScoredSite> sites, bool only_significant) {
    SignCounts signs;
    std::unordered_map<std::uint32_t, double> votes;  // effect in the direction of the score
    for (const ScoredSite& site : sites) {
        if (only_significant && !site.significant) {
            continue;
        }
        const int agreement = sign_agreement(site.score, site.effect_log2);
        signs.ties += agreement == 0 ? 1 : 0;
        signs.sites += agreement != 0 ? 1 : 0;
        signs.agree += agreement > 0 ? 1 : 0;
        votes[site.variant] += agreement * std::fabs(site.effect_log2);
    }
    for (const auto& [variant, vote] : votes) {
        signs.variants += vote != 0 ? 1 : 0;
        signs.variants_agree += vote > 0 ? 1 : 0;
    }
    if (signs.variants > 0) {
        signs.wilson = wilson_interval(signs.variants_agree, signs.variants);
        signs.exact = exact_interval(static_cast<double>(signs.variants_agree),
                                     static_cast<double>(signs.variants));
        signs.p = BetaBinomial{}.two_sided_p(signs.variants_agree, signs.variants);
    }
    return signs;
}

CalibrationBin make_bin(std::span<const ScoredSite> sites) {
    CalibrationBin bin;
    const auto n = static_cast<double>(sites.size());
    bin.sites = static_cast<std::int64_t>(sites.size());
    bin.low = sites.front().score;
    bin.high = sites.back().score;
    for (const ScoredSite& site : sites) {
        bin.mean_score += site.score / n;
        bin.mean_effect += site.effect_log2 / n;
        bin.share_alt += site.effect_log2 > 0 ? 1 / n : 0;
    }
    double square = 0;
    for (const ScoredSite& site : sites) {
        square += (site.effect_log2 - bin.mean_effect) * (site.effect_log2 - bin.mean_effect);
    }
    const double half =
        n > 1 ? student_quantile(n - 1, 0.975) * std::sqrt(square / (n - 1) / n) : 0;
    bin.effect = {bin.mean_effect - half, bin.mean_effect + half};
    return bin;
}

std::vector<CalibrationBin> make_bins(std::span<const ScoredSite> sites, int wanted) {
    std::vector<ScoredSite> sorted(sites.begin(), sites.end());
    std::stable_sort(sorted.begin(), sorted.end(), [](const ScoredSite& a, const ScoredSite& b) {
        return a.score < b.score;
    });
    std::vector<CalibrationBin> bins;
    const auto count = static_cast<std::size_t>(wanted);
    std::size_t from = 0;
    for (std::size_t i = 1; i <= count && from < sorted.size(); ++i) {
        std::size_t to = sorted.size() * i / count;
        while (to > 0 && to < sorted.size() && sorted[to].score == sorted[to - 1].score) {
            ++to;
        }
        if (to > from) {
            bins.push_back(make_bin(std::span(sorted).subspan(from, to - from)));
            from = to;
        }
    }
    return bins;
}

}  // namespace

int sign_agreement(double score, double effect_log2) noexcept {
    if (score == 0 || effect_log2 == 0) {
        return 0;
    }
    return (score > 0) == (effect_log2 > 0) ? 1 : -1;
}

Agreement measure_agreement(std::span<const ScoredSite> sites, const AgreementOptions& options) {
    Agreement agreement;
    agreement.sites = sites.size();
    const Columns all = columns_of(sites, false);
    agreement.variants = all.clusters;
    agreement.signs = count_signs(sites, false);
    agreement.significant_signs = count_signs(sites, true);
    const Estimates estimates = estimate(all, options);
    agreement.spearman = estimates.spearman;
    agreement.slope = estimates.slope;
    agreement.spearman_significant = estimate(columns_of(sites, true), options).spearman;
    agreement.bins = make_bins(sites, options.bins);
    return agreement;
}

}  // namespace varhush::concord
