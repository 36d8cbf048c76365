#pragma once

#include "varhush/train/random.hpp"
#include "varhush/train/reporter_training.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

namespace varhush::train {

/// Words of 24 bases of some sequences, either strand: what training sequence must not share with
/// the elements that a model is judged by.
class SharedWords {
  public:
    static constexpr std::size_t kWord = 24;

    void add(std::span<const std::uint8_t> codes);
    [[nodiscard]] bool any_in(std::span<const std::uint8_t> codes) const;

  private:
    std::unordered_set<std::uint64_t> words_;
};

/// A chromosome in bins of 200 bases with what was measured there.
struct LabelledSequence {
    static constexpr std::int64_t kBin = 200;

    std::string contig;
    std::vector<std::uint8_t> codes;
    std::vector<std::string> tracks;
    std::vector<std::vector<std::int64_t>> bins;  ///< positive ones of each track, sorted
    std::vector<std::int64_t> element_middles;    ///< of regulatory elements
};

/// @throws Error{kInput} when pieces do not follow each other or labels lie elsewhere.
[[nodiscard]] LabelledSequence read_labelled_sequence(const ReporterTrainingConfig& config);

/// Bins to train word heads on: all positive ones, then as many without any label in themselves and
/// their neighbours, drawn so that their GC content is that of the positive ones.
struct BinChoice {
    std::vector<std::int64_t> bins;
    std::size_t positives = 0;
    std::size_t leaked = 0;  ///< left out because they share words with an element
};
[[nodiscard]] BinChoice choose_bins(const LabelledSequence& sequence,
                                    const seq::Region& held_out,
                                    const SharedWords& shared,
                                    Random& random);

/// Starts of windows without N outside of the held-out region, half of them round regulatory
/// elements. `leaked` counts those left out for shared words.
[[nodiscard]] std::vector<std::int64_t> choose_windows(const LabelledSequence& sequence,
                                                       const ReporterTrainingConfig& config,
                                                       const SharedWords& shared,
                                                       Random& random,
                                                       std::size_t& leaked);

}  // namespace varhush::train
