#pragma once

#include "apps/haplo/effects.hpp"
#include "apps/haplo/outputs.hpp"
#include "varhush/scoring/haplotype_scorer.hpp"

#include <memory>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace varhush::apps {

/// Scores blocks: of a known phase both haplotypes, of an unknown one all possible ones, of which
/// the lowest and the highest joint effect stand.
class BlockScorer {
  public:
    BlockScorer(const std::vector<HaploModel>& models, const seq::ReferenceSource& reference);

    /// One a block, in order.
    [[nodiscard]] std::vector<std::shared_ptr<const ScoredBlock>> score(
        std::span<const std::shared_ptr<const Block>> blocks);

    void forget_before(const std::string& contig, std::int64_t position);

    /// Sequences other than the reference that were scored, each once.
    [[nodiscard]] std::int64_t distinct() const noexcept { return distinct_; }
    [[nodiscard]] const scoring::HaplotypeScorer::Counts& counts() const noexcept {
        return scorer_.counts();
    }

  private:
    struct Column {
        std::size_t model;
        std::size_t tag;
        std::string name;   ///< of the model
        std::string score;  ///< the tag
    };
    /// A haplotype of some block and its scores; none where its sequence is not known.
    struct Candidate {
        const BlockHaplotype* haplotype = nullptr;
        std::ptrdiff_t task = -1;
    };

    [[nodiscard]] std::vector<Candidate> candidates_of(const Block& block,
                                                       std::vector<scoring::HaplotypeTask>& tasks);
    void remember(const std::string& contig, const BlockHaplotype& haplotype);
    [[nodiscard]] HaploLine line_of(const Column& column,
                                    const std::string& label,
                                    const Candidate& candidate,
                                    const std::vector<scoring::HaplotypeScores>& scores) const;
    void add_bounds(const Column& column,
                    std::span<const Candidate> candidates,
                    const std::vector<scoring::HaplotypeScores>& scores,
                    std::vector<HaploLine>& lines) const;

    scoring::HaplotypeScorer scorer_;
    std::vector<Column> columns_;
    std::string contig_;
    std::set<std::pair<std::int64_t, std::string>> sequences_;
    std::int64_t distinct_ = 0;
};

/// "100:A>G+120:T>-" (1-based; - where there is nothing).
[[nodiscard]] std::string changes_text(std::span<const seq::Change> changes);

}  // namespace varhush::apps
