#include "varhush/core/error.hpp"
#include "varhush/io/effect_table.hpp"
#include "varhush/io/jaspar_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace varhush::io {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Tables : public testing::Test {
  protected:
    ~Tables() override { std::filesystem::remove(path_); }

    const std::string& write(const std::string& text) {
        std::ofstream(path_) << text;
        return path_;
    }
    template <class Read>
    std::string failure(const std::string& text, const Read& read) {
        try {
            read(write(text));
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::kInput);
            return error.what();
        }
        return "";
    }
    std::string jaspar(const std::string& text) {
        return failure(text, [](const std::string& path) { (void)read_jaspar(path); });
    }
    std::string effects(const std::string& text) {
        return failure(text, [](const std::string& path) { (void)read_effect_table(path); });
    }

    const std::string path_ =
        testing::TempDir() + "/jaspar_effect_test." + std::to_string(::getpid()) + ".txt";
};

const std::string kMatrix = ">MA1.1 ABC::D\nA [ 1 2 3 ]\nC  [4 5  6]\nG [ 0 0 0 ]\nT [ 1.5 0 2 ]\n";
const std::string kHeader = "element\tsplit\toffset\tref\talt\tlog2_effect\tpass\tprimary\n";

TEST_F(Tables, MatricesHaveNamesAndCounts) {
    const auto matrices = read_jaspar(write(kMatrix + "\n>MA2.1\nA [1]\nC [0]\nG [0]\nT [7]\n"));
    ASSERT_EQ(matrices.size(), 2U);
    EXPECT_EQ(matrices[0].id, "MA1.1");
    EXPECT_EQ(matrices[0].name, "ABC::D");
    EXPECT_THAT(matrices[0].counts[1], ElementsAre(4, 5, 6));
    EXPECT_THAT(matrices[0].counts[3], ElementsAre(1.5, 0, 2));
    EXPECT_EQ(matrices[1].name, "MA2.1");
    EXPECT_EQ(matrices[1].columns(), 1U);
}

TEST_F(Tables, BrokenMatricesAreRefusedWithTheirLine) {
    EXPECT_THAT(jaspar(""), HasSubstr("no matrices"));
    EXPECT_THAT(jaspar(">M\nA [ 1 ]\nC [ 1 ]\nG [ 1 ]\n"), HasSubstr("cut"));
    EXPECT_THAT(jaspar(">M\nA [ 1 ]\n" + kMatrix), HasSubstr(":3: the matrix before has 1 rows"));
    EXPECT_THAT(jaspar(">M\nA [ 1 ]\nG [ 1 ]\n"), HasSubstr(":3: expected the rows A, C, G, T"));
    EXPECT_THAT(jaspar(">M\nA [ 1 ]\nC [ 1 2 ]\n"), HasSubstr(":3: rows of different lengths"));
    EXPECT_THAT(jaspar(">M\nA [ 1 x ]\n"), HasSubstr(":2: not a row of counts"));
    EXPECT_THAT(jaspar(">M\nA [ -1 ]\n"), HasSubstr(":2: a count is negative"));
    EXPECT_THAT(jaspar(">M\nA 1 2\n"),
                HasSubstr(":2: not a row of counts, which stand in brackets"));
    EXPECT_THAT(jaspar(kMatrix + "A [ 1 ]\n"), HasSubstr(":6: expected"));
}

TEST_F(Tables, EffectsAreReadByTheNamesOfTheirColumns) {
    const auto rows = read_effect_table(
        write("alt\textra\telement\tsplit\toffset\tref\tlog2_effect\tprimary\tpass\n"
              "-\tx\tE1\ttrain\t3\tA\t-0.5\t1\t0\n"
              "G\t\tE2\ttest\t1\tC\t0.25\t0\t1\n"));
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].element, "E1");
    EXPECT_EQ(rows[0].position, 2);
    EXPECT_EQ(rows[0].alt, "");
    EXPECT_EQ(rows[0].effect_log2, -0.5);
    EXPECT_FALSE(rows[0].passed);
    EXPECT_TRUE(rows[0].primary);
    EXPECT_EQ(rows[1].alt, "G");
    EXPECT_EQ(rows[1].split, "test");
    EXPECT_TRUE(rows[1].passed);
    EXPECT_FALSE(rows[1].primary);
    EXPECT_FALSE(rows[1].p_value);
    EXPECT_FALSE(rows[1].score);
}

TEST_F(Tables, EffectsMayHavePValuesAndScores) {
    const std::string header = kHeader.substr(0, kHeader.size() - 1) + "\tscore\tp_value\n";
    const auto rows =
        read_effect_table(write(header + "E\ttrain\t1\tA\tC\t0.5\t1\t1\t-0.25\t3e-08\n"
                                         "E\ttrain\t2\tA\tC\t0.5\t1\t1\tNA\tNA\n"));
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].score, -0.25);
    EXPECT_EQ(rows[0].p_value, 3e-08);
    EXPECT_FALSE(rows[1].score);
    EXPECT_FALSE(rows[1].p_value);
    EXPECT_THAT(effects(header + "E\ttrain\t1\tA\tC\t0\t1\t1\tx\t1\n"),
                HasSubstr("score is no number: 'x'"));
    EXPECT_THAT(effects(header + "E\ttrain\t1\tA\tC\t0\t1\t1\tinf\t1\n"), HasSubstr("cannot be"));
    EXPECT_THAT(effects(header + "E\ttrain\t1\tA\tC\t0\t1\t1\n"),
                HasSubstr("the line has 8 fields"));
}

TEST_F(Tables, EffectsMayNameTheirAssayAndItsCells) {
    const std::string header = kHeader.substr(0, kHeader.size() - 1) + "\tcell_type\tassay\n";
    const auto rows =
        read_effect_table(write(header + "E\ttrain\t1\tA\tC\t0.5\t1\t1\tHepG2\tE.2\n"));
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].assay, "E.2");
    EXPECT_EQ(rows[0].cell, "HepG2");
    const auto without = read_effect_table(write(kHeader + "E\ttrain\t1\tA\tC\t0.5\t1\t1\n"));
    EXPECT_EQ(without.at(0).assay, "");
    EXPECT_EQ(without.at(0).cell, "");
    EXPECT_THAT(effects(header + "E\ttrain\t1\tA\tC\t0\t1\t1\tHepG2\n"),
                HasSubstr("the line has 9 fields"));
}

TEST_F(Tables, BrokenEffectsAreRefusedWithTheirLine) {
    EXPECT_THAT(effects(""), HasSubstr("empty"));
    EXPECT_THAT(effects("element\tsplit\n"), HasSubstr("no column 'offset'"));
    EXPECT_THAT(effects(kHeader + "E\ttrain\t1\tA\tC\n"), HasSubstr(":2: the line has 5 fields"));
    EXPECT_THAT(effects(kHeader + "E\ttrain\tx\tA\tC\t0\t1\t1\n"),
                HasSubstr("offset is no number"));
    EXPECT_THAT(effects(kHeader + "E\ttrain\t1\tA\tC\tNA\t1\t1\n"),
                HasSubstr("log2_effect is no number: 'NA'"));
    EXPECT_THAT(effects(kHeader + "E\ttrain\t0\tA\tC\t0\t1\t1\n"), HasSubstr("cannot be"));
    EXPECT_THAT(effects(kHeader + "E\ttrain\t1\tA\tC\t0\t1\t1"), HasSubstr("cut"));
}

}  // namespace
}  // namespace varhush::io
