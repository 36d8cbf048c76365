#include "varhush/sirna/chemistry_placement.hpp"

#include "varhush/core/error.hpp"
#include "varhush/sirna/guide.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace varhush::sirna {
namespace {

/// A duplex that owns its strands.
struct Duplex {
    std::string guide;
    std::string passenger;
    std::size_t paired = 0;

    [[nodiscard]] DuplexToModify view() const { return {guide, passenger, paired}; }
};

/// `guide` without overhangs.
Duplex blunt(const std::string& guide) {
    return {guide, reverse_complement_rna(guide), guide.size()};
}

std::string random_guide(std::mt19937& random, std::size_t length) {
    std::string guide;
    for (std::size_t i = 0; i < length; ++i) {
        guide += "ACGU"[random() % 4];
    }
    return guide;
}

double cost_of(const ChemistryPattern& plain, const Duplex& duplex, const PlacementOptions& by) {
    return placement_account(modify(duplex.guide, plain.guide),
                             modify(duplex.passenger, plain.passenger),
                             duplex.view(),
                             by)
        .cost;
}

double placed_cost(const ChemistryPattern& pattern, const Duplex& duplex) {
    return cost_of(place_chemistry(pattern, duplex.view()), duplex, *pattern.placement);
}

std::size_t count(const std::string& sugars, char letter) {
    return static_cast<std::size_t>(std::count(sugars.begin(), sugars.end(), letter));
}

/// Calls `visit` with every string that takes each letter from those of its place.
template <class Visit>
void every_string(const std::vector<std::string>& letters, const Visit& visit) {
    std::size_t total = 1;
    for (const std::string& some : letters) {
        total *= some.size();
    }
    std::string text(letters.size(), ' ');
    for (std::size_t number = 0; number < total; ++number) {
        std::size_t rest = number;
        for (std::size_t i = 0; i < text.size(); ++i) {
            text[i] = letters[i][rest % letters[i].size()];
            rest /= letters[i].size();
        }
        visit(text);
    }
}

bool within(const std::string& guide,
            const std::string& passenger,
            const PlacementOptions& limits) {
    return count(guide, 'g') <= 1 && count(guide, 'f') <= limits.most_fluoro_guide &&
           count(passenger, 'f') <= limits.most_fluoro_passenger &&
           count(guide, 'f') + count(passenger, 'f') <= limits.most_fluoro;
}

/// The least cost of one strand by trying everything, for every number of 2'-fluoros; the other
/// strand is unmodified.
std::vector<double> tried(const ChemistryPattern& pattern, const Duplex& duplex, bool guide) {
    const StrandPattern& request = guide ? pattern.guide : pattern.passenger;
    std::vector<std::string> letters(duplex.guide.size(), request.sugars);
    if (guide && pattern.placement->seed_sugar != '\0') {
        letters[5] += pattern.placement->seed_sugar;
        letters[6] += pattern.placement->seed_sugar;
    }
    std::vector<double> best(letters.size() + 1, std::numeric_limits<double>::infinity());
    ChemistryPattern plain{"tried", "", "", {}, {}, 0, 0, {}};
    StrandPattern& part = guide ? plain.guide : plain.passenger;
    plain.guide.l96 = pattern.guide.l96;
    plain.passenger.l96 = pattern.passenger.l96;
    every_string(letters, [&](const std::string& sugars) {
        if (!within(guide ? sugars : "", guide ? "" : sugars, *pattern.placement)) {
            return;
        }
        part.sugars = sugars;
        for (part.thioates5 = 0; part.thioates5 <= request.thioates5; ++part.thioates5) {
            for (part.thioates3 = 0; part.thioates3 <= request.thioates3; ++part.thioates3) {
                double& known = best[count(sugars, 'f')];
                known = std::min(known, cost_of(plain, duplex, *pattern.placement));
            }
        }
    });
    return best;
}

/// The least cost of both strands by trying everything.
double least_of_all(const ChemistryPattern& pattern, const Duplex& duplex) {
    const std::vector<double> guides = tried(pattern, duplex, true);
    const std::vector<double> passengers = tried(pattern, duplex, false);
    ChemistryPattern bare{"bare", "", "", {}, {}, 0, 0, {}};
    bare.guide.l96 = pattern.guide.l96;
    bare.passenger.l96 = pattern.passenger.l96;
    // Either was tried beside a bare strand, so a bare duplex is counted once too often.
    const double twice = cost_of(bare, duplex, *pattern.placement);
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t g = 0; g < guides.size(); ++g) {
        for (std::size_t p = 0; p < passengers.size(); ++p) {
            if (g + p <= pattern.placement->most_fluoro) {
                least = std::min(least, guides[g] + passengers[p] - twice);
            }
        }
    }
    return least;
}

