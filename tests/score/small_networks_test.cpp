// `varhush score` with reporter and polyadenylation networks: small ones of random weights on a
// small random genome. What the numbers mean is tested in tests/scoring; here: that they reach the
// file, and that nothing but the haplotype decides them.
#include "aparent_test_network.hpp"
#include "command_fixture.hpp"
#include "reporter_mix_test_model.hpp"
#include "reporter_test_network.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <sstream>

namespace varhush::apps {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts;
    std::istringstream in(text);
    for (std::string part; std::getline(in, part, separator);) {
        parts.push_back(part);
    }
    return parts;
}

struct Family {
    const char* model;
    const char* tag;
};
constexpr Family kFamilies[] = {{"reporter.safetensors", "VH_MPRA"},
                                {"aparent.safetensors", "VH_PAS"},
                                {"mix.safetensors", "VH_MPRA"}};

class SmallNetworks : public CommandFixture {
  protected:
    void SetUp() override {
        std::mt19937 random(31);
        while (bases_.size() < 6000) {  // runs and repeats, many A and T
            const std::string unit(1, "AAATTTGC"[random() % 8]);
            for (std::size_t copies = 1 + random() % 3; copies > 0; --copies) {
                bases_ += unit;
            }
        }
        write("ref.fa", ">chr1\n" + bases_ + "\n");
        write("genes.gtf",
              "chr1\tx\texon\t501\t5000\t.\t+\t.\tgene_id \"G1\"; gene_name \"PLUS\"; "
              "transcript_id \"T1\";\n"
              "chr1\tx\texon\t2001\t4000\t.\t-\t.\tgene_id \"G2\"; gene_name \"MINUS\"; "
              "transcript_id \"T2\";\n");
        models::test::RandomReporter().save((folder() / "reporter.safetensors").string());
        models::test::RandomMix().save((folder() / "mix.safetensors").string());
        models::test::RandomAparent(90, 20).save((folder() / "aparent.safetensors").string());
    }

    [[nodiscard]] std::string line(std::size_t start,
                                   const std::string& id,
                                   const std::string& ref,
                                   const std::string& alts) const {
        return "chr1\t" + std::to_string(start + 1) + "\t" + id + "\t" + ref + "\t" + alts +
               "\t.\t.\t.\n";
    }
    [[nodiscard]] static std::string head() {
        return "##fileformat=VCFv4.2\n##contig=<ID=chr1,length=6000>\n"
               "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
    }
    // A sorted file of SNVs, insertions, deletions and two-allele records.
    [[nodiscard]] std::string mixed_vcf(int records) const {
        std::mt19937 random(5);
        std::string text = head();
        std::size_t position = 300;
        for (int i = 0; i < records; ++i) {
            position += 1 + random() % 20;
            const std::string ref = bases_.substr(position, i % 5 == 1 ? 1 + random() % 6 : 1);
            std::string alt(1, ref[0] == 'A' ? 'C' : 'A');
            if (i % 5 == 1) {
                alt = ref.size() > 1 ? ref.substr(0, 1) : alt;
            } else if (i % 5 == 2) {
                alt = ref + "AATAAA";
            } else if (i % 5 == 3) {
                alt += ",*";
            }
            text += line(position, "v" + std::to_string(i), ref, alt);
        }
        return text;
    }
    [[nodiscard]] static std::string score(const Family& family) {
        return "varhush score -f ref.fa -m " + std::string(family.model) + " ";
    }

    std::string bases_;
};

TEST_F(SmallNetworks, EveryAlleleIsScoredOrHasAReasonAndIsCounted) {
    write("in.vcf",
          mixed_vcf(100) + line(5000, "wrong", bases_[5000] == 'A' ? "C" : "A", "G") +
              line(5010, "symbolic", bases_.substr(5010, 1), "<DEL>") +
              line(5020, "iupac", bases_.substr(5020, 1), "N") +
              line(5030,
                   "long",
                   bases_.substr(5030, 1),
                   bases_.substr(5030, 1) + std::string(1500, 'G')) +
              "chrX\t5\tcontig\tA\tC\t.\t.\t.\n");
    for (const Family& family : kFamilies) {
        const auto outcome = run(score(family) + "in.vcf -o out.vcf.gz -W --stats stats.json");
        ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
        const auto stats = nlohmann::json::parse(read("stats.json"));
        EXPECT_EQ(stats["alleles"], 125);
        EXPECT_EQ(stats["status"]["OK"], 100);
        EXPECT_EQ(stats["status"]["STAR"], 20);
        for (const char* reason :
             {"REF_MISMATCH", "SYMBOLIC", "NON_ACGT", "TOO_LONG", "CONTIG_MISSING"}) {
            EXPECT_EQ(stats["status"][reason], 1) << reason;
        }
        const auto values =
            run("bcftools norm -m- out.vcf.gz 2>/dev/null | bcftools query -i "
                "'" +
                std::string(family.tag) +
                "!=\".\"' -f '%VH_STATUS\\n' | "
                "sort | uniq -c");
        EXPECT_THAT(values.out, HasSubstr("100 OK\n"));
        EXPECT_EQ(split(values.out, '\n').size(), 1U) << values.out;
    }
}

