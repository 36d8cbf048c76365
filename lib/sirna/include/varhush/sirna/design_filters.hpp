#pragma once

#include "varhush/sirna/design_report.hpp"

#include <cstddef>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace varhush::sirna {

/// One named filter.
struct FilterInfo {
    std::string_view name;
    std::string_view what;    ///< what fails it
    std::string_view source;  ///< where the rule comes from
    bool by_default;          ///< rejects candidates unless switched off
};

/// All filters, in the order in which reasons are given. "n" is not among them: a site with an N
/// is no site.
[[nodiscard]] std::span<const FilterInfo> all_filters() noexcept;

/// Which filters reject.
class FilterSet {
  public:
    FilterSet();  ///< the defaults

    /// "+ui-tei,-runs": changes to the set; "all", "none" and "default" replace it. A name without
    /// sign is switched on. @throws Error{kUsage} for a name that is none.
    void change(std::string_view text);
    [[nodiscard]] bool enforced(std::string_view name) const;
    [[nodiscard]] std::string to_text() const;  ///< names that reject, comma-separated

  private:
    std::set<std::string, std::less<>> on_;
};

/// Where the filters draw their lines.
struct FilterLimits {
    double gc_low = 0.30;
    double gc_high = 0.60;
    std::size_t longest_run = 4;     ///< of one base
    std::size_t longest_repeat = 5;  ///< of a word that occurs twice
    std::size_t longest_palindrome = 6;
    double self_fold_kcal_mol = -4;  ///< a guide that folds more stably fails
    double asymmetry_kcal_mol = 0;   ///< 5' end at least so much less stable than the 3' end
    int reynolds = 6;
    int amarzguioui = 3;
    double p_effective = 0;
    double accessibility = 0;  ///< least probability that the site is open, 8 bases at the seed
    /// Least value of the guide's seed in DesignInput::seed_viability; seeds without a value pass.
    std::optional<double> seed_viability;
};

/// What is computed of a guide by itself: fills gc, asymmetry, seed, folding, the scores of the
/// published rules and duplex_kcal_mol. `guide.guide` and `guide.passenger` must be there.
void describe_guide(DesignedGuide& guide);

/// The verdicts of the filters that need nothing but the two strands (gc to amarzguioui in
/// all_filters()), appended to `guide.filters`. `describe_guide` comes first.
void judge_strands(const FilterSet& filters, const FilterLimits& limits, DesignedGuide& guide);

}  // namespace varhush::sirna
