// `varhush bench splice`, `tracks` and --expect as processes: figures whose truth is known.
#include "shell.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <string>

namespace varhush::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class BenchAccuracy : public testing::Test {
  protected:
    [[nodiscard]] ShellResult run(const std::string& command) const {
        return run_shell(command, sandbox_.folder());
    }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(sandbox_.folder() / name) << text;
    }
    [[nodiscard]] std::string read(const std::string& name) const {
        return read_file(sandbox_.folder() / name);
    }
    /// The value of the figure `measure` of `what` (or of the track of that name).
    static double value(const json& rows, const std::string& what, const std::string& measure) {
        for (const json& row : rows) {
            if (row.value("what", row.value("name", "")) == what && row["measure"] == measure) {
                return row["value"].is_null() ? -9 : row["value"].get<double>();
            }
        }
        ADD_FAILURE() << what << ' ' << measure << " is not in " << rows.dump();
        return -9;
    }

    Sandbox sandbox_;
};

class BenchSplice : public BenchAccuracy {
  protected:
    [[nodiscard]] ShellResult bench(const std::string& options) const {
        return run("varhush bench splice -q -@ 1 -m splice-mini --rounds 20 " + options);
    }
    const std::string variants_ =
        " --variants few.vcf --variants-fasta data/demo/chr22.fa.gz --variants-genes "
        "data/demo/genes.gtf.gz ";
    void SetUp() override {
        ASSERT_EQ(run("zcat data/demo/variants.vcf.gz | head -90 > few.vcf\n"
                      "varhush score -q -m splice-mini -f data/demo/chr22.fa.gz --gtf "
                      "data/demo/genes.gtf.gz --compat-tag DELTA --digits 6 few.vcf -o "
                      "scored.vcf")
                      .exit_code,
                  0);
    }
};

TEST_F(BenchSplice, AgreesWithItselfAndWithItsOwnRecords) {
    for (const std::string truth : {"--against splice-mini", "--recorded scored.vcf --tag DELTA"}) {
        const auto got = bench(variants_ + truth + " --json");
        ASSERT_EQ(got.exit_code, 0) << got.err;
        const json rows = json::parse(got.out);
        ASSERT_EQ(rows.size(), 4U);
        EXPECT_GT(rows[0]["count"], 20);
        for (const json& row : rows) {
            EXPECT_NEAR(row["value"], 1, 1e-9) << row.dump();
            EXPECT_NEAR(row["low"], 1, 1e-9) << row.dump();
        }
    }
}

TEST_F(BenchSplice, RecordsOfOtherEffectsDisagree) {
    // Gains where the model says losses.
    ASSERT_EQ(run("awk -F'\\t' -v OFS='\\t' '/^#/ {print; next} {split($8, i, \"DELTA=\"); "
                  "split(i[2], f, \"|\"); if (f[3] != \"\") {$8 = \"DELTA=\" f[1] \"|\" f[2] \"|\" "
                  "f[4] \"|\" f[3] \"|\" f[6] \"|\" f[5]} print}' scored.vcf > swapped.vcf")
                  .exit_code,
              0);
    const auto got = bench(variants_ + "--recorded swapped.vcf --tag DELTA --json");
    ASSERT_EQ(got.exit_code, 0) << got.err;
    const json rows = json::parse(got.out);
    EXPECT_LT(value(rows, "four deltas", "pearson"), 0.9);
    EXPECT_NEAR(value(rows, "largest delta", "pearson"), 1, 1e-6);
}

TEST_F(BenchSplice, FindsTheAnnotatedSites) {
    const auto got = bench(
        "-f data/demo/chr22.fa.gz --region chr22:20060001-20140000 --genes data/demo/genes.gtf.gz "
        "--json --svg sites.svg");
    ASSERT_EQ(got.exit_code, 0) << got.err;
    const json rows = json::parse(got.out);
    for (const char* what : {"donors", "acceptors"}) {
        EXPECT_GT(value(rows, what, "auprc"), 0.5);
        EXPECT_GT(value(rows, what, "top_k"), 0.5);
    }
    EXPECT_THAT(read("sites.svg"), HasSubstr(">donors/auprc</text>"));
}

