// Splice junctions: the junction of each gene and tissue whose predicted count changes most.
// docs/scorers.md.

#include "half.hpp"
#include "scorers.hpp"
#include "varhush/core/error.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace varhush::scoring {

namespace {

using models::PositionRange;
using models::SpliceSiteRows;

constexpr std::size_t kSiteRows = 4;  ///< donor+, acceptor+, donor-, acceptor-
constexpr std::size_t kMostSites = 256;
constexpr float kPseudo = 1e-7F;

struct Candidate {
    std::int64_t position = 0;
    float probability = 0;
};

/// The sites that the official code looks at: the K most probable above the threshold, of equal
/// ones the lower position, in ascending order; the first 256 of them.
std::vector<std::int64_t> best_sites(std::vector<Candidate> candidates, int most) {
    const auto better = [](const Candidate& a, const Candidate& b) {
        return a.probability != b.probability ? a.probability > b.probability
                                              : a.position < b.position;
    };
    std::sort(candidates.begin(), candidates.end(), better);
    candidates.resize(std::min(candidates.size(), static_cast<std::size_t>(most)));
    std::vector<std::int64_t> sites;
    sites.reserve(candidates.size());
    for (const Candidate& candidate : candidates) {
        sites.push_back(candidate.position);
    }
    std::sort(sites.begin(), sites.end());
    sites.resize(std::min(sites.size(), kMostSites));
    return sites;
}

/// A junction of REF and ALT with its absolute change in every tissue.
struct Junction {
    seq::Interval intron;  ///< genomic
    std::vector<double> change;
};

class SpliceJunctionScorer final : public VariantScorer {
  public:
    explicit SpliceJunctionScorer(const ScorerJob& job)
        : table_(job.table()),
          window_start_(job.window.start),
          most_(job.context.num_splice_sites),
          threshold_(static_cast<float>(job.context.splice_site_threshold)) {
        if (!IndelAlignment::make(job.window, job.changes)) {
            table_.status = seq::AlleleStatus::kEdge;
            return;
        }
        std::vector<seq::Interval> bodies;
        if (job.context.genes != nullptr) {
            for (const Gene* gene : job.context.genes->overlapping(job.variant)) {
                bodies.push_back(gene->body);
                if (job.context.genes->protein_coding(*gene)) {
                    genes_.push_back(gene);
                }
            }
        }
        if (genes_.empty()) {  // without a protein-coding gene no junction is ever reported
            table_.status = seq::AlleleStatus::kNoGene;
            return;
        }
        if (table_.channels.empty()) {
            return;
        }
        TrackNeed need{models::OutputType::kSpliceSites, 1, {}, !job.same_length(), {0, 1, 2, 3}};
        for (const seq::Interval& part : inside_window(bodies, job.window)) {
            need.bins.push_back({part.start, part.end});
            unread_ += part.end - part.start;
        }
        if (job.context.splice_sites != nullptr) {
            annotated_ = job.context.splice_sites->inside(job.window);
        }
        if (!need.bins.empty()) {
            needs_.push_back(std::move(need));
        }
    }

    [[nodiscard]] seq::AlleleStatus status() const noexcept override { return table_.status; }
    [[nodiscard]] std::span<const TrackNeed> needs() const noexcept override { return needs_; }

    void consume(std::size_t, const TrackBlock& ref, const TrackBlock& alt) override {
        const std::size_t size = static_cast<std::size_t>(ref.rows) * kSiteRows;
        VARHUSH_CHECK(ref.first_bin == alt.first_bin && ref.rows == alt.rows);
        VARHUSH_CHECK(ref.values.size() == size && alt.values.size() == size);
        unread_ -= ref.rows;
        for (std::size_t i = 0; i < size; ++i) {
            const std::int64_t position = ref.first_bin + static_cast<std::int64_t>(i / kSiteRows);
            const std::size_t row = i % kSiteRows;
            const float probability = is_annotated(row, position)
                                          ? std::max({1.0F, ref.values[i], alt.values[i]})
                                          : std::max(ref.values[i], alt.values[i]);
            if (probability >= threshold_) {
                candidates_[row].push_back({position, probability});
            }
        }
    }

    [[nodiscard]] bool wants_junctions() const noexcept override { return !needs_.empty(); }

    [[nodiscard]] SpliceSiteRows junction_sites() const override {
        VARHUSH_CHECK(unread_ == 0);
        SpliceSiteRows sites;
        for (std::size_t row = 0; row < kSiteRows; ++row) {
            for (const std::int64_t site : best_sites(candidates_[row], most_)) {
                if (may_be_reported(site, row < 2 ? '+' : '-')) {
                    sites[row].push_back(site);
                }
            }
        }
        return sites;
    }

    [[nodiscard]] std::span<const std::int32_t> junction_tissues() const noexcept override {
        return table_.channels;
    }

