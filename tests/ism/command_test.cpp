// `varhush ism` as users run it: its scores are those of `score`, its matrix, signals and logo
// those of its table.
#include "ism_fixture.hpp"

#include <bigWig.h>

#include <cmath>
#include <limits>

namespace varhush::apps {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Ism : public IsmFixture {
  protected:
    // Scores of `score` for every change of chr1:first-last by "pos ref alt track gene".
    [[nodiscard]] std::map<std::string, std::vector<double>> scored(std::int64_t first,
                                                                    std::int64_t last,
                                                                    const std::string& rest) const {
        std::string vcf =
            "##fileformat=VCFv4.2\n##contig=<ID=chr1>\n#"
            "CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
        for (std::int64_t at = first; at <= last; ++at) {
            for (const char alt : others(base(at))) {
                vcf +=
                    "chr1\t" + std::to_string(at) + "\t.\t" + base(at) + "\t" + alt + "\t.\t.\t.\n";
            }
        }
        write("in.vcf", vcf);
        const auto outcome =
            run("varhush score -m model.safetensors -f ref.fa --window 4096 --device cpu in.vcf -o "
                "scored.vcf --detail detail.tsv " +
                rest);
        EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
        std::map<std::string, std::vector<double>> scores;
        for (const auto& row : rows_of(read("detail.tsv"))) {
            if (!row.at("raw_score").empty()) {
                scores[row.at("variant_id")].push_back(std::stod(row.at("raw_score")));
            }
        }
        return scores;
    }

    static double mean(const std::vector<double>& values) {
        double sum = 0;
        for (const double value : values) {
            sum += value;
        }
        return sum / static_cast<double>(values.size());
    }
    static double largest(const std::vector<double>& values) {
        return *std::max_element(values.begin(), values.end(), [](double a, double b) {
            return std::abs(a) < std::abs(b);
        });
    }
    static std::string variant_of(const Row& row) {
        return row.at("chrom") + ":" + row.at("pos") + ":" + row.at("ref") + ">" + row.at("alt");
    }

    // The windows of `score --share-window 3` are those of intervals of 7 bases on its grid.
    void expect_scores(const std::string& scorer, const std::string& more, bool max = false) const {
        constexpr std::int64_t kFirst = 7 * 800 + 1;
        const auto expected =
            scored(kFirst, kFirst + 6, "--share-window 3 --scorers " + scorer + " " + more);
        const auto found =
            table("-r chr1:" + std::to_string(kFirst) + "-" + std::to_string(kFirst + 6) +
                  " --scorer " + scorer + " " + more + (max ? " --reduce max" : ""));
        ASSERT_EQ(found.size(), 21U);
        double size = 0;
        for (const auto& row : found) {
            const auto& values = expected.at(variant_of(row));
            const double value = max ? largest(values) : mean(values);
            size += std::abs(value);
            EXPECT_NEAR(std::stod(row.at("score")), value, 1e-6 * std::abs(value) + 1e-12)
                << scorer << " " << variant_of(row);
            EXPECT_EQ(row.at("status"), "OK");
        }
        EXPECT_GT(size, 0) << scorer;
    }
};

TEST_F(Ism, ScoresAreThoseOfScore) {
    expect_scores("DNASE", "");
    expect_scores("DNASE", "", true);
    expect_scores("ATAC_ACTIVE", "--tissue UBERON:0002107");
    expect_scores("CHIP_HISTONE", "--tracks channel=1");
    expect_scores("CONTACT_MAPS", "");
    expect_scores("RNA_SEQ", "--gtf genes.gtf");
    expect_scores("SPLICE_SITES", "--gtf genes.gtf", true);
}

TEST_F(Ism, RowsAreInOrderAndCarryTheReference) {
    const auto rows = table("-r chr2:3001-3004,chr1:5001-5003 --scorer DNASE");
    ASSERT_EQ(rows.size(), 21U);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const bool first = i < 9;  // chr1 comes first in the FASTA
        const auto at = static_cast<std::int64_t>(first ? 5001 + i / 3 : 3001 + (i - 9) / 3);
        EXPECT_EQ(rows[i].at("chrom"), first ? "chr1" : "chr2");
        EXPECT_EQ(rows[i].at("pos"), std::to_string(at));
        const char ref = base(first ? at : at + 3000);
        EXPECT_EQ(rows[i].at("ref"), std::string(1, ref));
        EXPECT_EQ(rows[i].at("alt"), std::string(1, others(ref)[i % 3]));
    }
}

