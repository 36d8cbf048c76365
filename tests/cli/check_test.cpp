// `varhush check` as users meet it: bad input, bad options, what is left behind, and whether the
// real tools read what it repairs.
#include "shell.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace varhush::test {
namespace {

namespace fs = std::filesystem;

class CheckCommand : public testing::Test {
  protected:
    ShellResult run(const std::string& script) { return run_shell(script, sandbox_.folder()); }

    /// The script's exit code and message, and that no file is there afterwards but `files`.
    void expect_failure(const std::string& script,
                        int exit_code,
                        const std::string& words,
                        std::vector<std::string> files = {}) {
        const ShellResult got = run(script);
        EXPECT_EQ(got.exit_code, exit_code) << script << "\n" << got.err;
        EXPECT_NE(got.err.find(words), std::string::npos) << script << "\n" << got.err;
        files.insert(files.end(), {"data", "models"});  // what every sandbox shows
        std::sort(files.begin(), files.end());
        EXPECT_EQ(names(), files) << script;
        for (const std::string& name : files) {
            if (name != "data" && name != "models") {
                fs::remove(sandbox_.folder() / name);
            }
        }
    }

    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> result;
        for (const auto& entry : fs::directory_iterator(sandbox_.folder())) {
            result.push_back(entry.path().filename().string());
        }
        std::sort(result.begin(), result.end());
        return result;
    }

    static bool has(const std::string& tools) {
        const Sandbox sandbox;
        return run_shell("command -v " + tools + " >/dev/null", sandbox.folder()).exit_code == 0;
    }

    Sandbox sandbox_;
};

const std::string kCheck = "varhush check -f data/demo/chr22.fa.gz ";
const std::string kDemo = "data/demo/variants.vcf.gz ";

TEST_F(CheckCommand, RefusesOptionsThatMakeNoSense) {
    expect_failure("varhush check " + kDemo, 2, "check needs a reference: -f FASTA");
    expect_failure(kCheck + "--sample 0 " + kDemo, 2, "--sample");
    expect_failure(kCheck + "--sample 5 --full " + kDemo, 2, "--sample excludes --full");
    expect_failure(kCheck + "--fix - " + kDemo, 2, "--fix writes a file");
    expect_failure(kCheck + "--fix out.vcf < " + kDemo, 2, "cannot be standard input");
    expect_failure(kCheck + "--fix-steps split " + kDemo, 2, "--fix FILE is missing");
    expect_failure(kCheck + "-W " + kDemo, 2, "--fix FILE is missing");
    expect_failure(kCheck + "--fix o.vcf --fix-steps split,join " + kDemo, 2, "exclude each other");
    expect_failure(kCheck + "--fix o.vcf --fix-steps sort " + kDemo, 2, "sort");
    expect_failure(kCheck + "--fix out.vcf.gz -O v " + kDemo, 2, "out.vcf.gz");
    expect_failure(
        "cp data/demo/variants.vcf.gz . && " + kCheck + "variants.vcf.gz --fix ./variants.vcf.gz",
        2,
        "are the same file",
        {"variants.vcf.gz"});
}

TEST_F(CheckCommand, RefusesInputThatIsMissingEmptyOrCut) {
    expect_failure(kCheck + "nowhere.vcf --fix out.vcf", 3, "nowhere.vcf");
    expect_failure("varhush check -f nowhere.fa " + kDemo, 3, "nowhere.fa");
    expect_failure(": > in.vcf; " + kCheck + "in.vcf --fix out.vcf", 3, "in.vcf", {"in.vcf"});
    expect_failure("head -c -40 " + kDemo + "> in.vcf.gz; " + kCheck + "in.vcf.gz --fix out.vcf",
                   3,
                   "in.vcf.gz",
                   {"in.vcf.gz"});
    expect_failure("printf '>c\\nACGT\\n' > in.vcf; " + kCheck + "in.vcf", 3, "in.vcf", {"in.vcf"});
}

