#pragma once

#include "varhush/models/position_range.hpp"
#include "varhush/models/sequence_edit.hpp"
#include "varhush/models/splice_network.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace varhush::models {

/// What to predict on one tile: the reference over `ref_outputs`, and the edited sequence over
/// `alt_outputs` (positions of the edited tile). Every output needs half_context() bases of the
/// (edited) tile on both sides.
struct SpliceQuery {
    PositionRange ref_outputs;
    SequenceEdit edit;
    PositionRange alt_outputs;
};

/// Probabilities [positions, channels], averaged over the members. For Pangolin shapes the channels
/// are P(splice) of the tissues, each read from its own members.
struct SpliceResult {
    std::vector<float> ref;
    std::vector<float> alt;
};

/// A stretch of sequence in the direction of transcription: codes 0..3 for A C G T, 4 for anything
/// else.
struct SpliceTile {
    std::vector<std::uint8_t> codes;
};

/// A tile and what to predict on it.
struct SpliceTask {
    SpliceTile tile;
    std::vector<SpliceQuery> queries;
};

/// Predicts reference and edited sequences.
class SpliceEvaluator {
  public:
    virtual ~SpliceEvaluator() = default;

    /// Channels of a result row: 3, or the number of tissues.
    [[nodiscard]] virtual int channels() const = 0;

    /// One result a query, in order.
    /// @throws Error{kInternal} when an output lies too near the tile's ends (a bug in the caller).
    [[nodiscard]] virtual std::vector<SpliceResult> evaluate(
        const SpliceTile& tile, std::span<const SpliceQuery> queries) = 0;

    /// The results of evaluate() on each of the tasks, in order.
    [[nodiscard]] virtual std::vector<std::vector<SpliceResult>> evaluate_all(
        std::span<const SpliceTask> tasks);
};

/// The native CPU evaluator. The reference pass runs once over the span the queries need and keeps
/// its activations; each edit then recomputes only the cone of positions that the edit can reach
/// and that its outputs can see, which is exact: equal, bit for bit, to running the edited sequence
/// whole. Memory is about 4.2 kB a tile base and 16 units (one member at a time), plus scratch a
/// thread. evaluate() shares a tile's rows among the threads, 1,024 a piece; evaluate_all() gives
/// each thread tiles of its own where they are short (up to 17 MB a thread). Results do not depend
/// on `threads` nor on how queries are grouped into tiles.
[[nodiscard]] std::unique_ptr<SpliceEvaluator> make_native_evaluator(
    std::shared_ptr<const SpliceNetwork> network, int threads);

/// Reads channel choice of a member for averaging: see SpliceResult.
[[nodiscard]] int result_channels(const SpliceConfig& config) noexcept;

}  // namespace varhush::models