    void consume_junctions(const models::JunctionCounts& ref,
                           const models::JunctionCounts& alt) override {
        const SpliceSiteRows sites = junction_sites();
        counted_ = true;
        for (const Gene* gene : genes_) {
            const bool minus = gene->strand == '-';
            add_winners(*gene,
                        minus ? minus_junctions(*gene, sites, ref.minus, alt.minus)
                              : plus_junctions(*gene, sites, ref.plus, alt.plus));
        }
    }

    [[nodiscard]] ScoreTable finish() override {
        VARHUSH_CHECK(counted_ == wants_junctions());
        return std::move(table_);
    }

  private:
    [[nodiscard]] bool is_annotated(std::size_t row, std::int64_t position) const {
        return std::binary_search(annotated_[row].begin(), annotated_[row].end(), position);
    }

    /// Whether a junction at this site can lie in a protein-coding gene of the strand; other sites
    /// count among the best but need no junction.
    [[nodiscard]] bool may_be_reported(std::int64_t site, char strand) const {
        const std::int64_t position = window_start_ + site;
        return std::any_of(genes_.begin(), genes_.end(), [&](const Gene* gene) {
            return gene->strand == strand && position >= gene->body.start &&
                   position < gene->body.end;
        });
    }

    [[nodiscard]] std::vector<Junction> plus_junctions(const Gene& gene,
                                                       const SpliceSiteRows& sites,
                                                       const std::vector<float>& ref,
                                                       const std::vector<float>& alt) const {
        std::vector<Junction> found;
        for (std::size_t d = 0; d < sites[0].size(); ++d) {
            for (std::size_t a = 0; a < sites[1].size(); ++a) {
                const seq::Interval intron{sites[0][d] + 1, sites[1][a]};
                add_junction(gene, intron, d * sites[1].size() + a, ref, alt, found);
            }
        }
        return found;
    }

    [[nodiscard]] std::vector<Junction> minus_junctions(const Gene& gene,
                                                        const SpliceSiteRows& sites,
                                                        const std::vector<float>& ref,
                                                        const std::vector<float>& alt) const {
        std::vector<Junction> found;
        for (std::size_t d = 0; d < sites[2].size(); ++d) {
            for (std::size_t a = 0; a < sites[3].size(); ++a) {
                const seq::Interval intron{sites[3][a] + 1, sites[2][d]};
                add_junction(gene, intron, d * sites[3].size() + a, ref, alt, found);
            }
        }
        return found;
    }

    /// `intron` in the window; `pair` is the junction's place in the counts.
    void add_junction(const Gene& gene,
                      seq::Interval intron,
                      std::size_t pair,
                      const std::vector<float>& ref,
                      const std::vector<float>& alt,
                      std::vector<Junction>& found) const {
        const bool is_intron = intron.start < intron.end && intron.start > 0;
        intron.start += window_start_;
        intron.end += window_start_;
        if (!is_intron || intron.start <= gene.body.start || intron.end >= gene.body.end) {
            return;
        }
        const std::size_t tissues = table_.channels.size();
        VARHUSH_CHECK((pair + 1) * tissues <= ref.size() && ref.size() == alt.size());
        Junction& junction = found.emplace_back();
        junction.intron = intron;
        for (std::size_t i = pair * tissues; i < (pair + 1) * tissues; ++i) {
            // In float32 and rounded to float16, as the official code does before it compares.
            const float delta = std::log(alt[i] + kPseudo) - std::log(ref[i] + kPseudo);
            junction.change.push_back(std::fabs(static_cast<double>(round_to_half(delta))));
        }
    }

    /// The junctions that change most in some tissue, in the order of the tissues.
    void add_winners(const Gene& gene, const std::vector<Junction>& junctions) {
        std::vector<std::size_t> winners;
        for (std::size_t tissue = 0; tissue < table_.channels.size(); ++tissue) {
            const auto best = std::max_element(
                junctions.begin(), junctions.end(), [&](const Junction& a, const Junction& b) {
                    return a.change[tissue] < b.change[tissue];
                });
            const auto index = static_cast<std::size_t>(best - junctions.begin());
            if (best != junctions.end() &&
                std::find(winners.begin(), winners.end(), index) == winners.end()) {
                winners.push_back(index);
            }
        }
        for (const std::size_t winner : winners) {
            ScoreRow& row = table_.rows.emplace_back();
            row.gene = &gene;
            row.junction = junctions[winner].intron;
            const std::vector<double>& change = junctions[winner].change;
            table_.values.insert(table_.values.end(), change.begin(), change.end());
        }
    }

    ScoreTable table_;
    std::int64_t window_start_;
    int most_;
    float threshold_;
    std::vector<const Gene*> genes_;  ///< protein-coding ones at the variant
    SpliceSiteRows annotated_;
    std::array<std::vector<Candidate>, kSiteRows> candidates_;
    std::vector<TrackNeed> needs_;
    std::int64_t unread_ = 0;  ///< bins still to come
    bool counted_ = false;
};

}  // namespace

std::unique_ptr<VariantScorer> make_splice_junction(const ScorerJob& job) {
    return std::make_unique<SpliceJunctionScorer>(job);
}

}  // namespace varhush::scoring
