// `varhush bench speed` as a process: what it counts, what adds up, and what it refuses. How fast
// the machine is cannot be known here.
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

class BenchSpeed : public testing::Test {
  protected:
    // Every variant five times, so that they outweigh the start-up on a busy machine too.
    void SetUp() override {
        ASSERT_EQ(
            run("zcat data/demo/variants.vcf.gz | awk '/^#/ {print; next} {for (i = 0; i < 5; "
                "i++) print}' > many.vcf")
                .exit_code,
            0);
    }
    [[nodiscard]] ShellResult run(const std::string& command) const {
        return run_shell(command, sandbox_.folder());
    }
    [[nodiscard]] ShellResult bench(const std::string& options) const {
        return run("varhush bench speed -f data/demo/chr22.fa.gz " + options);
    }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(sandbox_.folder() / name) << text;
    }

    const std::string splice_ =
        "-m splice-mini --variants many.vcf --genes data/demo/genes.gtf.gz ";
    Sandbox sandbox_;
};

TEST_F(BenchSpeed, TellsTheStartFromTheVariantsAndRunsFromEachOther) {
    const auto got = bench(splice_ + "-q -@ 1 --repeats 3 --json --svg speed.svg");
    ASSERT_EQ(got.exit_code, 0) << got.err;
    const json rows = json::parse(got.out);
    ASSERT_EQ(rows.size(), 1U);
    const json& row = rows[0];
    EXPECT_EQ(row["models"], "splice-mini");
    EXPECT_EQ(row["run"], "1 thread");
    ASSERT_EQ(run("varhush score -q -m splice-mini -f data/demo/chr22.fa.gz --gtf "
                  "data/demo/genes.gtf.gz many.vcf --stats stats.json -o out.vcf")
                  .exit_code,
              0);
    const json stats = json::parse(read_file(sandbox_.folder() / "stats.json"));
    EXPECT_EQ(row["variants"], stats["alleles"]);
    EXPECT_EQ(row["scored"], stats["scored"]);
    EXPECT_GT(row["startup_seconds"], 0);
    EXPECT_GT(row["seconds"], row["startup_seconds"]);
    EXPECT_GT(row["cpu_seconds"], 0);
    EXPECT_GT(row["peak_mb"], 5);
    EXPECT_LE(row["low"], row["variants_a_second"]);
    EXPECT_GE(row["high"], row["variants_a_second"]);
    EXPECT_LT(row["low"], row["high"]);
    EXPECT_THAT(read_file(sandbox_.folder() / "speed.svg"),
                HasSubstr(">splice-mini/1 thread/variants_a_second</text>"));
}

TEST_F(BenchSpeed, OfSeveralModelsSaysWhereTheTimeGoes) {
    const auto got = bench(
        "--variants data/demo/variants.vcf.gz --genes data/demo/genes.gtf.gz -q -@ 2 --repeats 1 "
        "--json");
    ASSERT_EQ(got.exit_code, 0) << got.err;
    const json rows = json::parse(got.out);
    double parts = 0;
    double whole = 0;
    int models = 0;
    for (const json& row : rows) {
        if (row["run"] != "2 threads") {
            EXPECT_EQ(row["run"], "1 thread");
            continue;
        }
        if (row["models"] == "default") {
            whole = row["seconds"];
            EXPECT_EQ(row["scored"], row["variants"]);
            EXPECT_TRUE(row["low"].is_null()) << "one run has no extremes";
        } else {
            EXPECT_FALSE(row.contains("variants_a_second"));
            EXPECT_GT(row["seconds"], 0);
            parts += row["seconds"].get<double>();
            ++models;
        }
    }
    EXPECT_EQ(rows.size(), 2U * static_cast<unsigned>(models + 1));
    EXPECT_GE(models, 3);
    EXPECT_LT(parts, whole);
    EXPECT_GT(parts, whole / 10);
}

TEST_F(BenchSpeed, AnExpectedSpeedIsALowerBoundWithATolerance) {
    const std::string name = "splice-mini/1 thread/variants_a_second";
    const auto expect = [&](double speed, const std::string& tolerance) {
        write("expect.json", json{{name, speed}}.dump());
        return bench(splice_ + "-@ 1 --repeats 1 --expect expect.json --tolerance " + tolerance);
    };
    EXPECT_EQ(expect(0.001, "0").exit_code, 0);
    const auto missed = expect(1e9, "0.5");
    EXPECT_EQ(missed.exit_code, 1);
    EXPECT_THAT(missed.err, HasSubstr("missed: " + name + ": expected 1000000000.0000, found "));
    EXPECT_EQ(expect(1e7, "0.9999999").exit_code, 0) << "all but one variant a second is tolerated";
    EXPECT_EQ(expect(1e7, "1").exit_code, 2);
}

TEST_F(BenchSpeed, TooFewVariantsHaveNoSpeed) {
    ASSERT_EQ(run("zcat data/demo/variants.vcf.gz | grep '^#' > one.vcf\n"
                  "zcat data/demo/variants.vcf.gz | grep -v '^#' | head -1 >> one.vcf")
                  .exit_code,
              0);
    write("expect.json", R"({"splice-mini/1 thread/variants_a_second": 0.001})");
    const auto got = bench("-m splice-mini --variants one.vcf -@ 1 --expect expect.json");
    EXPECT_EQ(got.exit_code, 1);
    EXPECT_THAT(got.err, HasSubstr("one.vcf: too few variants"));
    EXPECT_THAT(got.err, HasSubstr("found unknown"));
    EXPECT_THAT(got.out, HasSubstr("splice-mini\t1 thread\t1\t1\t"));
}

TEST_F(BenchSpeed, BadInputIsRefused) {
    const auto refused = [&](const std::string& options, int code, const std::string& what) {
        const auto got = bench(options + " --svg f.svg");
        EXPECT_EQ(got.exit_code, code) << options << '\n' << got.err;
        EXPECT_THAT(got.err, HasSubstr(what));
        EXPECT_EQ(got.out, "");
        EXPECT_NE(run("test -e f.svg || test -e f.svg.part").exit_code, 0);
    };
    refused("--variants -", 2, "read several times");
    refused("--variants missing.vcf", 3, "missing.vcf");
    refused(splice_ + "--genes missing.gtf", 2, "--genes");  // given twice
    refused("-m splice-mini --variants data/demo/variants.vcf.gz --genes missing.gtf",
            3,
            "missing.gtf");
    refused("-m no-such-model --variants data/demo/variants.vcf.gz",
            5,
            "'varhush score' ended with exit code 5");
    write("none.vcf", "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n");
    refused("--variants none.vcf", 3, "none of its first variants could be scored");
    write("elsewhere.vcf",
          "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
          "chrNo\t5\t.\tA\tC\t.\t.\t.\nchr22\t20000100\t.\tA\t<DEL>\t.\t.\t.\n");
    refused("-m splice-mini --variants elsewhere.vcf", 3, "none of its first variants");
    refused(
        "-m varhush-reporter --variants data/demo/variants.vcf.gz --genes "
        "data/demo/genes.gtf.gz",
        2,
        "'varhush score' ended with exit code 2");
}

}  // namespace
}  // namespace varhush::test