TEST_F(SmallNetworks, TheHeaderNamesTagFieldsAndModel) {
    write("in.vcf", mixed_vcf(3));
    const auto reporter = run(score(kFamilies[0]) + "--no-version in.vcf").out;
    EXPECT_THAT(reporter, HasSubstr("##INFO=<ID=VH_MPRA,Number=A,Type=Float"));
    EXPECT_THAT(reporter,
                HasSubstr("Format: Allele|Consequence|Placements|MPRA|liver|brain|heart"));
    const auto hash = run("sha256sum reporter.safetensors | cut -d' ' -f1 | tr -d '\\n'").out;
    EXPECT_THAT(reporter,
                HasSubstr("##varhush_model=<ID=random-reporter,SHA256=" + hash + ",Window=31,"));
    const auto aparent = run(score(kFamilies[1]) + "--no-version in.vcf").out;
    EXPECT_THAT(aparent, HasSubstr("##INFO=<ID=VH_PAS,Number=A,Type=Float"));
    EXPECT_THAT(aparent, HasSubstr("Window=90,"));
}

TEST_F(SmallNetworks, SplitVepReadsTheFields) {
    VARHUSH_NEEDS_TOOL("bcftools");
    write("in.vcf", mixed_vcf(60));
    ASSERT_EQ(run(score(kFamilies[0]) + "in.vcf -o r.bcf").exit_code, 0);
    const auto tasks =
        run("bcftools +split-vep -a VH -c liver:Float -i 'liver>0' -f "
            "'%POS\\n' -d r.bcf | wc -l");
    EXPECT_EQ(tasks.exit_code, 0) << tasks.err;
    EXPECT_NE(tasks.out, "0\n");
    ASSERT_EQ(run(score(kFamilies[1]) + "--gtf genes.gtf in.vcf -o a.bcf").exit_code, 0);
    const auto genes =
        run("bcftools +split-vep -a VH -f '%Gene %Strand\\n' -d a.bcf | sort -u | grep -v '^\\.'");
    EXPECT_EQ(genes.out, "PLUS +\n");  // the records end before the other gene
    const auto narrow =
        run("bcftools +split-vep -a VH -c Narrow:Float -i 'Narrow!=0' -f "
            "'%POS\\n' -d a.bcf | sort -u | wc -l");
    EXPECT_NE(narrow.out, "0\n");
}

TEST_F(SmallNetworks, ThreadsBatchesAndShardsDoNotChangeAByte) {
    write("in.vcf", mixed_vcf(250));
    ASSERT_EQ(run("bgzip in.vcf && tabix -p vcf in.vcf.gz").exit_code, 0);
    for (const Family& family : kFamilies) {
        const std::string command = score(family) + "--no-version ";
        ASSERT_EQ(run(command + "-@1 in.vcf.gz -o one.vcf").exit_code, 0);
        ASSERT_EQ(run(command + "-@4 in.vcf.gz -o more.vcf").exit_code, 0);
        EXPECT_EQ(run("cmp one.vcf more.vcf").exit_code, 0) << family.model;
        const auto shards = run(command + "-r chr1:1-1501 in.vcf.gz > joined.vcf && " + command +
                                "-r chr1:1502- in.vcf.gz | grep -v '^#' >> joined.vcf; "
                                "cmp joined.vcf one.vcf");
        EXPECT_EQ(shards.exit_code, 0) << shards.err << shards.out;
    }
}

