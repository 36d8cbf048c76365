// Polyadenylation: the largest shift of expression between the sites of a gene. docs/scorers.md.

#include "mask_sums.hpp"
#include "scorers.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>

namespace varhush::scoring {

namespace {

constexpr std::int64_t kPasWindowBp = 400;
constexpr std::size_t kFewestSites = 2;

/// The sites of `gene` inside the window, in the order of the table; empty when the gene is not to
/// be scored.
std::vector<PasSite> usable_sites(const Gene& gene, const ScorerJob& job) {
    std::vector<PasSite> inside;
    std::size_t all = 0;
    std::size_t start_fits = 0;
    std::size_t end_fits = 0;
    for (const PasSite& site : job.context.pas->sites(gene.id)) {
        if (site.strand != gene.strand) {
            continue;
        }
        ++all;
        const bool start = site.start >= job.window.start;
        const bool end = site.end < job.window.end;
        start_fits += start ? 1 : 0;
        end_fits += end ? 1 : 0;
        if (start && end) {
            inside.push_back(site);
        }
    }
    // At least 80 % of the gene's sites on each count.
    const bool covered = 5 * start_fits >= 4 * all && 5 * end_fits >= 4 * all;
    if (!covered || inside.size() < kFewestSites) {
        inside.clear();
    }
    return inside;
}

double finite_or_zero(double value) {
    return std::isfinite(value) ? value : 0;
}

/// Largest |log2| change of the proximal to distal ratio over all splits of the sites.
double largest_shift(const std::vector<double>& ratios) {
    const std::size_t sites = ratios.size();
    double total = 0;
    for (const double ratio : ratios) {
        total += ratio;
    }
    double best = 0;
    double proximal = 0;
    for (std::size_t k = 1; k < sites; ++k) {
        proximal += ratios[k - 1];
        double distal = 0;
        for (std::size_t a = k; a < sites; ++a) {
            distal += ratios[a];
        }
        const double expected = static_cast<double>(sites - k) / static_cast<double>(k);
        best = std::max(best, finite_or_zero(std::fabs(std::log2(expected * proximal / distal))));
    }
    return best;
}

class PolyadenylationScorer final : public VariantScorer {
  public:
    explicit PolyadenylationScorer(const ScorerJob& job) : table_(job.table()) {
        if (!IndelAlignment::make(job.window, job.changes)) {
            table_.status = seq::AlleleStatus::kEdge;
            return;
        }
        std::vector<std::vector<seq::Interval>> windows;
        if (job.context.genes != nullptr && job.context.pas != nullptr) {
            for (const Gene* gene : job.context.genes->overlapping(job.variant)) {
                add_gene(*gene, job, windows);
            }
        }
        if (table_.rows.empty()) {
            table_.status = seq::AlleleStatus::kNoGene;
            return;
        }
        sums_.emplace(windows, table_.channels.size(), MaskReduction::kSums);
        if (!table_.channels.empty()) {
            needs_.push_back(
                {job.spec.output, 1, sums_->bins(), !job.same_length(), table_.channels});
        }
    }

    [[nodiscard]] seq::AlleleStatus status() const noexcept override { return table_.status; }
    [[nodiscard]] std::span<const TrackNeed> needs() const noexcept override { return needs_; }

    void consume(std::size_t, const TrackBlock& ref, const TrackBlock& alt) override {
        sums_->consume(ref, alt);
    }

    [[nodiscard]] ScoreTable finish() override {
        if (sums_) {
            sums_->check_complete();
        }
        std::size_t first = 0;
        for (const ScoreRow& row : table_.rows) {
            const auto sites = static_cast<std::size_t>(row.num_pas);
            for (std::size_t channel = 0; channel < table_.channels.size(); ++channel) {
                std::vector<double> ratios;
                for (std::size_t site = first; site < first + sites; ++site) {
                    ratios.push_back(
                        finite_or_zero(sums_->alt(site, channel) / sums_->ref(site, channel)));
                }
                table_.values.push_back(largest_shift(ratios));
            }
            first += sites;
        }
        return std::move(table_);
    }

  private:
    void add_gene(const Gene& gene,
                  const ScorerJob& job,
                  std::vector<std::vector<seq::Interval>>& windows) {
        const std::vector<PasSite> sites = usable_sites(gene, job);
        if (sites.empty()) {
            return;
        }
        ScoreRow& row = table_.rows.emplace_back();
        row.gene = &gene;
        row.num_pas = static_cast<int>(sites.size());
        std::optional<std::int64_t> nearest;
        for (const PasSite& site : sites) {
            const bool minus = gene.strand == '-';
            const seq::Interval window{minus ? site.start : site.start + 1 - kPasWindowBp,
                                       minus ? site.start + kPasWindowBp : site.start + 1};
            windows.push_back(inside_window({window}, job.window));
            // The official table counts from the variant's 1-based position.
            const std::int64_t distance = std::abs(site.start - (job.variant.start + 1));
            nearest = std::min(nearest.value_or(distance), distance);
        }
        row.min_pas_variant_distance = *nearest;
    }

    ScoreTable table_;
    std::optional<MaskSums> sums_;  ///< a mask a site, by row
    std::vector<TrackNeed> needs_;
};

}  // namespace

std::unique_ptr<VariantScorer> make_polyadenylation(const ScorerJob& job) {
    return std::make_unique<PolyadenylationScorer>(job);
}

}  // namespace varhush::scoring
