#include "varhush/core/error.hpp"
#include "varhush/sirna/chemistry.hpp"

#include <algorithm>
#include <array>

namespace varhush::sirna {

namespace {

/// 2'-fluoro at `fluoro` on 2'-O-methyl, thioates at both ends as given.
StrandPattern methoxy_with(const std::vector<int>& fluoro,
                           std::size_t thioates5,
                           std::size_t thioates3) {
    StrandPattern pattern;
    pattern.sugars = "m";
    for (const int position : fluoro) {
        pattern.at.emplace_back(position, 'f');
    }
    pattern.thioates5 = thioates5;
    pattern.thioates3 = thioates3;
    return pattern;
}

StrandPattern with_l96(StrandPattern pattern) {
    pattern.l96 = true;
    return pattern;
}

StrandPattern with_glycol(StrandPattern pattern, int position) {
    pattern.at.emplace_back(position, 'g');
    return pattern;
}

/// A pattern that places these sugars.
ChemistryPattern placing(const char* name, const char* sugars, const char* about) {
    ChemistryPattern pattern;
    pattern.name = name;
    pattern.about = about;
    pattern.source = "docs/sirna.md: published rules, balance ours";
    for (StrandPattern* const strand : {&pattern.guide, &pattern.passenger}) {
        strand->sugars = sugars;
        strand->thioates5 = 2;
        strand->thioates3 = 2;
    }
    pattern.placement.emplace();
    return pattern;
}

const std::vector<int> kOddWithTriplet{1, 3, 5, 7, 9, 10, 11, 13, 15, 17, 19, 21};

std::vector<ChemistryPattern> make_library() {
    const StrandPattern advanced_guide = methoxy_with({2, 6, 9, 14, 16}, 2, 2);
    const StrandPattern advanced_passenger = with_l96(methoxy_with({7, 9, 10, 11}, 2, 0));
    return {
        {"unmodified", "RNA as it is", "Elbashir et al. 2001, Nature 411:494", {}, {}, 0, 0},
        {"alternating",
         "2'-O-methyl and 2'-fluoro in turns on both strands",
         "Allerson et al. 2005, J Med Chem 48:901",
         {.sugars = "mf"},
         {.sugars = "fm"},
         0,
         0},
        {"terminal",
         "2'-O-methyl and phosphorothioates at the ends, none at the guide's 5' end",
         "Amarzguioui et al. 2003, NAR 31:589 (ends tolerate it); choice of positions is ours",
         {.sugars = "r", .at = {{-1, 'm'}, {-2, 'm'}}, .thioates3 = 2},
         {.sugars = "r",
          .at = {{1, 'm'}, {2, 'm'}, {-1, 'm'}, {-2, 'm'}},
          .thioates5 = 2,
          .thioates3 = 2},
         0,
         0},
        {"patisiran",
         "2'-O-methyl on all pyrimidines of the passenger and on U of UA and C of CA of the guide",
         "as in patisiran: Coelho et al. 2013, N Engl J Med 369:819",
         {.sugars = "r", .words = {{"UA", 'm'}, {"CA", 'm'}}},
         {.sugars = "r", .words = {{"Y", 'm'}}},
         0,
         0},
        {"stc",
         "standard template chemistry: 2'-O-methyl and 2'-fluoro in turns, GalNAc L96",
         "as in revusiran: Nair et al. 2014, J Am Chem Soc 136:16958",
         methoxy_with({2, 4, 6, 8, 10, 14, 16, 18, 20, 22}, 0, 2),
         with_l96(methoxy_with(kOddWithTriplet, 0, 0)),
         23,
         21},
        {"esc",
         "enhanced stabilization chemistry: phosphorothioates at the 5' ends too, GalNAc L96",
         "as in fitusiran: Sehgal et al. 2015, Nat Med 21:492",
         methoxy_with({2, 4, 6, 8, 10, 14, 16, 18, 20}, 2, 2),
         with_l96(methoxy_with(kOddWithTriplet, 2, 0)),
         23,
         21},
        {"advanced-esc",
         "few 2'-fluoro, GalNAc L96",
         "as in vutrisiran: Foster et al. 2018, Mol Ther 26:708",
         advanced_guide,
         advanced_passenger,
         23,
         21},
        {"esc-plus",
         "advanced-esc with a glycol nucleic acid at guide position 7 against seed off-targets",
         "Schlegel et al. 2022, NAR 50:6656 (GNA in the seed)",
         with_glycol(advanced_guide, 7),
         advanced_passenger,
         23,
         21},
        placing("placed", "rmf", "modifications placed where they protect most, few of them"),
        placing("placed-full", "mf", "2'-O-methyl and 2'-fluoro throughout, placed"),
    };
}

bool word_starts(std::string_view strand, std::size_t at, std::string_view word) {
    if (at + word.size() > strand.size()) {
        return false;
    }
    for (std::size_t i = 0; i < word.size(); ++i) {
        const char base = strand[at + i];
        const bool same = word[i] == base || (word[i] == 'Y' && (base == 'C' || base == 'U'));
        if (!same) {
            return false;
        }
    }
    return true;
}

void set_sugar(Nucleotide& unit, Sugar sugar) {
    unit.sugar = sugar;
    if (sugar == Sugar::kDeoxy && unit.base == 'U') {
        unit.base = 'T';
    } else if (sugar != Sugar::kDeoxy && unit.base == 'T') {
        unit.base = 'U';
    }
}

void set_thioates(const StrandPattern& pattern, std::vector<Nucleotide>& units) {
    const std::size_t links = units.size() - 1;
    for (std::size_t i = 0; i < std::min(pattern.thioates5, links); ++i) {
        units[i].thioate = true;
    }
    for (std::size_t i = 0; i < std::min(pattern.thioates3, links); ++i) {
        units[links - 1 - i].thioate = true;
    }
}

}  // namespace

std::span<const ChemistryPattern> chemistry_library() {
    static const std::vector<ChemistryPattern> kLibrary = make_library();
    return kLibrary;
}

const ChemistryPattern& find_chemistry(std::string_view name) {
    std::string names;
    for (const ChemistryPattern& pattern : chemistry_library()) {
        if (pattern.name == name) {
            return pattern;
        }
        names.append(names.empty() ? "" : ", ").append(pattern.name);
    }
    throw Error(ErrorKind::kUsage,
                "--chemistry: there is no pattern '" + std::string(name) + "'",
                "patterns are " + names + "; or give a file of your own, name.json");
}

std::string why_not(const ChemistryPattern& pattern,
                    std::size_t guide_length,
                    std::size_t passenger_length) {
    const bool fits =
        (pattern.guide_length == 0 || pattern.guide_length == guide_length) &&
        (pattern.passenger_length == 0 || pattern.passenger_length == passenger_length);
    if (fits) {
        return {};
    }
    return "pattern " + pattern.name + " is for strands of " +
           std::to_string(pattern.guide_length) + " (guide) and " +
           std::to_string(pattern.passenger_length) + " (passenger) nucleotides, these have " +
           std::to_string(guide_length) + " and " + std::to_string(passenger_length);
}

Sugar parse_sugar(char letter) {
    constexpr std::string_view kKnown = "rmfdgn";
    if (kKnown.find(letter) == std::string_view::npos) {
        throw Error(ErrorKind::kUsage,
                    std::string("chemistry: there is no sugar '") + letter + "'",
                    "letters are r (RNA), m (2'-O-methyl), f (2'-fluoro), d (DNA), g (GNA) and "
                    "n (UNA)");
    }
    return static_cast<Sugar>(letter);
}

std::size_t strand_index(int position, std::size_t length) {
    const auto size = static_cast<long>(length);
    const long index = position > 0 ? position - 1 : size + position;
    if (position == 0 || index < 0 || index >= size) {
        throw Error(ErrorKind::kUsage,
                    "chemistry: there is no position " + std::to_string(position) +
                        " in a strand of " + std::to_string(length) + " nucleotides");
    }
    return static_cast<std::size_t>(index);
}

ModifiedStrand modify(std::string_view strand, const StrandPattern& pattern) {
    if (pattern.sugars.empty()) {
        throw Error(ErrorKind::kUsage, "chemistry: a pattern without sugars");
    }
    ModifiedStrand result;
    result.five = pattern.five;
    result.l96 = pattern.l96;
    for (std::size_t i = 0; i < strand.size(); ++i) {
        const bool thymidine = strand[i] == 't';
        Nucleotide unit{thymidine ? 'T' : strand[i], Sugar::kDeoxy, false};
        if (!thymidine) {
            set_sugar(unit, parse_sugar(pattern.sugars[i % pattern.sugars.size()]));
            for (const auto& [word, sugar] : pattern.words) {
                if (word_starts(strand, i, word)) {
                    set_sugar(unit, parse_sugar(sugar));
                }
            }
        }
        result.units.push_back(unit);
    }
    for (const auto& [position, sugar] : pattern.at) {
        Nucleotide& unit = result.units[strand_index(position, strand.size())];
        if (strand[static_cast<std::size_t>(&unit - result.units.data())] != 't') {
            set_sugar(unit, parse_sugar(sugar));
        }
    }
    set_thioates(pattern, result.units);
    return result;
}

ModifiedDuplex modified_duplex(const ChemistryPattern& pattern,
                               std::string_view guide_strand,
                               std::string_view passenger_strand) {
    VARHUSH_CHECK(!pattern.placement);
    const ModifiedStrand guide = modify(guide_strand, pattern.guide);
    const ModifiedStrand passenger = modify(passenger_strand, pattern.passenger);
    return {pattern.name,
            to_text(guide),
            to_text(passenger),
            to_idt(guide),
            to_idt(passenger),
            molar_mass(formula_of(guide)),
            molar_mass(formula_of(passenger)),
            {}};
}

}  // namespace varhush::sirna
