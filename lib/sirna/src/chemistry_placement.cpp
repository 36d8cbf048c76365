#include "varhush/sirna/chemistry_placement.hpp"

#include "placement_rules.hpp"
#include "strand_search.hpp"
#include "varhush/core/error.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>
#include <string>
#include <utility>

namespace varhush::sirna {

namespace {

[[noreturn]] void refuse(const std::string& what, const char* hint = "docs/sidesign.md") {
    throw Error(ErrorKind::kUsage, "chemistry: " + what, hint);
}

void check_weight(const char* name, double weight) {
    constexpr double kMost = 1000;
    if (!(weight >= 0) || weight > kMost) {
        refuse(std::string("the weight ") + name + " must be 0 to 1000");
    }
}

SearchSpace space_of(std::string_view strand,
                     const StrandPattern& pattern,
                     std::size_t most_fluoro,
                     char seed_sugar) {
    SearchSpace space;
    const std::size_t links = strand.size() - 1;
    space.most_fluoro = std::min(most_fluoro, strand.size());
    space.most_thioates5 = std::min(pattern.thioates5, links);
    space.most_thioates3 = std::min(pattern.thioates3, links);
    std::vector<Sugar> usual;
    for (const char letter : pattern.sugars) {
        const Sugar sugar = parse_sugar(letter);
        if (sugar == Sugar::kGlycol || sugar == Sugar::kUnlocked) {
            refuse("GNA and UNA are placed by 'seed_sugar' or given by 'at', not by 'sugars'");
        }
        usual.push_back(sugar);
    }
    for (const char base : strand) {
        space.allowed.push_back(base == 't' ? std::vector{Sugar::kDeoxy} : usual);
    }
    if (seed_sugar != '\0') {
        space.seed_sugar = parse_sugar(seed_sugar);
    }
    bool has_opened = false;
    space.given.assign(strand.size(), false);
    for (const auto& [position, letter] : pattern.at) {
        const std::size_t index = strand_index(position, strand.size());
        if (strand[index] != 't') {
            space.allowed[index] = {parse_sugar(letter)};
            space.given[index] = true;
            if (index == 5 || index == 6) {
                const Sugar sugar = space.allowed[index].front();
                has_opened |= sugar == Sugar::kGlycol || sugar == Sugar::kUnlocked;
            }
        }
    }
    if (has_opened) {  // one is enough
        space.seed_sugar.reset();
    }
    return space;
}

/// The cheapest pair of strands within the limit for both.
std::pair<const PlacedStrand*, const PlacedStrand*> best_pair(
    const std::vector<PlacedStrand>& guides,
    const std::vector<PlacedStrand>& passengers,
    std::size_t most_fluoro) {
    std::pair<const PlacedStrand*, const PlacedStrand*> best{nullptr, nullptr};
    for (const PlacedStrand& guide : guides) {
        for (const PlacedStrand& passenger : passengers) {
            if (guide.fluoro + passenger.fluoro > most_fluoro) {
                continue;
            }
            const auto key = [](const PlacedStrand& a, const PlacedStrand& b) {
                return std::pair{a.cost + b.cost, a.fluoro + b.fluoro};
            };
            if (best.first == nullptr || key(guide, passenger) < key(*best.first, *best.second)) {
                best = {&guide, &passenger};
            }
        }
    }
    return best;
}

StrandPattern pattern_of(const PlacedStrand& placed, const StrandPattern& request) {
    StrandPattern pattern;
    pattern.sugars = placed.sugars;
    pattern.thioates5 = placed.thioates5;
    pattern.thioates3 = placed.thioates3;
    pattern.five = request.five;
    pattern.l96 = request.l96;
    return pattern;
}

PlacementCosts strand_costs(const ModifiedStrand& strand, const PlacementRules& rules) {
    VARHUSH_CHECK(strand.units.size() == rules.strand().size());
    PlacementCosts sum{};
    std::size_t run = 0;
    for (std::size_t i = 0; i < strand.units.size(); ++i) {
        const Nucleotide& unit = strand.units[i];
        const bool before = i > 0 && strand.units[i - 1].thioate;
        const PlacementCosts costs = rules.unit(i, unit.sugar, before, unit.thioate);
        std::transform(sum.begin(), sum.end(), costs.begin(), sum.begin(), std::plus<>());
        const bool counts = unit.sugar == Sugar::kMethoxy && rules.in_run_window(i);
        if (counts) {
            sum[static_cast<std::size_t>(PlacementTermKind::kRuns)] += rules.run_cost(i, run);
        }
        run = counts ? run + 1 : 0;
    }
    return sum;
}

void count_units(const ModifiedStrand& strand, std::string_view plain, PlacementAccount& account) {
    for (std::size_t i = 0; i < strand.units.size(); ++i) {
        const Sugar sugar = strand.units[i].sugar;
        account.methoxy += sugar == Sugar::kMethoxy ? 1U : 0U;
        account.fluoro += sugar == Sugar::kFluoro ? 1U : 0U;
        const bool opened = sugar == Sugar::kGlycol || sugar == Sugar::kUnlocked;
        account.opened += opened ? 1U : 0U;
        account.thioates += strand.units[i].thioate ? 1U : 0U;
        if (is_prone_step(plain, i)) {
            ++account.prone_steps;
            account.prone_open += sugar == Sugar::kRibose ? 1U : 0U;
        }
    }
}

double points(std::int64_t thousandths) noexcept {
    return static_cast<double>(thousandths) / 1000;
}

/// The library's plain patterns that fit, by the same rules.
void compare(const DuplexToModify& duplex,
             const PlacementOptions& options,
             PlacementAccount& account) {
    for (const ChemistryPattern& other : chemistry_library()) {
        const std::size_t guide_length = duplex.guide_strand.size();
        const bool fits = why_not(other, guide_length, duplex.passenger_strand.size()).empty();
        if (!other.placement && fits) {
            const ModifiedStrand guide = modify(duplex.guide_strand, other.guide);
            const ModifiedStrand passenger = modify(duplex.passenger_strand, other.passenger);
            account.compared.emplace_back(
                other.name, placement_account(guide, passenger, duplex, options).cost);
        }
    }
}

std::string two_digits(double value) {
    std::array<char, 32> text;
    std::snprintf(text.data(), text.size(), "%.2f", value);
    return text.data();
}

}  // namespace

void PlacementOptions::validate() const {
    check_weight("endonuclease", weights.endonuclease);
    check_weight("exonuclease", weights.exonuclease);
    check_weight("activity", weights.activity);
    check_weight("runs", weights.runs);
    check_weight("seed", weights.seed);
    check_weight("modified", weights.modified);
    check_weight("fluoro", weights.fluoro);
    check_weight("thioate", weights.thioate);
    if (seed_sugar != '\0' && seed_sugar != 'g' && seed_sugar != 'n') {
        refuse(std::string("seed_sugar is g (GNA) or n (UNA), not '") + seed_sugar + "'");
    }
}

ChemistryPattern place_chemistry(const ChemistryPattern& pattern, const DuplexToModify& duplex) {
    if (!pattern.placement) {
        return pattern;
    }
    const PlacementOptions& options = *pattern.placement;
    options.validate();
    if (pattern.guide.sugars.empty() || pattern.passenger.sugars.empty()) {
        refuse("a pattern without sugars");
    }
    if (!pattern.guide.words.empty() || !pattern.passenger.words.empty()) {
        refuse("'words' belong to fixed patterns; where modifications are placed, give 'at'");
    }
    const SearchSpace guide =
        space_of(duplex.guide_strand, pattern.guide, options.most_fluoro_guide, options.seed_sugar);
    const SearchSpace passenger =
        space_of(duplex.passenger_strand, pattern.passenger, options.most_fluoro_passenger, '\0');
    const std::vector<PlacedStrand> guides =
        place_strand({duplex, true, pattern.guide.l96, options.weights}, guide);
    const std::vector<PlacedStrand> passengers =
        place_strand({duplex, false, pattern.passenger.l96, options.weights}, passenger);
    const auto [best_guide, best_passenger] = best_pair(guides, passengers, options.most_fluoro);
    if (best_guide == nullptr) {
        refuse("pattern " + pattern.name + ": nothing is left within the limits",
               "2'-fluoro alone, or given by 'at', needs a larger most_fluoro");
    }
    ChemistryPattern placed{pattern.name, pattern.about, pattern.source, {}, {}, 0, 0, {}};
    placed.guide = pattern_of(*best_guide, pattern.guide);
    placed.passenger = pattern_of(*best_passenger, pattern.passenger);
    return placed;
}

PlacementAccount placement_account(const ModifiedStrand& guide,
                                   const ModifiedStrand& passenger,
                                   const DuplexToModify& duplex,
                                   const PlacementOptions& options) {
    const PlacementCosts guide_costs =
        strand_costs(guide, {duplex, true, guide.l96, options.weights});
    const PlacementCosts passenger_costs =
        strand_costs(passenger, {duplex, false, passenger.l96, options.weights});
    PlacementAccount account;
    account.cost = points(sum_of(guide_costs) + sum_of(passenger_costs));
    for (std::size_t i = 0; i < kPlacementTerms; ++i) {
        const PlacementTermText& text = text_of(static_cast<PlacementTermKind>(i));
        account.terms.push_back(
            {text.name, text.about, points(guide_costs[i]), points(passenger_costs[i])});
    }
    count_units(guide, duplex.guide_strand, account);
    count_units(passenger, duplex.passenger_strand, account);
    return account;
}

ModifiedDuplex ordered_duplex(const ChemistryPattern& pattern, const DuplexToModify& duplex) {
    const ChemistryPattern placed = place_chemistry(pattern, duplex);
    ModifiedDuplex ordered = modified_duplex(placed, duplex.guide_strand, duplex.passenger_strand);
    if (pattern.placement) {
        const ModifiedStrand guide = modify(duplex.guide_strand, placed.guide);
        const ModifiedStrand passenger = modify(duplex.passenger_strand, placed.passenger);
        PlacementAccount account = placement_account(guide, passenger, duplex, *pattern.placement);
        compare(duplex, *pattern.placement, account);
        ordered.placement = std::move(account);
    }
    return ordered;
}

std::string to_sentence(const PlacementAccount& account) {
    std::string text = "modifications placed by exact search: " + std::to_string(account.methoxy) +
                       " 2'-O-methyl, " + std::to_string(account.fluoro) + " 2'-fluoro and " +
                       std::to_string(account.thioates) + " phosphorothioates";
    text += account.opened > 0 ? ", " + std::to_string(account.opened) + " GNA/UNA; " : "; ";
    if (account.prone_steps > 0) {
        text += std::to_string(account.prone_steps - account.prone_open) + " of " +
                std::to_string(account.prone_steps) + " UpA and CpA steps covered; ";
    }
    text += "cost " + two_digits(account.cost) + " (";
    std::string parts;
    for (const PlacementTerm& term : account.terms) {
        if (std::abs(term.guide + term.passenger) >= 0.005) {
            parts.append(parts.empty() ? "" : ", ").append(term.name).append(" ");
            parts += two_digits(term.guide + term.passenger);
        }
    }
    text.append(parts).append(")");
    const char* before = "; by the same rules ";
    for (const auto& [name, cost] : account.compared) {
        text.append(std::exchange(before, ", ")).append(name).append(" ").append(two_digits(cost));
    }
    return text;
}

}  // namespace varhush::sirna