TEST_F(SmallNetworks, OneHaplotypeOneScore) {
    // The same insertion or deletion at every place and with every padding that gives the same
    // haplotype.
    std::mt19937 random(9);
    std::string text = head();
    for (int change = 0; change < 40; ++change) {
        const std::size_t start = 400 + random() % 5000;
        const std::size_t removed = random() % 4;
        std::string inserted;
        for (unsigned i = 0; i < random() % 4; ++i) {
            inserted += "ACGT"[random() % 4];
        }
        std::string haplotype = bases_;
        haplotype.replace(start, removed, inserted);
        if (haplotype == bases_) {
            continue;
        }
        for (std::size_t at = start - 6; at < start + 6; ++at) {
            std::string moved = bases_;
            moved.replace(at, removed, haplotype.substr(at, inserted.size()));
            for (const std::size_t pad : {1U, 3U}) {
                if (moved == haplotype) {
                    text += line(at - pad,
                                 std::to_string(change),
                                 bases_.substr(at - pad, removed + 2 * pad),
                                 haplotype.substr(at - pad, inserted.size() + 2 * pad));
                }
            }
        }
    }
    write("in.vcf", text);
    for (const Family& family : kFamilies) {
        ASSERT_EQ(run(score(family) + "in.vcf -o out.bcf").exit_code, 0);
        std::map<std::string, std::set<std::string>> scores;
        std::size_t records = 0;
        for (const auto& record : split(run("bcftools query -f '%ID %VH_STATUS %VH_TOP %" +
                                            std::string(family.tag) + "\\n' out.bcf")
                                            .out,
                                        '\n')) {
            const auto end = record.find(' ');
            scores[record.substr(0, end)].insert(record.substr(end));
            ++records;
        }
        EXPECT_GT(scores.size(), 25U);
        EXPECT_GT(records, 3 * scores.size());
        for (const auto& [change, found] : scores) {
            EXPECT_EQ(found.size(), 1U) << family.model << " " << change;
            EXPECT_THAT(*found.begin(), testing::StartsWith(" OK "));
        }
    }
}

TEST_F(SmallNetworks, TablesHaveALineAnAllele) {
    write("in.vcf", mixed_vcf(20));
    for (const Family& family : kFamilies) {
        const std::string levels =
            std::string(family.model) == "mix.safetensors" ? "" : "--levels ";
        const auto table = run(score(family) + levels + "in.vcf -O t");
        ASSERT_EQ(table.exit_code, 0) << table.err;
        std::size_t columns = 0;
        std::size_t rows = 0;
        for (const auto& row : split(table.out, '\n')) {
            if (row.starts_with("##")) {
                continue;
            }
            const auto found = static_cast<std::size_t>(std::count(row.begin(), row.end(), '\t'));
            columns = columns == 0 ? found : columns;
            EXPECT_EQ(found, columns) << row;
            ++rows;
        }
        EXPECT_EQ(rows, 1 + 24U);
    }
}

TEST_F(SmallNetworks, OptionsThatMeanNothingToThemAreUsageErrors) {
    write("in.vcf", mixed_vcf(3));
    const auto refused = [&](const std::string& command, const std::string& message) {
        const auto outcome = run(command + " in.vcf -o out.vcf");
        EXPECT_EQ(outcome.exit_code, 2) << command << outcome.err;
        EXPECT_THAT(outcome.err, HasSubstr(message));
        EXPECT_THAT(files("out"), IsEmpty());
    };
    refused(score(kFamilies[0]) + "--gtf genes.gtf", "--gtf means nothing to a reporter network");
    refused(score(kFamilies[0]) + "--distance 20", "--distance means nothing");
    refused(score(kFamilies[0]) + "--window 2048", "--window means nothing");
    refused(score(kFamilies[0]) + "--placements some", "--placements");
    refused(score(kFamilies[1]) + "--placements inside",
            "--placements means nothing to a polyadenylation network");
    refused(score(kFamilies[1]) + "--pas x.tsv", "--pas means nothing");
    refused(score(kFamilies[1]) + "--gtf genes.gtf --mask", "--mask means nothing");
    refused(score(kFamilies[2]) + "--levels", "--levels means nothing to a reporter mix");
    refused("varhush score -m none --placements inside", "--placements means nothing to a run");
}

