#pragma once

#include "varhush/sirna/site_opening.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace varhush::sirna {

/// One guide to be judged.
struct GuideQuery {
    std::string guide;    ///< antisense strand, 5'->3', RNA, 19 to 23 nucleotides
    std::string context;  ///< sense strand, 5'->3', RNA: the site of guide positions 1 to 19 with
                          ///< flanks; or empty when unknown
    std::size_t site_offset = 0;  ///< where the 19-nt site starts in `context`
    /// How open the site is in its whole transcript, where somebody has folded it (TargetOpenings;
    /// at least 200 bases). A model that knows it is more accurate.
    SiteOpening opening;
};

/// What is expected of one guide, all as fraction of the target silenced, 0 to 1.
struct Efficacy {
    double expected = 0;  ///< expected fraction silenced
    double low = 0;       ///< lower end of the 90 % interval
    double high = 0;      ///< upper end of the 90 % interval
    double p_effective =
        0;  ///< probability that at least 70 % is silenced; guides are ranked by it
};

/// Predicts how well guides silence their target. Implementations are safe to call from several
/// threads.
class EfficacyModel {
  public:
    virtual ~EfficacyModel() = default;

    /// One result a query, in their order. The queries' guides have passed `why_no_guide`.
    [[nodiscard]] virtual std::vector<Efficacy> predict(
        std::span<const GuideQuery> queries) const = 0;

    /// Name and SHA-256 for the provenance lines of outputs.
    [[nodiscard]] virtual std::string name() const = 0;
    [[nodiscard]] virtual std::string sha256() const = 0;
};

}  // namespace varhush::sirna