TEST_F(BenchSplice, BadInputIsRefused) {
    const auto nothing = bench("");
    EXPECT_EQ(nothing.exit_code, 2);
    EXPECT_THAT(nothing.err, HasSubstr("give --region, --variants or both"));
    const auto both = bench(variants_ + "--against splice-mini --recorded scored.vcf");
    EXPECT_EQ(both.exit_code, 2);
    const auto tag = bench(variants_ + "--recorded scored.vcf --tag OTHER");
    EXPECT_EQ(tag.exit_code, 3);
    EXPECT_THAT(tag.err, HasSubstr("no substitution has the INFO tag OTHER"));
    write("bad.vcf", "chr22\t20008711\t.\tG\tT\t.\t.\tDELTA=T|GENE|0.1|none|0|0\n");
    const auto bad = bench(variants_ + "--recorded bad.vcf --tag DELTA");
    EXPECT_EQ(bad.exit_code, 3);
    EXPECT_THAT(bad.err, HasSubstr("bad.vcf:1: expected ALLELE|GENE|four deltas"));
    write("cut.vcf", "chr22\t20008711\t.\tG\tT\t.\t.\tDELTA=T|GENE|0.1|0|0|0");
    EXPECT_EQ(bench(variants_ + "--recorded cut.vcf --tag DELTA").exit_code, 3);
}

// Peaks are the bins where the model predicts most; in a second file where it predicts least.
class BenchTracks : public BenchAccuracy {
  protected:
    void SetUp() override {
        ASSERT_EQ(run("varhush predict -q -m data/demo/random-alphagenome.safetensors -f "
                      "data/demo/chr22.fa.gz -r chr22:20049921-20066304 --window 4096 --halo 0 "
                      "--heads DNASE --resolution 128 --format bedgraph -o d\n"
                      "zcat d/dnase.0001.*.bedgraph.gz | sort -k4,4gr > best\n"
                      "head -20 best | sort -k2,2n > high.bed\n"
                      "tail -20 best | sort -k2,2n > low.bed\n"
                      "zcat d/dnase.0002.*.bedgraph.gz > k562.bedgraph")
                      .exit_code,
                  0);
        write("config.json", config("high.bed", "chr22:20049921-20066304"));
    }
    static std::string config(const std::string& peaks, const std::string& test) {
        return R"({"fasta": ["data/demo/chr22.fa.gz"], "tracks": [
  {"output": "dnase", "data": "peaks", "file": ")" +
               peaks + R"(", "name": "CL:0000084 DNase-seq"},
  {"output": "dnase", "data": "signal", "file": "k562.bedgraph", "name": "EFO:0002067 DNase-seq"},
  {"output": "dnase", "data": "peaks", "file": "low.bed", "name": "no such track"}],
 "windows": {"train": ["chr22:20100001-20200000"], "test": [")" +
               test + R"("], "window_bp": 4096}})";
    }
    [[nodiscard]] ShellResult bench(const std::string& options) const {
        return run(
            "varhush bench tracks -m data/demo/random-alphagenome.safetensors -@ 1 --rounds 20 " +
            options);
    }
    static double at_128(const json& rows, const std::string& name) {
        for (const json& row : rows) {
            if (row["name"] == name && row["resolution"] == 128) {
                return row["value"];
            }
        }
        ADD_FAILURE() << name << " is not in " << rows.dump();
        return -9;
    }
};

TEST_F(BenchTracks, LabelsThatAreItsOwnPredictionsGiveAPerfectScore) {
    const auto got = bench("--config config.json --json");
    ASSERT_EQ(got.exit_code, 0) << got.err;
    const json rows = json::parse(got.out);
    EXPECT_DOUBLE_EQ(at_128(rows, "CL:0000084 DNase-seq"), 1);
    EXPECT_GT(at_128(rows, "EFO:0002067 DNase-seq"), 0.95);
    EXPECT_THAT(got.err, HasSubstr("1 labelled tracks are not in the model"));
    EXPECT_THAT(got.out, Not(HasSubstr("no such track")));
}

TEST_F(BenchTracks, PeaksWhereItPredictsLeastGiveTheWorst) {
    write("low.json", config("low.bed", "chr22:20049921-20066304"));
    const auto got = bench("-q --config low.json --json");
    ASSERT_EQ(got.exit_code, 0) << got.err;
    EXPECT_DOUBLE_EQ(at_128(json::parse(got.out), "CL:0000084 DNase-seq"), 0);
}

