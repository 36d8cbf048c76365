// What `varhush ism` must refuse: message, exit code, nothing left behind.
#include "ism_fixture.hpp"

namespace varhush::apps {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class IsmRefuses : public IsmFixture {
  protected:
    void expect(const std::string& rest, int code, const std::string& words) const {
        expect_run(
            "varhush ism -m model.safetensors -f ref.fa --window 4096 --device cpu -o out.tsv "
            "--matrix out.m --svg out.svg --bedgraph out.bg --bigwig out.bw " +
                rest,
            code,
            words);
    }
    void expect_run(const std::string& command, int code, const std::string& words) const {
        const auto outcome = run(command);
        EXPECT_EQ(outcome.exit_code, code) << command << "\n" << outcome.err;
        EXPECT_THAT(outcome.err, HasSubstr(words)) << command;
        EXPECT_THAT(files("out"), IsEmpty()) << command;
        EXPECT_EQ(outcome.out, "") << command;
    }
    const std::string good_ = "-r chr1:5001-5004 --scorer DNASE ";
};

TEST_F(IsmRefuses, Intervals) {
    const std::string scorer = " --scorer DNASE";
    expect("-r chr1:11999-12001" + scorer, 2, "lies outside its contig, which has 12,000 bases");
    expect("-r chr1:13000-13010" + scorer, 2, "lies outside its contig");
    expect("-r chr9:1-10" + scorer, 2, "no contig chr9");
    expect("-r chr1:5001-5010:-" + scorer, 2, "an interval on -");
    expect("-r chr1:1001-3049" + scorer, 2, "2,049 bases; half of the window");
    expect("-r chr1:5001-5010,chr1:5010-5012" + scorer, 2, "overlaps");
    expect("-r chr1:5,001-5,010" + scorer, 2, "a comma separates regions");
    expect("-r chr1:banana" + scorer, 2, "banana");
    write("minus.bed", "chr1\t10\t20\ta\t0\t+\nchr1\t30\t40\tb\t0\t-\n");
    expect("-R minus.bed" + scorer, 3, "minus.bed:2: an interval on -");
    write("beyond.bed", "chr1\t11990\t12010\n");
    expect("-R beyond.bed" + scorer, 3, "lies outside its contig");
    write("empty.bed", "chr1\t10\t10\n");
    expect("-R empty.bed" + scorer, 3, "is empty");
    write("none.bed", "# nothing\n");
    expect("-R none.bed" + scorer, 3, "holds no regions");
    expect("-R <(cat none.bed)" + scorer, 2, "is no regular file");
    expect("-R - < none.bed" + scorer, 2, "is no regular file");
    expect("-R absent.bed" + scorer, 3, "absent.bed");
}

TEST_F(IsmRefuses, UnknownBases) {
    std::string bases = bases_;
    bases.replace(3000, 3000, 3000, 'N');
    bases.replace(4500, 10, bases_, 4500, 10);
    write("ref.fa", ">chr1\n" + bases + "\n");
    expect("-r chr1:4001-4010 --scorer DNASE", 3, "only N there");
    expect("-r chr1:4501-4510 --scorer DNASE", 3, "more than half of the window of 4096 bases");
}

TEST_F(IsmRefuses, Scorers) {
    const std::string where = "-r chr1:5001-5004 ";
    expect(where, 2, "ism needs a scorer");
    expect(where + "--scorer NONSENSE", 2, "NONSENSE");
    expect(where + "--scorer DNASE,ATAC", 2, "is 2 scorers");
    expect(where + "--scorer recommended", 2, "is 19 scorers");
    expect(where + "--scorer RNA_SEQ", 2, "no gene models (--gtf)");
    expect(where + "--scorer POLYADENYLATION --gtf genes.gtf", 2, "--pas");
    expect(good_ + "--gene ONE --gtf genes.gtf", 2, "--gene means nothing to");
    expect(where + "--scorer RNA_SEQ --gtf genes.gtf --gene THREE", 3, "has no gene THREE");
    expect(
        "-r chr2:3001-3004 --scorer RNA_SEQ --gtf genes.gtf", 3, "no change has a score: NO_GENE");
}

TEST_F(IsmRefuses, Tracks) {
    expect(good_ + "--tracks name=nothing", 2, "select no track");
    expect(good_ + "--tracks output=ATAC", 2, "no track of DNASE is selected");
    expect(good_ + "--tracks '((('", 2, "track expression");
    expect(good_ + "--tissue UBERON:9", 2, "no track of this model has this term");
    expect(good_ + "--organism mouse", 2, "mouse");
}

TEST_F(IsmRefuses, Windows) {
    const std::string run = "varhush ism -m model.safetensors -f ref.fa -o out.tsv " + good_;
    expect_run(run + "--window 4000", 2, "neither auto nor a multiple of 2,048");
    expect_run(run + "--window 2097152", 2, "neither auto nor a multiple");
    expect_run(run + "--window banana", 2, "--window banana");
    expect_run(
        "varhush ism -m model.safetensors -f ref.fa -o out.tsv --scorer DNASE --window 2048 -r "
        "chr1:5001-6025",
        2,
        "1,025 bases; half of the window are the most");
}

TEST_F(IsmRefuses, Backgrounds) {
    const std::string ref(1, base(5002));
    const std::string alt(1, others(base(5002))[0]);
    expect(good_ + "--variant 'chr1:5002:" + alt + ">" + ref + "'", 3, "the reference has " + ref);
    expect(good_ + "--variant 'chr1:5002:" + ref + ">" + ref + "A'", 2, "must keep the length");
    expect(good_ + "--variant chr1:5002", 2, "not a variant");
    expect(good_ + "--variant 'chr1:0:A>C'", 2, "not a variant");
    expect(good_ + "--variant 'chr1:5002:" + ref + "><DEL>'", 2, "not a variant");
    expect(good_ + "--variant 'chr7:5002:A>C'", 3, "no contig chr7");
    expect(good_ + "--variant 'chr1:12002:A>C'", 3, "outside its contig");
    expect(good_ + "--variant 'chr1:10:" + std::string(1, base(10)) + ">" +
               std::string(1, others(base(10))[0]) + "'",
           2,
           "outside the window of every interval");
    expect(good_ + "--variant 'chr1:5002:" + ref + ">" + alt + "' --variant 'chr1:5002:" + ref +
               ">" + alt + "'",
           2,
           "overlaps");
}

TEST_F(IsmRefuses, ModelsAndFiles) {
    const std::string rest = " -f ref.fa --window 4096 -o out.tsv " + good_;
    expect_run("varhush ism -m splice-mini" + rest, 2, "of the kind splice");
    expect_run("varhush ism -m absent.safetensors" + rest, 5, "absent.safetensors");
    ASSERT_EQ(run("head -c 900000 model.safetensors > cut.safetensors").exit_code, 0);
    expect_run("varhush ism -m cut.safetensors" + rest, 5, "cut.safetensors");
    const std::string model = "varhush ism -m model.safetensors --window 4096 " + good_;
    expect_run(model + "-o out.tsv", 2, "needs the reference");
    expect_run(model + "-f absent.fa -o out.tsv", 3, "absent.fa");
    expect_run("varhush ism -m model.safetensors -f ref.fa --scorer DNASE -o out.tsv",
               2,
               "needs an interval");
}

TEST_F(IsmRefuses, Outputs) {
    const std::string run = "varhush ism -m model.safetensors -f ref.fa --window 4096 " + good_;
    expect_run(run + "-o out.tsv --matrix ./out.tsv", 2, "--matrix");
    expect_run(run + "-o ref.fa", 2, "-o");
    expect_run(run + "--matrix -", 2, "more than one output");
    expect_run(run + "-o out.tsv --times-sequence", 2, "belongs to --matrix");
    expect_run(run + "-o out.tsv --bigwig -", 2, "--bigwig cannot be standard output");
    expect_run(run + "-o out.tsv --bedgraph out.bw", 2, "has the name of a bigWig");
    expect_run(run + "-o out.tsv --matrix nowhere/out.m", 6, "nowhere/out.m");
    expect_run(run + "-o out.tsv.zst", 2, ".zst");
    expect_run(
        "varhush ism -m model.safetensors -f ref.fa --window 16384 --scorer DNASE -r "
        "chr1:3001-7001 --svg out.svg -o out.tsv",
        2,
        "--svg can show 4,000 bases; the intervals have 4,001");
}

TEST_F(IsmRefuses, Gradients) {
    expect(good_ + "--method gradient --reduce max", 2, "exclude each other");
    expect("-r chr1:5001-5004 --scorer DNASE_ACTIVE --method gradient", 2, "no difference between");
    expect("-r chr1:5001-5004 --scorer CONTACT_MAPS --method input-gradient", 2, "--method input");
    expect(good_ + "--method magic", 2, "magic");
    if (!VARHUSH_WITH_TORCH) {
        expect(good_ + "--method gradient", 5, "needs the model half");
    }
}

}  // namespace
}  // namespace varhush::apps
