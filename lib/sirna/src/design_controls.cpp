#include "design_candidate.hpp"
#include "varhush/sirna/chemistry_placement.hpp"
#include "varhush/sirna/design_rules.hpp"
#include "varhush/sirna/guide.hpp"
#include "varhush/sirna/off_target_search.hpp"

#include <algorithm>
#include <numeric>
#include <random>
#include <utility>

namespace varhush::sirna {

namespace {

constexpr std::size_t kChildren = 24;  // of a guide in each round
constexpr std::size_t kParents = 6;
constexpr int kRounds = 24;
constexpr int kClean = 3;  // mismatches within which a control must have no site

using Sites = std::array<std::int64_t, kMismatchClasses>;

struct Shuffle {
    std::string guide;
    Sites sites{};

    [[nodiscard]] bool clean() const noexcept {
        return std::accumulate(sites.begin(), sites.begin() + kClean + 1, std::int64_t{0}) == 0;
    }
    /// Fewest sites first, those with fewer mismatches counting before all others.
    [[nodiscard]] bool operator<(const Shuffle& other) const noexcept {
        return std::lexicographical_compare(
            sites.begin(), sites.end(), other.sites.begin(), other.sites.end());
    }
};

/// A number below `limit` that every standard library draws alike.
std::size_t below(std::mt19937_64& random, std::size_t limit) {
    return static_cast<std::size_t>(random() % limit);
}

std::size_t differences(std::string_view one, std::string_view other) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < one.size(); ++i) {
        count += one[i] != other[i] ? 1 : 0;
    }
    return count;
}

bool holds_motif(std::string_view rna) {
    for (const std::string_view word : {"GUCCUUCAA", "UGUGU"}) {
        if (rna.find(word) != std::string_view::npos) {
            return true;
        }
    }
    return false;
}

/// Another seed, another middle, and nothing that would disturb by itself.
bool usable(std::string_view shuffled, std::string_view guide) {
    return differences(shuffled, guide) * 2 >= guide.size() &&
           differences(shuffled.substr(1, 7), guide.substr(1, 7)) >= 3 &&
           longest_run(shuffled) <= std::max<std::size_t>(4, longest_run(guide)) &&
           !holds_motif(shuffled) && !holds_motif(reverse_complement_rna(shuffled));
}

/// Shuffles of one guide, bred towards none with a site.
class Breed {
  public:
    Breed(std::string guide, std::uint64_t seed) : guide_(std::move(guide)), random_(seed) {}

    /// The next generation, to be searched.
    [[nodiscard]] std::vector<std::string> children();
    void take(const std::string& child, const Sites& sites) { pool_.push_back({child, sites}); }
    void select() {
        std::stable_sort(pool_.begin(), pool_.end());
        pool_.resize(std::min(pool_.size(), kParents));
    }
    [[nodiscard]] const std::vector<Shuffle>& pool() const noexcept { return pool_; }
    [[nodiscard]] bool done() const { return !pool_.empty() && pool_.front().clean(); }

  private:
    std::string fresh() {
        std::string shuffled = guide_;
        for (std::size_t i = shuffled.size(); i > 1; --i) {
            std::swap(shuffled[i - 1], shuffled[below(random_, i)]);
        }
        return shuffled;
    }
    std::string mutant(const std::string& parent) {
        std::string child = parent;
        const std::size_t swaps = 1 + below(random_, 2);
        for (std::size_t i = 0; i < swaps; ++i) {
            std::swap(child[below(random_, child.size())], child[below(random_, child.size())]);
        }
        return child;
    }

    std::string guide_;
    std::mt19937_64 random_;
    std::vector<Shuffle> pool_;
};

std::vector<std::string> Breed::children() {
    constexpr int kTries = 4000;  // composition may leave few arrangements
    std::vector<std::string> next;
    for (int attempt = 0; attempt < kTries && next.size() < kChildren; ++attempt) {
        const bool anew = pool_.empty() || below(random_, 4) == 0;
        const std::string child =
            anew ? fresh() : mutant(pool_[below(random_, pool_.size())].guide);
        const bool known = std::find(next.begin(), next.end(), child) != next.end() ||
                           std::any_of(pool_.begin(), pool_.end(), [&](const Shuffle& one) {
                               return one.guide == child;
                           });
        if (!known && usable(child, guide_)) {
            next.push_back(child);
        }
    }
    return next;
}

/// Sites of short sequences on the targets themselves, both strands, by mismatches in 19 bases.
Sites sites_on_targets(const DesignInput& input, const std::string& guide) {
    Sites sites{};
    const std::string core = guide.substr(0, kSiteBases);
    for (const std::string& word : {reverse_complement_rna(core), core}) {
        for (const DesignTarget& target : input.targets) {
            const std::string_view rna = target.profile.rna;
            for (std::size_t at = 0; at + kSiteBases <= rna.size(); ++at) {
                const std::size_t wrong = differences(word, rna.substr(at, kSiteBases));
                if (wrong < kMismatchClasses && wrong <= kClean) {
                    ++sites[wrong];
                }
            }
        }
    }
    return sites;
}

/// Counts sites in the index and on the targets.
class SiteCounter {
  public:
    SiteCounter(const DesignInput& input, const DesignOptions& options)
        : input_(input), options_(options) {}