TEST_F(BenchTracks, RegionsAndWindowsCanBeChosen) {
    const auto some = bench("--config config.json --windows 2");
    EXPECT_EQ(some.exit_code, 0);
    EXPECT_THAT(some.err, HasSubstr("2 windows of 4096 bases"));
    const auto other = bench("--config config.json --regions chr22:20049921-20054016");
    EXPECT_THAT(other.err, HasSubstr("1 windows of 4096 bases"));
    const auto outside = bench("--config config.json --regions chr9");
    EXPECT_EQ(outside.exit_code, 3);
    const auto model = run("varhush bench tracks -m splice-mini --config config.json");
    EXPECT_EQ(model.exit_code, 5) << model.err;
}

TEST_F(BenchTracks, ExpectationsAreMetOrMissedBeyondTheInterval) {
    ASSERT_EQ(bench("-q --config config.json --json > found.json").exit_code, 0);
    EXPECT_EQ(bench("--config config.json --expect found.json").exit_code, 0);
    const std::string figure = "DNASE/CL:0000084 DNase-seq/auroc";
    write("high.json", R"({"DNASE/mean/pearson": 2, "DNASE/mean/auroc": 0.1})");
    const auto missed = bench("--config config.json --expect high.json --svg f.svg");
    EXPECT_EQ(missed.exit_code, 1);
    EXPECT_THAT(missed.err, HasSubstr("missed: DNASE/mean/pearson: expected 2.0000, found "));
    EXPECT_THAT(missed.err, HasSubstr("2 expectations, 1 missed"));
    EXPECT_THAT(missed.out, HasSubstr("DNASE\t128\t"));
    EXPECT_THAT(read("f.svg"), HasSubstr(figure));
    write("absent.json", R"({"DNASE/other/auroc": 0.1})");
    const auto absent = bench("-q --config config.json --expect absent.json");
    EXPECT_EQ(absent.exit_code, 1);
    EXPECT_THAT(absent.err, HasSubstr("there is no such figure"));
}

TEST_F(BenchTracks, BadExpectationsStopTheRunBeforeTheWork) {
    write("bad.json", "{");
    write("empty.json", "{}");
    for (const std::string name : {"bad.json", "empty.json", "missing.json"}) {
        const auto got = bench("--config config.json --svg f.svg --expect " + name);
        EXPECT_EQ(got.exit_code, 3) << got.err;
        EXPECT_THAT(got.err, HasSubstr(name));
        EXPECT_EQ(got.out, "");
        EXPECT_NE(run("test -e f.svg || test -e f.svg.part").exit_code, 0);
    }
}

class BenchGrammar : public BenchAccuracy {
  protected:
    [[nodiscard]] ShellResult bench(const std::string& options) const {
        return run(
            "varhush bench grammar -m data/demo/reporter/mix.safetensors --backgrounds 10 --rounds "
            "20 " +
            options);
    }
    const std::string two_ = "--consensus AP1=TGACTCA --consensus SP1=GGGGCGGGG --pair AP1,SP1 ";
};

TEST_F(BenchGrammar, ARepressorTurnsEveryAnswerRound) {
    const auto got = bench("-q --json " + two_);
    ASSERT_EQ(got.exit_code, 0) << got.err;
    EXPECT_EQ(bench("-q --json " + two_).out, got.out);
    EXPECT_NE(bench("-q --json --seed 2 " + two_).out, got.out);
    const auto turned = bench("-q --json --repressors AP1,SP1 " + two_);
    ASSERT_EQ(turned.exit_code, 0) << turned.err;
    const json rows = json::parse(got.out);
    const json other = json::parse(turned.out);
    ASSERT_EQ(rows.size(), 5U + 5U + 3U + 3U + 8U);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        EXPECT_EQ(rows[i]["backgrounds"], rows[i]["motif"] == "all" ? 20 : 10);
        EXPECT_NEAR(rows[i]["value"].get<double>() + other[i]["value"].get<double>(), 1, 1e-9)
            << rows[i].dump();
        if (rows[i]["composition"] == "broken" && rows[i]["motif"] != "all") {
            EXPECT_EQ(rows[i]["mean_change"], other[i]["mean_change"]);
        }
    }
}

