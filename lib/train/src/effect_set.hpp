#pragma once

#include "track_network.hpp"
#include "varhush/train/track_config.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace varhush::train {

/// A change of an element and what it did, log2.
struct MeasuredEffect {
    std::int64_t offset = 0;  ///< 0-based, of the first base of `ref`
    std::string ref;
    std::string alt;
    double effect = 0;
};

struct EffectElement {
    std::string name;
    std::string bases;
    std::vector<MeasuredEffect> effects;
    double scale = 1;  ///< root mean square of the effects
};

/// Elements with measured variants, to train on, to watch, and for the report.
struct EffectSet {
    std::vector<EffectElement> train;
    std::vector<EffectElement> validation;
    std::vector<EffectElement> test;
};

/// Reads the table and the elements' FASTA. Columns element, offset (from 1), ref, alt ("-" or
/// empty: deleted), effect; `where`, `validate_where` and `test_where` choose rows.
/// @throws Error{kInput} with file and line: a ref that the FASTA does not have, an element in two
/// sets (a leak), an element longer than a window, no row to train on.
EffectSet read_effects(const EffectSource& source, std::int64_t window_bp);

/// A sequence in the middle of a window, N around it. What an alternative allele inserts or deletes
/// moves the bases behind it; the start stays.
[[nodiscard]] std::string in_window(const std::string& bases,
                                    std::size_t element_length,
                                    std::int64_t window_bp);
/// @throws Error{kInternal} for a change outside the element.
[[nodiscard]] std::string changed(const std::string& bases, const MeasuredEffect& effect);

/// Variants of one element in the channels that stand for its activity.
class EffectJudge {
  public:
    EffectJudge(const EffectSource& source, const TrackLabels& labels, const TrackConfig& config);

    /// Loss of `source.batch` variants of one element, which seed and step choose. The networks'
    /// norms must use their running statistics.
    [[nodiscard]] at::Tensor loss(const TrackNetwork& network, std::int64_t step) const;
    /// Mean over watched elements of correlation(); NaN without any.
    [[nodiscard]] double validate(const TrackNetwork& network) const;
    /// Pearson correlation of predicted and measured effects within the element.
    [[nodiscard]] double correlation(const TrackNetwork& network,
                                     const EffectElement& element) const;

    [[nodiscard]] const EffectSet& set() const noexcept { return set_; }

    /// log2 of the sum over the element's bins in `alt` less that in `ref`, mean over channels and
    /// resolutions; [V]. Row 0 of the batch is the reference.
    [[nodiscard]] at::Tensor differences(const TrackNetwork& network,
                                         const EffectElement& element,
                                         const std::vector<const MeasuredEffect*>& effects,
                                         bool reversed) const;

  private:
    EffectSource source_;
    EffectSet set_;
    std::vector<HeadKey> heads_;
    std::vector<std::int64_t> channels_;
    std::int64_t window_bp_;
    std::uint64_t seed_;
    bool either_strand_ = true;
};

}  // namespace varhush::train
