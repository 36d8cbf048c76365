#include "varhush/sirna/off_target_risk.hpp"

#include "seed_totals.hpp"
#include "varhush/core/error.hpp"
#include "varhush/sirna/guide.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace varhush::sirna {

namespace {

constexpr std::size_t kWorstGenes = 20;
constexpr std::uint32_t kSeedPositions = 0x7eU;  // positions 2 to 7
constexpr std::uint32_t kPosition8 = 0x80U;
constexpr std::uint32_t kCoreOffset = 12;  // of the base opposite position 7 in a site of 19

/// The seeds of a duplex.
struct Strands {
    std::string_view guide;
    std::string_view passenger;
};

}  // namespace

struct OffTargetAssessor::Impl {
    Impl(const OffTargetIndex& index, const SearchOptions& options, const RiskOptions& risk)
        : index_(index), options_(options), risk_(risk), weights_(weights()) {
        if (risk.seed_sites) {
            seeds_.emplace(index, weights_);
        }
    }

    [[nodiscard]] OffTargetSummary sum(const Strands& strands,
                                       std::span<const OffTargetHit> hits) const {
        OffTargetSummary summary;
        summary.intended_genes = intended(hits);
        const auto is_intended = [&](std::uint32_t gene) {
            return std::binary_search(
                summary.intended_genes.begin(), summary.intended_genes.end(), gene);
        };
        std::map<std::uint32_t, GeneRisk> genes;
        std::set<std::uint32_t> silenced;
        double seed_weights_taken = 0;
        for (const OffTargetHit& hit : hits) {
            const std::uint32_t gene = index_.transcripts()[hit.transcript].gene;
            if (is_intended(gene)) {
                count_intended(hit, summary, silenced);
                continue;
            }
            count(hit, summary);
            seed_weights_taken += add_load(hit, gene, summary, genes);
        }
        summary.intended_transcripts = static_cast<std::uint32_t>(silenced.size());
        add_genes(genes, summary);
        if (seeds_) {
            add_seeds(strands, summary);
            summary.seed_load = std::max(0.0, summary.seed_load - seed_weights_taken);
        }
        summary.load = summary.cleavage_load + summary.seed_load;
        return summary;
    }

    [[nodiscard]] std::vector<double> weights() const {
        const auto& transcripts = index_.transcripts();
        if (!risk_.transcript_weight.empty()) {
            VARHUSH_CHECK(risk_.transcript_weight.size() == transcripts.size());
            return risk_.transcript_weight;
        }
        std::vector<double> weights(transcripts.size());
        for (std::size_t i = 0; i < weights.size(); ++i) {
            const auto isoforms = index_.transcripts_of(transcripts[i].gene).size();
            weights[i] = 1.0 / static_cast<double>(isoforms);
        }
        return weights;
    }

    [[nodiscard]] std::vector<std::uint32_t> intended(std::span<const OffTargetHit> hits) const {
        std::set<std::uint32_t> genes(risk_.target_genes.begin(), risk_.target_genes.end());
        if (genes.empty() && risk_.guess_targets) {
            for (const OffTargetHit& hit : hits) {
                if (is_perfect(hit)) {
                    genes.insert(index_.transcripts()[hit.transcript].gene);
                }
            }
        }
        return {genes.begin(), genes.end()};
    }

    static bool is_perfect(const OffTargetHit& hit) {
        return hit.strand == DuplexStrand::kGuide && hit.mismatches == 0 &&
               hit.bulge == Bulge::kNone && hit.kind == SiteKind::kFull;
    }

    static void count_intended(const OffTargetHit& hit,
                               OffTargetSummary& summary,
                               std::set<std::uint32_t>& silenced) {
        if (hit.strand == DuplexStrand::kGuide) {
            ++summary.intended_sites;
        }
        if (is_perfect(hit)) {
            silenced.insert(hit.transcript);
        }
    }

    static void count(const OffTargetHit& hit, OffTargetSummary& summary) {
        if (hit.bulge != Bulge::kNone) {
            ++summary.bulged_sites;
        } else if (hit.strand == DuplexStrand::kGuide) {
            ++summary.guide_sites.at(hit.mismatches);
        } else {
            ++summary.passenger_sites.at(hit.mismatches);
        }
    }

    /// Returns the share of the seed load that this site takes over.
    double add_load(const OffTargetHit& hit,
                    std::uint32_t gene,
                    OffTargetSummary& summary,
                    std::map<std::uint32_t, GeneRisk>& genes) const {
        const double weight = weights_[hit.transcript];
        const double cut = cleavage_weight(hit) * allele_share(index_, hit);
        const double repressed = seeds_ ? seed_weight(seed_in(index_, hit)) : 0;
        GeneRisk& one = genes.try_emplace(gene, GeneRisk{gene, 0, 0xff, 0}).first->second;
        ++one.sites;
        if (hit.strand == DuplexStrand::kGuide && hit.bulge == Bulge::kNone) {
            one.fewest_mismatches = std::min(one.fewest_mismatches, hit.mismatches);
        }
        if (cut < repressed) {
            return 0;
        }
        one.load += weight * cut;
        summary.cleavage_load += weight * cut;
        return weight * repressed;
    }

