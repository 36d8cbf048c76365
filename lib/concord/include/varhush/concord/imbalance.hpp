#pragma once

#include "varhush/concord/count_table.hpp"
#include "varhush/concord/dispersion.hpp"
#include "varhush/concord/power.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace varhush::concord {

struct ImbalanceOptions {
    NullModelOptions null;
    PowerOptions power;
    std::optional<std::int64_t> min_depth;  ///< by hand; else as deep as `power` asks for
    double fdr = 0.05;
    /// Rows without a genotype count as heterozygous when both alleles have this many fragments.
    std::optional<std::int64_t> assume_from;
};

/// The test of one row. Without one (its status is not kOk): the defaults.
struct Imbalance {
    double p = 1;
    double q = 1;
    bool significant = false;
    /// log2 of ALT over REF, half a fragment added to both, less that of the expected share: above
    /// 0 where ALT has more than it should.
    double effect_log2 = 0;
    /// 95 %: exact interval of a share (Clopper & Pearson) at the effective depth n / (1 + (n - 1)
    /// rho), as log2 odds; infinite where one allele has nothing. Source of the effective size:
    /// Korn & Graubard 1998 (Survey Methodology 24:193).
    Interval effect{0, 0};
};

/// Rows that share over-dispersion and reference bias: those of one sample, or of one assay.
struct Group {
    NullModel null;
    /// From which depth a row is tested; nothing when no depth has the power that is asked for even
    /// without over-dispersion.
    std::optional<std::int64_t> min_depth;
    /// False: with this over-dispersion no depth has the power, `min_depth` is that without.
    bool power_reached = true;
    std::int64_t tested = 0;
    std::int64_t significant = 0;
};

struct ImbalanceResult {
    std::vector<Imbalance> rows;  ///< as many as there were
    std::vector<Group> groups;
};

/// Tests every heterozygous row that is deep enough against its group's null and sets the status of
/// all rows. The null is fitted over rows deep enough for a null without over-dispersion, then the
/// depth that is enough follows from it; where none is, the first depth stays. False discovery
/// rates are over all tested rows together. `group_of` is by sample.
[[nodiscard]] ImbalanceResult test_imbalance(std::span<CountRow> rows,
                                             std::span<const std::uint32_t> group_of,
                                             std::size_t groups,
                                             const ImbalanceOptions& options);

/// One row by itself; depth above 0.
[[nodiscard]] Imbalance test_counts(std::int64_t ref, std::int64_t alt, const NullModel& null);

}  // namespace varhush::concord
