#include "varhush/concord/dispersion.hpp"

#include "varhush/concord/beta_binomial.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace varhush::concord {

namespace {

constexpr double kLeastLogRho = -7;    // log10; below it the binomial is meant
constexpr double kMostLogRho = -0.31;  // rho 0.49
constexpr double kRhoStep = 0.335;     // of log10, of the rough search
constexpr double kCaution = 1.0 / 3;   // of the way from the likeliest rho to its upper end
constexpr std::size_t kLeastForMean = 20;
constexpr double kChiSquare95 = 3.841458820694124;  // one degree of freedom

double from_log10(double value) {
    return std::pow(10.0, value);
}

/// Where `value` is largest between `low` and `high`. Source: golden section, Kiefer 1953 (Proc.
/// Amer. Math. Soc. 4:502).
template <class Value>
double largest_at(double low, double high, double precision, const Value& value) {
    constexpr double kGolden = 0.6180339887498949;
    double left = high - kGolden * (high - low);
    double right = low + kGolden * (high - low);
    double at_left = value(left);
    double at_right = value(right);
    while (high - low > precision) {
        if (at_left >= at_right) {
            high = std::exchange(right, left);
            at_right = at_left;
            left = high - kGolden * (high - low);
            at_left = value(left);
        } else {
            low = std::exchange(left, right);
            at_left = at_right;
            right = low + kGolden * (high - low);
            at_right = value(right);
        }
    }
    return (low + high) / 2;
}

/// The counts of each depth that are looked at: [low, high].
struct Region {
    std::int64_t low = 0;
    std::int64_t high = 0;
};

/// Central part of `law` at `depth`: what is left when at most `tail` is cut off either end.
Region central_region(const BetaBinomial& law, std::int64_t depth, double tail) {
    const auto search = [&](std::int64_t from, std::int64_t to, auto&& wanted) {  // first that is
        while (from < to) {
            const std::int64_t middle = from + (to - from) / 2;
            if (wanted(middle)) {
                to = middle;
            } else {
                from = middle + 1;
            }
        }
        return from;
    };
    const std::int64_t low =
        search(0, depth, [&](std::int64_t k) { return law.tails(k, depth).lower > tail; });
    const std::int64_t high =
        search(low, depth, [&](std::int64_t k) { return law.tails(k, depth).upper <= 2 * tail; });
    // The first whose own tail is small enough lies outside, unless it is the end.
    const bool outside = high > low && law.tails(high, depth).upper <= tail;
    return {low, outside ? high - 1 : high};
}

/// Sum of pmf(k) / pmf(low) over a region.
double relative_sum(const BetaBinomial& law, const Region& region, std::int64_t depth) {
    const double theta = law.rho / (1 - law.rho);
    const auto total = static_cast<double>(depth);
    double sum = 1;
    double term = 1;
    for (auto k = static_cast<double>(region.low); k < static_cast<double>(region.high); ++k) {
        term *= (total - k) / (k + 1) * (law.mean + k * theta) /
                (1 - law.mean + (total - k - 1) * theta);
        sum += term;
    }
    return sum;
}

/// log P(low <= K <= high). Wide regions are integrated: the probability is smooth there.
double log_mass(const BetaBinomial& law, const Region& region, std::int64_t depth) {
    constexpr std::int64_t kSummed = 256;
    constexpr int kPieces = 64;
    const std::int64_t width = region.high - region.low + 1;
    if (width <= kSummed) {
        return law.log_pmf(region.low, depth) + std::log(relative_sum(law, region, depth));
    }
    double sum = 0;
    const std::int64_t step = (width - 1) / kPieces;
    // Simpson's rule on even pieces, the rest one by one.
    const std::int64_t end = region.low + step * kPieces;
    for (int i = 0; i <= kPieces; ++i) {
        const double weight = i == 0 || i == kPieces ? 1 : i % 2 == 1 ? 4 : 2;
        sum += weight / 3 * std::exp(law.log_pmf(region.low + step * i, depth));
    }
    sum *= static_cast<double>(step);
    // A sum is the integral and half of both ends.
    sum += (std::exp(law.log_pmf(region.low, depth)) + std::exp(law.log_pmf(end, depth))) / 2;
    for (std::int64_t k = end + 1; k <= region.high; ++k) {
        sum += std::exp(law.log_pmf(k, depth));
    }
    return std::log(sum);
}

/// Sites with equal counts, how often they are there, and what depends on no parameter.
class Likelihood {
  public:
    explicit Likelihood(std::span<const SharedCounts> sites) {
        std::vector<std::pair<std::int64_t, std::int64_t>> sorted;
        sorted.reserve(sites.size());
        for (const SharedCounts& site : sites) {
            sorted.emplace_back(site.total, site.alt);
        }
        std::sort(sorted.begin(), sorted.end());
        for (const auto& [total, alt] : sorted) {
            if (!distinct_.empty() && distinct_.back().total == total &&
                distinct_.back().alt == alt) {
                distinct_.back().times += 1;
            } else {
                distinct_.push_back({total, alt, 1, log_choose(total, alt)});
            }
        }
        look_everywhere();
    }

