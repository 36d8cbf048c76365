#include "rnafold_golden.hpp"
#include "varhush/core/error.hpp"
#include "varhush/sirna/fold.hpp"

#include <cmath>
#include <functional>
#include <random>

namespace varhush::sirna {
namespace {

constexpr double kThermal = 310.15 * 1.98717 / 1000;

class EnsembleGolden : public RnafoldGolden {};
INSTANTIATE_TEST_SUITE_P(Rnafold, EnsembleGolden, testing::Bool(), golden_name);

TEST_P(EnsembleGolden, EnsembleEnergies) {
    const auto rows = read("fold_expected.tsv");
    ASSERT_GE(rows.size(), 100U);
    for (const auto& row : rows) {
        EXPECT_NEAR(ensemble_kcal_mol(row.at("sequence")), std::stod(row.at("ensemble_kcal")), 2e-6)
            << row.at("id");
    }
}

TEST_P(EnsembleGolden, PairProbabilities) {
    std::map<std::string, std::map<std::pair<std::size_t, std::size_t>, double>> expected;
    for (const auto& row : read("bpp_expected.tsv")) {
        expected[row.at("id")][{std::stoul(row.at("i")) - 1, std::stoul(row.at("j")) - 1}] =
            std::stod(row.at("p"));
    }
    const auto strands = read("bpp_sequences.tsv");
    ASSERT_GE(strands.size(), 4U);
    for (const auto& row : strands) {
        const auto found = pair_probabilities(row.at("sequence"));
        auto& pairs = expected.at(row.at("id"));
        for (std::size_t i = 0; i < found.length(); ++i) {
            for (std::size_t j = i + 1; j < found.length(); ++j) {
                const double p = pairs.contains({i, j}) ? pairs.at({i, j}) : 0.0;
                ASSERT_NEAR(found.paired(i, j), p, p > 0 ? 1e-9 + 2e-6 * p : 1.001e-6)
                    << row.at("id") << ' ' << i << ' ' << j;
            }
        }
    }
}

std::string random_strand(std::mt19937& random, std::size_t length, const char* letters = "ACGU") {
    std::string strand(length, 'A');
    for (char& base : strand) {
        base = letters[random() % 4];
    }
    return strand;
}

bool can_pair(char a, char b) {
    const std::string pair{a, b};
    return pair == "AU" || pair == "UA" || pair == "CG" || pair == "GC" || pair == "GU" ||
           pair == "UG";
}

// Calls use(structure) for every structure of `rna`: all that dots and brackets can write.
template <class Use>
void for_all_structures(const std::string& rna, const Use& use) {
    std::string structure(rna.size(), '.');
    std::vector<std::size_t> open;
    const std::function<void(std::size_t)> extend = [&](std::size_t at) {
        if (at == rna.size()) {
            if (open.empty()) {
                use(structure);
            }
            return;
        }
        extend(at + 1);
        if (open.size() < rna.size() - at) {
            structure[at] = '(';
            open.push_back(at);
            extend(at + 1);
            open.pop_back();
        }
        if (!open.empty() && at - open.back() > 3 && can_pair(rna[open.back()], rna[at])) {
            const std::size_t partner = open.back();
            open.pop_back();
            structure[at] = ')';
            extend(at + 1);
            open.push_back(partner);
        }
        structure[at] = '.';
    };
    extend(0);
}

struct Enumerated {
    double best = 0;
    double z = 0;
    std::vector<double> pairs;  // [i * n + j]
    std::size_t multiloops = 0;
};

Enumerated enumerate(const std::string& rna) {
    Enumerated all;
    const std::size_t n = rna.size();
    all.pairs.assign(n * n, 0);
    for_all_structures(rna, [&](const std::string& structure) {
        double energy = 0;
        bool multi = false;
        for (const auto& loop : evaluate_loops(rna, structure)) {
            energy += loop.kcal_mol;
            multi = multi || loop.kind == LoopEnergy::Kind::kMulti;
        }
        all.multiloops += multi ? 1 : 0;
        all.best = std::min(all.best, energy);
        const double weight = std::exp(-energy / kThermal);
        all.z += weight;
        std::vector<std::size_t> open;
        for (std::size_t j = 0; j < n; ++j) {
            if (structure[j] == '(') {
                open.push_back(j);
            } else if (structure[j] == ')') {
                all.pairs[open.back() * n + j] += weight;
                open.pop_back();
            }
        }
    });
    return all;
}

// The weights of the ensemble treat a stem whose only neighbour adds nothing as 0.017 kcal/mol more
// stable than its energy says (docs/thermodynamics.md); an A at either end of the strand avoids
// such stems: it cannot be the last base of a G-C stem.
TEST(Ensemble, EqualsTheSumOverAllStructures) {
    std::mt19937 random(11);
    std::size_t multiloops = 0;
    for (const std::size_t length : {5U, 8U, 12U, 16U, 18U, 20U, 21U}) {
        for (int round = 0; round < 6; ++round) {
            const std::string rna =
                "A" + random_strand(random, length - 2, round % 2 == 0 ? "GCGC" : "ACGU") + "A";
            const auto all = enumerate(rna);
            multiloops += all.multiloops;
            EXPECT_NEAR(ensemble_kcal_mol(rna), -kThermal * std::log(all.z), 1e-9) << rna;
            EXPECT_NEAR(fold_mfe(rna).kcal_mol, all.best, 1e-9) << rna;
            const auto found = pair_probabilities(rna);
            for (std::size_t i = 0; i < rna.size(); ++i) {
                for (std::size_t j = i + 1; j < rna.size(); ++j) {
                    ASSERT_NEAR(found.paired(i, j), all.pairs[i * rna.size() + j] / all.z, 1e-10)
                        << rna << ' ' << i << ' ' << j;
                }
            }
        }
    }
    EXPECT_GT(multiloops, 1000U);
}

TEST(Ensemble, UnknownBasesPairWithNothing) {
    const auto found = pair_probabilities("GGGNAAAACCC");
    EXPECT_NEAR(found.unpaired(3), 1, 1e-12);
    EXPECT_LT(found.unpaired(0), 0.9);
    EXPECT_EQ(ensemble_kcal_mol("NNNNNNNNNN"), 0);
}

TEST(Ensemble, NothingToFold) {
    EXPECT_EQ(ensemble_kcal_mol(""), 0);
    EXPECT_EQ(pair_probabilities("").length(), 0U);
    EXPECT_NEAR(ensemble_kcal_mol("ACG"), 0, 1e-12);
    EXPECT_EQ(pair_probabilities("A").unpaired(0), 1);
    EXPECT_THROW((void)ensemble_kcal_mol("AC-GU"), Error);
}

// Weights of a strand this stable leave the range of double: the same in long double.
TEST(Ensemble, LongAndStableStrands) {
    const std::string half(250, 'G');
    const std::string rna = half + "AAAA" + std::string(250, 'C');
    const double ensemble = ensemble_kcal_mol(rna);
    const double best = fold_mfe(rna).kcal_mol;
    EXPECT_LT(best, -800);
    EXPECT_LE(ensemble, best);
    EXPECT_GT(ensemble, best - 20);
    EXPECT_NEAR(pair_probabilities(rna).paired(120, rna.size() - 121), 1, 0.2);
}

}  // namespace
}  // namespace varhush::sirna
