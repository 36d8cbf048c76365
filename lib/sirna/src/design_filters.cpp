#include "varhush/sirna/design_filters.hpp"

#include "varhush/core/error.hpp"
#include "varhush/sirna/design_rules.hpp"
#include "varhush/sirna/duplex.hpp"
#include "varhush/sirna/fold.hpp"
#include "varhush/sirna/guide.hpp"
#include "varhush/sirna/nearest_neighbor.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace varhush::sirna {

namespace {

constexpr std::array kFilters{
    FilterInfo{"gc",
               "G/C content outside --gc",
               "Reynolds et al. 2004, Nat Biotechnol 22:326 (30-52 %); upper end wider",
               true},
    FilterInfo{"runs",
               "a run of one base longer than --max-run",
               "Birmingham et al. 2007, Nat Protoc 2:2068 (runs); length is ours",
               true},
    FilterInfo{
        "repeats",
        "a word of more than 5 bases twice, or a self-complementary stretch of more than 6",
        "Reynolds et al. 2004, Nat Biotechnol 22:326 (no internal repeats); lengths are ours",
        true},
    FilterInfo{"self-fold",
               "the guide folds on itself more stably than --max-self-fold",
               "Patzel et al. 2005, Nat Biotechnol 23:1440",
               true},
    FilterInfo{"asymmetry",
               "the guide's 5' end is the more stable one",
               "Khvorova et al. 2003, Cell 115:209; Schwarz et al. 2003, Cell 115:199",
               false},
    FilterInfo{"immune-hornung",
               "GUCCUUCAA in either strand",
               "Hornung et al. 2005, Nat Med 11:263",
               true},
    FilterInfo{
        "immune-judge", "UGUGU in either strand", "Judge et al. 2005, Nat Biotechnol 23:457", true},
    FilterInfo{"immune-gu-rich",
               "eight successive bases of either strand are G or U",
               "Heil et al. 2004, Science 303:1526 (GU-rich RNA); length is ours",
               true},
    FilterInfo{"toxic-uggc", "UGGC in either strand", "Fedorov et al. 2006, RNA 12:1188", false},
    FilterInfo{"toxic-seed",
               "guide positions 2 and 3 are G, or four of positions 2-7",
               "Gao et al. 2018, Nat Commun 9:4504 (G-rich 6mer seeds); line is ours",
               true},
    FilterInfo{
        "ui-tei", "one of the four conditions is not met", "Ui-Tei et al. 2004, NAR 32:936", false},
    FilterInfo{"reynolds", "score below 6", "Reynolds et al. 2004, Nat Biotechnol 22:326", false},
    FilterInfo{"amarzguioui", "score below 3", "Amarzguioui & Prydz 2004, BBRC 316:1050", false},
    FilterInfo{"mirna-seed",
               "guide positions 2-8 are the seed of a miRNA in --mirna-seeds",
               "Birmingham et al. 2006, Nat Methods 3:199 (seeds repress like miRNAs)",
               true},
    FilterInfo{"seed-viability",
               "the guide's seed has less than --min-seed-viability in --seed-viability",
               "Gao et al. 2018, Nat Commun 9:4504 (viability by 6mer seed); line is yours",
               true},
    FilterInfo{"accessibility",
               "the site is less open than --min-accessibility",
               "Tafer et al. 2008, Nat Biotechnol 26:578",
               true},
    FilterInfo{"efficacy", "P(silencing >= 70 %) below --min-p", "the efficacy model", true},
    FilterInfo{"variants", "a common variant of --avoid-vcf touches the site", "", true},
    FilterInfo{
        "isoforms", "the isoforms that --isoforms asks for do not all have the site", "", true},
    FilterInfo{"species", "--cross-species has no site in the orthologous gene", "", true},
    FilterInfo{"specificity",
               "another gene has a site without mismatch",
               "Jackson et al. 2003, Nat Biotechnol 21:635",
               true},
    FilterInfo{"discrimination", "the spared allele would be silenced as well", "", true},
};

std::string number(double value, const char* format) {
    std::array<char, 32> text;
    std::snprintf(text.data(), text.size(), format, value);
    return text.data();
}

bool holds(const DesignedGuide& guide, std::string_view word) {
    return guide.guide.find(word) != std::string::npos ||
           guide.passenger.find(word) != std::string::npos;
}

bool gu_rich(std::string_view rna) {
    constexpr int kLength = 8;
    int run = 0;
    for (const char base : rna) {
        run = base == 'G' || base == 'U' ? run + 1 : 0;
        if (run == kLength) {
            return true;
        }
    }
    return false;
}

bool toxic_seed(std::string_view guide) {
    const std::string_view seed = guide.substr(1, 6);
    return (seed[0] == 'G' && seed[1] == 'G') || std::count(seed.begin(), seed.end(), 'G') >= 4;
}

/// Adds verdicts to one guide.
class Judge {
  public:
    Judge(const FilterSet& filters, DesignedGuide& guide) : filters_(filters), guide_(guide) {}

    void add(const char* name, bool passed, std::string detail) {
        guide_.filters.push_back({name, passed, filters_.enforced(name), std::move(detail)});
    }

