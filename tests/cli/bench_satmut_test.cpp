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

// The primary assay of E1 has effects 0.1, 0.2, … by row; the others are made of it.
class BenchReplicates : public BenchSatmut {
  protected:
    void SetUp() override {
        BenchSatmut::SetUp();
        const std::string bases = read_file(sandbox_.folder() / "elements.fa").substr(4, 90);
        std::string table =
            "element\tassay\tcell_type\tsplit\toffset\tref\talt\tlog2_effect\tpass\tprimary\n";
        const auto add = [&](const std::string& assay, std::size_t at, double effect, int pass) {
            std::ostringstream row;
            row << "E1\t" << assay << "\tvalid\t" << at + 1 << '\t' << bases[at] << '\t'
                << (bases[at] == 'A' ? 'C' : 'A') << '\t' << effect << '\t' << pass << '\t'
                << (assay.starts_with("E1\t") ? 1 : 0) << '\n';
            table += row.str();
        };
        for (std::size_t at = 0; at < 20; ++at) {
            const double effect = 0.1 * static_cast<double>(at + 1);
            add("E1\tHeLa", at, effect, at == 19 ? 0 : 1);
            add("E1.2\tHeLa", at, 2 * effect + 1, 1);
            // A straight line but for two rows that did not pass.
            add("E1.other\tK562", at, at < 2 ? 50 : -effect, at < 2 ? 0 : 1);
        }
        add("E1.few\tHeLa", 3, 1, 1);
        add("E1.few\tHeLa", 40, 1, 1);  // not measured by the primary one
        write("replicates.tsv", table);
    }
    [[nodiscard]] ShellResult satmut(const std::string& options) const {
        return bench("-m " + kModel + " --table replicates.tsv " + options);
    }
};

TEST_F(BenchReplicates, AgreeWithThePrimaryAssayOnWhatPassedInBoth) {
    const auto got = satmut("--kinds kinds.tsv");
    ASSERT_EQ(got.exit_code, 0) << got.err;
    EXPECT_THAT(got.out, testing::StartsWith("element\tsplit\tkind\treplicate\tvariants\t"));
    EXPECT_THAT(got.out, HasSubstr("\nE1\tvalid\tpromoter\t.\t19\t0\t"));
    EXPECT_THAT(
        got.out,
        HasSubstr("\nE1\tvalid\tpromoter\tE1.2\t19\t.\t1.000\t1.000\t1.000\t1.000\t0\t.\n"));
    EXPECT_THAT(got.out,
                HasSubstr("\nE1\tvalid\tpromoter\tE1.other in K562\t17\t.\t-1.000\t-1.000\t"
                          "-1.000\t-1.000\t0\t.\n"));
    EXPECT_THAT(got.out, HasSubstr("\tE1.few\t1\t.\t.\t.\t.\t.\t0\t.\n"));
}

TEST_F(BenchReplicates, ChangeNothingOfTheModelsFigures) {
    const auto with = nlohmann::json::parse(satmut("--json").out);
    const auto without = nlohmann::json::parse(satmut("--json --replicates none").out);
    ASSERT_EQ(without.size(), 3U);
    ASSERT_EQ(with.size(), 6U);
    for (std::size_t i = 0; i < without.size(); ++i) {
        EXPECT_EQ(with[i], without[i]);
    }
    EXPECT_EQ(with[3]["replicate"], "E1.2");
}

TEST_F(BenchReplicates, OfOtherSplitsOnlyWhenAskedFor) {
    ASSERT_EQ(run("sed 's/\tvalid\t/\ttest\t/; s/^E1/E2/' replicates.tsv | tail -n +2 > more\n"
                  "awk -F'\t' '$1 == \"E2\" {print $1}' more | head -1")
                  .out,
              "E2\n");
    // E2 has other bases, so of it only the replicates, not the model, can be judged.
    ASSERT_EQ(run("cat replicates.tsv more > both.tsv").exit_code, 0);
    const std::string both = "-m " + kModel + " --table both.tsv --split valid ";
    EXPECT_THAT(bench(both).out, testing::Not(HasSubstr("E2")));
    EXPECT_THAT(bench(both + "--replicates all").out, HasSubstr("\nE2\ttest\t.\tE1.2\t19\t"));
    EXPECT_EQ(bench(both + "--replicates some").exit_code, 2);
}

TEST_F(BenchReplicates, TwoPrimaryAssaysAreRefused) {
    ASSERT_EQ(run("sed 's/0$/1/' replicates.tsv > all.tsv").exit_code, 0);
    const auto got = bench("-m " + kModel + " --table all.tsv");
    EXPECT_EQ(got.exit_code, 3);
    EXPECT_THAT(got.err, HasSubstr("all.tsv: E1 has more than one primary assay"));
    EXPECT_EQ(bench("-m " + kModel + " --table all.tsv --replicates none").exit_code, 0);
}

TEST_F(BenchReplicates, AVariantTwiceInAnAssayIsRefused) {
    for (const std::string line : {"2", "3"}) {  // of the primary assay, of another
        ASSERT_EQ(
            run("(cat replicates.tsv; sed -n " + line + "p replicates.tsv) > twice.tsv").exit_code,
            0);
        const auto got = bench("-m " + kModel + " --table twice.tsv");
        EXPECT_EQ(got.exit_code, 3);
        EXPECT_THAT(got.err, HasSubstr("twice.tsv: E1 1 "));
        EXPECT_THAT(got.err, HasSubstr("stands twice in the assay E1"));
        EXPECT_EQ(got.out, "");
        EXPECT_EQ(bench("-m " + kModel + " --table twice.tsv --replicates none").exit_code, 0);
    }
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
