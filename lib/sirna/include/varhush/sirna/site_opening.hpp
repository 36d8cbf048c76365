#pragma once

#include "varhush/sirna/accessibility.hpp"

#include <cstddef>
#include <limits>
#include <string_view>

namespace varhush::sirna {

/// What it costs to open a target site, in kcal/mol (-kT ln of the probability that all its bases
/// are unpaired), in a narrow and a wide local fold of the transcript. Not a number: unknown.
struct SiteOpening {
    double narrow_seed = std::numeric_limits<double>::quiet_NaN();  ///< window 80, span 40; the 8
                                                                    ///< bases facing guide 1-8
    double narrow_site = std::numeric_limits<double>::quiet_NaN();  ///< the same, all 19 bases
    double wide_seed = std::numeric_limits<double>::quiet_NaN();    ///< window 200, span 120
    double wide_site = std::numeric_limits<double>::quiet_NaN();

    [[nodiscard]] bool known() const noexcept { return narrow_seed == narrow_seed; }
};

/// Shortest transcript that openings are computed for, in bases: the wide window.
constexpr std::size_t kShortestFolded = 200;

/// The openings of every site of one transcript. Fold it once, ask for each site.
class TargetOpenings {
  public:
    /// `rna` is the sense strand. One shorter than kShortestFolded is not folded: all is unknown.
    /// Cost: that of two calls of local_unpaired(), about 1 s a kilobase and thread.
    /// @throws what local_unpaired() throws.
    explicit TargetOpenings(std::string_view rna, int threads = 1);

    /// Of the 19-nt site that starts at base `start` (0-based, inside the transcript).
    [[nodiscard]] SiteOpening at(std::size_t start) const;

  private:
    Accessibility narrow_;
    Accessibility wide_;
    bool folded_ = false;
};

}  // namespace varhush::sirna
