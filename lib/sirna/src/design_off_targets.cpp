#include "design_candidate.hpp"
#include "mask_positions.hpp"
#include "varhush/sirna/guide.hpp"
#include "varhush/sirna/off_target_risk.hpp"
#include "varhush/sirna/off_target_search.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <unordered_set>
#include <utility>

namespace varhush::sirna {

namespace {

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char letter) {
        return static_cast<char>(std::tolower(letter));
    });
    return text;
}

/// Numbers of the live candidates of one unit.
std::vector<std::size_t> alive_in(std::size_t unit, const std::vector<Candidate>& candidates) {
    std::vector<std::size_t> numbers;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        if (candidates[i].unit == unit && candidates[i].alive()) {
            numbers.push_back(i);
        }
    }
    return numbers;
}

std::vector<std::string> guides_of(const std::vector<std::size_t>& numbers,
                                   const std::vector<Candidate>& candidates) {
    std::vector<std::string> guides;
    guides.reserve(numbers.size());
    for (const std::size_t number : numbers) {
        guides.push_back(candidates[number].guide.guide);
    }
    return guides;
}

/// The genes that the unit is meant to silence, as the index knows them.
std::vector<std::uint32_t> named_genes(const DesignInput& input, const DesignUnit& unit) {
    std::set<std::uint32_t> genes;
    if (!unit.gene.empty()) {
        for (const std::uint32_t gene : input.index->find_genes(unit.gene)) {
            genes.insert(gene);
        }
    }
    for (const std::size_t target : unit.targets) {
        const TargetProfile& profile = input.targets[target].profile;
        const auto transcript = input.index->find_transcript(profile.name);
        if (transcript) {
            genes.insert(input.index->transcripts()[*transcript].gene);
        }
        // Copies of one gene on alternative contigs and in the pseudoautosomal regions have
        // identifiers of their own, but one symbol.
        if (!profile.gene.empty()) {
            for (const std::uint32_t gene : input.index->find_genes(profile.gene)) {
                genes.insert(gene);
            }
        }
    }
    return {genes.begin(), genes.end()};
}

/// Guides for every place of the unit's targets, whatever was asked for and passed: a few sites
/// would not say what the target is.
std::vector<std::string> all_guides_on(const DesignUnit& unit, const DesignInput& input) {
    std::vector<std::string> guides;
    for (const std::size_t target : unit.targets) {
        const std::string_view rna = input.targets[target].profile.rna;
        for (std::size_t at = 0; at + kSiteBases <= rna.size(); ++at) {
            if (is_rna(rna.substr(at, kSiteBases))) {
                guides.push_back(reverse_complement_rna(rna.substr(at, kSiteBases)));
            }
        }
    }
    return guides;
}

/// Genes that at least half of the guides fit without mismatch: the target itself under another
/// name.
std::vector<std::uint32_t> genes_by_sequence(const DesignInput& input,
                                             const DesignOptions& options,
                                             const std::vector<std::string>& guides) {
    std::map<std::uint32_t, std::size_t> fits;
    SearchOptions search;
    search.max_mismatches = 0;
    search.threads = options.threads;
    search_sites(*input.index, guides, search, [&](std::uint32_t, auto hits) {
        std::set<std::uint32_t> genes;
        for (const OffTargetHit& hit : hits) {
            genes.insert(input.index->transcripts()[hit.transcript].gene);
        }
        for (const std::uint32_t gene : genes) {
            ++fits[gene];
        }
    });
    std::vector<std::uint32_t> genes;
    for (const auto& [gene, count] : fits) {
        if (2 * count >= guides.size()) {
            genes.push_back(gene);
        }
    }
    return genes;
}

/// Keeps the heaviest sites of each guide that are not on intended genes.
class WorstSites {
  public:
    WorstSites(const DesignInput& input,
               const std::vector<std::uint32_t>& intended,
               std::size_t count,
               std::size_t guides)
        : input_(input), intended_(intended.begin(), intended.end()), count_(count), of_(guides) {}

