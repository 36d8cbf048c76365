#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace varhush::sirna {

struct AccessibilityOptions {
    std::size_t window = 80;                  ///< bases folded together, at least 1
    std::size_t span = 40;                    ///< longest j - i + 1 of a pair, up to `window`
    std::vector<std::size_t> lengths{8, 19};  ///< of the stretches, each 1 to `window`
    int threads = 1;
};

/// How probable it is that stretches of a transcript are unpaired.
class Accessibility {
  public:
    Accessibility(std::size_t size,
                  std::vector<std::size_t> lengths,
                  std::vector<std::vector<double>> unpaired);

    /// Bases of the transcript.
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] const std::vector<std::size_t>& lengths() const noexcept { return lengths_; }

    /// Probability that all `length` bases that end at base `end` (0-based, itself included) are
    /// unpaired: for the 19-nt site that starts at s it is unpaired(19, s + 18), for the bases that
    /// face guide positions 1-8 unpaired(8, s + 18). Not a number where the stretch would start
    /// before the transcript. `length` must be one of `lengths()` and `end` below `size()`.
    [[nodiscard]] double unpaired(std::size_t length, std::size_t end) const;

    /// The same as what it costs to open the stretch, -kT ln p, in kcal/mol.
    [[nodiscard]] double opening_kcal_mol(std::size_t length, std::size_t end) const;

  private:
    std::size_t size_;
    std::vector<std::size_t> lengths_;
    std::vector<std::vector<double>> unpaired_;  // [length][end]
};

/// Local accessibility as RNAplfold defines it (Bernhart et al. 2006, Bioinformatics 22:614; 2011,
/// Algorithms Mol Biol 6:3): the unweighted mean, over all windows of `window` bases that contain
/// the stretch, of its probability of being unpaired in that window's ensemble, with pairs up to
/// `span`. Dangling ends see the neighbours outside the window. A transcript shorter than the
/// window is one window. Letters and energy model as in fold.hpp. The same for every number of
/// threads, bit for bit. Cost O(n * span * (window + span + 30^2)), memory O(window * (window +
/// span)) a thread: docs/benchmarks.md.
/// @throws Error{kUsage} for options out of range, Error{kInput} for an empty sequence or what is
/// no letter.
Accessibility local_unpaired(std::string_view rna, const AccessibilityOptions& options = {});

}  // namespace varhush::sirna
