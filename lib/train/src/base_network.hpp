#pragma once

#include "low_rank.hpp"
#include "track_labels.hpp"
#include "track_network.hpp"
#include "varhush/models/alphagenome_file.hpp"

#include <memory>
#include <string>
#include <vector>

namespace varhush::train {

/// The model that an adapter is made for, with its own heads: what it says before, and with a
/// changed trunk. Nothing of it is learned. Genome tracks and splice classes alone.
class BaseNetwork {
  public:
    /// Heads of `labels`, which must be rows of the model's table in full.
    BaseNetwork(const models::AlphaGenomeFile& base,
                TrackLabels labels,
                const std::vector<HeadKey>& heads,
                int organism,
                const std::string& device);

    /// Labels for all tracks of a row of the base that nothing is known of.
    [[nodiscard]] static TrackLabels unlabelled(const models::AlphaGenomeFile& base, int organism);
    /// Heads at both resolutions, or at 128 bp alone.
    [[nodiscard]] static std::vector<HeadKey> all_heads(const TrackLabels& labels, bool fine);

    [[nodiscard]] const TrackLabels& labels() const noexcept { return labels_; }
    [[nodiscard]] TrackNetwork& network() noexcept { return network_; }

  private:
    TrackLabels labels_;
    TrackNetwork network_;
};

}  // namespace varhush::train
