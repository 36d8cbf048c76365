#pragma once

#include "varhush/scoring/variant_scorer.hpp"

#include <algorithm>
#include <memory>
#include <span>

namespace varhush::scoring {

/// What every scorer is made from.
struct ScorerJob {
    const ScorerSpec& spec;
    const ScorerContext& context;
    const ScoreWindow& window;
    const ScoredVariant& variant;            ///< where is looked
    std::span<const ScoredVariant> changes;  ///< of the ALT sequence: mostly `variant` alone

    [[nodiscard]] const std::vector<std::int32_t>& channels() const noexcept {
        return context.selection->of(spec.output);
    }
    /// Whether nothing is laid elsewhere.
    [[nodiscard]] bool same_length() const noexcept {
        return std::all_of(changes.begin(), changes.end(), [](const ScoredVariant& one) {
            return one.inserted_bp() == 0;
        });
    }
    /// A table with no rows yet.
    [[nodiscard]] ScoreTable table() const;
};

[[nodiscard]] std::unique_ptr<VariantScorer> make_center_mask(const ScorerJob& job);
[[nodiscard]] std::unique_ptr<VariantScorer> make_contact_map(const ScorerJob& job);
[[nodiscard]] std::unique_ptr<VariantScorer> make_gene_mask(const ScorerJob& job);
[[nodiscard]] std::unique_ptr<VariantScorer> make_polyadenylation(const ScorerJob& job);
[[nodiscard]] std::unique_ptr<VariantScorer> make_splice_junction(const ScorerJob& job);

/// Part of a gene inside the window, counted from the window's start; empty intervals left out.
[[nodiscard]] std::vector<seq::Interval> inside_window(const std::vector<seq::Interval>& intervals,
                                                       const ScoreWindow& window);

}  // namespace varhush::scoring