    [[nodiscard]] std::vector<Sites> count(const std::vector<std::string>& guides) const {
        std::vector<Sites> all;
        all.reserve(guides.size());
        for (const std::string& guide : guides) {
            all.push_back(sites_on_targets(input_, guide));
        }
        if (input_.index != nullptr && !guides.empty()) {
            // Targets that are in the index as well only count twice.
            SearchOptions search;
            search.max_mismatches = kClean;
            search.passenger_strand = true;
            search.threads = options_.threads;
            search_sites(*input_.index, guides, search, [&](std::uint32_t guide, auto hits) {
                for (const OffTargetHit& hit : hits) {
                    ++all[guide][hit.mismatches];
                }
            });
        }
        return all;
    }

  private:
    const DesignInput& input_;
    const DesignOptions& options_;
};

void breed_round(const SiteCounter& counter, std::vector<Breed>& breeds) {
    std::vector<std::string> children;
    std::vector<std::size_t> owners;
    for (std::size_t i = 0; i < breeds.size(); ++i) {
        if (breeds[i].done()) {
            continue;
        }
        for (std::string& child : breeds[i].children()) {
            children.push_back(std::move(child));
            owners.push_back(i);
        }
    }
    const std::vector<Sites> sites = counter.count(children);
    for (std::size_t i = 0; i < children.size(); ++i) {
        breeds[owners[i]].take(children[i], sites[i]);
    }
    for (Breed& breed : breeds) {
        breed.select();
    }
}

std::string nearest_text(const Sites& sites) {
    for (std::size_t k = 0; k < sites.size(); ++k) {
        if (sites[k] > 0) {
            return "nearest sites have " + std::to_string(k) +
                   (k == 1 ? " mismatch: " : " mismatches: ") + std::to_string(sites[k]);
        }
    }
    return "no site within 3 mismatches";
}

ControlDuplex control_of(const DesignedGuide& guide,
                         const char* kind,
                         const std::string& strand,
                         const DesignOptions& options) {
    ControlDuplex control;
    control.kind = kind;
    control.id = guide.id + "-" + kind;
    control.guide = strand;
    const DuplexStrands strands = make_strands(strand, options.overhang, "UU");
    control.passenger = strands.passenger;
    // The very modifications of its guide: a control that differs in its chemistry controls
    // nothing.
    const ChemistryPattern pattern = place_chemistry(
        options.chemistry, {guide.guide_strand, guide.passenger_strand, guide.passenger.size()});
    control.duplex = modified_duplex(pattern, strands.guide_strand, strands.passenger_strand);
    return control;
}

/// Bases 9-11 of the guide turned into their complements (Buehler et al. 2012, PLoS ONE 7:e51942).
std::string c911(const std::string& guide) {
    std::string changed = guide;
    for (std::size_t i = 8; i <= 10; ++i) {
        changed[i] = reverse_complement_rna(std::string_view(&guide[i], 1))[0];
    }
    return changed;
}

void add_scrambled(const Breed& breed,
                   bool searched,
                   const DesignOptions& options,
                   DesignedGuide& guide) {
    if (breed.pool().empty()) {
        ControlDuplex none;
        none.kind = "scrambled";
        none.id = guide.id + "-scrambled";
        none.note = "no arrangement of these bases is different enough and free of motifs";
        guide.controls.push_back(std::move(none));
        return;
    }
    const Shuffle& best = breed.pool().front();
    ControlDuplex control = control_of(guide, "scrambled", best.guide, options);
    control.sites = best.sites;
    control.searched = searched;
    control.clean = searched && best.clean();
    control.note = searched
                       ? nearest_text(best.sites)
                       : "no index: compared with the targets alone, " + nearest_text(best.sites);
    guide.controls.push_back(std::move(control));
}

}  // namespace

void make_controls(const DesignInput& input,
                   const DesignOptions& options,
                   const std::vector<DesignedGuide*>& guides) {
    std::vector<Breed> breeds;
    breeds.reserve(guides.size());
    for (std::size_t i = 0; i < guides.size(); ++i) {
        breeds.emplace_back(guides[i]->guide, options.seed * 1000003 + i);
    }
    const SiteCounter counter(input, options);
    for (int round = 0; round < kRounds; ++round) {
        const bool all_done = std::all_of(
            breeds.begin(), breeds.end(), [](const Breed& breed) { return breed.done(); });
        if (all_done) {
            break;
        }
        breed_round(counter, breeds);
    }
    std::vector<std::string> mismatched;
    mismatched.reserve(guides.size());
    for (const DesignedGuide* guide : guides) {
        mismatched.push_back(c911(guide->guide));
    }
    const std::vector<Sites> sites = counter.count(mismatched);
    for (std::size_t i = 0; i < guides.size(); ++i) {
        add_scrambled(breeds[i], input.index != nullptr, options, *guides[i]);
        ControlDuplex control = control_of(*guides[i], "C911", mismatched[i], options);
        control.sites = sites[i];
        control.searched = input.index != nullptr;
        // The target itself is three mismatches away by design.
        control.note = "same seed, positions 9-11 mismatched; " + nearest_text(sites[i]);
        guides[i]->controls.push_back(std::move(control));
    }
}

}  // namespace varhush::sirna