TEST_F(BenchGrammar, LeavingAMotifOutChangesNoOther) {
    const json both = json::parse(bench("-q --json " + two_).out);
    const json one = json::parse(bench("-q --json --consensus SP1=GGGGCGGGG").out);
    for (std::size_t i = 0; i < 5; ++i) {
        EXPECT_EQ(one[i]["motif"], "SP1");
        EXPECT_EQ(one[i], both[5 + i]);
    }
}

TEST_F(BenchGrammar, BadInputIsRefused) {
    EXPECT_EQ(bench("").exit_code, 2);
    EXPECT_EQ(bench("--consensus X=TGX").exit_code, 2);
    EXPECT_EQ(bench("--consensus A=TGACTCA --pair A,B").exit_code, 2);
    EXPECT_EQ(bench("--consensus A=TGACTCA --length 20").exit_code, 2);
    const auto name = bench("--motifs data/demo/reporter/motifs.jaspar --names NONE");
    EXPECT_EQ(name.exit_code, 3);
    EXPECT_THAT(name.err, HasSubstr("there is no matrix called none"));
    const auto model = run("varhush bench grammar -m splice-mini --consensus A=TGACTCA");
    EXPECT_EQ(model.exit_code, 5);
    const auto factors =
        run("varhush bench grammar -m data/demo/random-alphagenome.safetensors --consensus "
            "A=TGACTCA");
    EXPECT_EQ(factors.exit_code, 5);
    EXPECT_THAT(factors.err, HasSubstr("none of its tracks names a transcription factor"));
}

class BenchCost : public BenchAccuracy {
  protected:
    void SetUp() override {
        ASSERT_EQ(run("zcat data/demo/variants.vcf.gz | head -40 > few.vcf").exit_code, 0);
    }
};

TEST_F(BenchCost, TheFullSettingAgreesWithItselfAndAMemberDoesNot) {
    const auto got =
        run("varhush bench cost -q -@ 1 -m splice-mini -f data/demo/chr22.fa.gz --variants few.vcf "
            "--genes data/demo/genes.gtf.gz --json");
    ASSERT_EQ(got.exit_code, 0) << got.err;
    const json rows = json::parse(got.out);
    ASSERT_EQ(rows.size(), 5U);
    EXPECT_EQ(rows[0]["setting"], "3 members, strand of the gene");
    EXPECT_NEAR(rows[0]["pearson"], 1, 1e-12);
    EXPECT_EQ(rows[0]["max_difference"], 0);
    EXPECT_LT(rows[2]["pearson"], 1);
    EXPECT_GT(rows[2]["max_difference"], 0);
    EXPECT_GT(rows[2]["seconds_a_variant"], 0);
}

TEST_F(BenchCost, WindowsOfTracksAndSharedOnes) {
    ASSERT_EQ(run("zcat data/demo/variants.vcf.gz | head -12 > few.vcf").exit_code, 0);
    const std::string command =
        "varhush bench cost -q -@ 1 -m data/demo/random-alphagenome.safetensors -f "
        "data/demo/chr22.fa.gz --variants few.vcf --scorers "
        "CenterMask:DNASE:501:DIFF_MEAN ";
    const auto got = run(command + "--windows 2048,8192 --json");
    ASSERT_EQ(got.exit_code, 0) << got.err;
    const json rows = json::parse(got.out);
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0]["setting"], "window 8192");
    EXPECT_NEAR(rows[0]["pearson"], 1, 1e-12);
    EXPECT_EQ(rows[0]["series"], 4);
    EXPECT_EQ(rows[1]["setting"], "window 2048");
    EXPECT_GT(rows[1]["max_difference"], 0);
    EXPECT_EQ(rows[2]["setting"], "window 8192, shared within 1024");
    const auto bad = run(command + "--windows 1000");
    EXPECT_EQ(bad.exit_code, 2);
    EXPECT_THAT(bad.err, HasSubstr("--windows: 1000 is no multiple of 2,048"));
    const auto none = run(
        "head -3 few.vcf > none.vcf; varhush bench cost -m splice-mini -f data/demo/chr22.fa.gz "
        "--variants none.vcf");
    EXPECT_EQ(none.exit_code, 3) << none.err;
}

}  // namespace
}  // namespace varhush::test