TEST_F(CheckCommand, RefusesToJoinUnsortedRecordsAndLeavesNothingBehind) {
    expect_failure("zcat " + kDemo + "| awk '/^#/' > in.vcf; zcat " + kDemo +
                       "| grep -v '^#' | tail -n 3 | sort -k2,2nr >> in.vcf; " + kCheck +
                       "in.vcf --fix out.vcf --fix-steps join",
                   3,
                   "cannot be joined",
                   {"in.vcf"});
}

TEST_F(CheckCommand, ReportsAFullDiskAndLeavesNothingBehind) {
    expect_failure(kCheck + kDemo + "> /dev/full", 6, "standard output");
    expect_failure(kCheck + kDemo + "-o nowhere/report.txt", 6, "nowhere/report.txt");
    expect_failure(kCheck + kDemo + "--fix nowhere/out.vcf", 6, "nowhere/out.vcf");
}

TEST_F(CheckCommand, ReadsBcfFromStandardInputAndWritesTheReportToAFile) {
    if (!has("bcftools")) {
        GTEST_SKIP() << "needs bcftools";
    }
    const ShellResult got =
        run("bcftools view -Ou " + kDemo + "| " + kCheck + "-o report.txt && cat report.txt");
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_NE(got.out.find("the file fits data/demo/chr22.fa.gz"), std::string::npos) << got.out;
}

TEST_F(CheckCommand, HostileNamesReachNeitherTerminalNorJsonUnescaped) {
    const std::string vcf =
        "printf "
        "'##fileformat=VCFv4.2\\n##contig=<ID=chr22>\\n#CHROM\\tPOS\\tID\\tREF\\tALT\\tQUAL\\t"
        "FILTER\\tINFO\\nchr22\\t20008711\\ta\\033[31m\\303\\050\\tA\\tT\\t.\\t.\\t.\\n' | ";
    const ShellResult text = run(vcf + kCheck + "|| test $? = 3");
    EXPECT_EQ(text.exit_code, 0) << text.err;
    EXPECT_EQ(text.out.find('\033'), std::string::npos);
    const ShellResult json = run(vcf + kCheck + "--json || test $? = 3");
    EXPECT_EQ(json.exit_code, 0) << json.err;
    EXPECT_EQ(json.out.find('\033'), std::string::npos);
    EXPECT_NE(json.out.find("\\u001b[31m"), std::string::npos) << json.out;
}

TEST_F(CheckCommand, TheRepairedFileIsWhatBcftoolsNormMakes) {
    if (!has("bcftools")) {
        GTEST_SKIP() << "needs bcftools";
    }
    const ShellResult got =
        run("bcftools view " + kDemo + "| sed 's/chr22/22/' > in.vcf\n" + kCheck +
            "in.vcf --fix out.vcf.gz -W=tbi > report.txt\n"
            "bcftools norm -f data/demo/chr22.fa.gz " +
            kDemo +
            "2>/dev/null | bcftools view -H > expected\n"
            "bcftools view -H out.vcf.gz > ours; cmp ours expected\n"
            "bcftools index -n out.vcf.gz; tabix out.vcf.gz chr22:20030000-20050000 | wc -l\n"
            "bcftools view -h out.vcf.gz | grep -c 'varhush_check[VC]'");
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_EQ(got.out, "155\n8\n2\n");
}

TEST_F(CheckCommand, TermLeavesNoOutput) {
    const ShellResult got =
        run("mkfifo pipe; (zcat " + kDemo +
            "; sleep 20) > pipe &\nfeeder=$!\n"
            "varhush check -f data/demo/chr22.fa.gz pipe -o report.txt & job=$!\n"
            "sleep 0.5; kill -TERM $job; code=0; wait $job || code=$?\n"
            "kill $feeder 2>/dev/null || true\n"
            "echo $code; ls | grep -v -e data -e models");
    EXPECT_EQ(got.out, "143\npipe\n") << got.err;
}

}  // namespace
}  // namespace varhush::test