    void add(std::uint32_t guide, std::span<const OffTargetHit> hits) {
        auto& kept = of_[guide].kept;
        auto& genes = of_[guide].genes;
        for (const OffTargetHit& hit : hits) {
            const std::uint32_t gene = input_.index->transcripts()[hit.transcript].gene;
            if (intended_.contains(gene)) {
                continue;
            }
            genes.insert(gene);
            kept.push_back({cleavage_weight(hit), hit});
            if (kept.size() >= 4 * count_ + 64) {
                shrink(kept);
            }
        }
        shrink(kept);
    }

    [[nodiscard]] std::size_t genes(std::size_t guide) const { return of_[guide].genes.size(); }
    [[nodiscard]] std::vector<OffTargetSite> sites(std::size_t guide) const;

  private:
    struct Weighed {
        double weight = 0;
        OffTargetHit hit;
    };
    struct Kept {
        std::vector<Weighed> kept;
        std::unordered_set<std::uint32_t> genes;
    };

    void shrink(std::vector<Weighed>& kept) const {
        std::stable_sort(kept.begin(), kept.end(), [](const Weighed& a, const Weighed& b) {
            return a.weight > b.weight;
        });
        kept.resize(std::min(kept.size(), count_));
    }

    const DesignInput& input_;
    std::unordered_set<std::uint32_t> intended_;
    std::size_t count_;
    std::vector<Kept> of_;
};

std::vector<OffTargetSite> WorstSites::sites(std::size_t guide) const {
    std::vector<OffTargetSite> sites;
    for (const auto& [weight, hit] : of_[guide].kept) {
        const IndexedTranscript& transcript = input_.index->transcripts()[hit.transcript];
        const IndexedGene& gene = input_.index->genes()[transcript.gene];
        OffTargetSite site;
        site.transcript = transcript.name;
        site.gene = gene.name;
        site.species = input_.index->species().empty() ? "" : input_.index->species()[gene.species];
        site.start = hit.start;
        site.passenger = hit.strand == DuplexStrand::kPassenger;
        site.mismatches = hit.mismatches;
        site.mismatch_positions = positions_of(hit.mismatch_mask);
        site.wobbles = hit.wobbles;
        site.weight = weight;
        sites.push_back(std::move(site));
    }
    return sites;
}

void fill_account(const OffTargetSummary& summary, OffTargetAccount& account) {
    account.searched = true;
    account.load = summary.load;
    account.cleavage_load = summary.cleavage_load;
    account.seed_load = summary.seed_load;
    for (std::size_t k = 0; k < kMismatchClasses; ++k) {
        account.guide_sites[k] = static_cast<std::int64_t>(summary.guide_sites[k]);
        account.passenger_sites[k] = static_cast<std::int64_t>(summary.passenger_sites[k]);
    }
    for (const auto& [kind, place] : {std::pair{SiteKind::k8mer, 0},
                                      std::pair{SiteKind::k7merM8, 1},
                                      std::pair{SiteKind::k7merA1, 2},
                                      std::pair{SiteKind::k6mer, 3}}) {
        account.seed_sites[static_cast<std::size_t>(place)] =
            static_cast<std::int64_t>(summary.seed_sites[static_cast<std::size_t>(kind)]);
    }
}

std::string names_of(const DesignInput& input, const std::vector<std::uint32_t>& genes) {
    std::string names;
    for (const std::uint32_t gene : genes) {
        names.append(names.empty() ? "" : ", ").append(input.index->genes()[gene].name);
    }
    return names;
}

/// One unit: which genes are meant, the search, the verdicts.
class UnitAccount {
  public:
    UnitAccount(const DesignInput& input, const DesignOptions& options, std::size_t unit)
        : input_(input), options_(options), unit_(input.units[unit]), number_(unit) {}

