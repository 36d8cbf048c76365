#pragma once

#include "varhush/concord/intervals.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace varhush::concord {

/// Fragments of a heterozygous site: `alt` of `total` carry ALT.
struct SharedCounts {
    std::int64_t alt = 0;
    std::int64_t total = 0;
};

/// What the null distribution of counts is, and how it was found.
struct NullModel {
    double mean = 0.5;         ///< expected share of ALT: 0.5 less the reference bias
    double rho = 0;            ///< over-dispersion of the beta-binomial
    Interval rho_interval;     ///< 95 %, by the profile of the likelihood; of a given rho itself
    double rho_plain = 0;      ///< as if every site were null: true hits make it too large
    double share_of_hits = 0;  ///< of the sites, by how many more lie outside the central region
    std::size_t sites = 0;     ///< that it was estimated from
    double rho_likeliest = 0;  ///< before the step to the safe side
    bool mean_given = false;
    bool mean_assumed = false;  ///< too few sites to estimate it: 0.5
    bool rho_given = false;
};

struct NullModelOptions {
    std::optional<double> mean = std::nullopt;  ///< by hand
    std::optional<double> rho = std::nullopt;   ///< by hand
    bool robust = true;  ///< false: maximum likelihood as if every site were null
};

/// Maximum likelihood of mean and over-dispersion over sites most of which are balanced. True hits
/// must not pass for over-dispersion, so only sites with counts in the central 90 % of the null of
/// their depth speak, with the likelihood of a count given that it lies there; region and
/// parameters take turns until they agree. Hits too weak to be told from null sites leave rho a
/// little too large, which is the safe side. An over-dispersion that comes out too small by chance
/// costs the false discovery rate more than one too large costs power, so rho is a third of the way
/// from the likeliest to the upper end of its 95 % interval; that shrinks with the root of the
/// number of sites (1000 null sites of depth 100: a hit in 4 % of sets instead of 8 %; 200: 4 % and
/// 16 %). With fewer than 20 the mean is not estimated but 0.5. Source: the truncated
/// maximum likelihood of an empirical null, Efron 2007 (Ann. Statist. 35:1351, section 4), here for
/// beta-binomial counts.
///
/// Equal counts are evaluated once. Cost about 1000 evaluations of the distinct counts and, for
/// each distinct depth, of its central region. Without sites rho is 0 unless it is given.
[[nodiscard]] NullModel fit_null_model(std::span<const SharedCounts> sites,
                                       const NullModelOptions& options);

}  // namespace varhush::concord
