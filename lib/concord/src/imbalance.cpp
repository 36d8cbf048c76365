#include "varhush/concord/imbalance.hpp"

#include "varhush/concord/beta_binomial.hpp"
#include "varhush/concord/multiple_testing.hpp"
#include "varhush/core/error.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace varhush::concord {

namespace {

BetaBinomial law_of(const NullModel& null) {
    return {.mean = null.mean, .rho = null.rho};
}

double log2_odds(double share) {
    if (share <= 0 || share >= 1) {
        return share <= 0 ? -std::numeric_limits<double>::infinity()
                          : std::numeric_limits<double>::infinity();
    }
    return std::log2(share / (1 - share));
}

SiteStatus status_of(const CountRow& row, const std::optional<std::int64_t>& assume_from) {
    switch (row.zygosity) {
        case Zygosity::kHeterozygous:
            return SiteStatus::kOk;
        case Zygosity::kHomozygous:
            return SiteStatus::kHomozygous;
        case Zygosity::kNotCarried:
            return SiteStatus::kNotCarried;
        case Zygosity::kNoRef:
            return SiteStatus::kNoRef;
        case Zygosity::kOverlap:
            return SiteStatus::kOverlap;
        case Zygosity::kPloidy:
            return SiteStatus::kPloidy;
        case Zygosity::kUnknown:
            break;
    }
    if (!assume_from) {
        return SiteStatus::kNoGenotype;
    }
    return std::min(row.ref_count, row.alt_count) >= *assume_from ? SiteStatus::kOk
                                                                  : SiteStatus::kOneAllele;
}

/// Fits the null of one group and finds the depth from which its rows are tested.
Group fit_group(std::span<const CountRow> rows,
                std::span<const std::uint32_t> group_of,
                std::uint32_t number,
                const ImbalanceOptions& options) {
    const BetaBinomial start{.mean = options.null.mean.value_or(0.5), .rho = 0};
    const auto first_depth =
        options.min_depth ? options.min_depth : least_depth(start, options.power);
    std::vector<SharedCounts> sites;
    for (const CountRow& row : rows) {
        if (row.status == SiteStatus::kOk && group_of[row.sample] == number && first_depth &&
            row.depth() >= *first_depth) {
            sites.push_back({row.alt_count, row.depth()});
        }
    }
    Group group;
    group.null = fit_null_model(sites, options.null);
    group.min_depth =
        options.min_depth ? options.min_depth : least_depth(law_of(group.null), options.power);
    group.power_reached = group.min_depth.has_value();
    if (!group.power_reached) {
        group.min_depth = first_depth;
    }
    return group;
}

}  // namespace

Imbalance test_counts(std::int64_t ref, std::int64_t alt, const NullModel& null) {
    const auto depth = static_cast<double>(ref + alt);
    VARHUSH_CHECK(ref >= 0 && alt >= 0 && depth > 0);
    Imbalance test;
    test.p = law_of(null).two_sided_p(alt, ref + alt);
    const double expected = log2_odds(null.mean);
    test.effect_log2 =
        std::log2((static_cast<double>(alt) + 0.5) / (static_cast<double>(ref) + 0.5)) - expected;
    const double effective = depth / (1 + (depth - 1) * null.rho);
    const Interval share = exact_interval(static_cast<double>(alt) / depth * effective, effective);
    test.effect = {log2_odds(share.low) - expected, log2_odds(share.high) - expected};
    return test;
}

ImbalanceResult test_imbalance(std::span<CountRow> rows,
                               std::span<const std::uint32_t> group_of,
                               std::size_t groups,
                               const ImbalanceOptions& options) {
    for (CountRow& row : rows) {
        if (row.status == SiteStatus::kOk) {
            row.status = status_of(row, options.assume_from);
        }
        if (row.status == SiteStatus::kOk) {
            row.status = row.mark;
        }
    }
    ImbalanceResult result;
    result.rows.resize(rows.size());
    for (std::uint32_t number = 0; number < groups; ++number) {
        result.groups.push_back(fit_group(rows, group_of, number, options));
    }
    std::vector<std::size_t> tested;
    std::vector<double> p;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        CountRow& row = rows[i];
        if (row.status != SiteStatus::kOk) {
            continue;
        }
        Group& group = result.groups[group_of[row.sample]];
        if (!group.min_depth || row.depth() < std::max<std::int64_t>(1, *group.min_depth)) {
            row.status = SiteStatus::kLowDepth;
            continue;
        }
        result.rows[i] = test_counts(row.ref_count, row.alt_count, group.null);
        tested.push_back(i);
        p.push_back(result.rows[i].p);
        ++group.tested;
    }
    const std::vector<double> q = benjamini_hochberg(p);
    for (std::size_t i = 0; i < tested.size(); ++i) {
        Imbalance& test = result.rows[tested[i]];
        test.q = q[i];
        test.significant = q[i] <= options.fdr;
        result.groups[group_of[rows[tested[i]].sample]].significant += test.significant ? 1 : 0;
    }
    return result;
}

}  // namespace varhush::concord
