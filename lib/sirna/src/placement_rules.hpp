#pragma once

#include "varhush/sirna/chemistry_placement.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace varhush::sirna {

/// Terms of the placement objective.
enum class PlacementTermKind {
    kEndonuclease,
    kExonuclease,
    kActivity,
    kRuns,
    kSeed,
    kModified,
    kFluoro,
    kThioate,
};
constexpr std::size_t kPlacementTerms = 8;

/// Thousandths, weighted, by PlacementTermKind.
using PlacementCosts = std::array<std::int64_t, kPlacementTerms>;

[[nodiscard]] std::int64_t sum_of(const PlacementCosts& costs) noexcept;

struct PlacementTermText {
    const char* name;
    const char* about;
};
[[nodiscard]] const PlacementTermText& text_of(PlacementTermKind term) noexcept;

/// The pattern's 2'-O-methyls beyond this many in a row count, at guide positions 2 to 16.
constexpr std::size_t kFreeRun = 4;

/// Steps that enzymes like RNase A prefer by far: UpA and CpA.
[[nodiscard]] bool is_prone_step(std::string_view strand, std::size_t index) noexcept;

/// What one nucleotide of one strand costs. Keeps views: `duplex` must outlive it.
class PlacementRules {
  public:
    PlacementRules(const DuplexToModify& duplex,
                   bool guide,
                   bool ligand3,
                   const PlacementWeights& weights);

    /// Nucleotide `index` with this sugar; `before` and `after` say whether the links on its 5' and
    /// 3' side are thioates. The link on the 3' side is counted here. Runs are not.
    [[nodiscard]] PlacementCosts unit(std::size_t index,
                                      Sugar sugar,
                                      bool before,
                                      bool after) const;

    /// One more 2'-O-methyl at `index` behind `run` of them that count.
    [[nodiscard]] std::int64_t run_cost(std::size_t index, std::size_t run) const noexcept;

    /// Runs are counted at `index`.
    [[nodiscard]] bool in_run_window(std::size_t index) const noexcept;

    [[nodiscard]] std::string_view strand() const noexcept { return strand_; }

  private:
    [[nodiscard]] double endonuclease(std::size_t index, Sugar sugar, bool after) const noexcept;
    [[nodiscard]] double exonuclease(std::size_t index,
                                     Sugar sugar,
                                     bool before,
                                     bool after) const noexcept;
    [[nodiscard]] double activity(std::size_t index, Sugar sugar) const noexcept;
    [[nodiscard]] double seed(std::size_t index, Sugar sugar) const noexcept;

    std::string_view strand_;
    bool guide_;
    bool ligand3_;
    std::size_t paired_;
    PlacementWeights weights_;
    double seed_liability_ = 0;
};

}  // namespace varhush::sirna