    /// From now on only the central part of `law` counts.
    void look_at_centre(const BetaBinomial& law, double tail) {
        depths_.clear();
        for (Distinct& one : distinct_) {
            if (depths_.empty() || depths_.back().total != one.total) {
                depths_.push_back({one.total, 0, central_region(law, one.total, tail)});
            }
            const Region& region = depths_.back().region;
            one.counts = one.alt >= region.low && one.alt <= region.high;
            depths_.back().inside += one.counts ? one.times : 0;
        }
    }
    void look_everywhere() {
        depths_.clear();
        for (Distinct& one : distinct_) {
            one.counts = true;
        }
    }

    /// Log likelihood of the counts that are looked at, given that they are.
    [[nodiscard]] double at(double mean, double rho) const {
        const BetaBinomial law{.mean = mean, .rho = rho};
        double sum = 0;
        for (const Distinct& one : distinct_) {
            if (one.counts) {
                sum += one.times * (one.log_choose + law.log_kernel(one.alt, one.total));
            }
        }
        for (const Depth& depth : depths_) {
            sum -= depth.inside > 0 ? depth.inside * log_mass(law, depth.region, depth.total) : 0;
        }
        return sum;
    }

    /// Sites inside the region as a share of those that `law` expects there; 1 without a region.
    [[nodiscard]] double share_of_null(const BetaBinomial& law) const {
        double inside = 0;
        double expected = 0;
        std::size_t at = 0;
        for (const Depth& depth : depths_) {
            double sites = 0;
            for (; at < distinct_.size() && distinct_[at].total == depth.total; ++at) {
                sites += distinct_[at].times;
            }
            inside += depth.inside;
            expected += sites * std::exp(log_mass(law, depth.region, depth.total));
        }
        return expected > 0 ? std::min(1.0, inside / expected) : 1;
    }

  private:
    struct Distinct {
        std::int64_t total;
        std::int64_t alt;
        double times;
        double log_choose;
        bool counts = true;
    };
    struct Depth {
        std::int64_t total;
        double inside;  // sites
        Region region;
    };

