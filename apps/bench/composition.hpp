#pragma once

#include "apps/bench/motif.hpp"
#include "varhush/seq/reference_source.hpp"
#include "varhush/train/random.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace varhush::apps {

/// Neutral sequence: a Markov chain of order 1 whose pairs of neighbours are those of a FASTA, or
/// in which all are equally frequent.
class NeutralSequence {
  public:
    NeutralSequence();
    /// @throws Error{kInput} when some base never has a neighbour.
    explicit NeutralSequence(const seq::ReferenceSource& reference);

    [[nodiscard]] std::string draw(std::size_t length, train::Random& random) const;

  private:
    std::array<std::array<double, 4>, 4> next_{};  ///< running sums of the shares
};

/// Motifs on one background. The names say what stands there; "none" holds no instance of either.
struct MotifSequences {
    std::size_t place = 0;      ///< first base of the motif
    std::size_t far_place = 0;  ///< in moved_far
    std::string none, planted, broken, moved, moved_far, reversed;
};

/// Two motifs beside each other; what is not there is broken.
struct PairSequences {
    std::size_t place_a = 0;
    std::size_t place_b = 0;
    std::string both, only_a, only_b, neither;
};

/// Makes sequences and checks by scanning them, on both strands, that they hold the instances they
/// should and no other; backgrounds that cannot be had are drawn anew.
class Composer {
  public:
    static constexpr std::size_t kMoveBp = 10;  ///< the small move
    static constexpr std::size_t kGapBp = 10;   ///< between two motifs

    /// `threshold`: from which fit on a word is an instance.
    Composer(const NeutralSequence& neutral, std::size_t length, double threshold);

    /// @throws Error{kUsage} when `length` is too short for the motifs, or when a hundred draws do
    /// not do: the motif is too short for the threshold.
    [[nodiscard]] MotifSequences motif(const Motif& motif, train::Random& random) const;
    [[nodiscard]] PairSequences pair(const Motif& a, const Motif& b, train::Random& random) const;

  private:
    [[nodiscard]] std::string background(const std::vector<const Motif*>& motifs,
                                         train::Random& random) const;
    /// Every instance of `motif` overlaps the one at `place` (nothing: there is none), which is
    /// one.
    [[nodiscard]] bool holds(const std::string& bases,
                             const Motif& motif,
                             std::optional<std::size_t> place) const;
    void require_length(std::size_t needed) const;

    const NeutralSequence& neutral_;
    std::size_t length_;
    double threshold_;
};

}  // namespace varhush::apps
