#include "varhush/sirna/fold.hpp"

#include "rnafold_golden.hpp"
#include "varhush/core/error.hpp"

#include <gmock/gmock.h>

#include <cmath>

namespace varhush::sirna {
namespace {

long units(double kcal_mol) {
    return std::lround(kcal_mol * 100);
}

class FoldGolden : public RnafoldGolden {};
INSTANTIATE_TEST_SUITE_P(Rnafold, FoldGolden, testing::Bool(), golden_name);

TEST_P(FoldGolden, EvaluatesGivenStructures) {
    const auto rows = read("eval_expected.tsv");
    ASSERT_EQ(rows.size(), 607U);
    for (const auto& row : rows) {
        EXPECT_EQ(units(evaluate(row.at("sequence"), row.at("structure"))),
                  units(std::stod(row.at("energy_kcal"))))
            << row.at("id");
    }
}

TEST_P(FoldGolden, EvaluatesLoopByLoop) {
    using Kind = LoopEnergy::Kind;
    const std::map<std::string, Kind> kinds{{"external", Kind::kExterior},
                                            {"hairpin", Kind::kHairpin},
                                            {"interior", Kind::kInterior},
                                            {"multi", Kind::kMulti}};
    std::map<std::string, std::map<std::pair<std::size_t, std::size_t>, LoopEnergy>> ours;
    for (const auto& row : read("eval_expected.tsv")) {
        for (const auto& loop : evaluate_loops(row.at("sequence"), row.at("structure"))) {
            ours[row.at("id")][{loop.i, loop.j}] = loop;
        }
    }
    const auto rows = read("eval_loops.tsv");
    ASSERT_GE(rows.size(), 300U);
    for (const auto& row : rows) {
        const bool exterior = row.at("i") == ".";
        const std::size_t i = exterior ? 0 : std::stoul(row.at("i")) - 1;
        const std::size_t j = exterior ? 0 : std::stoul(row.at("j")) - 1;
        ASSERT_TRUE((ours.at(row.at("id")).contains({i, j}))) << row.at("id") << ' ' << i;
        const LoopEnergy& loop = ours.at(row.at("id")).at({i, j});
        EXPECT_EQ(loop.kind, kinds.at(row.at("loop")));
        EXPECT_EQ(units(loop.kcal_mol), std::stol(row.at("dcal"))) << row.at("id") << ' ' << i;
        if (loop.kind == Kind::kInterior) {
            EXPECT_EQ(loop.p + 1, std::stoul(row.at("p")));
            EXPECT_EQ(loop.q + 1, std::stoul(row.at("q")));
        }
    }
}

TEST_P(FoldGolden, FindsTheBestStructure) {
    const auto rows = read("fold_expected.tsv");
    ASSERT_GE(rows.size(), 100U);
    for (const auto& row : rows) {
        const Fold fold = fold_mfe(row.at("sequence"));
        EXPECT_EQ(units(fold.kcal_mol), units(std::stod(row.at("mfe_kcal")))) << row.at("id");
        EXPECT_EQ(units(evaluate(row.at("sequence"), fold.structure)), units(fold.kcal_mol))
            << row.at("id");
        EXPECT_EQ(units(evaluate(row.at("sequence"), row.at("mfe_structure"))),
                  units(fold.kcal_mol))
            << row.at("id");
    }
}

std::string message_of(const std::string& rna, const std::string& structure) {
    try {
        (void)evaluate(rna, structure);
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kInput);
        return error.what();
    }
    return "no error";
}

TEST(Fold, WorkedExampleOfTheModel) {
    EXPECT_EQ(units(evaluate("GGGGAAAACCCC", "((((....))))")), -540);
    EXPECT_EQ(fold_mfe("GGGGAAAACCCC").structure, "((((....))))");
}

TEST(Fold, NothingToFold) {
    EXPECT_EQ(fold_mfe("").structure, "");
    EXPECT_EQ(fold_mfe("").kcal_mol, 0);
    EXPECT_EQ(fold_mfe("GC").structure, "..");
    EXPECT_EQ(evaluate("", ""), 0);
}

TEST(Fold, ReadsDnaLettersAndLowerCase) {
    EXPECT_EQ(fold_mfe("ggggttttcccc").kcal_mol, fold_mfe("GGGGUUUUCCCC").kcal_mol);
}

TEST(Fold, UnknownBasesPairWithNothing) {
    EXPECT_EQ(fold_mfe("NNNNAAAANNNN").structure, "............");
    const Fold fold = fold_mfe("GGGGNNNNCCCC");
    EXPECT_EQ(fold.structure, "((((....))))");
    // Hairpin of 4 (5.6) with the worst mismatch of G-C (-0.7 or -0.8) instead of A-A (-1.1).
    EXPECT_GT(units(fold.kcal_mol), -540);
    EXPECT_LE(units(fold.kcal_mol), -540 + 110);
    EXPECT_THAT(message_of("GNNNNC", "(....)"), testing::StrEq("no error"));
    EXPECT_THAT(message_of("NAAAAC", "(....)"), testing::HasSubstr("none that RNA forms"));
}

TEST(Fold, SaysWhatIsWrong) {
    EXPECT_EQ(message_of("GGG-CCC", "......."),
              "position 4 of the sequence is '-', which is no nucleotide");
    EXPECT_EQ(message_of("GAAAC", "(...)."), "the sequence has 5 bases and the structure 6");
    EXPECT_EQ(message_of("GAAAC", "....)"), "position 5 closes a pair that was not opened");
    EXPECT_EQ(message_of("GAAAC", "(...."), "position 1 opens a pair that is not closed");
    EXPECT_EQ(message_of("GAAAC", "[...]"),
              "position 1 of the structure is '[', not '(', ')' or '.'");
    EXPECT_EQ(message_of("GAAC", "(..)"),
              "the pair of positions 1 and 4 closes a hairpin of fewer than 3 bases");
    EXPECT_EQ(message_of("GAAAG", "(...)"),
              "the pair of positions 1 and 5 is none that RNA forms (A-U, C-G, G-U)");
    EXPECT_EQ(
        message_of("G" + std::string(31, 'A') + "GAAACC", "(" + std::string(31, '.') + "(...))"),
        "the pair of positions 1 and 38 closes an interior loop of more than 30 bases");
    EXPECT_THROW((void)fold_mfe("GG GG"), Error);
}

}  // namespace
}  // namespace varhush::sirna