    static void add_genes(const std::map<std::uint32_t, GeneRisk>& genes,
                          OffTargetSummary& summary) {
        for (const auto& [number, gene] : genes) {
            if (gene.fewest_mismatches < summary.genes.size()) {
                ++summary.genes.at(gene.fewest_mismatches);
            }
            summary.worst_genes.push_back(gene);
        }
        std::stable_sort(summary.worst_genes.begin(),
                         summary.worst_genes.end(),
                         [](const GeneRisk& a, const GeneRisk& b) { return a.load > b.load; });
        if (summary.worst_genes.size() > kWorstGenes) {
            summary.worst_genes.resize(kWorstGenes);
        }
    }

    void add_seeds(const Strands& strands, OffTargetSummary& summary) const {
        if (options_.guide_strand) {
            add_strand_seeds(seed_of(strands.guide), summary.seed_sites, summary);
        }
        if (options_.passenger_strand) {
            add_strand_seeds(seed_of(strands.passenger), summary.passenger_seed_sites, summary);
        }
    }

    void add_strand_seeds(const Seed& seed,
                          std::array<std::uint64_t, 5>& sites,
                          OffTargetSummary& summary) const {
        SeedSums sums = seeds_->of(seed);
        for (const std::uint32_t gene : summary.intended_genes) {
            for (const std::uint32_t transcript : index_.transcripts_of(gene)) {
                SeedTotals::subtract(index_, transcript, weights_[transcript], seed, sums);
            }
        }
        sites = sums.sites;
        for (std::size_t kind = 0; kind < sums.weight.size(); ++kind) {
            summary.seed_load += sums.weight[kind] * seed_weight(static_cast<SiteKind>(kind));
        }
    }

    const OffTargetIndex& index_;
    const SearchOptions& options_;
    const RiskOptions& risk_;
    std::vector<double> weights_;
    std::optional<SeedTotals> seeds_;
};

OffTargetAssessor::OffTargetAssessor(const OffTargetIndex& index,
                                     const SearchOptions& options,
                                     const RiskOptions& risk)
    : impl_(std::make_unique<Impl>(index, options, risk)) {}
OffTargetAssessor::~OffTargetAssessor() = default;

OffTargetSummary OffTargetAssessor::assess(std::string_view guide,
                                           std::string_view passenger,
                                           std::span<const OffTargetHit> hits) const {
    if (!passenger.empty()) {
        return impl_->sum({guide, passenger}, hits);
    }
    const std::string own = passenger_of(guide);
    return impl_->sum({guide, own}, hits);
}

const std::vector<double>& OffTargetAssessor::transcript_weights() const noexcept {
    return impl_->weights_;
}

SiteKind seed_in(const OffTargetIndex& index, const OffTargetHit& hit) {
    const IndexedTranscript& transcript = index.transcripts()[hit.transcript];
    const bool plain = hit.kind == SiteKind::kFull && hit.bulge == Bulge::kNone &&
                       hit.first_edit == OffTargetHit::kReference;
    if (!plain || !transcript.cds || (hit.mismatch_mask & kSeedPositions) != 0 ||
        hit.start + kCoreOffset < transcript.cds->end) {
        return SiteKind::kFull;
    }
    const bool m8 =
        (hit.mismatch_mask & kPosition8) == 0 && hit.start + kCoreOffset > transcript.cds->end;
    if (m8) {
        return hit.a_at_end ? SiteKind::k8mer : SiteKind::k7merM8;
    }
    return hit.a_at_end ? SiteKind::k7merA1 : SiteKind::k6mer;
}