    std::vector<Distinct> distinct_;  // by depth, then by count
    std::vector<Depth> depths_;       // empty: everything counts
};

double median_share(std::span<const SharedCounts> sites) {
    std::vector<double> shares;
    shares.reserve(sites.size());
    for (const SharedCounts& site : sites) {
        shares.push_back(static_cast<double>(site.alt) / static_cast<double>(site.total));
    }
    const auto middle = shares.begin() + static_cast<std::ptrdiff_t>(shares.size() / 2);
    std::nth_element(shares.begin(), middle, shares.end());
    return std::clamp(*middle, 0.1, 0.9);
}

/// log10 of the largest rho in steps over all of its range.
double rough_log_rho(const Likelihood& likelihood, double mean) {
    double best = kLeastLogRho;
    double most = -std::numeric_limits<double>::infinity();
    for (double log_rho = kLeastLogRho; log_rho <= kMostLogRho; log_rho += kRhoStep) {
        if (const double here = likelihood.at(mean, from_log10(log_rho)); here > most) {
            most = here;
            best = log_rho;
        }
    }
    return best;
}

double best_rho(const Likelihood& likelihood, double mean, double rough) {
    constexpr double kPrecision = 5e-4;
    const auto value = [&](double log_rho) { return likelihood.at(mean, from_log10(log_rho)); };
    const double rho = from_log10(largest_at(std::max(kLeastLogRho, rough - kRhoStep),
                                             std::min(kMostLogRho, rough + kRhoStep),
                                             kPrecision,
                                             value));
    return likelihood.at(mean, 0) >= likelihood.at(mean, rho) ? 0 : rho;
}

double best_mean(const Likelihood& likelihood, double start, double rho) {
    constexpr double kReach = 0.7;  // of log odds, to either side
    const double middle = std::log(start / (1 - start));
    const auto mean_of = [](double log_odds) { return 1 / (1 + std::exp(-log_odds)); };
    return mean_of(largest_at(middle - kReach, middle + kReach, 1e-4, [&](double log_odds) {
        return likelihood.at(mean_of(log_odds), rho);
    }));
}

/// Where, between the best rho and `beyond`, the profile of rho falls below a limit; log10.
double edge_of(const Likelihood& likelihood, double mean, double rho, double beyond, double chi) {
    constexpr int kHalvings = 30;
    const double limit = likelihood.at(mean, rho) - chi / 2;
    double within = rho > 0 ? std::log10(rho) : kLeastLogRho;
    for (int i = 0; i < kHalvings; ++i) {
        const double middle = (within + beyond) / 2;
        (likelihood.at(mean, from_log10(middle)) >= limit ? within : beyond) = middle;
    }
    return from_log10(within);
}

double upper_end(const Likelihood& likelihood, double mean, double rho, double chi) {
    const double limit = likelihood.at(mean, rho) - chi / 2;
    return likelihood.at(mean, from_log10(kMostLogRho)) >= limit
               ? from_log10(kMostLogRho)
               : edge_of(likelihood, mean, rho, kMostLogRho, chi);
}

Interval interval_of_rho(const Likelihood& likelihood, double mean, double rho) {
    const double limit = likelihood.at(mean, rho) - kChiSquare95 / 2;
    const bool to_zero = rho == 0 || likelihood.at(mean, 0) >= limit;
    return {to_zero ? 0 : edge_of(likelihood, mean, rho, kLeastLogRho, kChiSquare95),
            upper_end(likelihood, mean, rho, kChiSquare95)};
}

/// Mean and rho by turns: they hardly depend on each other.
BetaBinomial largest(const Likelihood& likelihood,
                     const NullModelOptions& options,
                     BetaBinomial law) {
    constexpr int kRounds = 2;
    const bool one_given = options.mean || options.rho;
    for (int round = 0; round < (one_given ? 1 : kRounds); ++round) {
        law.rho = options.rho ? *options.rho
                              : best_rho(likelihood, law.mean, rough_log_rho(likelihood, law.mean));
        law.mean = options.mean ? *options.mean : best_mean(likelihood, law.mean, law.rho);
    }
    return law;
}

/// Region and parameters by turns.
BetaBinomial fit_centre(Likelihood& likelihood, const NullModelOptions& options, BetaBinomial law) {
    constexpr int kRounds = 8;
    constexpr double kTail = 0.05;
    for (int round = 0; round < kRounds; ++round) {
        likelihood.look_at_centre(law, kTail);
        const BetaBinomial last = std::exchange(law, largest(likelihood, options, law));
        if (std::fabs(law.rho - last.rho) <= 0.02 * law.rho &&
            std::fabs(law.mean - last.mean) < 5e-4) {
            break;
        }
    }
    return law;
}

void estimate(std::span<const SharedCounts> sites,
              const NullModelOptions& options,
              NullModel& model) {
    Likelihood likelihood(sites);
    const double start = options.mean ? *options.mean : median_share(sites);
    const BetaBinomial plain = largest(likelihood, options, {.mean = start, .rho = model.rho});
    BetaBinomial law = plain;
    if (!options.rho) {
        model.rho_interval = interval_of_rho(likelihood, plain.mean, plain.rho);
        model.rho_plain = plain.rho;
        model.rho_likeliest = plain.rho;
    }
    if (options.robust) {
        law = fit_centre(likelihood, options, plain);
        if (!options.rho) {
            model.rho_interval = interval_of_rho(likelihood, law.mean, law.rho);
            model.rho_likeliest = law.rho;
            law.rho += kCaution * std::max(0.0, model.rho_interval.high - law.rho);
        }
        model.share_of_hits = 1 - likelihood.share_of_null(law);
    }
    model.mean = law.mean;
    model.rho = law.rho;
}

}  // namespace

NullModel fit_null_model(std::span<const SharedCounts> sites, const NullModelOptions& options) {
    NullModel model;
    NullModelOptions known = options;
    model.mean_given = options.mean.has_value();
    model.mean_assumed = !model.mean_given && sites.size() < kLeastForMean;
    if (model.mean_assumed) {
        known.mean = model.mean;
    }
    model.rho_given = options.rho.has_value();
    model.mean = options.mean.value_or(model.mean);
    model.rho = options.rho.value_or(model.rho);
    model.rho_plain = model.rho;
    model.rho_likeliest = model.rho;
    model.rho_interval = {model.rho, model.rho};
    model.sites = sites.size();
    if (!sites.empty()) {
        estimate(sites, known, model);
    } else if (!model.rho_given) {
        model.rho_interval = {0, 1};
    }
    return model;
}

}  // namespace varhush::concord
