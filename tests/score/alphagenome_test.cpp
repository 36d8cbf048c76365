// `varhush score` with an AlphaGenome-style model, as users run it: a small network with the
// weights of the reference fixtures.
#include "command_fixture.hpp"
#include "test_paths.hpp"
#include "varhush/models/alphagenome_config.hpp"

#include <gmock/gmock.h>

#include <array>
#include <cmath>
#include <cstring>
#include <map>
#include <random>
#include <sstream>

namespace varhush::apps {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

const std::string kFolder = std::string(VARHUSH_TEST_DATA) + "/alphagenome/";

std::string random_bases(std::size_t length) {
    std::mt19937 engine(21);
    std::string bases;
    for (std::size_t i = 0; i < length; ++i) {
        bases.push_back("ACGT"[engine() % 4]);
    }
    return bases;
}

// Tracks of the tiny network: two tissues, stranded RNA, one padding slot.
std::string track_table(const models::AlphaGenomeConfig& config) {
    std::string text =
        "organism\toutput_type\ttrack_index\tname\tstrand\tontology_curie\tbiosample_name\n";
    for (const auto output : models::all_output_types()) {
        for (int c = 0; c < config.channels(output); ++c) {
            std::string name = std::string(models::output_key(output)) + "_" + std::to_string(c);
            std::string strand = ".";
            if (output == models::OutputType::kRnaSeq ||
                output == models::OutputType::kSpliceSiteUsage) {
                strand = c < config.channels(output) / 2 ? "+" : "-";
            }
            if (output == models::OutputType::kSpliceSites) {
                strand = std::string(1, "++--."[c]);
                name = c == 4 ? "padding" : name;
            }
            if (output == models::OutputType::kAtac && c == 4) {
                name = "Padding";
            }
            text += "human\t" + std::string(models::output_name(output)) + "\t" +
                    std::to_string(c) + "\t" + name + "\t" + strand + "\t" +
                    (c % 2 == 0 ? "UBERON:0002107\tliver" : "CL:0000236\tB cell") + "\n";
        }
    }
    return text;
}

class AlphaGenomeScore : public CommandFixture {
  protected:
    void SetUp() override {
        bases_ = random_bases(20'000);
        write("ref.fa", ">chr1\n" + bases_ + "\n");
        std::stringstream json;
        json << std::ifstream(kFolder + "tiny_config.json").rdbuf();
        write("tracks.tsv", track_table(models::AlphaGenomeConfig::from_json(json.str(), "tiny")));
        write("genes.gtf", gtf());
        const auto outcome = run(
            "varhush model convert " + kFolder + "tiny_weights.safetensors --config " + kFolder +
            "tiny_config.json --organism human --tracks-human tracks.tsv --name tiny --terms "
            "'test only' -o model.safetensors");
        ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    }

    static std::string gtf() {
        const std::string tags =
            "gene_id \"G1\"; gene_name \"ONE\"; gene_type \"protein_coding\"; ";
        const std::string transcript =
            tags + "transcript_id \"T1\"; transcript_type \"protein_coding\";";
        return "chr1\tt\tgene\t9001\t12000\t.\t+\t.\t" + tags +
               "\nchr1\tt\ttranscript\t9001\t12000\t.\t+\t.\t" + transcript +
               "\nchr1\tt\texon\t9001\t9400\t.\t+\t.\t" + transcript +
               "\nchr1\tt\texon\t10201\t12000\t.\t+\t.\t" + transcript + "\n";
    }

    [[nodiscard]] char base(std::int64_t position) const {  // 1-based
        return bases_[static_cast<std::size_t>(position - 1)];
    }
    [[nodiscard]] std::string span(std::int64_t position, std::size_t length) const {
        return bases_.substr(static_cast<std::size_t>(position - 1), length);
    }
    static char other(char base) { return base == 'A' ? 'C' : 'A'; }

    void write_vcf(const std::string& name, const std::vector<std::string>& lines) const {
        std::string text =
            "##fileformat=VCFv4.2\n##contig=<ID=chr1>\n#"
            "CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
        for (const auto& line : lines) {
            text += "chr1\t" + line + "\t.\t.\t.\n";
        }
        write(name, text);
    }
    [[nodiscard]] std::string snv(std::int64_t position, const std::string& id) const {
        return std::to_string(position) + "\t" + id + "\t" + base(position) + "\t" +
               other(base(position));
    }
    [[nodiscard]] test::ShellResult score(const std::string& rest) const {
        return run("varhush score -m model.safetensors -f ref.fa --window 4096 --no-version " +
                   rest);
    }
    void expect_failure(const std::string& rest, int code, const std::string& words) const {
        const auto outcome = score(rest);
        EXPECT_EQ(outcome.exit_code, code) << rest << "\n" << outcome.err;
        EXPECT_THAT(outcome.err, HasSubstr(words)) << rest;
        EXPECT_THAT(files("out"), IsEmpty()) << rest;
    }

    std::string bases_;
};

TEST_F(AlphaGenomeScore, FillsTheTagsAndGivesEveryAlleleAStatus) {
    const auto reference = base(10'100);
    write_vcf("in.vcf",
              {snv(400, "edge"),
               snv(5000, "intergenic"),
               snv(10'100, "snv"),
               "10100\tmulti\t" + std::string(1, reference) + "\t" + std::string(1, reference) +
                   "TTG,*,<DEL>",
               "10300\tdel\t" + span(10'300, 5) + "\t" + std::string(1, base(10'300)),
               "10400\twrong\t" + std::string(1, other(base(10'400))) + "\tG",
               "10500\tlong\t" + span(10'500, 1500) + "\t" + std::string(1, base(10'500))});
    const auto outcome = score("--gtf genes.gtf in.vcf -o out.vcf --detail out.tsv.gz");
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_EQ(run("bcftools query -f '%ID %VH_STATUS\\n' out.vcf").out,
              "edge OK\nintergenic OK\nsnv OK\nmulti OK,STAR,SYMBOLIC\ndel OK\nwrong "
              "REF_MISMATCH\nlong TOO_LONG\n");
    EXPECT_THAT(outcome.err, HasSubstr("9 alleles = 5 scored"));
    const auto edge = run("bcftools query -i 'ID=\"edge\"' -f '%VH\\n' out.vcf").out;
    EXPECT_THAT(edge, HasSubstr("|EDGE"));
    EXPECT_THAT(run("bcftools query -i 'ID=\"snv\"' -f '%VH\\n' out.vcf").out,
                Not(HasSubstr("EDGE")));
    // Genes: the SNV in the gene has expression and splicing, the one between genes has none.
    EXPECT_EQ(run("bcftools query -i 'ID=\"intergenic\"' -f '%VH_EXP %VH_SPL\\n' out.vcf").out,
              ". .\n");
    EXPECT_THAT(run("bcftools query -i 'ID=\"snv\"' -f '%VH_EXP %VH_SPL\\n' out.vcf").out,
                Not(HasSubstr(". ")));
    EXPECT_THAT(read("out.vcf"), HasSubstr("##varhush_model=<ID=tiny,"));
    EXPECT_THAT(read("out.vcf"), HasSubstr("Window=4096"));
    EXPECT_THAT(
        run("bcftools +split-vep -a VH -f '%ID %Scorer %Score\\n' -d out.vcf | head -1").out,
        StartsWith("edge ATAC "));
}

TEST_F(AlphaGenomeScore, TheLongTableHoldsWhatTheTagsSummarise) {
    write_vcf("in.vcf", {snv(10'100, "snv")});
    ASSERT_EQ(score("--gtf genes.gtf in.vcf -o out.vcf --detail out.tsv").exit_code, 0);
    std::stringstream table(read("out.tsv"));
    std::string line;
    std::getline(table, line);
    EXPECT_THAT(line, AllOf(StartsWith("variant_id\tscored_interval\t"), EndsWith("raw_score")));
    double largest = 0;
    std::map<std::string, int> rows;
    while (std::getline(table, line)) {
        std::vector<std::string> fields;
        std::stringstream cells(line);
        for (std::string cell; std::getline(cells, cell, '\t');) {
            fields.push_back(cell);
        }
        const std::string scorer = fields.at(9);
        ++rows[scorer.substr(0, scorer.find(','))];
        if (scorer == "GeneMaskLFCScorer(requested_output=RNA_SEQ)") {
            EXPECT_EQ(fields.at(11), "+") << "a track of the other strand";
            const double value = std::stod(fields.back());
            largest = std::fabs(value) > std::fabs(largest) ? value : largest;
        }
        EXPECT_THAT(line, Not(HasSubstr("adding")));
    }
    EXPECT_EQ(rows["CenterMaskScorer(requested_output=ATAC"], 2 * 4);
    EXPECT_EQ(rows["GeneMaskLFCScorer(requested_output=RNA_SEQ)"], 4);
    const double tag = std::stod(run("bcftools query -f '%VH_EXP\\n' out.vcf").out);
    EXPECT_NEAR(tag, largest, 1e-5 * std::fabs(largest) + 1e-9);
    EXPECT_NE(largest, 0);
}

TEST_F(AlphaGenomeScore, ACalibrationRanksEveryTrack) {
    std::vector<std::string> background;
    for (std::int64_t at = 9100; at < 11'900; at += 100) {
        background.push_back(snv(at, "b" + std::to_string(at)));
    }
    write_vcf("background.vcf", background);
    const auto made =
        run("varhush calibrate -m model.safetensors -f ref.fa --window 4096 --gtf genes.gtf "
            "--profile none --report report.tsv background.vcf -o model.vhcal");
    ASSERT_EQ(made.exit_code, 0) << made.err;
    // A series for each scorer and track; genes of another strand have no value there.
    EXPECT_THAT(read("report.tsv"), HasSubstr("ATAC[0]\tall\tsize\t28\t"));
    EXPECT_THAT(read("report.tsv"), HasSubstr("ATAC_ACTIVE[0]\tall\traw\t28\t"));
    EXPECT_THAT(read("report.tsv"), HasSubstr("RNA_SEQ[0]\tall\traw\t20\t"));
    ASSERT_EQ(score("--gtf genes.gtf background.vcf -o out.vcf --detail out.tsv").exit_code, 0);
    EXPECT_THAT(read("out.vcf"), HasSubstr("Calibration=model:"));
    std::stringstream table(read("out.tsv"));
    std::string line;
    std::getline(table, line);
    EXPECT_THAT(line, EndsWith("raw_score\tquantile_score"));
    double sum = 0;
    while (std::getline(table, line)) {
        const double quantile = std::stod(line.substr(line.rfind('\t') + 1));
        // Of junctions all values count: more of them than alleles, and never below the lowest.
        const double values = line.find("JUNCTION") == std::string::npos ? 28 : 135;
        EXPECT_GE(quantile, -1 + 2 * 0.5 / values - 1e-9) << line;
        EXPECT_LE(quantile, 1 - 0.5 / values + 1e-9) << line;
        sum += line.find("DIFF_LOG2_SUM") == std::string::npos ? 0 : quantile;
    }
    // Signed quantiles of the background itself are as often below zero as above.
    EXPECT_NEAR(sum, 0, 1e-6);
    std::stringstream tags(run("bcftools query -f '%VH_MAX %VH_TOP\n' out.vcf").out);
    double rank = 0;
    double highest = 0;
    std::string top;
    int rows = 0;
    while (tags >> rank >> top) {
        EXPECT_GT(rank, 0.5);  // the largest of some hundred tracks
        EXPECT_THAT(top, HasSubstr(":"));
        highest = std::max(highest, rank);
        ++rows;
    }
    EXPECT_EQ(rows, 28);
    EXPECT_GE(highest, 1 - 0.5 / 28 - 1e-6);
    // Fewer tracks than the table has are ranked as before; tracks that it lacks are named.
    EXPECT_EQ(score("--heads ATAC background.vcf --gtf genes.gtf -o out.vcf").exit_code, 0);
    const auto more = score(
        "--gtf genes.gtf --scorers recommended,CenterMask:ATAC:501:DIFF_MEAN background.vcf -o "
        "out.vcf");
    EXPECT_EQ(more.exit_code, 0);
    EXPECT_THAT(more.err, HasSubstr("are not in the calibration table"));
}

TEST_F(AlphaGenomeScore, EverySpellingOfAChangeGetsTheSameNumbers) {
    // A deletion of CA.. in different spellings: as it stands, padded, and joined with its
    // neighbours.
    const std::string before = span(10'290, 11);
    const std::string gone = span(10'301, 4);
    const std::string after = span(10'305, 6);
    write_vcf("in.vcf",
              {"10290\tpadded\t" + before + gone + after + "\t" + before + after,
               "10300\tplain\t" + before.substr(10) + gone + "\t" + before.substr(10)});
    ASSERT_EQ(score("--gtf genes.gtf in.vcf -o out.vcf").exit_code, 0);
    const auto numbers =
        run("bcftools query -f '%VH_SPL %VH_EXP %VH_ACC %VH_TF %VH_HIST %VH_TSS %VH_3D\\n' out.vcf "
            "| uniq | wc -l");
    EXPECT_EQ(numbers.out, "1\n");
}

TEST_F(AlphaGenomeScore, ShardsThreadsAndNeighboursChangeNothing) {
    write_vcf("in.vcf",
              {snv(5000, "a"), snv(9500, "b"), snv(9501, "c"), snv(10'100, "d"), snv(10'105, "e")});
    for (const std::string extra : {"", "--share-window 100 "}) {
        const std::string options = "--gtf genes.gtf " + extra;
        ASSERT_EQ(score(options + "in.vcf -@ 1 -o whole.vcf --detail whole.tsv").exit_code, 0);
        ASSERT_EQ(score(options + "in.vcf -@ 3 -o other.vcf --detail other.tsv").exit_code, 0);
        // Without the long table threads score records side by side.
        ASSERT_EQ(score(options + "in.vcf -@ 3 -o beside.vcf").exit_code, 0);
        EXPECT_EQ(records("beside.vcf"), records("whole.vcf"));
        EXPECT_EQ(read("whole.vcf"), read("other.vcf"));
        EXPECT_EQ(read("whole.tsv"), read("other.tsv"));
        ASSERT_EQ(run("bgzip -kf in.vcf && tabix -f in.vcf.gz").exit_code, 0);
        ASSERT_EQ(score(options + "-r chr1:1-9500 in.vcf.gz -o left.vcf").exit_code, 0);
        ASSERT_EQ(score(options + "-r chr1:9501-20000 in.vcf.gz -o right.vcf").exit_code, 0);
        EXPECT_EQ(records("left.vcf") + records("right.vcf"), records("whole.vcf"));
    }
}

TEST_F(AlphaGenomeScore, SpreadIsTheDeviationOverShiftedWindows) {
    constexpr std::int64_t kStart = 9002;  // both widths exist for it
    write_vcf("in.vcf", {snv(kStart + 1, "snv")});
    const auto query = [&](const std::string& options, const std::string& tag) {
        EXPECT_EQ(score("--scorers DNASE in.vcf -q -o spread.vcf " + options).exit_code, 0)
            << options;
        return std::stod(run("bcftools query -f '%" + tag + "' spread.vcf").out);
    };
    // --share-window moves windows as well: which width moves this variant's by 43 bases?
    const auto share_for = [&](std::int64_t shift) {
        for (std::int64_t share = 43; share <= 1024; ++share) {
            if (kStart % (2 * share + 1) == share - shift) {
                return "--share-window " + std::to_string(share);
            }
        }
        ADD_FAILURE();
        return std::string();
    };
    const std::array effects{
        query("", "VH_ACC"), query(share_for(43), "VH_ACC"), query(share_for(-43), "VH_ACC")};
    const double mean = (effects[0] + effects[1] + effects[2]) / 3;
    double squares = 0;
    for (const double effect : effects) {
        squares += (effect - mean) * (effect - mean);
    }
    const double expected = std::sqrt(squares / 2);
    ASSERT_GT(expected, 1e-4) << "the shifts must matter here";
    EXPECT_NEAR(query("--spread", "VH_SD"), expected, 1e-3 * expected + 2e-6);
    EXPECT_NEAR(query("--spread", "VH_ACC"), effects[0], 1e-6) << "the score stays";
    expect_failure("--max-spread 1 in.vcf -o out.vcf", 2, "--max-spread");
}

TEST_F(AlphaGenomeScore, ChoosesScorersHeadsAndTracks) {
    write_vcf("in.vcf", {snv(10'100, "snv")});
    ASSERT_EQ(score("--gtf genes.gtf --scorers DNASE,RNA_SEQ --tissue UBERON:0002107 in.vcf -o "
                    "out.vcf --detail out.tsv")
                  .exit_code,
              0);
    EXPECT_EQ(run("bcftools query -f '%VH\\n' out.vcf | tr ',' '\\n' | wc -l").out, "2\n");
    EXPECT_THAT(read("out.vcf"), Not(HasSubstr("VH_TF")));
    EXPECT_THAT(read("out.tsv"), Not(HasSubstr("B cell")));
    EXPECT_THAT(read("out.tsv"), HasSubstr("liver"));
    ASSERT_EQ(
        score("--heads CAGE --tracks 'name=cage_3' in.vcf -o out.vcf --detail out.tsv").exit_code,
        0);
    EXPECT_EQ(run("cut -f 11 out.tsv | sort -u").out, "cage_3\ntrack_name\n");
}

TEST_F(AlphaGenomeScore, LevelsAreWhatTheScoreWasMadeOf) {
    write_vcf("in.vcf", {snv(10'100, "snv")});
    ASSERT_EQ(score("--gtf genes.gtf --levels --scorers DNASE,RNA_SEQ,SPLICE_SITES in.vcf -o "
                    "out.vcf --detail out.tsv")
                  .exit_code,
              0);
    std::stringstream values(
        run("bcftools +split-vep -a VH -f '%Scorer %Score %Level_REF %Level_ALT\n' -d out.vcf")
            .out);
    std::string scorer;
    std::string score_text;
    std::string ref;
    std::string alt;
    int seen = 0;
    while (values >> scorer >> score_text >> ref >> alt) {
        if (scorer == "DNASE") {
            EXPECT_NEAR(std::stod(score_text),
                        std::log2(1 + std::stod(alt)) - std::log2(1 + std::stod(ref)),
                        1e-4);
        } else if (scorer == "RNA_SEQ") {
            EXPECT_NEAR(std::stod(score_text),
                        std::log(0.001 + std::stod(alt)) - std::log(0.001 + std::stod(ref)),
                        1e-4);
        } else {
            EXPECT_EQ(ref, ".");
        }
        ++seen;
    }
    EXPECT_EQ(seen, 3);
    EXPECT_THAT(run("head -1 out.tsv").out, EndsWith("raw_score\tref_level\talt_level\n"));
}

TEST_F(AlphaGenomeScore, AlignAllChangesIndelsAndNothingElse) {
    write_vcf("in.vcf",
              {snv(10'100, "snv"),
               "10200\tins\t" + std::string(1, base(10'200)) + "\t" + std::string(1, base(10'200)) +
                   "GATTACA"});
    ASSERT_EQ(score("--scorers ATAC in.vcf -O t -o official.tsv").exit_code, 0);
    ASSERT_EQ(score("--scorers ATAC --align all in.vcf -O t -o all.tsv").exit_code, 0);
    EXPECT_EQ(run("grep snv official.tsv").out, run("grep snv all.tsv").out);
    EXPECT_NE(run("grep ins official.tsv").out, run("grep ins all.tsv").out);
}

TEST_F(AlphaGenomeScore, RefusesWhatItCannotDo) {
    write_vcf("in.vcf", {snv(10'100, "snv")});
    write("pas.tsv", "Chromosome\tStart\tEnd\tpas_strand\nchr1\t1\t2\t+\n");
    write("cut.safetensors", read("model.safetensors").substr(0, 500'000));
    for (const std::string window : {"5000", "2097152", "0", "-2048", "big"}) {
        const auto outcome = run(
            "varhush score -m model.safetensors -f ref.fa in.vcf -o out.vcf --window=" + window);
        EXPECT_EQ(outcome.exit_code, 2) << window;
        EXPECT_THAT(outcome.err, HasSubstr("multiple of 2,048 up to 1,048,576")) << window;
        EXPECT_THAT(files("out"), IsEmpty());
    }
    expect_failure("--share-window 1025 in.vcf -o out.vcf", 2, "quarter of the window");
    expect_failure("--detail - --stats - in.vcf -o out.vcf", 2, "standard output");
    EXPECT_EQ(run("varhush score -m none --detail out.tsv in.vcf -o out.vcf").exit_code, 2);
    expect_failure("--scorers NONSENSE in.vcf -o out.vcf", 2, "NONSENSE");
    expect_failure("--scorers RNA_SEQ in.vcf -o out.vcf", 2, "no gene models");
    expect_failure(
        "--tissue UBERON:0000000 in.vcf -o out.vcf", 2, "no track of this model has this term");
    expect_failure("--tracks name=none in.vcf -o out.vcf", 2, "select no track");
    expect_failure("--tracks 'name=' in.vcf -o out.vcf", 2, "column");
    expect_failure("--organism mouse in.vcf -o out.vcf", 2, "mouse");
    expect_failure("--heads NOSE in.vcf -o out.vcf", 2, "NOSE");
    expect_failure("--pas pas.tsv --gtf genes.gtf in.vcf -o out.vcf", 3, "gene_id");
    write("strangers.tsv", "Chromosome\tStart\tEnd\tpas_strand\tgene_id\nchr1\t1\t2\t+\tENSG9\n");
    expect_failure("--pas strangers.tsv --gtf genes.gtf in.vcf -o out.vcf", 3, "none of its genes");
    expect_failure("--tissue UBERON:0002107,UBRON:1 in.vcf -o out.vcf", 2, "UBRON:1");
    write("far.gtf",
          gtf() + "chr1\tt\texon\t29001\t29400\t.\t+\t.\tgene_id \"G2\"; transcript_id \"T2\";\n");
    expect_failure("--gtf far.gtf in.vcf -o out.vcf", 3, "another genome build");
    expect_failure("--transcripts canonical --gtf genes.gtf in.vcf -o out.vcf", 2, "--transcripts");
    expect_failure("--distance 20 in.vcf -o out.vcf", 2, "--distance");
    expect_failure("--detail in.vcf in.vcf -o out.vcf", 2, "in.vcf");
    expect_failure("in.vcf -o out.vcf --detail missing/out.tsv", 6, "missing/out.tsv");
    const auto cut = run("varhush score -m ./cut.safetensors -f ref.fa in.vcf -o out.vcf");
    EXPECT_EQ(cut.exit_code, 5) << cut.err;
    EXPECT_THAT(files("out"), IsEmpty());
}

TEST_F(AlphaGenomeScore, TwoModelsDoNotWriteOneLongTable) {
    write_vcf("in.vcf", {snv(10'100, "a")});
    ASSERT_EQ(run("cp model.safetensors other.safetensors").exit_code, 0);
    const auto refused =
        run("varhush score -f ref.fa -m model.safetensors,./other.safetensors --window 4096 "
            "--detail all.tsv in.vcf -o out.vcf");
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_THAT(refused.err, HasSubstr("--detail"));
    EXPECT_THAT(files("out"), IsEmpty());
    EXPECT_THAT(files("all"), IsEmpty());
}

TEST_F(AlphaGenomeScore, ADamagedModelEndsTheRun) {
    // One weight of the tower that is no number, in the file as the port writes it.
    auto file = read("model.safetensors");
    const auto name = file.find("\"tower.blocks.3.mlp.fc1.weight\"");
    ASSERT_NE(name, std::string::npos);
    const auto offsets = file.find("data_offsets\":[", name) + 15;
    std::uint64_t header = 0;
    std::memcpy(&header, file.data(), sizeof header);
    const float nan = std::nanf("");
    std::memcpy(file.data() + 8 + header + std::stoull(file.substr(offsets)), &nan, sizeof nan);
    write("damaged.safetensors", file);
    write_vcf("in.vcf", {snv(10'100, "snv")});
    const auto outcome =
        run("varhush score -m ./damaged.safetensors -f ref.fa --window 4096 in.vcf -o out.vcf");
    EXPECT_EQ(outcome.exit_code, 5) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr("not numbers"));
    EXPECT_THAT(files("out"), IsEmpty());
}

TEST_F(AlphaGenomeScore, AFailureLeavesNoLongTableBehind) {
    write("in.vcf",
          "##fileformat=VCFv4.2\n##contig=<ID=chr1>\n#"
          "CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\nchr1\t" +
              snv(10'100, "good") + "\t.\t.\t.\nchr1\tbroken\n");
    const auto outcome = score("in.vcf -o out.vcf --detail out.tsv.gz");
    EXPECT_EQ(outcome.exit_code, 3) << outcome.err;
    EXPECT_THAT(files("out"), IsEmpty());
}

}  // namespace
}  // namespace varhush::apps