/// Every term, limit and option in play; weights drawn so that no term decides alone.
ChemistryPattern random_request(std::mt19937& random) {
    std::uniform_real_distribution<double> weight(0.2, 3);
    ChemistryPattern pattern = find_chemistry("placed");
    pattern.guide.sugars = random() % 2 == 0 ? "rmf" : "mf";
    pattern.guide.thioates5 = random() % 3;
    pattern.guide.thioates3 = random() % 3;
    pattern.passenger.sugars = random() % 2 == 0 ? "mf" : "rm";
    pattern.passenger.l96 = random() % 2 == 0;
    PlacementOptions& options = *pattern.placement;
    options.most_fluoro_guide = random() % 6;
    options.most_fluoro_passenger = random() % 4;
    options.most_fluoro = random() % 7;
    options.seed_sugar = random() % 2 == 0 ? 'g' : '\0';
    options.weights = {weight(random),
                       weight(random),
                       weight(random),
                       weight(random),
                       weight(random),
                       weight(random),
                       weight(random),
                       weight(random)};
    return pattern;
}

TEST(ChemistryPlacement, IsTheBestOfAllThatCanBeTried) {
    std::mt19937 random(7);
    for (int round = 0; round < 10; ++round) {
        const Duplex duplex = blunt(random_guide(random, 8));
        const ChemistryPattern pattern = random_request(random);
        EXPECT_NEAR(placed_cost(pattern, duplex), least_of_all(pattern, duplex), 1e-9)
            << duplex.guide;
    }
}

TEST(ChemistryPlacement, NoSingleChangeOfAFullStrandIsCheaper) {
    std::mt19937 random(11);
    for (int round = 0; round < 20; ++round) {
        const Duplex duplex = blunt(random_guide(random, 21));
        const ChemistryPattern pattern = find_chemistry("placed");
        const ChemistryPattern placed = place_chemistry(pattern, duplex.view());
        const double cost = cost_of(placed, duplex, *pattern.placement);
        for (std::size_t i = 0; i < 42; ++i) {
            for (const char letter : {'r', 'm', 'f'}) {
                ChemistryPattern changed = placed;
                (i < 21 ? changed.guide : changed.passenger).sugars[i % 21] = letter;
                if (within(changed.guide.sugars, changed.passenger.sugars, *pattern.placement)) {
                    EXPECT_GE(cost_of(changed, duplex, *pattern.placement), cost - 1e-9);
                }
            }
        }
    }
}

TEST(ChemistryPlacement, GivesThePublishedPatternWhereNothingElseAsks) {
    // No pyrimidine in front of A on either strand.
    const std::string guide = "GGAAGGAAGAGGAGGAAGAGGAA";
    const Duplex duplex{guide, reverse_complement_rna(guide.substr(0, 21)), 21};
    ChemistryPattern pattern = find_chemistry("placed-full");
    pattern.passenger.l96 = true;
    const ChemistryPattern placed = place_chemistry(pattern, duplex.view());
    const ChemistryPattern& published = find_chemistry("advanced-esc");
    EXPECT_EQ(to_text(modify(duplex.guide, placed.guide)),
              to_text(modify(duplex.guide, published.guide)));
    EXPECT_EQ(to_text(modify(duplex.passenger, placed.passenger)),
              to_text(modify(duplex.passenger, published.passenger)));
}

TEST(ChemistryPlacement, CoversWhatIsCutAndLittleElse) {
    //                                  UA    CA
    const Duplex duplex = blunt("GGAGGUAGGACAGGAGGAG");
    const ChemistryPattern placed = place_chemistry(find_chemistry("placed"), duplex.view());
    EXPECT_NE(placed.guide.sugars[5], 'r');
    EXPECT_NE(placed.guide.sugars[10], 'r');
    // Between the ends nothing else of the guide needs cover: purines.
    for (std::size_t i = 2; i + 2 < 19; ++i) {
        if (i != 5 && i != 10) {
            EXPECT_EQ(placed.guide.sugars[i], 'r') << i;
        }
    }
    EXPECT_EQ(placed.guide.thioates5, 2U);
    EXPECT_EQ(placed.guide.thioates3, 2U);
}

