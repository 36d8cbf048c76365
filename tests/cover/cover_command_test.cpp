#include "shell.hpp"
#include "test_paths.hpp"

#include <bigWig.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

// `varhush cover` as users run it, against samtools depth and bedtools genomecov.
namespace varhush::test {
namespace {

namespace fs = std::filesystem;

const std::string kSmall = VARHUSH_TEST_DATA "/cover/small.sam";
constexpr const char* kPerBase =
    " | awk -v OFS='\\t' '{for (i = $2 + 1; i <= $3; i++) print $1, i, $4}'";

/// Our options as samtools depth calls them: there -q is the quality of bases.
std::string theirs(const std::string& options) {
    const std::string text = options.substr(0, options.find(" -@"));
    const auto quality = text.find("-q ");
    return quality == std::string::npos ? text : std::string(text).replace(quality, 2, "-Q");
}

class CoverCommand : public testing::Test {
  protected:
    ShellResult run(const std::string& script) const { return run_shell(script, box_.folder()); }
    void refused(const std::string& script, int code, const std::string& message) const {
        const ShellResult got = run(script);
        EXPECT_EQ(got.exit_code, code) << got.err;
        EXPECT_NE(got.err.find(message), std::string::npos) << got.err;
        EXPECT_FALSE(fs::exists(box_.folder() / "out.bedgraph"));
        EXPECT_FALSE(fs::exists(box_.folder() / "out.bedgraph.part"));
    }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(box_.folder() / name, std::ios::binary) << text;
    }
    Sandbox box_;
};

TEST_F(CoverCommand, CountsEveryOperationAsItShould) {
    const ShellResult got = run("varhush cover " + kSmall);
    EXPECT_EQ(got.exit_code, 0);
    EXPECT_EQ(got.out,
              "chr1\t9\t14\t2\nchr1\t14\t19\t4\nchr1\t19\t22\t1\nchr1\t22\t24\t2\nchr1\t24\t27\t1\n"
              "chr1\t29\t33\t1\nchr1\t39\t50\t1\nchr1\t531\t539\t1\n"
              "chr2\t0\t45\t1\nchr2\t45\t50\t2\n");
    EXPECT_NE(
        got.err.find("17 reads, 10 counted, left out: 1 QC-fail, 1 duplicate, 1 secondary, "
                     "1 supplementary, 3 unmapped; 1 cut at a contig end; 91 bases covered in "
                     "10 intervals"),
        std::string::npos)
        << got.err;
}

TEST_F(CoverCommand, AgreesWithSamtoolsDepth) {
    for (const std::string& options :
         {std::string(), std::string("-r chr1:17-41"), std::string("-q 20")}) {
        const ShellResult got =
            run("samtools sort -o s.bam " + kSmall +
                " && samtools index s.bam && varhush cover --quiet --count-overlaps s.bam " +
                options + kPerBase + " > ours && samtools depth -G 0xF04 " + theirs(options) +
                " s.bam | awk '$3 > 0 && !($1 == \"chr2\" && $2 > 50)' > theirs && test -s theirs "
                "&& cmp ours theirs");
        EXPECT_EQ(got.exit_code, 0) << options << got.out << got.err;
    }
}

TEST_F(CoverCommand, AgreesWithSamtoolsAndBedtoolsOnRealReads) {
    const fs::path shared = shared_folder();
    if (shared.empty()) {
        GTEST_SKIP() << "needs the outside data (VARHUSH_SHARED)";
    }
    for (const char* name : {"wgs.bam", "ctcf.bam", "control.bam"}) {
        const std::string bam = (shared / "data/demo" / name).string();
        for (const std::string& options : {std::string(),
                                           std::string("-r chr22:20100000-20400000"),
                                           std::string("-q 30 -@ 2")}) {
            const ShellResult got =
                run("varhush cover --quiet --count-overlaps " + bam + " " + options + kPerBase +
                    " > ours && samtools depth -G 0xF04 " + theirs(options) + " " + bam +
                    " | awk '$3 > 0' > theirs && cmp ours theirs");
            EXPECT_EQ(got.exit_code, 0) << name << options << got.out << got.err;
        }
        // bedtools counts deleted bases, so reads with a deletion are left out here.
        const ShellResult got = run("samtools view -b -F 0xF04 -e 'cigar !~ \"D\"' " + bam +
                                    " -o some.bam && varhush cover --quiet --count-overlaps "
                                    "some.bam > ours && bedtools genomecov -bg -ibam "
                                    "some.bam > theirs && test -s ours && cmp ours theirs");
        EXPECT_EQ(got.exit_code, 0) << name << got.out << got.err;
    }
}

TEST_F(CoverCommand, ReadsEveryFormatAndStandardInput) {
    const ShellResult got = run(
        "varhush cover --quiet " + kSmall + " > sam && samtools view -b " + kSmall +
        " -o a.bam && varhush cover --quiet a.bam | cmp - sam && varhush cover --quiet - < a.bam | "
        "cmp - sam"
        " && printf '>chr1\\n%01000d\\n>chr2\\n%050d\\n' 0 0 | tr 0 A > r.fa && samtools faidx r.fa"
        " && samtools view -C -T r.fa " +
        kSmall + " -o a.cram && rm r.fa* && varhush cover --quiet a.cram | cmp - sam");
    EXPECT_EQ(got.exit_code, 0) << got.out << got.err;
}

TEST_F(CoverCommand, BgzipsWhatEndsInGz) {
    const ShellResult got = run("varhush cover --quiet " + kSmall +
                                " -o a.bedgraph.gz && varhush cover --quiet " + kSmall +
                                " > plain && bgzip -dc a.bedgraph.gz | cmp - plain && "
                                "tabix -p bed a.bedgraph.gz && tabix a.bedgraph.gz chr2");
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_EQ(got.out, "chr2\t0\t45\t1\nchr2\t45\t50\t2\n");
}

TEST_F(CoverCommand, WritesBigWigByName) {
    const ShellResult got = run("varhush cover --quiet " + kSmall +
                                " > text; varhush cover --quiet " + kSmall + " -o a.bw");
    ASSERT_EQ(got.exit_code, 0) << got.err;
    std::istringstream text(read_file(box_.folder() / "text"));
    std::string contig;
    std::uint32_t start = 0;
    std::uint32_t end = 0;
    float depth = 0;
    bigWigFile_t* file = bwOpen((box_.folder() / "a.bw").c_str(), nullptr, "r");
    ASSERT_NE(file, nullptr);
    std::uint64_t covered = 0;
    while (text >> contig >> start >> end >> depth) {
        bwOverlappingIntervals_t* found =
            bwGetOverlappingIntervals(file, contig.c_str(), start, end);
        ASSERT_NE(found, nullptr) << contig << start;
        ASSERT_EQ(found->l, 1U);
        EXPECT_EQ(found->start[0], start);
        EXPECT_EQ(found->end[0], end);
        EXPECT_EQ(found->value[0], depth);
        bwDestroyOverlappingIntervals(found);
        covered += end - start;
    }
    EXPECT_EQ(file->hdr->nBasesCovered, covered);
    EXPECT_GT(covered, 0U);
    bwClose(file);
    const ShellResult bad =
        run("samtools sort -n -o n.bam " + kSmall + "; varhush cover n.bam -o out.bw");
    EXPECT_EQ(bad.exit_code, 3);
    EXPECT_FALSE(fs::exists(box_.folder() / "out.bw.part"));
}

TEST_F(CoverCommand, RefusesUnsortedReads) {
    refused("samtools sort -n -o n.bam " + kSmall + "; varhush cover n.bam -o out.bedgraph",
            3,
            "not sorted");
    write("back.sam",
          "@SQ\tSN:a\tLN:9\n@SQ\tSN:b\tLN:9\n"
          "r\t0\tb\t1\t9\t2M\t*\t0\t0\t*\t*\nr\t0\ta\t1\t9\t2M\t*\t0\t0\t*\t*\n");
    refused("varhush cover back.sam -o out.bedgraph", 3, "a comes after b");
}

TEST_F(CoverCommand, RefusesCutAndForeignFiles) {
    refused("samtools view -b " + kSmall +
                " | head -c -28 > cut.bam; varhush cover cut.bam -o "
                "out.bedgraph",
            3,
            "cut");
    refused(
        "samtools view -u " + kSmall +
            " | bgzip -dc | head -c -30 | bgzip > cut.bam; varhush cover cut.bam -o out.bedgraph",
        3,
        "damaged or cut");
    refused(": > empty.bam; varhush cover empty.bam -o out.bedgraph", 3, "is empty");
    refused("echo hello > x.bam; varhush cover x.bam -o out.bedgraph", 3, "is not a BAM");
    refused("varhush cover nowhere.bam -o out.bedgraph", 3, "No such file");
    write("unknown.sam", "@SQ\tSN:a\tLN:9\nr\t0\tzz\t1\t9\t2M\t*\t0\t0\t*\t*\n");
    refused("varhush cover unknown.sam -o out.bedgraph", 3, "'zz' is not in the header");
    write("beyond.sam", "@SQ\tSN:a\tLN:9\nr\t0\ta\t10\t9\t2M\t*\t0\t0\t*\t*\n");
    refused("varhush cover beyond.sam -o out.bedgraph", 3, "has only 9 bases");
}

TEST_F(CoverCommand, RefusesToWriteOverItsReads) {
    for (const char* output : {"./reads.bam", "reads.bam.bai", "link.bam", "ref.fa.fai"}) {
        const ShellResult got = run("samtools view -b " + kSmall +
                                    " -o reads.bam\ncp reads.bam before\n"
                                    "ln -sf reads.bam link.bam; echo '>1' > ref.fa\ncode=0\n"
                                    "varhush cover --fasta-ref ref.fa reads.bam -o " +
                                    output + " || code=$?\ncmp reads.bam before; exit $code");
        EXPECT_EQ(got.exit_code, 2) << output << got.err;
        EXPECT_NE(got.err.find("are the same file"), std::string::npos) << got.err;
    }
}

TEST_F(CoverCommand, RefusesOptionsThatCannotBeMet) {
    refused("varhush cover -r chr1 " + kSmall + " -o out.bedgraph", 3, "needs an index");
    refused("varhush cover -r chr1 -o out.bedgraph < " + kSmall, 2, "standard input has none");
    refused("varhush cover -F nonsense " + kSmall + " -o out.bedgraph", 2, "not SAM flags");
    refused("samtools view -b --write-index " + kSmall +
                " -o a.bam; varhush cover -r chrX a.bam -o out.bedgraph",
            3,
            "no contig 'chrX'");
    refused("varhush cover " + kSmall + " > /dev/full", 6, "standard output");
    refused("varhush cover " + kSmall + " -o no/out.bedgraph", 6, "no/out.bedgraph");
}

}  // namespace
}  // namespace varhush::test