namespace {

/// The alleles in and at the window of a hit, parted by whether the hit has them.
struct NearAlleles {
    std::vector<TranscriptVariant> in_hit;
    std::vector<TranscriptVariant> others;  ///< whose reference bases the hit has
};

NearAlleles near_alleles(const OffTargetIndex& index, const OffTargetHit& hit) {
    const bool reference = hit.first_edit == OffTargetHit::kReference;
    const auto edits = std::span(index.edits())
                           .subspan(reference ? 0 : hit.first_edit, reference ? 0 : hit.edit_count);
    NearAlleles near;
    // One base more on either side: an insertion may begin or end the window.
    const std::uint32_t from = hit.start - std::min<std::uint32_t>(hit.start, 1);
    const auto all = reference ? index.variants_in(hit.transcript, hit.start, hit.end)
                               : index.variants_in(hit.transcript, from, hit.end + 1);
    for (const TranscriptVariant& one : all) {
        const bool taken = std::any_of(edits.begin(), edits.end(), [&](const Edit& edit) {
            return edit.variant == one.variant;
        });
        // A deletion that the hit has took what else would change there along.
        const bool hidden = std::any_of(edits.begin(), edits.end(), [&](const Edit& edit) {
            return edit.start < one.end && one.start < edit.end;
        });
        const bool inside = one.start == one.end ? hit.start < one.start && one.start < hit.end
                                                 : one.start < hit.end && hit.start < one.end;
        if (taken) {
            near.in_hit.push_back(one);
        } else if (inside && !hidden) {
            near.others.push_back(one);
        }
    }
    return near;
}

/// Whether the hit has the reference where a record leaves no copy with it: one allele of such a
/// record is inside, and none of them is in the hit.
bool lacks_every_allele(const NearAlleles& near) {
    return std::any_of(near.others.begin(), near.others.end(), [&](const TranscriptVariant& one) {
        return one.no_reference &&
               std::none_of(near.in_hit.begin(), near.in_hit.end(), [&](const auto& other) {
                   return other.record == one.record;
               });
    });
}

}  // namespace

double allele_share(const OffTargetIndex& index, const OffTargetHit& hit) {
    const NearAlleles near = near_alleles(index, hit);
    if (lacks_every_allele(near)) {
        return 0;
    }
    int copies = 0;
    for (const std::size_t copy : {0U, 1U}) {
        const bool has = std::all_of(near.in_hit.begin(), near.in_hit.end(), [&](const auto& one) {
            return one.possible(copy);
        });
        const bool lacks = std::none_of(near.others.begin(),
                                        near.others.end(),
                                        [&](const auto& one) { return one.certain(copy); });
        copies += has && lacks ? 1 : 0;
    }
    // An unphased allele is on one copy, whichever it is.
    const auto unphased = [](const TranscriptVariant& one) { return !one.phased; };
    const bool split = std::any_of(near.in_hit.begin(), near.in_hit.end(), unphased) ||
                       std::any_of(near.others.begin(), near.others.end(), unphased);
    return split ? std::min(copies, 1) / 2.0 : copies / 2.0;
}

std::vector<OffTargetSummary> assess_off_targets(const OffTargetIndex& index,
                                                 std::span<const std::string> guides,
                                                 const SearchOptions& options,
                                                 const RiskOptions& risk,
                                                 const HitSink& also) {
    return assess_off_targets(index, guides, {}, options, risk, also);
}

std::vector<OffTargetSummary> assess_off_targets(const OffTargetIndex& index,
                                                 std::span<const std::string> guides,
                                                 std::span<const std::string> passengers,
                                                 const SearchOptions& options,
                                                 const RiskOptions& risk,
                                                 const HitSink& also) {
    const OffTargetAssessor assessor(index, options, risk);
    std::vector<OffTargetSummary> summaries(guides.size());
    const auto take = [&](std::uint32_t guide, std::span<const OffTargetHit> hits) {
        const std::string_view passenger =
            passengers.empty() ? std::string_view{} : passengers[guide];
        summaries[guide] = assessor.assess(guides[guide], passenger, hits);
        if (also) {
            also(guide, hits);
        }
    };
    search_sites(index, guides, passengers, options, take);
    return summaries;
}

std::vector<std::uint32_t> similar_genes(const OffTargetIndex& index,
                                         std::uint32_t gene,
                                         int threads) {
    constexpr std::size_t kStep = 5;
    constexpr std::size_t kShare = 10;  // one window in so many
    if (index.transcripts_of(gene).empty()) {
        return {};  // only in an index that siindex did not write
    }
    std::uint32_t longest = index.transcripts_of(gene).front();
    for (const std::uint32_t transcript : index.transcripts_of(gene)) {
        if (index.transcripts()[transcript].length > index.transcripts()[longest].length) {
            longest = transcript;
        }
    }
    const std::string bases = index.sequence(longest);
    std::vector<std::string> windows;
    for (std::size_t at = 0; at + kSiteBases <= bases.size(); at += kStep) {
        const std::string window = bases.substr(at, kSiteBases);
        if (is_rna(window)) {
            windows.push_back(reverse_complement_rna(window));
        }
    }
    SearchOptions options;
    options.threads = threads;
    std::map<std::uint32_t, std::size_t> windows_of;
    search_sites(index, windows, options, [&](std::uint32_t, std::span<const OffTargetHit> hits) {
        std::set<std::uint32_t> genes;
        for (const OffTargetHit& hit : hits) {
            genes.insert(index.transcripts()[hit.transcript].gene);
        }
        for (const std::uint32_t one : genes) {
            ++windows_of[one];
        }
    });
    std::vector<std::uint32_t> similar;
    for (const auto& [one, count] : windows_of) {
        if (one != gene && count * kShare >= windows.size()) {
            similar.push_back(one);
        }
    }
    return similar;
}

}  // namespace varhush::sirna