TEST_F(Ism, MatrixSignalsAndTableAgree) {
    const auto outcome = ism(
        "-r chr1:5001-5012 --scorer DNASE -o out.tsv --matrix out.m.tsv --bedgraph out.bedgraph "
        "--bigwig out.bw");
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr("1 intervals, 12 bases, 36 changes, 0 without a score"));
    const auto rows = rows_of(read("out.tsv"));
    const auto matrix = rows_of(read("out.m.tsv"));
    ASSERT_EQ(matrix.size(), 12U);
    std::istringstream signal(read("out.bedgraph"));
    bwInit(1 << 16);
    bigWigFile_t* packed = bwOpen((folder() / "out.bw").string().c_str(), nullptr, "r");
    ASSERT_NE(packed, nullptr);
    for (std::size_t i = 0; i < matrix.size(); ++i) {
        double sum = 0;
        for (std::size_t k = 0; k < 3; ++k) {
            sum += std::stod(rows[3 * i + k].at("score"));
        }
        for (std::size_t k = 0; k < 3; ++k) {
            EXPECT_NEAR(std::stod(matrix[i].at(rows[3 * i + k].at("alt"))),
                        std::stod(rows[3 * i + k].at("score")) - sum / 3,
                        1e-7);
        }
        EXPECT_NEAR(std::stod(matrix[i].at(matrix[i].at("ref"))), -sum / 3, 1e-7);
        std::string contig;
        std::int64_t start = 0;
        std::int64_t end = 0;
        double value = 0;
        signal >> contig >> start >> end >> value;
        EXPECT_EQ(start, 5000 + static_cast<std::int64_t>(i));
        EXPECT_EQ(end, start + 1);
        EXPECT_NEAR(value, -sum / 3, 1e-6);
        auto* values = bwGetValues(
            packed, "chr1", static_cast<std::uint32_t>(start), static_cast<std::uint32_t>(end), 0);
        ASSERT_NE(values, nullptr);
        ASSERT_EQ(values->l, 1U);
        EXPECT_NEAR(values->value[0], value, 1e-6);
        bwDestroyOverlappingIntervals(values);
    }
    bwClose(packed);
    bwCleanup();
}

TEST_F(Ism, TimesSequenceKeepsTheBaseOfTheSequenceAlone) {
    const std::string what = "-r chr1:5001-5004 --scorer DNASE -o /dev/null --matrix - ";
    const auto all = table(what);
    const auto one = table(what + "--times-sequence");
    ASSERT_EQ(one.size(), 4U);
    for (std::size_t i = 0; i < one.size(); ++i) {
        for (const std::string letter : {"A", "C", "G", "T"}) {
            const bool kept = letter == one[i].at("ref");
            EXPECT_EQ(one[i].at(letter), kept ? all[i].at(letter) : "0");
        }
    }
}

TEST_F(Ism, UnknownBasesAreScoredAndContributeNothing) {
    std::string bases = bases_;
    bases[5001] = 'N';
    bases[5002] = 'a';
    write("ref.fa", ">chr1\n" + bases + "\n");
    const auto outcome = ism(
        "-r chr1:5001-5003 --scorer DNASE -o out.tsv --matrix out.m.tsv --bedgraph out.bedgraph "
        "--svg out.svg");
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    const auto rows = rows_of(read("out.tsv"));
    ASSERT_EQ(rows.size(), 10U);
    for (std::size_t i = 3; i < 7; ++i) {
        EXPECT_EQ(rows[i].at("ref"), "N");
        EXPECT_EQ(rows[i].at("alt"), std::string(1, "ACGT"[i - 3]));
        EXPECT_NE(rows[i].at("score"), ".");
    }
    EXPECT_EQ(rows[7].at("ref"), "A");
    const auto matrix = rows_of(read("out.m.tsv"));
    EXPECT_EQ(matrix[1].at("A"), ".");
    EXPECT_EQ(run("cut -f 2 out.bedgraph").out, "5000\n5002\n");
    EXPECT_THAT(read("out.svg"), HasSubstr("chr1:5,002 N no value"));
}

