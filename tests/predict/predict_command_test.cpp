#include "shell.hpp"
#include "test_paths.hpp"
#include "varhush/models/alphagenome_file.hpp"
#include "varhush/models/alphagenome_native.hpp"
#include "varhush/nn/safetensors.hpp"
#include "varhush/seq/alphabet.hpp"

#include <bigWig.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <random>
#include <string>

// `varhush predict` as users run it, with the reduced AlphaGenome-style model of tests/data.
namespace varhush::test {
namespace {

namespace fs = std::filesystem;

const std::string kTiny = VARHUSH_TEST_DATA "/alphagenome/tiny_weights.safetensors";
constexpr std::int64_t kWindow = 4096;
constexpr std::int64_t kHalo = 1024;
// A folder where a track's file is due.
const std::string kInTheWay = "mkdir -p out/dnase.0000.track_0.both.bw; ";

class PredictCommand : public testing::Test {
  protected:
    void SetUp() override {
        std::mt19937 random(11);
        for (int i = 0; i < 6500; ++i) {
            genome_ += "ACGT"[random() % 4];
        }
        write_genome(genome_);
    }
    void write_genome(const std::string& bases) const {
        std::ofstream(box_.folder() / "g.fa") << ">c1\n"
                                              << bases << "\n>c2\n"
                                              << bases.substr(500, 700) << "\n";
        fs::remove(box_.folder() / "g.fa.fai");
    }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(box_.folder() / name, std::ios::binary) << text;
    }
    /// bad.safetensors: a bias of DNASE channel 2 of human is no number.
    void write_broken_model() const {
        const auto file = nn::SafeTensors::open(kTiny);
        std::vector<nn::NamedTensor> tensors;
        for (const auto& [name, entry] : file.entries()) {
            tensors.push_back({name, entry.shape, file.read_f32(name, entry.shape)});
            if (name == "heads.dnase.convs.1.bias") {
                tensors.back().values[2] = std::nanf("");
            }
        }
        nn::write_safetensors(box_.folder() / "bad.safetensors", tensors, {});
    }
    ShellResult run(const std::string& script) const { return run_shell(script, box_.folder()); }
    [[nodiscard]] static std::string command(const std::string& more) {
        return "varhush predict -q -m " + kTiny + " -f g.fa --window 4096 --halo 1024 " + more;
    }
    void refused(const std::string& script, int code, const std::string& message) const {
        const ShellResult got = run(script);
        EXPECT_EQ(got.exit_code, code) << script << got.err;
        EXPECT_NE(got.err.find(message), std::string::npos) << got.err;
        EXPECT_FALSE(fs::exists(box_.folder() / "out"));
        EXPECT_FALSE(fs::exists(box_.folder() / "out.journal")) << script;
    }
    /// Value of every base of c1; NaN where there is none.
    [[nodiscard]] std::vector<float> values(const std::string& path,
                                            const char* contig = "c1",
                                            std::uint32_t length = 6500) const {
        bigWigFile_t* file = bwOpen((box_.folder() / path).c_str(), nullptr, "r");
        EXPECT_NE(file, nullptr) << path;
        if (file == nullptr) {
            return std::vector<float>(length);
        }
        bwOverlappingIntervals_t* found = bwGetOverlappingIntervals(file, contig, 0, length);
        std::vector<float> out(length, std::nanf(""));
        if (found != nullptr) {
            for (std::uint32_t i = 0; i < found->l; ++i) {
                std::fill(
                    out.begin() + found->start[i], out.begin() + found->end[i], found->value[i]);
            }
            bwDestroyOverlappingIntervals(found);
        }
        bwClose(file);
        return out;
    }
    /// What the engine says of one window of `bases` from `start` on, N outside.
    [[nodiscard]] static std::vector<float> direct(const std::string& bases,
                                                   std::int64_t start,
                                                   models::OutputType output,
                                                   int resolution_bp,
                                                   std::int32_t channel) {
        std::string window;
        for (std::int64_t i = start; i < start + kWindow; ++i) {
            const bool inside = i >= 0 && i < static_cast<std::int64_t>(bases.size());
            window += inside ? bases[static_cast<std::size_t>(i)] : 'N';
        }
        const auto file = models::load_alphagenome(kTiny);
        const auto model = models::make_native_alphagenome(file.file, file.config, 1);
        const auto pass = model->run(seq::base_codes(window), 0);
        const models::TrackQuery query{
            output, resolution_bp, {{0, kWindow / resolution_bp}}, {channel}};
        return pass->tracks(std::vector<models::TrackQuery>{query})[0];
    }
    Sandbox box_;
    std::string genome_;
};

TEST_F(PredictCommand, WritesWhatTheEngineSaysOfTheMiddleOfEachWindow) {
    const ShellResult got = run(command("-o out --heads rna_seq,chip_tf"));
    ASSERT_EQ(got.exit_code, 0) << got.err;
    const auto fine = values("out/rna_seq.0003.track_3.both.bw");
    const auto coarse = values("out/chip_tf.0002.track_2.both.bw");
    for (std::int64_t tile = 0; tile * 2048 < 6500; ++tile) {
        const std::int64_t start = tile * 2048 - kHalo;
        const auto one = direct(genome_, start, models::OutputType::kRnaSeq, 1, 3);
        const auto bins = direct(genome_, start, models::OutputType::kChipTf, 128, 2);
        for (std::int64_t at = tile * 2048; at < std::min<std::int64_t>(tile * 2048 + 2048, 6500);
             ++at) {
            const auto i = static_cast<std::size_t>(at);
            const float expected = one[static_cast<std::size_t>(at - start)];
            ASSERT_NEAR(fine[i], expected, 1e-5 * std::fabs(expected)) << at;
            const float bin = bins[static_cast<std::size_t>((at - start) / 128)];
            ASSERT_NEAR(coarse[i], bin, 1e-5 * std::fabs(bin)) << at;
        }
    }
    EXPECT_EQ(values("out/rna_seq.0003.track_3.both.bw", "c2", 700).size(), 700U);
    const std::string list = read_file(box_.folder() / "out/tracks.tsv");
    EXPECT_NE(list.find("rna_seq.0003.track_3.both.bw\tRNA_SEQ\t3\ttrack 3\t."), std::string::npos);
    EXPECT_FALSE(fs::exists(box_.folder() / "out.journal"));
}

TEST_F(PredictCommand, ValuesDoNotDependOnTheRegionsAskedFor) {
    write("r.bed", "c1\t3000\t3010\nc1\t2040\t2060\n");
    const std::string heads = " --heads cage,splice_sites --tracks channel=1";
    ASSERT_EQ(run(command("-o all" + heads)).exit_code, 0);
    ASSERT_EQ(run(command("-o some -R r.bed" + heads)).exit_code, 0);
    for (const char* name : {"cage.0001.track_1.both.bw", "splice_sites.0001.acceptor.plus.bw"}) {
        const auto all = values(std::string("all/") + name);
        const auto some = values(std::string("some/") + name);
        for (std::size_t i = 0; i < all.size(); ++i) {
            const bool wanted = (i >= 3000 && i < 3010) || (i >= 2040 && i < 2060);
            ASSERT_EQ(std::isnan(some[i]), !wanted) << i;
            if (wanted) {
                ASSERT_EQ(some[i], all[i]) << i;
            }
        }
    }
}

TEST_F(PredictCommand, WritesBedGraphAndCoarserBins) {
    const ShellResult got = run(command(
        "-o out --heads atac --tracks channel=0 --resolution 128 --format both -r c2 && ls out && "
        "bgzip -dc out/atac.0000.track_0.both.bedgraph.gz | awk '{print $1, $2, $3}' | tail -n 1"));
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_EQ(got.out,
              "atac.0000.track_0.both.bedgraph.gz\natac.0000.track_0.both.bw\ntracks.tsv\n"
              "c2 640 700\n");
}

TEST_F(PredictCommand, GoesOnAfterAFailure) {
    const std::string options = "-o out --heads dnase";
    // A track's file cannot be written: everything is computed.
    ShellResult got = run(kInTheWay + command(options));
    EXPECT_EQ(got.exit_code, 6) << got.err;
    EXPECT_TRUE(fs::exists(box_.folder() / "out.journal/tile-3"));
    got = run("rm -r out; " + command(options));
    EXPECT_EQ(got.exit_code, 2);
    EXPECT_NE(got.err.find("--resume"), std::string::npos) << got.err;
    got = run("varhush predict -m " + kTiny + " -f g.fa --window 4096 --halo 512 --resume " +
              options);
    EXPECT_EQ(got.exit_code, 7);
    EXPECT_NE(got.err.find("window 4096 halo 1024"), std::string::npos) << got.err;
    got = run(command(options + " --resume -r c2"));
    EXPECT_EQ(got.exit_code, 7);
    // One tile is damaged and one is gone: they are computed again.
    got =
        run("rm out.journal/tile-0; printf x | dd of=out.journal/tile-1 bs=1 seek=999 "
            "conv=notrunc 2>&1; varhush predict -m " +
            kTiny + " -f g.fa --window 4096 --halo 1024 --resume " + options);
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_NE(got.err.find("5 windows of 4096 bases, 3 of them from the journal"),
              std::string::npos)
        << got.err;
    EXPECT_FALSE(fs::exists(box_.folder() / "out.journal"));
    EXPECT_EQ(run(command("-o fresh --heads dnase")).exit_code, 0);
    EXPECT_EQ(run("diff -r out fresh").exit_code, 0);
}

TEST_F(PredictCommand, AJournalOfAnotherSequenceDoesNotFit) {
    EXPECT_EQ(run(kInTheWay + command("-o out --heads dnase")).exit_code, 6);
    std::string other = genome_;
    other[100] = other[100] == 'A' ? 'C' : 'A';
    write_genome(other);
    const ShellResult got = run("rm -r out; " + command("-o out --heads dnase --resume"));
    EXPECT_EQ(got.exit_code, 7);
    EXPECT_NE(got.err.find("another sequence"), std::string::npos) << got.err;
    EXPECT_FALSE(fs::exists(box_.folder() / "out"));
}

TEST_F(PredictCommand, AFolderOfTheUserIsNoJournal) {
    const std::string options = "-o lab --heads dnase --tracks channel=0 -r c2";
    ShellResult got =
        run("mkdir lab.journal; echo precious > lab.journal/notes; " + command(options));
    EXPECT_EQ(got.exit_code, 2) << got.err;
    EXPECT_NE(got.err.find("lab.journal is there and is no journal"), std::string::npos) << got.err;
    EXPECT_EQ(run(command(options + " --resume")).exit_code, 2);
    EXPECT_EQ(read_file(box_.folder() / "lab.journal/notes"), "precious\n");
    EXPECT_FALSE(fs::exists(box_.folder() / "lab"));
    // An empty folder does; what someone adds to a journal while it is used stays.
    got = run("rm lab.journal/notes; " + command(options));
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_FALSE(fs::exists(box_.folder() / "lab.journal"));
    const std::string more = "-o more --heads dnase --tracks channel=0 -r c2";
    const std::string in_the_way = "mkdir -p more/dnase.0000.track_0.both.bw; ";
    EXPECT_EQ(run(in_the_way + command(more)).exit_code, 6);
    got = run("rm -r more; cd more.journal; touch notes tile-x; cd ..; varhush predict -m " +
              kTiny + " -f g.fa --window 4096 --halo 1024 --resume " + more);
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_NE(got.err.find("more.journal is kept"), std::string::npos) << got.err;
    EXPECT_EQ(run("ls more.journal").out, "notes\ntile-x\n");
}

TEST_F(PredictCommand, TheOutputFolderIsTriedBeforeAnythingIsComputed) {
    const std::string options = "-o out --heads dnase";
    ShellResult got = run("touch out; " + command(options));
    EXPECT_EQ(got.exit_code, 6) << got.err;
    EXPECT_FALSE(fs::exists(box_.folder() / "out.journal"));
    got = run("rm out; mkdir -p out/tracks.tsv.part; " + command(options));
    EXPECT_EQ(got.exit_code, 6) << got.err;
    EXPECT_FALSE(fs::exists(box_.folder() / "out.journal"));
    // What fails at the first window leaves neither folders nor a journal.
    write_broken_model();
    got = run("rm -r out; varhush predict -m ./bad.safetensors -f g.fa --window 4096 -o out/a/b");
    EXPECT_EQ(got.exit_code, 5) << got.err;
    EXPECT_EQ(run("ls -d out* 2> none").out, "");
}

TEST_F(PredictCommand, ValuesThatAreNoNumbersEndTheRun) {
    write_broken_model();
    const std::string predict = "varhush predict -q -m ./bad.safetensors -f g.fa --window 4096 ";
    refused(predict + "-o out --heads dnase -r c1:2100-2200",
            5,
            "the model predicts nan for DNASE channel 2 at c1:2100");
    EXPECT_EQ(run(predict + "-o good --heads dnase --tracks channel=1 -r c2").exit_code, 0);
}

TEST_F(PredictCommand, NeverWritesOverInputsOrTracksOfAnotherRun) {
    const std::string options = "--heads dnase --tracks channel=0 -r c2";
    ShellResult got = run("mkdir in; printf 'c2\\t0\\t10\\n' > in/tracks.tsv; " +
                          command("-o in --force -R in/tracks.tsv"));
    EXPECT_EQ(got.exit_code, 2);
    EXPECT_NE(got.err.find("are the same file"), std::string::npos) << got.err;
    EXPECT_EQ(read_file(box_.folder() / "in/tracks.tsv"), "c2\t0\t10\n");
    ASSERT_EQ(run(command("-o lab " + options)).exit_code, 0);
    got = run(command("-o lab/ " + options));
    EXPECT_EQ(got.exit_code, 2);
    EXPECT_NE(got.err.find("holds the tracks of another run"), std::string::npos) << got.err;
    EXPECT_EQ(run(command("-o lab --force " + options)).exit_code, 0);
    EXPECT_EQ(run(command("-o lab --resume " + options)).exit_code, 0);
}

TEST_F(PredictCommand, TheFolderHereHasItsJournalBesideIt) {
    const std::string in = "mkdir -p here/dnase.0000.track_0.both.bw; cd here; ";
    const std::string predict =
        "varhush predict -q -m " + kTiny + " -f ../g.fa --window 4096 -o . --heads dnase -r c2";
    EXPECT_EQ(run(in + predict).exit_code, 6);
    EXPECT_TRUE(fs::exists(box_.folder() / "here.journal/tile-0"));
    EXPECT_EQ(run("rmdir here/*.bw; cd here; " + predict + " --resume").exit_code, 0);
    EXPECT_FALSE(fs::exists(box_.folder() / "here.journal"));
    EXPECT_TRUE(fs::exists(box_.folder() / "here/tracks.tsv"));
}

TEST_F(PredictCommand, RegionsWithoutABaseAreAnError) {
    write("none.bed", "c1\t50\t50\nc2\t7\t7\n");
    refused(command("-o out -R none.bed"), 3, "");
}

std::string vcf(const std::string& lines) {
    return "##fileformat=VCFv4.2\n##contig=<ID=c1,length=6500>\n"
           "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"g\">\n"
           "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tone\ttwo\n" +
           lines;
}

TEST_F(PredictCommand, AHaplotypeIsTheEditedSequence) {
    const char snv = genome_[2999] == 'A' ? 'C' : 'A';
    const std::string before = genome_.substr(3499, 1);
    const std::string deleted = genome_.substr(3999, 6);
    write(
        "v.vcf",
        vcf("c1\t3000\t.\t" + genome_.substr(2999, 1) + "\t" + snv + "\t.\t.\t.\tGT\t0|0\t1|0\n" +
            "c1\t3500\t.\t" + before + "\t" + before + "ACGTACGTAC\t.\t.\t.\tGT\t1|1\t0|1\n" +
            "c1\t4000\t.\t" + deleted + "\t" + deleted.substr(0, 1) + "\t.\t.\t.\tGT\t0|0\t1/1\n"));
    const std::string more = " --heads procap --tracks channel=2 -r c1:2049-4096 --vcf v.vcf";
    const ShellResult got = run(command("-o h1 -s two --haplotype 1" + more) + " && " +
                                command("-o h2 -s two --haplotype 2" + more));
    ASSERT_EQ(got.exit_code, 0) << got.err;
    // Haplotype 1: SNV and deletion, which lies right of the window's centre at 3072.
    std::string edited = genome_;
    edited[2999] = snv;
    edited.erase(4000, 5);
    const auto one = direct(edited, 1024, models::OutputType::kProcap, 1, 2);
    const auto h1 = values("h1/procap.0002.track_2.both.bw");
    for (std::size_t at = 2048; at < 4096; ++at) {
        if (at >= 4000 && at < 4005) {
            ASSERT_TRUE(std::isnan(h1[at])) << at;
            continue;
        }
        const float expected = one[at - 1024 - (at >= 4005 ? 5 : 0)];
        ASSERT_NEAR(h1[at], expected, 1e-5 * std::fabs(expected)) << at;
    }
    // Haplotype 2: insertion and deletion.
    edited = genome_;
    edited.erase(4000, 5);
    edited.insert(3500, "ACGTACGTAC");
    const auto two = direct(edited, 1024, models::OutputType::kProcap, 1, 2);
    const auto h2 = values("h2/procap.0002.track_2.both.bw");
    for (std::size_t at = 2048; at < 4096; ++at) {
        if (at >= 4000 && at < 4005) {
            continue;
        }
        const std::size_t index = at - 1024 + (at >= 3500 ? 10 : 0) - (at >= 4005 ? 5 : 0);
        ASSERT_NEAR(h2[at], two[index], 1e-5 * std::fabs(two[index])) << at;
    }
}

TEST_F(PredictCommand, InsertionsThatPushKeptBasesOutOfTheWindowAreRefused) {
    // 1,100 inserted bases right of the centre at 3072, 1,024 of halo: the last 76 kept bases.
    const std::string before = genome_.substr(3499, 1);
    write("v.vcf",
          vcf("c1\t3500\t.\t" + before + "\t" + before + std::string(1100, 'A') +
              "\t.\t.\t.\tGT\t1|1\t0|1\n"));
    const std::string more = " --heads procap --tracks channel=2 --vcf v.vcf -s one --haplotype 1";
    refused(command("-o out -r c1:2049-4096" + more), 3, "c1:4021: insertions");
    refused(command("-o out -r c1:2049-4096 --resolution 128" + more), 3, "larger --halo");
    const ShellResult got = run(command("-o out -r c1:2049-4020" + more));
    ASSERT_EQ(got.exit_code, 0) << got.err;
    const auto found = values("out/procap.0002.track_2.both.bw");
    for (std::size_t at = 2048; at < 4020; ++at) {
        ASSERT_FALSE(std::isnan(found[at])) << at;
    }
}

TEST_F(PredictCommand, HaplotypesThatAreNotClearAreRefusedOrNamed) {
    const std::string ref = genome_.substr(2999, 1);
    const std::string alt = ref == "A" ? "C" : "A";
    const std::string more = "-o out --heads procap -r c1:2049-2060 --vcf v.vcf --haplotype 1";
    const auto line = [&](const std::string& r, const std::string& a, const std::string& gt) {
        return vcf("c1\t3000\t.\t" + r + "\t" + a + "\t.\t.\t.\tGT\t" + gt + "\t0|0\n");
    };
    write("v.vcf", line(ref, alt, "0/1"));
    refused(command(more + " -s one"), 3, "heterozygous without phase");
    refused(command(more), 2, "2 samples");
    refused(command(more + " -s three"), 2, "no sample 'three'");
    write("v.vcf", line(alt, ref, "0|1"));
    refused(command("-o out -r c1:2049-2060 --vcf v.vcf -s one --haplotype 2"), 3, "REF is not");
    write("v.vcf", line(ref, alt, "3|1"));
    refused(command(more + " -s one"), 3, "names ALT 3 of 1");
    write("v.vcf", line(ref, "<DEL>", "1|0"));
    const ShellResult got =
        run("varhush predict -m " + kTiny + " -f g.fa --window 4096 -s one " + more);
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_NE(got.err.find("0 changes of the haplotype applied, 1 left out: symbolic"),
              std::string::npos)
        << got.err;
}

TEST_F(PredictCommand, RefusesWhatCannotBeMet) {
    refused(command("-o out --heads splice_junctions"), 2, "no track along the sequence");
    refused(command("-o out --heads nonsense"), 2, "no output");
    refused(command("-o out --tracks 'channel=999'"), 2, "select no track");
    refused(command("-o out --heads chip_tf --resolution 1"), 2, "no values of single bases");
    refused(command("-o out --heads splice_sites --resolution 128"), 2, "only values of single");
    refused(command("-o out --organism rat"), 2, "no organism");
    refused(command("-o out -r c9"), 2, "no such contig");
    refused(command("-o out -r c2:800-900"), 2, "behind the end");
    refused(command("-o out --vcf v.vcf"), 2, "belong together");
    refused("varhush predict -m splice-mini -f g.fa -o out", 5, "splice-resnet");
    refused("varhush predict -m ./absent -f g.fa -o out", 5, "absent");
    refused("varhush predict -m " + kTiny + " -f absent.fa -o out", 3, "absent.fa");
    refused(
        "varhush predict -m " + kTiny + " -f g.fa -o out --window 1000", 2, "multiple of 2,048");
    refused("varhush predict -m " + kTiny + " -f g.fa -o out --halo 100", 2, "multiple of 128");
    refused("varhush predict -m " + kTiny + " -f g.fa -o out --window 4096 --halo 2048",
            2,
            "half the window");
}

}  // namespace
}  // namespace varhush::test
