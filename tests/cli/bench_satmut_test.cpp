// `varhush bench satmut` as a process: what it says of effects whose truth is known.
#include "shell.hpp"
#include "test_paths.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <string>

namespace varhush::test {
namespace {

using testing::HasSubstr;

const std::string kModel = std::string(VARHUSH_SOURCE_DIR) + "/data/demo/reporter/mix.safetensors";

// Two elements; effects are the model's own scores in the first and their negatives in the second.
class BenchSatmut : public testing::Test {
  protected:
    void SetUp() override {
        std::mt19937 random(8);
        std::string fasta;
        std::string vcf =
            "##fileformat=VCFv4.2\n##contig=<ID=E1>\n##contig=<ID=E2>\n"
            "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
        for (const std::string name : {"E1", "E2"}) {
            std::string bases;
            for (int i = 0; i < 90; ++i) {
                bases += "ACGT"[random() % 4];
            }
            fasta += ">" + name + "\n" + bases + "\n";
            for (std::size_t i = 1; i < bases.size(); ++i) {
                const std::string position = std::to_string(i + 1);
                const std::string alt = bases[i] == 'A' ? "C" : "A";
                vcf += name + "\t" + std::to_string(i) + "\t.\t" + bases.substr(i - 1, 2) + "\t" +
                       bases[i - 1] + "\t.\t.\t.\n";
                vcf += name + "\t" + position + "\t.\t" + bases[i] + "\t" + alt + "\t.\t.\t.\n";
            }
        }
        write("elements.fa", fasta);
        write("in.vcf", vcf);
        write("kinds.tsv", "E1\tpromoter\nE2\tenhancer\n");
        ASSERT_EQ(
            run("varhush score -q -m " + kModel + " -f elements.fa in.vcf -o out.vcf").exit_code,
            0);
        write_table();
    }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(sandbox_.folder() / name) << text;
    }
    [[nodiscard]] ShellResult run(const std::string& command) const {
        return run_shell(command, sandbox_.folder());
    }
    [[nodiscard]] ShellResult bench(const std::string& options) const {
        return run("varhush bench satmut -q --elements elements.fa --rounds 50 " + options);
    }
    void write_table() const {
        std::istringstream lines(read_file(sandbox_.folder() / "out.vcf"));
        std::string table = "element\tsplit\toffset\tref\talt\tlog2_effect\tpass\tprimary\n";
        for (std::string line; std::getline(lines, line);) {
            if (line.starts_with('#')) {
                continue;
            }
            std::istringstream fields(line);
            std::string contig, id, ref, alt, skip, info;
            std::size_t position = 0;
            fields >> contig >> position >> id >> ref >> alt >> skip >> skip >> info;
            const auto at = info.find("VH_MPRA=");
            ASSERT_NE(at, std::string::npos) << line;
            const double value = std::stod(info.substr(at + 8)) * (contig == "E1" ? 1 : -1);
            const bool deletion = ref.size() == 2;
            std::ostringstream row;
            row << contig << '\t' << (contig == "E1" ? "valid" : "test") << '\t'
                << position + (deletion ? 1 : 0) << '\t' << (deletion ? ref.substr(1) : ref) << '\t'
                << (deletion ? "-" : alt) << '\t' << value;
            table += row.str() + "\t1\t1\n";
            table += row.str() + "9\t0\t1\n" + row.str() + "9\t1\t0\n";  // neither counts
        }
        write("effects.tsv", table);
    }

    Sandbox sandbox_;
};

TEST_F(BenchSatmut, EffectsThatAreTheScoresCorrelatePerfectly) {
    const auto got = bench("-m " + kModel + " --table effects.tsv --kinds kinds.tsv");
    ASSERT_EQ(got.exit_code, 0) << got.err;
    EXPECT_THAT(got.out,
                testing::StartsWith("element\tsplit\tkind\tvariants\tunscored\tpearson\t"));
    EXPECT_THAT(got.out,
                HasSubstr("E1\tvalid\tpromoter\t89\t0\t1.000\t1.000\t1.000\t1.000\t89\t1.000\n"));
    EXPECT_THAT(
        got.out,
        HasSubstr("E2\ttest\tenhancer\t89\t0\t-1.000\t-1.000\t-1.000\t-1.000\t89\t-1.000\n"));
    EXPECT_THAT(got.out, HasSubstr("mean of 2\tall\t.\t178\t0\t"));
    EXPECT_THAT(got.out, HasSubstr("mean of 1\tall\tpromoter\t89\t0\t1.000\t"));
}

TEST_F(BenchSatmut, OnlyTheSplitsAskedForCount) {
    const auto got = bench("-m " + kModel + " --table effects.tsv --split valid --json");
    ASSERT_EQ(got.exit_code, 0) << got.err;
    const auto json = nlohmann::json::parse(got.out);
    ASSERT_EQ(json.size(), 3U);
    EXPECT_EQ(json[0]["element"], "E1");
    EXPECT_NEAR(json[0]["pearson"].get<double>(), 1, 1e-6);
    EXPECT_THAT(got.out, testing::Not(HasSubstr("E2")));
    const auto none = bench("-m " + kModel + " --table effects.tsv --split train");
    EXPECT_EQ(none.exit_code, 3);
    EXPECT_THAT(none.err, HasSubstr("no variants of the split train"));
}

TEST_F(BenchSatmut, OtherModelsAndTablesAreRefused) {
    const auto model = bench("--table effects.tsv -m splice-mini");
    EXPECT_EQ(model.exit_code, 5);
    EXPECT_THAT(model.err, HasSubstr("no model of reporter activity"));
    write("short.tsv", "element\tsplit\toffset\n");
    const auto table = bench("--table short.tsv -m " + kModel);
    EXPECT_EQ(table.exit_code, 3);
    EXPECT_THAT(table.err, HasSubstr("there is no column 'ref'"));
    EXPECT_EQ(table.out, "");
}

}  // namespace
}  // namespace varhush::test