    void run(std::vector<Candidate>& candidates, std::vector<std::string>& notes);

  private:
    [[nodiscard]] std::vector<std::uint32_t> intended(std::vector<std::string>& notes) const;
    void judge(const OffTargetSummary& summary, Candidate& candidate) const;

    const DesignInput& input_;
    const DesignOptions& options_;
    const DesignUnit& unit_;
    std::size_t number_;
};

std::vector<std::uint32_t> UnitAccount::intended(std::vector<std::string>& notes) const {
    if (input_.targets[unit_.targets.front()].profile.junction) {
        notes.push_back(unit_.name +
                        ": a back-splice junction is the target, so sites on the linear "
                        "transcripts of its gene count as off-targets");
        return {};
    }
    std::vector<std::uint32_t> genes = named_genes(input_, unit_);
    if (!genes.empty()) {
        return genes;
    }
    genes = genes_by_sequence(input_, options_, all_guides_on(unit_, input_));
    if (genes.empty()) {
        notes.push_back(unit_.name +
                        ": the index knows no gene or transcript of this name, and none has its "
                        "sequence; every site in the index counts as an off-target");
    } else {
        notes.push_back(unit_.name + ": the index knows no gene or transcript of this name; " +
                        names_of(input_, genes) +
                        " has at least half of its sites and is taken for the target itself");
    }
    return genes;
}

void UnitAccount::judge(const OffTargetSummary& summary, Candidate& candidate) const {
    DesignedGuide& guide = candidate.guide;
    fill_account(summary, guide.off_targets);
    const auto genes = summary.genes[0];
    give_verdict(options_.filters,
                 "specificity",
                 genes == 0,
                 std::to_string(genes) + " other genes have a site without mismatch",
                 candidate);
}

void UnitAccount::run(std::vector<Candidate>& candidates, std::vector<std::string>& notes) {
    const std::vector<std::size_t> numbers = alive_in(number_, candidates);
    if (numbers.empty()) {
        return;
    }
    const std::vector<std::string> guides = guides_of(numbers, candidates);
    std::vector<std::string> passengers;
    passengers.reserve(numbers.size());
    for (const std::size_t number : numbers) {
        passengers.push_back(candidates[number].guide.passenger);
    }
    RiskOptions risk;
    risk.transcript_weight = input_.transcript_weight;
    risk.target_genes = intended(notes);
    risk.guess_targets = false;
    risk.seed_sites = options_.seed_sites;
    SearchOptions search;
    search.max_mismatches = options_.max_mismatches;
    search.passenger_strand = true;
    search.threads = options_.threads;
    WorstSites worst(input_, risk.target_genes, options_.listed_sites, numbers.size());
    const auto summaries = assess_off_targets(
        *input_.index, guides, passengers, search, risk, [&](auto guide, auto hits) {
            worst.add(guide, hits);
        });
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        Candidate& candidate = candidates[numbers[i]];
        judge(summaries[i], candidate);
        candidate.guide.off_targets.genes = static_cast<std::int64_t>(worst.genes(i));
        candidate.guide.off_targets.worst = worst.sites(i);
    }
}

// ---- other species ----

/// Genes of another species that correspond to the unit's.
std::unordered_set<std::uint32_t> orthologous_genes(const CrossSpecies& species,
                                                    const DesignInput& input,
                                                    const DesignUnit& unit) {
    std::unordered_set<std::uint32_t> genes;
    for (const std::string& name : species.orthologs) {
        for (const std::uint32_t gene : species.index->find_genes(name)) {
            genes.insert(gene);
        }
    }
    if (!species.orthologs.empty()) {
        return genes;
    }
    std::unordered_set<std::string> names{lower(unit.gene), lower(unit.name)};
    for (const std::size_t target : unit.targets) {
        names.insert(lower(input.targets[target].profile.gene));
    }
    names.erase("");
    for (std::uint32_t gene = 0; gene < species.index->genes().size(); ++gene) {
        if (names.contains(lower(species.index->genes()[gene].name))) {
            genes.insert(gene);
        }
    }
    return genes;
}