TEST_F(Ism, BackgroundVariantIsTheSequenceThatIsMutated) {
    const std::string ref(bases_, 5001, 2);
    const std::string alt = {others(ref[0])[0], others(ref[1])[2]};
    std::string edited = bases_;
    edited.replace(5001, 2, alt);
    edited[5100] = others(bases_[5100])[1];
    const std::string what = "-r chr1:5001-5005 --scorer DNASE ";
    const auto with = ism(what + "--variant '1:5002:" + ref + ">" + alt +
                          "' --variant 'chr1:5101:" + bases_[5100] + ">" + edited[5100] + "'");
    const auto without = ism(what);
    ASSERT_EQ(with.exit_code, 0) << with.err;
    write("ref.fa", ">chr1\n" + edited + "\n");
    ASSERT_EQ(run("rm ref.fa.fai").exit_code, 0);
    const auto expected = ism(what);
    EXPECT_EQ(with.out, expected.out);
    EXPECT_NE(with.out, without.out);
    EXPECT_EQ(rows_of(with.out)[3].at("ref"), alt.substr(0, 1));
}

TEST_F(Ism, ThreadsAndRepeatsDoNotChangeAByte) {
    const std::string what =
        "-r chr1:5001-5010 --scorer RNA_SEQ --gtf genes.gtf --progress none -o out.N.tsv.gz "
        "--matrix out.N.m.tsv --bedgraph out.N.bedgraph.gz --bigwig out.N.bw --svg out.N.svg -@ N";
    for (const char* threads : {"1", "2"}) {
        std::string mine = what;
        for (auto at = mine.find('N'); at != std::string::npos; at = mine.find('N', at + 1)) {
            if (mine[at - 1] == '.' || mine[at - 1] == ' ') {
                mine[at] = *threads;
            }
        }
        const auto outcome = ism(mine);
        ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    }
    for (const char* suffix : {"tsv.gz", "m.tsv", "bedgraph.gz", "bw", "svg"}) {
        EXPECT_EQ(run(std::string("cmp out.1.") + suffix + " out.2." + suffix).exit_code, 0)
            << suffix;
    }
    EXPECT_EQ(rows_of(run("zcat out.1.tsv.gz").out).size(), 30U);
}

TEST_F(Ism, OneGeneOfSeveral) {
    const std::string what = "-r chr1:5601-5602 --scorer RNA_SEQ --gtf genes.gtf ";
    const auto both = table(what);
    const auto one = table(what + "--gene ONE");
    const auto two = table(what + "--gene G2");
    EXPECT_EQ(one, table(what + "--gene ENSG00000000001"));  // without its version
    for (std::size_t i = 0; i < both.size(); ++i) {
        // Each gene has the tracks of its strand, as many of either.
        EXPECT_NEAR(std::stod(both[i].at("score")),
                    (std::stod(one[i].at("score")) + std::stod(two[i].at("score"))) / 2,
                    1e-8);
    }
    EXPECT_NE(one, two);
}

TEST_F(Ism, ChangesWithoutAScoreSayWhy) {
    // The gene of this scorer must overlap the variant; only part of the interval does.
    const auto outcome =
        ism("-r chr1:4999-5002 --scorer SPLICE_SITES --gtf genes.gtf -o out.tsv --bedgraph out.bg");
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    const auto rows = rows_of(read("out.tsv"));
    ASSERT_EQ(rows.size(), 12U);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        EXPECT_EQ(rows[i].at("status"), i < 6 ? "NO_GENE" : "OK");
        EXPECT_EQ(rows[i].at("score") == ".", i < 6);
    }
    EXPECT_THAT(outcome.err, HasSubstr("12 changes, 6 without a score"));
    EXPECT_EQ(run("cut -f 2 out.bg").out, "5000\n5001\n");
}

TEST_F(Ism, BedIsReadAndAnIntervalAtTheContigsStartToo) {
    write("in.bed", "chr2\t0\t2\tsite\t0\t+\n");
    const auto rows = table("-R in.bed --scorer DNASE");
    ASSERT_EQ(rows.size(), 6U);
    EXPECT_EQ(rows[0].at("pos"), "1");
    EXPECT_EQ(rows, table("-r chr2:1-2 --scorer DNASE"));
}

TEST_F(Ism, LogoHasALetterForEachBase) {
    const auto outcome = ism("-r chr1:5001-5100 --scorer DNASE -o /dev/null --svg -");
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    std::size_t letters = 0;
    for (auto at = outcome.out.find("<use "); at != std::string::npos;
         at = outcome.out.find("<use ", at + 1)) {
        ++letters;
    }
    EXPECT_EQ(letters, 100U);
    EXPECT_THAT(outcome.out, HasSubstr("<title id=\"title\">"));
    EXPECT_THAT(outcome.out,
                HasSubstr("<desc id=\"desc\">Sequence logo of the contributions of 100"));
    EXPECT_THAT(outcome.out, HasSubstr("chr1:5,081"));  // the second row
}

}  // namespace
}  // namespace varhush::apps
