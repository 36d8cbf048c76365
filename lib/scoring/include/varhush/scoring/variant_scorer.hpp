#pragma once

#include "varhush/models/sequence_model.hpp"
#include "varhush/models/track_table.hpp"
#include "varhush/scoring/gene_table.hpp"
#include "varhush/scoring/indel_alignment.hpp"
#include "varhush/scoring/pas_table.hpp"
#include "varhush/scoring/scorer_spec.hpp"
#include "varhush/scoring/splice_site_table.hpp"
#include "varhush/scoring/track_selection.hpp"
#include "varhush/scoring/window.hpp"
#include "varhush/seq/status.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace varhush::scoring {

/// Which scorers compare ALT with REF base by base where lengths differ.
enum class AlignMode {
    kOfficial,  ///< gene masks, polyadenylation and junctions
    kAll,       ///< centre masks and contact maps too, where the shift is whole bins
};

/// Consecutive bins of one output, values [rows, channels]; channels as in the need.
struct TrackBlock {
    models::OutputType output = models::OutputType::kAtac;
    std::int64_t first_bin = 0;
    std::int64_t rows = 0;
    std::span<const float> values;
};

/// Tracks that a scorer reads of both sequences.
struct TrackNeed {
    models::OutputType output = models::OutputType::kAtac;
    int resolution_bp = 1;
    std::vector<models::PositionRange> bins;  ///< bins of the REF sequence, ascending, disjoint
    bool aligned = false;  ///< ALT goes through IndelAlignment at this resolution first
    std::vector<std::int32_t> channels;  ///< ascending, not empty
};

/// The column of the contact maps that a scorer reads of both sequences: all rows, never aligned
/// by the caller.
struct ContactNeed {
    std::int64_t column = 0;
    std::vector<std::int32_t> channels;
};

/// One row of scores: a variant, or a variant and a gene, or a junction of that gene.
struct ScoreRow {
    const Gene* gene = nullptr;
    std::optional<seq::Interval> junction;  ///< intron, genomic 0-based half-open
    int num_pas = 0;                        ///< polyadenylation: sites used
    std::int64_t min_pas_variant_distance = 0;
};

/// Raw scores [rows, channels]; NaN where there is none (another strand, an empty mask).
struct ScoreTable {
    seq::AlleleStatus status = seq::AlleleStatus::kOk;  ///< else there may be no rows
    bool aligned =
        true;  ///< false: lengths differ and bins right of the change are compared shifted
    models::OutputType output = models::OutputType::kAtac;
    std::vector<std::int32_t> channels;
    std::vector<ScoreRow> rows;
    std::vector<double> values;
    /// The sums or means of REF and ALT that each value was made of, [rows, channels]; empty where
    /// a scorer has no such pair (largest changes, distances, junctions).
    std::vector<double> ref_levels;
    std::vector<double> alt_levels;

    [[nodiscard]] double at(std::size_t row, std::size_t column) const {
        return values[row * channels.size() + column];
    }
};

/// One scorer at work on one variant in one window. It is asked what it needs, fed with it in
/// pieces, and finished. Results do not depend, bit for bit, on how blocks are cut. Order of calls:
/// needs() and contact(); consume() of every need, bins ascending within a need;
/// consume_contacts(); then, where wants_junctions(), junction_sites() and consume_junctions();
/// finish() once. What a scorer has no use for it does not ask for, so a caller may drive all
/// kinds alike.
class VariantScorer {
  public:
    virtual ~VariantScorer() = default;

    /// Known from the start; not kOk: there is nothing to compute (finish() may still have rows,
    /// where the official code gives a number for nothing).
    [[nodiscard]] virtual seq::AlleleStatus status() const noexcept = 0;

    [[nodiscard]] virtual std::span<const TrackNeed> needs() const noexcept { return {}; }
    /// The next bins of need `need`, the same of both; `alt` aligned where the need says so.
    virtual void consume(std::size_t need, const TrackBlock& ref, const TrackBlock& alt);

    [[nodiscard]] virtual std::optional<ContactNeed> contact() const { return std::nullopt; }
    /// [window / 2048 rows, channels] of the column, as predicted.
    virtual void consume_contacts(std::span<const float> ref, std::span<const float> alt);

    [[nodiscard]] virtual bool wants_junctions() const noexcept { return false; }
    /// Sites, in the coordinates of the REF sequence, at which junctions of REF and of aligned ALT
    /// are wanted; any row may be empty. Embeddings of ALT go through IndelAlignment (1 bp) first.
    [[nodiscard]] virtual models::SpliceSiteRows junction_sites() const;
    /// Which tissues of the junction head, ascending.
    [[nodiscard]] virtual std::span<const std::int32_t> junction_tissues() const noexcept;
    /// Counts [donors, acceptors, tissues] at these sites.
    virtual void consume_junctions(const models::JunctionCounts& ref,
                                   const models::JunctionCounts& alt);

    [[nodiscard]] virtual ScoreTable finish() = 0;
};

/// What scorers are made from; everything referred to outlives the scorers and their tables.
struct ScorerContext {
    const models::TrackTable* tracks = nullptr;
    const TrackSelection* selection = nullptr;
    const GeneTable* genes = nullptr;               ///< null: gene scorers give kNoGene
    const PasTable* pas = nullptr;                  ///< null: polyadenylation gives kNoGene
    const SpliceSiteTable* splice_sites = nullptr;  ///< null: junctions at predicted sites alone
    AlignMode align = AlignMode::kOfficial;
    int num_splice_sites = 512;  ///< as in the model's config
    double splice_site_threshold = 0.1;
};

/// @throws Error{kInternal} when the context has no tracks or selection.
[[nodiscard]] std::unique_ptr<VariantScorer> make_scorer(const ScorerSpec& spec,
                                                         const ScorerContext& context,
                                                         const ScoreWindow& window,
                                                         const ScoredVariant& variant);
/// The same where ALT has several changes (ascending, disjoint): masks lie as those of `variant`
/// alone, and ALT is laid over REF change by change.
[[nodiscard]] std::unique_ptr<VariantScorer> make_scorer(const ScorerSpec& spec,
                                                         const ScorerContext& context,
                                                         const ScoreWindow& window,
                                                         const ScoredVariant& variant,
                                                         std::span<const ScoredVariant> changes);

}  // namespace varhush::scoring
