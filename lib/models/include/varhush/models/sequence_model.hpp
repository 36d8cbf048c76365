#pragma once

#include "varhush/models/alphagenome_config.hpp"
#include "varhush/models/position_range.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace varhush::models {

/// What is wanted of one output of one sequence.
struct TrackQuery {
    OutputType output = OutputType::kAtac;  ///< a genome track, splice sites or usage
    int resolution_bp = 1;                  ///< 1 or 128
    std::vector<PositionRange> bins;        ///< in units of the resolution, ascending, disjoint
    std::vector<std::int32_t> channels;     ///< ascending; empty: all
};

/// Splice sites, ascending positions in the sequence: donor+, acceptor+, donor-, acceptor-.
using SpliceSiteRows = std::array<std::vector<std::int64_t>, 4>;

/// 1-bp embeddings at the sites of SpliceSiteRows, each [sites, embedding_1bp_dim].
using SiteEmbeddings = std::array<std::vector<float>, 4>;

/// Predicted junction counts [donors, acceptors, tissues] of both strands.
struct JunctionCounts {
    std::vector<float> plus;
    std::vector<float> minus;
};

/// `length` bases of an edited sequence from `edited_begin` on that equal those of the reference
/// sequence from `reference_begin` on.
struct SharedStretch {
    std::int64_t edited_begin = 0;
    std::int64_t reference_begin = 0;
    std::int64_t length = 0;
};

/// One sequence, its trunk computed; what stands behind the trunk is computed where it is asked
/// for. Not for use from two threads at once. Positions are 0-based from the sequence's first base.
class SequencePass {
  public:
    virtual ~SequencePass() = default;

    [[nodiscard]] virtual std::int64_t length_bp() const = 0;

    /// One [bins, channels] matrix a query: experimental-space tracks, class probabilities of
    /// splice sites (softmax), usage (sigmoid). The decoder runs once over the union of the
    /// positions.
    /// @throws Error{kInternal} for positions outside the sequence, or a head that is absent.
    [[nodiscard]] virtual std::vector<std::vector<float>> tracks(
        std::span<const TrackQuery> queries) = 0;

    /// [positions, embedding_1bp_dim]; `positions` ascending.
    [[nodiscard]] virtual std::vector<float> embeddings_1bp(
        std::span<const std::int64_t> positions) = 0;

    /// [rows, columns, channels] of the contact maps; `channels` empty: all.
    [[nodiscard]] virtual std::vector<float> contact_maps(
        PositionRange rows, PositionRange columns, std::span<const std::int32_t> channels) = 0;
};

/// Receives activations by name in the order they are computed (names and layouts of
/// docs/models/alphagenome.md, without a batch axis).
using ActivationTap = std::function<void(const std::string& name,
                                         const std::vector<std::int64_t>& shape,
                                         std::span<const float> values)>;

/// An AlphaGenome-style network ready to run, on this processor or on a card.
class SequenceModel {
  public:
    virtual ~SequenceModel() = default;

    [[nodiscard]] virtual const AlphaGenomeConfig& config() const = 0;

    /// `codes`: 0..3 for A C G T, 4 for anything else; a multiple of kPairBp. `organism`: 0 human,
    /// 1 mouse. @throws Error{kInternal} for other lengths.
    [[nodiscard]] virtual std::unique_ptr<SequencePass> run(std::span<const std::uint8_t> codes,
                                                            int organism) = 0;

    /// run() of each; an engine may compute them together.
    [[nodiscard]] virtual std::vector<std::unique_ptr<SequencePass>> run_several(
        std::span<const std::vector<std::uint8_t>> sequences, int organism) {
        std::vector<std::unique_ptr<SequencePass>> passes;
        passes.reserve(sequences.size());
        for (const std::vector<std::uint8_t>& codes : sequences) {
            passes.push_back(run(codes, organism));
        }
        return passes;
    }

    /// The same as run() for a sequence that shares stretches (ascending, disjoint in the edited
    /// one) with that of `reference`: same numbers as run(codes), less work. Both have the same
    /// length. `reference` must outlive the result.
    [[nodiscard]] virtual std::unique_ptr<SequencePass> run_edited(
        const SequencePass& reference,
        std::span<const std::uint8_t> codes,
        std::span<const SharedStretch> shared) = 0;

    /// The junction head on given sites. `tissues`: ascending; empty: all.
    [[nodiscard]] virtual JunctionCounts junctions(const SpliceSiteRows& sites,
                                                   const SiteEmbeddings& embeddings,
                                                   int organism,
                                                   std::span<const std::int32_t> tissues) = 0;

    /// Everything, whole, with every named activation: for parity tests and to look inside. `sites`
    /// null: the model's own. Memory grows with all activations.
    virtual void trace(std::span<const std::uint8_t> codes,
                       int organism,
                       const SpliceSiteRows* sites,
                       const ActivationTap& tap) = 0;
};

/// The K best positions of each of the classes 0..3 with a probability of at least the config's
/// threshold, ascending; of equal ones the lower position. `probabilities` is [positions, 5] and
/// starts at sequence position `first`.
[[nodiscard]] SpliceSiteRows choose_splice_sites(std::span<const float> probabilities,
                                                 std::int64_t first,
                                                 const AlphaGenomeConfig& config);

}  // namespace varhush::models