  private:
    const FilterSet& filters_;
    DesignedGuide& guide_;
};

void judge_composition(const FilterLimits& limits, const DesignedGuide& guide, Judge& judge) {
    judge.add("gc",
              guide.gc >= limits.gc_low - 1e-9 && guide.gc <= limits.gc_high + 1e-9,
              "G/C " + number(100 * guide.gc, "%.1f") + " %");
    const std::size_t run = longest_run(guide.guide);
    judge.add("runs", run <= limits.longest_run, "longest run " + std::to_string(run));
    const std::string repeat = longest_repeat(guide.guide);
    const std::string palindrome = longest_palindrome(guide.guide);
    judge.add(
        "repeats",
        repeat.size() <= limits.longest_repeat && palindrome.size() <= limits.longest_palindrome,
        "longest repeat " + std::to_string(repeat.size()) + ", self-complementary stretch " +
            std::to_string(palindrome.size()));
    judge.add("self-fold",
              guide.fold_kcal_mol >= limits.self_fold_kcal_mol,
              number(guide.fold_kcal_mol, "%.2f") + " kcal/mol");
    judge.add("asymmetry",
              guide.asymmetry_kcal_mol >= limits.asymmetry_kcal_mol,
              number(guide.asymmetry_kcal_mol, "%.2f") + " kcal/mol");
}

void judge_motifs(const DesignedGuide& guide, Judge& judge) {
    for (const auto& [name, word] : {std::pair{"immune-hornung", "GUCCUUCAA"},
                                     std::pair{"immune-judge", "UGUGU"},
                                     std::pair{"toxic-uggc", "UGGC"}}) {
        const bool found = holds(guide, word);
        judge.add(name, !found, found ? std::string("has ") + word : std::string("no ") + word);
    }
    const bool rich = gu_rich(guide.guide) || gu_rich(guide.passenger);
    judge.add("immune-gu-rich", !rich, rich ? "eight of G and U" : "no eight of G and U");
    judge.add("toxic-seed", !toxic_seed(guide.guide), "6mer seed " + guide.guide.substr(1, 6));
}

}  // namespace

std::span<const FilterInfo> all_filters() noexcept {
    return kFilters;
}

FilterSet::FilterSet() {
    change("default");
}

void FilterSet::change(std::string_view text) {
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        std::string_view name = text.substr(0, comma);
        text.remove_prefix(std::min(comma + 1, text.size()));
        const bool off = name.starts_with('-');
        if (off || name.starts_with('+')) {
            name.remove_prefix(1);
        }
        if (name == "all" || name == "none" || name == "default") {
            on_.clear();
            for (const FilterInfo& filter : kFilters) {
                if (name == "all" || (name == "default" && filter.by_default)) {
                    on_.emplace(filter.name);
                }
            }
            continue;
        }
        const bool known = std::any_of(kFilters.begin(), kFilters.end(), [&](const auto& filter) {
            return filter.name == name;
        });
        if (!known) {
            std::string names;
            for (const FilterInfo& filter : kFilters) {
                names.append(names.empty() ? "" : ", ").append(filter.name);
            }
            throw Error(ErrorKind::kUsage,
                        "--filters: there is no filter '" + std::string(name) + "'",
                        "filters are " + names + "; and all, none, default");
        }
        if (off) {
            on_.erase(std::string(name));
        } else {
            on_.emplace(name);
        }
    }
}

bool FilterSet::enforced(std::string_view name) const {
    return on_.contains(name);
}

std::string FilterSet::to_text() const {
    std::string names;
    for (const FilterInfo& filter : kFilters) {
        if (enforced(filter.name)) {
            names.append(names.empty() ? "" : ",").append(filter.name);
        }
    }
    return names.empty() ? "none" : names;
}

void describe_guide(DesignedGuide& guide) {
    VARHUSH_CHECK(guide.guide.size() >= kShortestGuide);
    const std::string core = guide.guide.substr(0, kShortestGuide);
    const std::string site = site_of_guide(core);
    guide.gc = gc_share(core);
    guide.asymmetry_kcal_mol = end_asymmetry(core);
    guide.seed_kcal_mol = seed_pairing_kcal_mol(core);
    guide.seed_tm_celsius = seed_tm_celsius(core);
    guide.fold_kcal_mol = fold_mfe(guide.guide).kcal_mol;
    guide.duplex_kcal_mol = hybridize(guide.guide, site_of_guide(guide.guide)).kcal_mol;
    // The paper's "no internal repeats": no structure that is stable at 37 C.
    guide.reynolds = reynolds_score(site, fold_mfe(site).kcal_mol < -1);
    guide.amarzguioui = amarzguioui_score(site);
    guide.ui_tei = ui_tei(site);
}

void judge_strands(const FilterSet& filters, const FilterLimits& limits, DesignedGuide& guide) {
    Judge judge(filters, guide);
    judge_composition(limits, guide, judge);
    judge_motifs(guide, judge);
    judge.add("ui-tei", guide.ui_tei, guide.ui_tei ? "all four conditions" : "not all conditions");
    judge.add(
        "reynolds", guide.reynolds >= limits.reynolds, "score " + std::to_string(guide.reynolds));
    judge.add("amarzguioui",
              guide.amarzguioui >= limits.amarzguioui,
              "score " + std::to_string(guide.amarzguioui));
}

}  // namespace varhush::sirna