/// '|' where the guide pairs, else the target's base; position 1 first.
std::string mismatch_map(const std::string& guide, const OffTargetHit& hit, std::string_view rna) {
    std::string map;
    for (std::size_t p = 1; p <= kSiteBases; ++p) {
        const bool wrong = (hit.mismatch_mask >> (p - 1) & 1U) != 0;
        map += wrong ? rna[hit.end - p] : '|';
    }
    // Positions behind 19 are not part of the search.
    for (std::size_t p = kSiteBases + 1; p <= guide.size(); ++p) {
        const char base = hit.end >= p ? rna[hit.end - p] : '-';
        map += reverse_complement_rna(std::string_view(&base, 1))[0] == guide[p - 1] ? '|' : base;
    }
    return map;
}

void add_species(const CrossSpecies& species,
                 std::span<const OffTargetHit> hits,
                 const std::unordered_set<std::uint32_t>& genes,
                 Candidate& candidate) {
    const OffTargetHit* best = nullptr;
    for (const OffTargetHit& hit : hits) {
        const std::uint32_t gene = species.index->transcripts()[hit.transcript].gene;
        if (genes.contains(gene) && (best == nullptr || hit.mismatches < best->mismatches)) {
            best = &hit;
        }
    }
    if (best == nullptr) {
        return;
    }
    const IndexedTranscript& transcript = species.index->transcripts()[best->transcript];
    const std::string rna = species.index->sequence(best->transcript);
    candidate.guide.species.push_back({species.name,
                                       transcript.name,
                                       species.index->genes()[transcript.gene].name,
                                       best->start,
                                       best->mismatches,
                                       mismatch_map(candidate.guide.guide, *best, rna)});
}

void account_one_species(const CrossSpecies& species,
                         const DesignInput& input,
                         const DesignOptions& options,
                         std::size_t unit,
                         std::vector<Candidate>& candidates) {
    const std::vector<std::size_t> numbers = alive_in(unit, candidates);
    const auto genes = orthologous_genes(species, input, input.units[unit]);
    if (numbers.empty()) {
        return;
    }
    SearchOptions search;
    search.max_mismatches = species.max_mismatches;
    search.threads = options.threads;
    search_sites(*species.index,
                 guides_of(numbers, candidates),
                 search,
                 [&](std::uint32_t guide, std::span<const OffTargetHit> hits) {
                     add_species(species, hits, genes, candidates[numbers[guide]]);
                 });
    for (const std::size_t number : numbers) {
        Candidate& candidate = candidates[number];
        const auto& found = candidate.guide.species;
        const bool shared = !found.empty() && found.back().species == species.name;
        give_verdict(options.filters,
                     "species",
                     shared,
                     shared ? species.name + ": " + found.back().gene
                            : species.name + ": no site with at most " +
                                  std::to_string(species.max_mismatches) +
                                  " mismatches in the orthologous gene" +
                                  (genes.empty() ? " (the index has none of this name)" : ""),
                     candidate);
    }
}

}  // namespace

std::vector<std::string> account_off_targets(const DesignInput& input,
                                             const DesignOptions& options,
                                             std::vector<Candidate>& candidates) {
    std::vector<std::string> notes;
    for (std::size_t unit = 0; input.index != nullptr && unit < input.units.size(); ++unit) {
        UnitAccount(input, options, unit).run(candidates, notes);
    }
    return notes;
}

void account_species(const DesignInput& input,
                     const DesignOptions& options,
                     std::vector<Candidate>& candidates) {
    for (const CrossSpecies& species : input.species) {
        for (std::size_t unit = 0; unit < input.units.size(); ++unit) {
            account_one_species(species, input, options, unit, candidates);
        }
    }
}

}  // namespace varhush::sirna