TEST(ChemistryPlacement, MethoxyIsNotPutWhereItHinders) {
    // UpA at 2, 14 of the guide, and at the passenger's nucleotide that faces 11.
    const Duplex duplex = blunt("GUAGGGGGGUAGGUAGGGG");
    ASSERT_EQ(duplex.passenger.substr(8, 2), "UA");
    const ChemistryPattern placed = place_chemistry(find_chemistry("placed"), duplex.view());
    EXPECT_EQ(placed.guide.sugars[1], 'f');
    EXPECT_EQ(placed.guide.sugars[13], 'f');
    EXPECT_EQ(placed.passenger.sugars[8], 'f');
}

TEST(ChemistryPlacement, LimitsOfFluoroHold) {
    const Duplex duplex = blunt("GUAGGUAGGUAGGUAGUAG");
    ChemistryPattern pattern = find_chemistry("placed-full");
    std::vector<double> costs;
    for (std::size_t most = 0; most <= 10; ++most) {
        pattern.placement->most_fluoro = most;
        const ChemistryPattern placed = place_chemistry(pattern, duplex.view());
        EXPECT_LE(count(placed.guide.sugars, 'f') + count(placed.passenger.sugars, 'f'), most);
        costs.push_back(cost_of(placed, duplex, *pattern.placement));
    }
    EXPECT_GT(costs.front(), costs.back());
    EXPECT_TRUE(std::is_sorted(costs.rbegin(), costs.rend()));
}

TEST(ChemistryPlacement, ASeedSugarGoesToFirmSeedsOnly) {
    ChemistryPattern pattern = find_chemistry("placed");
    pattern.placement->seed_sugar = 'g';
    const auto guide_of = [&](const std::string& seed) {
        const Duplex duplex = blunt("A" + seed + "AGGAAGGAAGG");
        return place_chemistry(pattern, duplex.view()).guide.sugars;
    };
    EXPECT_EQ(count(guide_of("GGCGGCG"), 'g'), 1U);
    EXPECT_EQ(guide_of("GGCGGCG").find('g'), 6U);
    // Not even as cover for the UpA at 6.
    EXPECT_EQ(count(guide_of("AAAUUAA"), 'g'), 0U);
    pattern.guide.at = {{6, 'g'}};
    EXPECT_EQ(count(guide_of("GGCGGCG"), 'g'), 1U);
    pattern.guide.at.clear();
    pattern.placement->weights.seed = 0;
    EXPECT_EQ(count(guide_of("GGCGGCG"), 'g'), 0U);
}

TEST(ChemistryPlacement, AHeavySeedPutsMethoxyAtTwo) {
    ChemistryPattern pattern = find_chemistry("placed-full");
    const Duplex duplex = blunt("AGGCGGCGAGGAAGGAAGG");
    EXPECT_EQ(place_chemistry(pattern, duplex.view()).guide.sugars[1], 'f');
    pattern.placement->weights.seed = 10;
    EXPECT_EQ(place_chemistry(pattern, duplex.view()).guide.sugars[1], 'm');
}

TEST(ChemistryPlacement, KeepsWhatIsGivenAndDeoxythymidine) {
    const std::string guide = "UACGUACGUACGUACGUAC";
    const Duplex duplex{guide + "tt", reverse_complement_rna(guide) + "tt", 19};
    ChemistryPattern pattern = find_chemistry("placed-full");
    pattern.guide.at = {{1, 'r'}, {-1, 'm'}, {7, 'n'}};
    pattern.guide.five = FivePrime::kPhosphate;
    pattern.passenger.l96 = true;
    const ModifiedStrand placed =
        modify(duplex.guide, place_chemistry(pattern, duplex.view()).guide);
    EXPECT_EQ(placed.units[0].sugar, Sugar::kRibose);
    EXPECT_EQ(placed.units[6].sugar, Sugar::kUnlocked);
    EXPECT_EQ(to_text(placed).substr(0, 4), "p-rU");
    EXPECT_TRUE(to_text(placed).ends_with("dTsdT")) << to_text(placed);
    EXPECT_TRUE(place_chemistry(pattern, duplex.view()).passenger.l96);
}