TEST_F(SmallNetworks, SeveralModelsSayInOneRunWhatEachSaysAlone) {
    // Behind position 5,000 there is no gene, which only the polyadenylation network asks for.
    const std::string base = bases_.substr(5500, 1);
    write("in.vcf",
          mixed_vcf(60) + line(5500, "intergenic", base, base == "C" ? "<DEL>,G" : "<DEL>,C"));
    const std::string genes = " --gtf genes.gtf ";
    const auto values =
        [&](const std::string& models, const std::string& options, const std::string& tag) {
            const auto outcome = run("varhush score -q -f ref.fa -m " + models + options +
                                     " in.vcf | bcftools query -f '%POS %" + tag + "\n'");
            EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
            return outcome.out;
        };
    const std::string both = "mix.safetensors,aparent.safetensors";
    EXPECT_EQ(values(both, genes, "VH_MPRA"), values("mix.safetensors", "", "VH_MPRA"));
    EXPECT_EQ(values(both, genes, "VH_PAS"), values("aparent.safetensors", genes, "VH_PAS"));
    EXPECT_THAT(values(both, genes, "VH_STATUS"), HasSubstr("5501 SYMBOLIC,OK\n"));
    EXPECT_THAT(
        values(both, genes, "VH_MISS"),
        HasSubstr("5501 random-mix:SYMBOLIC&random-aparent:SYMBOLIC,random-aparent:NO_GENE\n"));
    const auto header = run("varhush score -q -f ref.fa -m " + both + genes +
                            "in.vcf --stats stats.json | grep -c '^##varhush_model='");
    EXPECT_EQ(header.out, "2\n");
    const auto stats = nlohmann::json::parse(read("stats.json"));
    EXPECT_EQ(stats["model"], "random-mix,random-aparent");
    EXPECT_EQ(stats["parts"]["random-aparent"]["NO_GENE"], 20);
    EXPECT_EQ(stats["parts"]["random-mix"]["NO_GENE"], 0);
    for (const std::string wrong : {",",
                                    "mix.safetensors,mix.safetensors",
                                    "mix.safetensors,aparent.safetensors --calibration t.vhcal",
                                    "mix.safetensors,aparent.safetensors --window 2048"}) {
        const auto refused = run("varhush score -f ref.fa -m " + wrong + " in.vcf -o out.vcf");
        EXPECT_EQ(refused.exit_code, 2) << refused.err;
        EXPECT_THAT(files("out"), IsEmpty());
    }
}

TEST_F(SmallNetworks, NamesAndPathsMayHoldWhatPartsTheOutput) {
    write("in.vcf", mixed_vcf(5));
    models::test::RandomMix().save((folder() / "a,b.safetensors").string());
    EXPECT_EQ(run("varhush score -f ref.fa -m ./a,b.safetensors in.vcf -o out.vcf").exit_code, 0);
    // The name of the metadata, with a bar in it, does not shift the fields of VH.
    ASSERT_EQ(run("sed 's/random-mix/random|mix/' mix.safetensors > bar.safetensors").exit_code, 0);
    const auto table =
        run("varhush score -q -f ref.fa -m ./bar.safetensors,aparent.safetensors in.vcf -O t | "
            "grep -v '^##' | awk -F'\t' '{ print NF }' | sort -u | wc -l");
    EXPECT_EQ(table.exit_code, 0) << table.err;
    EXPECT_EQ(table.out, "1\n");
}

TEST_F(SmallNetworks, BrokenFilesAreExitFiveAndLeaveNothing) {
    write("in.vcf", mixed_vcf(3));
    auto nan = models::test::RandomReporter();
    nan.find("model.0.head.weight").values[5] = NAN;
    nan.save((folder() / "nan.safetensors").string());
    auto short_window = models::test::RandomAparent(61, 20);
    short_window.save((folder() / "short.safetensors").string());
    ASSERT_EQ(run("head -c -100 reporter.safetensors > cut.safetensors").exit_code, 0);
    for (const auto& [model, message] : {std::pair{"nan", "not a number"},
                                         {"short", "the window ends before"},
                                         {"cut", "cut.safetensors"}}) {
        const auto outcome = run("varhush score -f ref.fa in.vcf -o out.vcf -m " +
                                 std::string(model) + ".safetensors");
        EXPECT_EQ(outcome.exit_code, 5) << model << outcome.err;
        EXPECT_THAT(outcome.err, HasSubstr(message));
        EXPECT_THAT(files("out"), IsEmpty());
    }
}

TEST_F(SmallNetworks, InsideCountsOnlyTheWindowsOfAnInsert) {
    write("insert.fa", ">insert\n" + bases_.substr(1000, 50) + "\n");
    write("in.vcf",
          "##fileformat=VCFv4.2\n##contig=<ID=insert,length=50>\n"
          "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\ninsert\t3\t.\t" +
              bases_.substr(1002, 1) + "\t" + (bases_[1002] == 'A' ? "C" : "A") + "\t.\t.\t.\n");
    const std::string command = "varhush score -f insert.fa -m reporter.safetensors in.vcf ";
    EXPECT_THAT(run(command + "-O t").out, HasSubstr("\tEDGE\t.\t"));
    EXPECT_THAT(run(command + "-O t --placements inside").out, HasSubstr("\t3\t"));
}

}  // namespace
}  // namespace varhush::apps
