// `varhush predict` with a reporter network: a small one of random weights.
#include "reporter_test_network.hpp"
#include "shell.hpp"
#include "varhush/seq/alphabet.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <sstream>
#include <string>

namespace varhush::test {
namespace {

namespace fs = std::filesystem;
using models::test::RandomReporter;

class PredictReporter : public testing::Test {
  protected:
    void SetUp() override {
        std::mt19937 random(3);
        for (int i = 0; i < 9000; ++i) {
            genome_ += "ACGT"[random() % 4];
        }
        genome_.replace(5000, 20, std::string(20, 'N'));
        write_genome("g.fa", genome_);
        weights_.save((box_.folder() / "r.safetensors").string());
    }
    void write_genome(const std::string& name, const std::string& bases) const {
        std::ofstream(box_.folder() / name) << ">c1\n"
                                            << bases << "\n>c2\n"
                                            << bases.substr(100, 50) << "\n";
    }
    ShellResult run(const std::string& script) const { return run_shell(script, box_.folder()); }
    [[nodiscard]] static std::string command(const std::string& more) {
        return "varhush predict -q -m ./r.safetensors -f g.fa " + more;
    }
    // Values by position of a bgzipped bedGraph.
    [[nodiscard]] std::map<std::int64_t, double> values(const std::string& path,
                                                        const std::string& contig = "c1") const {
        std::istringstream lines(run("bgzip -dc " + path).out);
        std::map<std::int64_t, double> found;
        std::string name;
        std::int64_t begin = 0;
        std::int64_t end = 0;
        double value = 0;
        while (lines >> name >> begin >> end >> value) {
            for (; name == contig && begin < end; ++begin) {
                found[begin] = value;
            }
        }
        return found;
    }
    Sandbox box_;
    std::string genome_;
    const RandomReporter weights_;
    const std::shared_ptr<const models::ReporterNetwork> network_ =
        weights_.load<models::ReporterNetwork>();
};

TEST_F(PredictReporter, WritesTheTrackOfEveryTaskAtTheMiddleOfItsWord) {
    const ShellResult got = run(command("-o out --format both -@2"));
    ASSERT_EQ(got.exit_code, 0) << got.err;
    // Words of 10 bases: the middle is the sixth. Beyond the contig there is nothing known.
    const auto track =
        network_->track(seq::base_codes(std::string(5, 'N') + genome_ + std::string(4, 'N')));
    const char* files[] = {"0000.liver", "0001.brain", "0002.heart", "0003.mean"};
    for (std::size_t t = 0; t < 4; ++t) {
        const auto found = values("out/reporter." + std::string(files[t]) + ".both.bedgraph.gz");
        ASSERT_EQ(found.size(), genome_.size());
        for (std::size_t at = 0; at < genome_.size(); ++at) {
            const double* row = track.data() + at * 3;
            const double expected = t < 3 ? row[t] : (row[0] + row[1] + row[2]) / 3;
            ASSERT_NEAR(found.at(static_cast<std::int64_t>(at)), expected, 1e-6) << t << " " << at;
        }
        EXPECT_TRUE(
            fs::exists(box_.folder() / ("out/reporter." + std::string(files[t]) + ".both.bw")));
    }
    EXPECT_EQ(values("out/reporter.0003.mean.both.bedgraph.gz", "c2").size(), 50U);
    const std::string list = read_file(box_.folder() / "out/tracks.tsv");
    EXPECT_NE(list.find("reporter.0001.brain.both.bw\tREPORTER\t1\tbrain\t.\t\t1\n"),
              std::string::npos)
        << list;
    EXPECT_FALSE(fs::exists(box_.folder() / "out.journal"));
}

TEST_F(PredictReporter, ItsChangeAddsUpToTheScoreOfTheVariant) {
    const std::size_t at = 3000;
    std::string other = genome_;
    other[at] = genome_[at] == 'A' ? 'G' : 'A';
    write_genome("other.fa", other);
    std::ofstream(box_.folder() / "in.vcf")
        << "##fileformat=VCFv4.2\n##contig=<ID=c1,length=9000>\n"
           "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\nc1\t"
        << at + 1 << "\t.\t" << genome_[at] << "\t" << other[at] << "\t.\t.\t.\n";
    const std::string region = " --format bedgraph -r c1:2901-3100";
    ASSERT_EQ(run(command("-o ref" + region)).exit_code, 0);
    ASSERT_EQ(run("varhush predict -q -m ./r.safetensors -f other.fa -o alt" + region).exit_code,
              0);
    double sum = 0;
    for (const auto& [position, value] : values("alt/reporter.0003.mean.both.bedgraph.gz")) {
        sum += value;
    }
    for (const auto& [position, value] : values("ref/reporter.0003.mean.both.bedgraph.gz")) {
        sum -= value;
    }
    const ShellResult score =
        run("varhush score -q -m ./r.safetensors -f g.fa in.vcf | bcftools query -f '%VH_MPRA'");
    ASSERT_EQ(score.exit_code, 0) << score.err;
    EXPECT_NEAR(std::stod(score.out), sum, 1e-5);
    EXPECT_GT(std::fabs(sum), 1e-3);
}

TEST_F(PredictReporter, ValuesDoNotDependOnRegionsOrThreads) {
    std::ofstream(box_.folder() / "r.bed") << "c1\t7000\t7010\nc1\t4090\t4110\n";
    ASSERT_EQ(run(command("-o all --format bedgraph -@1")).exit_code, 0);
    ASSERT_EQ(run(command("-o some --format bedgraph -R r.bed")).exit_code, 0);
    ASSERT_EQ(run(command("-o more --format bedgraph -@3")).exit_code, 0);
    EXPECT_EQ(run("diff -r all more").exit_code, 0);
    const auto all = values("all/reporter.0000.liver.both.bedgraph.gz");
    const auto some = values("some/reporter.0000.liver.both.bedgraph.gz");
    EXPECT_EQ(some.size(), 30U);
    for (const auto& [position, value] : some) {
        EXPECT_EQ(value, all.at(position)) << position;
    }
}

TEST_F(PredictReporter, GoesOnAfterAFailure) {
    ShellResult got = run("mkdir -p out/reporter.0001.brain.both.bw; " + command("-o out"));
    EXPECT_EQ(got.exit_code, 6) << got.err;
    EXPECT_TRUE(fs::exists(box_.folder() / "out.journal"));
    got = run("rm -r out; varhush predict -m ./r.safetensors -f g.fa -o out --resume");
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_NE(got.err.find("2 of them from the journal"), std::string::npos) << got.err;
    ASSERT_EQ(run(command("-o fresh")).exit_code, 0);
    EXPECT_EQ(run("diff -r out fresh").exit_code, 0);
}

TEST_F(PredictReporter, RefusesWhatMeansNothingToIt) {
    const auto refused = [&](const std::string& script, int code, const std::string& message) {
        const ShellResult got = run(script);
        EXPECT_EQ(got.exit_code, code) << script << got.err;
        EXPECT_NE(got.err.find(message), std::string::npos) << got.err;
        EXPECT_FALSE(fs::exists(box_.folder() / "out"));
        EXPECT_FALSE(fs::exists(box_.folder() / "out.journal"));
    };
    refused(command("-o out --window 4096"), 2, "--window means nothing to a reporter network");
    refused(command("-o out --heads ATAC"), 2, "--heads means nothing");
    refused(command("-o out -r c3"), 2, "c3");
    RandomReporter broken;
    broken.find("model.0.head.weight").values[0] = NAN;
    broken.save((box_.folder() / "bad.safetensors").string());
    refused("varhush predict -m ./bad.safetensors -f g.fa -o out", 5, "not a number at c1:");
}

}  // namespace
}  // namespace varhush::test