TEST(ChemistryPlacement, TermsAddUpAndOtherPatternsCostMore) {
    std::mt19937 random(3);
    for (int round = 0; round < 10; ++round) {
        const Duplex duplex = blunt(random_guide(random, 21));
        const ModifiedDuplex ordered = ordered_duplex(find_chemistry("placed"), duplex.view());
        ASSERT_TRUE(ordered.placement.has_value());
        const PlacementAccount& account = *ordered.placement;
        double sum = 0;
        for (const PlacementTerm& term : account.terms) {
            sum += term.guide + term.passenger;
            EXPECT_FALSE(term.about.empty());
        }
        EXPECT_NEAR(sum, account.cost, 1e-9);
        ASSERT_EQ(account.compared.front().first, "unmodified");
        for (const auto& [name, cost] : account.compared) {
            // "alternating" has more 2'-fluoro than is allowed here, the others are within reach.
            EXPECT_GT(cost, account.cost) << name;
        }
        EXPECT_EQ(ordered.guide, ordered_duplex(find_chemistry("placed"), duplex.view()).guide);
    }
}

TEST(ChemistryPlacement, FixedPatternsHaveNoAccount) {
    const Duplex duplex = blunt("UACGUACGUACGUACGUAC");
    const ModifiedDuplex ordered = ordered_duplex(find_chemistry("alternating"), duplex.view());
    EXPECT_FALSE(ordered.placement.has_value());
    EXPECT_EQ(ordered.guide,
              modified_duplex(find_chemistry("alternating"), duplex.guide, duplex.passenger).guide);
}

TEST(ChemistryPlacement, SaysWhatIsPlacedAndWhy) {
    const Duplex duplex = blunt("GGAGGUAGGACAGGAGGAG");
    ChemistryPattern pattern = find_chemistry("placed");
    const std::string text = to_sentence(*ordered_duplex(pattern, duplex.view()).placement);
    EXPECT_TRUE(text.starts_with("modifications placed by exact search: ")) << text;
    EXPECT_NE(text.find(" of 3 UpA and CpA steps covered; cost "), std::string::npos) << text;
    EXPECT_NE(text.find("; by the same rules unmodified "), std::string::npos) << text;
    EXPECT_EQ(text.find("GNA"), std::string::npos) << text;
    pattern.guide.at = {{7, 'g'}};
    const std::string opened = to_sentence(*ordered_duplex(pattern, duplex.view()).placement);
    EXPECT_NE(opened.find("phosphorothioates, 1 GNA/UNA; "), std::string::npos) << opened;
}

std::string refusal(const ChemistryPattern& pattern) {
    const Duplex duplex = blunt("UACGUACGUACGUACGUAC");
    try {
        (void)place_chemistry(pattern, duplex.view());
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kUsage);
        return error.what();
    }
    return "";
}

TEST(ChemistryPlacement, RefusesWhatCannotBe) {
    const ChemistryPattern placed = find_chemistry("placed");
    ChemistryPattern wrong = placed;
    wrong.guide.sugars = "f";
    EXPECT_NE(refusal(wrong).find("nothing is left within the limits"), std::string::npos);
    wrong = placed;
    wrong.passenger.sugars = "rg";
    EXPECT_NE(refusal(wrong).find("GNA and UNA are placed by 'seed_sugar'"), std::string::npos);
    wrong = placed;
    wrong.guide.sugars = "";
    EXPECT_NE(refusal(wrong).find("without sugars"), std::string::npos);
    wrong = placed;
    wrong.guide.words = {{"UA", 'm'}};
    EXPECT_NE(refusal(wrong).find("'words' belong to fixed patterns"), std::string::npos);
    wrong = placed;
    wrong.guide.at = {{20, 'm'}};
    EXPECT_NE(refusal(wrong).find("no position 20"), std::string::npos);
    wrong = placed;
    wrong.placement->seed_sugar = 'm';
    EXPECT_NE(refusal(wrong).find("seed_sugar is g (GNA) or n (UNA)"), std::string::npos);
    wrong = placed;
    wrong.placement->weights.runs = -1;
    EXPECT_NE(refusal(wrong).find("weight runs must be 0 to 1000"), std::string::npos);
    wrong.placement->weights.runs = std::nan("");
    EXPECT_NE(refusal(wrong).find("weight runs must be 0 to 1000"), std::string::npos);
}

}  // namespace
}  // namespace varhush::sirna
