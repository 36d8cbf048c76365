// Gene masks: expression in the exons of genes (LFC, ACTIVE), the largest splicing change in their
// bodies. docs/scorers.md.

#include "mask_sums.hpp"
#include "scorers.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace varhush::scoring {

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kNoNeed = std::numeric_limits<std::size_t>::max();
constexpr double kPseudo = 0.001;

/// Genes of one strand, with the tracks that count for it: those of the other strand are never
/// read.
struct StrandGroup {
    std::vector<std::size_t> genes;    ///< rows of the result
    std::vector<std::size_t> columns;  ///< columns of the result
    std::optional<MaskSums> sums;
    std::size_t need = kNoNeed;
};

std::vector<GeneMask> body_masks(const ScorerJob& job) {
    std::vector<GeneMask> masks;
    for (const Gene* gene : job.context.genes->overlapping(job.variant)) {
        masks.push_back({gene, {gene->body}});
    }
    return masks;
}

class GeneMaskScorer final : public VariantScorer {
  public:
    explicit GeneMaskScorer(const ScorerJob& job) : table_(job.table()), kind_(job.spec.kind) {
        if (!IndelAlignment::make(job.window, job.changes)) {
            table_.status = seq::AlleleStatus::kEdge;
            return;
        }
        std::vector<GeneMask> masks;
        if (job.context.genes != nullptr) {
            masks = kind_ == ScorerKind::kGeneMaskSplicing
                        ? body_masks(job)
                        : job.context.genes->with_start_in(job.window);
        }
        if (masks.empty()) {
            table_.status = seq::AlleleStatus::kNoGene;
            return;
        }
        for (const GeneMask& mask : masks) {
            ScoreRow& row = table_.rows.emplace_back();
            row.gene = mask.gene;
        }
        make_group('+', masks, job);
        make_group('-', masks, job);
    }

    [[nodiscard]] seq::AlleleStatus status() const noexcept override { return table_.status; }
    [[nodiscard]] std::span<const TrackNeed> needs() const noexcept override { return needs_; }

    void consume(std::size_t need, const TrackBlock& ref, const TrackBlock& alt) override {
        for (StrandGroup& group : groups_) {
            if (group.sums && group.need == need) {
                group.sums->consume(ref, alt);
            }
        }
    }

    [[nodiscard]] ScoreTable finish() override {
        const std::size_t width = table_.channels.size();
        table_.values.assign(table_.rows.size() * width, kNan);
        const bool levels = kind_ != ScorerKind::kGeneMaskSplicing;
        if (levels) {
            table_.ref_levels = table_.values;
            table_.alt_levels = table_.values;
        }
        for (const StrandGroup& group : groups_) {
            if (group.sums) {
                group.sums->check_complete();
            }
            for (std::size_t i = 0; i < group.genes.size(); ++i) {
                for (std::size_t j = 0; j < group.columns.size(); ++j) {
                    const std::size_t at = group.genes[i] * width + group.columns[j];
                    table_.values[at] = result(*group.sums, i, j);
                    if (levels) {
                        const auto n = static_cast<double>(group.sums->size(i));
                        table_.ref_levels[at] = group.sums->ref(i, j) / n;
                        table_.alt_levels[at] = group.sums->alt(i, j) / n;
                    }
                }
            }
        }
        return std::move(table_);
    }

  private:
    void make_group(char strand, const std::vector<GeneMask>& masks, const ScorerJob& job) {
        StrandGroup& group = groups_[strand == '-' ? 1 : 0];
        std::vector<std::vector<seq::Interval>> positions;
        for (std::size_t i = 0; i < masks.size(); ++i) {
            if (masks[i].gene->strand == strand) {
                group.genes.push_back(i);
                positions.push_back(inside_window(masks[i].positions, job.window));
            }
        }
        const auto tracks = job.context.tracks->tracks(job.spec.output);
        TrackNeed need{job.spec.output, 1, {}, !job.same_length(), {}};
        for (std::size_t i = 0; i < table_.channels.size(); ++i) {
            const char track = tracks[static_cast<std::size_t>(table_.channels[i])].strand;
            if (track == '.' || track == strand) {
                group.columns.push_back(i);
                need.channels.push_back(table_.channels[i]);
            }
        }
        group.sums.emplace(positions,
                           group.columns.size(),
                           kind_ == ScorerKind::kGeneMaskSplicing ? MaskReduction::kLargestChange
                                                                  : MaskReduction::kSums);
        need.bins = group.sums->bins();
        if (!need.bins.empty() && !need.channels.empty()) {
            group.need = needs_.size();
            needs_.push_back(std::move(need));
        }
    }

    [[nodiscard]] double result(const MaskSums& sums, std::size_t gene, std::size_t column) const {
        if (kind_ == ScorerKind::kGeneMaskSplicing) {
            return sums.ref(gene, column);
        }
        const auto n = static_cast<double>(sums.size(gene));
        const double ref = sums.ref(gene, column) / n;
        const double alt = sums.alt(gene, column) / n;
        return kind_ == ScorerKind::kGeneMaskActive
                   ? std::max(ref, alt)
                   : std::log(alt + kPseudo) - std::log(ref + kPseudo);
    }

    ScoreTable table_;
    ScorerKind kind_;
    std::array<StrandGroup, 2> groups_;
    std::vector<TrackNeed> needs_;
};

}  // namespace

std::unique_ptr<VariantScorer> make_gene_mask(const ScorerJob& job) {
    return std::make_unique<GeneMaskScorer>(job);
}

}  // namespace varhush::scoring
