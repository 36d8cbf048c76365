#pragma once

#include "varhush/models/reporter_mix.hpp"
#include "varhush/models/sequence_model.hpp"
#include "varhush/models/splice_evaluator.hpp"
#include "varhush/scoring/scorer_spec.hpp"
#include "varhush/scoring/variant_scorer.hpp"
#include "varhush/seq/allele.hpp"
#include "varhush/seq/annotation.hpp"
#include "varhush/seq/reference_source.hpp"
#include "varhush/seq/transcript.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace varhush::scoring {

/// Where effects are looked for: where a model would look for those of `change` alone.
struct HaplotypeFrame {
    std::string contig;  ///< any of its names
    seq::Change change;
};

/// A haplotype at a frame: canonical changes (seq::canonical_changes), at least one.
struct HaplotypeQuery {
    HaplotypeFrame frame;
    std::vector<seq::Change> changes;
};

/// Effects of a haplotype against the reference at every place of a frame. The places of a frame
/// are the same for every haplotype, so effects can be added and subtracted place by place.
struct HaplotypeEffect {
    seq::AlleleStatus status = seq::AlleleStatus::kOk;  ///< else there are no values
    std::vector<std::vector<double>> values;      ///< by tag and place; NaN: nothing is read there
    std::string words;                            ///< the effect in words, where places have none
    std::vector<std::vector<std::string>> genes;  ///< by scorer and row, for place_text()
};

/// One flat tag that a model fills.
struct HaplotypeTag {
    seq::Modality modality = seq::Modality::kSplicing;
    /// Whether effects of both signs add up. Sizes (a distance between two predictions) do not: of
    /// these only the joint effect means something.
    bool additive = true;
};

/// What a model says of haplotypes: the scorers of `score` for several changes in one sequence. A
/// haplotype of one change has, as its value of largest size, the value of `score`.
/// Results depend neither on how queries are grouped nor on threads.
class HaplotypeEffects {
  public:
    virtual ~HaplotypeEffects() = default;

    [[nodiscard]] virtual const std::vector<HaplotypeTag>& tags() const noexcept = 0;

    /// Changes further than this from a frame's do not reach it: they need not be in a query.
    [[nodiscard]] virtual std::int64_t reach_bp() const noexcept = 0;

    /// Whether REF and ALT are compared position by position of the sequence, so that an insertion
    /// or deletion away from a frame shows there as a mere displacement.
    [[nodiscard]] virtual bool displaces() const noexcept { return false; }

    /// One effect a query. Queries of one frame, and of neighbouring ones, share work.
    [[nodiscard]] virtual std::vector<HaplotypeEffect> effects(
        std::span<const HaplotypeQuery> queries) = 0;

    /// Values of a tag at all places of a frame as they count: masks take some away (0).
    virtual void mask(const HaplotypeFrame& frame, std::span<double> values) const;

    /// A value as `score` tells it.
    [[nodiscard]] virtual double told(double value) const;

    /// The place in words, as VH_TOP has them; `effect` is one of this frame, `value` what is told
    /// of the place.
    [[nodiscard]] virtual std::string place_text(const HaplotypeFrame& frame,
                                                 const HaplotypeEffect& effect,
                                                 std::size_t tag,
                                                 std::size_t place,
                                                 double value) const = 0;
};

struct SpliceHaplotypeOptions {
    int distance_bp = 50;
    bool mask = false;
};

/// Splice networks: places are positions, sites and genes as in SpliceScorer; each change is laid
/// over the reference by itself. Statuses as there.
[[nodiscard]] std::unique_ptr<HaplotypeEffects> make_splice_haplotypes(
    std::shared_ptr<const models::SpliceNetwork> network,
    std::unique_ptr<models::SpliceEvaluator> evaluator,
    const seq::ReferenceSource& reference,
    const seq::GeneModels* genes,
    const SpliceHaplotypeOptions& options);

/// What an AlphaGenome-style model is asked.
struct WindowHaplotypeOptions {
    std::int64_t window_bp = 131072;
    int organism = 0;
    std::vector<ScorerSpec> specs;  ///< those without a modality, and junctions, are left out
};

/// Whether the values of a scorer can be held against each other between haplotypes: it is an
/// effect, and its rows are the same for all (junctions depend on the sites of the sequence).
[[nodiscard]] bool serves_haplotypes(const ScorerSpec& spec) noexcept;

/// AlphaGenome-style models: places are tracks (and genes) of each scorer, in the window and mask
/// of the frame. One model a thread; what they, `reference` and `context` refer to must outlive it.
/// @throws Error{kUsage} when no scorer is left.
[[nodiscard]] std::unique_ptr<HaplotypeEffects> make_window_haplotypes(
    const std::vector<models::SequenceModel*>& models,
    const seq::ReferenceSource& reference,
    const ScorerContext& context,
    const WindowHaplotypeOptions& options);

/// Reporter mixes: one place a frame, the sequence of all changes within kMixReachBp of the
/// frame's: about what one insert of a reporter assay holds.
inline constexpr std::int64_t kMixReachBp = 100;
[[nodiscard]] std::unique_ptr<HaplotypeEffects> make_mix_haplotypes(
    std::shared_ptr<const models::ReporterMix> mix,
    const seq::ReferenceSource& reference,
    int threads);

}  // namespace varhush::scoring
