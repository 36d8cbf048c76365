#pragma once

#include "varhush/models/model_identity.hpp"
#include "varhush/models/motif_bank.hpp"
#include "varhush/models/reporter_network.hpp"
#include "varhush/nn/safetensors.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace varhush::models {

/// What is known of a reporter mix beside its weights.
struct ReporterMixConfig {
    std::vector<std::string> motifs;  ///< names
    double occupancy_slope = 10;
    double occupancy_threshold = 0.78;
    double gain_factor = 0.6;  ///< what a positive sum is worth: a made site rarely works

    /// @throws Error{kModel} for values that cannot be run.
    void validate(const std::string& file) const;
};

/// A change as both alleles' bases: what changes, kFlank bases on each side of it the same in both.
/// An insertion or deletion that could as well stand further right takes all those places in. Codes
/// 0..3 for A C G T, 4 for anything else.
struct MixQuery {
    static constexpr std::int64_t kFlank = MotifBank::kMotifColumns - 1;

    std::vector<std::uint8_t> reference;
    std::vector<std::uint8_t> alternative;
};

/// The bases of a query's allele that words of so many bases (up to kFlank + 1) over the change
/// see.
[[nodiscard]] std::span<const std::uint8_t> around_change(std::span<const std::uint8_t> codes,
                                                          std::int64_t word_bp);

/// What the parts of a mix say of a change; they add up to the score.
struct MixScore {
    double activators = 0;  ///< motifs of the activators that were chosen beforehand
    double motifs = 0;      ///< fitted weights of all motifs
    double words = 0;       ///< gapped six-mers and four-mers
    double network = 0;     ///< the small network, both strands, all placements
    std::size_t top_motif = 0;
    double top_motif_change = 0;  ///< of its occupancy

    [[nodiscard]] double total() const { return activators + motifs + words + network; }
};

/// Sums of the columns of a network's last convolution over all words of `codes`, mean of both
/// strands, [channels]; `codes` has at least word_bp() bases.
[[nodiscard]] std::vector<double> network_sums(const ReporterNetwork& network,
                                               std::span<const std::uint8_t> codes);

/// A loaded regulatory mix ("reporter-mix"), read-only and shared between threads: changes of soft
/// motif occupancy, of word counts and of a small reporter network's features, each times a fitted
/// weight, with positive sums times gain_factor. The sum over a whole sequence of one allele less
/// that of the other: no spelling of a change, no strand and no window plays a part.
class ReporterMix {
  public:
    /// @throws Error{kModel} for a missing, misshapen or left-over tensor, with expected and found.
    explicit ReporterMix(const nn::SafeTensors& file);

    [[nodiscard]] const ReporterMixConfig& config() const noexcept { return config_; }
    [[nodiscard]] const ModelIdentity& identity() const noexcept { return identity_; }
    [[nodiscard]] const ReporterNetwork& network() const noexcept { return *network_; }

    /// One score a query. Neighbours with the same reference share its work; results depend neither
    /// on that nor on `team`. Cost of a substitution: two motif scans over 69 bases and four passes
    /// of the network over 25.
    /// @throws Error{kInternal} for a query without flanks.
    [[nodiscard]] std::vector<MixScore> scores(std::span<const MixQuery> queries,
                                               const nn::Team& team) const;

  private:
    struct Allele;

    void describe(std::span<const std::uint8_t> codes, Allele& allele) const;
    [[nodiscard]] MixScore compare(const Allele& reference, const Allele& alternative) const;
    [[nodiscard]] double word_sum(std::span<const std::uint8_t> codes) const;

    ReporterMixConfig config_;
    ModelIdentity identity_;
    std::unique_ptr<const MotifBank> bank_;
    std::unique_ptr<const ReporterNetwork> network_;
    std::vector<float> activator_weights_;
    std::vector<float> motif_weights_;
    std::vector<float> gapped_weights_;
    std::vector<float> four_mer_weights_;
};

}  // namespace varhush::models
