// The command with a model: a small network of random weights on a small random genome, so that the
// tests need neither released weights nor the default model. What the numbers mean is tested in
// tests/scoring; here: that they reach the file, and that nothing but the haplotype decides them.
#include "command_fixture.hpp"
#include "splice_test_network.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <random>
#include <sstream>

namespace varhush::apps {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int kGenome = 12000;
constexpr int kGeneStart = 1000;
constexpr int kGeneEnd = 11000;

// Random bases with runs and repeats, where an insertion or deletion has many spellings.
std::string random_genome() {
    std::mt19937 random(11);
    std::string bases;
    while (bases.size() < kGenome) {
        const std::string unit = [&] {
            std::string text;
            const std::size_t length = 1 + random() % 3;
            while (text.size() < length) {
                text += "ACGT"[random() % 4];
            }
            return text;
        }();
        const std::size_t copies = random() % 4 == 0 ? 2 + random() % 6 : 1;
        for (std::size_t i = 0; i < copies; ++i) {
            bases += unit;
        }
    }
    bases.resize(kGenome);
    return bases;
}

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts;
    std::istringstream in(text);
    for (std::string part; std::getline(in, part, separator);) {
        parts.push_back(part);
    }
    return parts;
}

class ScoreModel : public CommandFixture {
  protected:
    void SetUp() override {
        bases_ = random_genome();
        write("ref.fa", ">chr1\n" + bases_ + "\n");
        write("genes.tsv",
              "#NAME\tCHROM\tSTRAND\tTX_START\tTX_END\tEXON_START\tEXON_END\n"
              "PLUS\t1\t+\t" +
                  std::to_string(kGeneStart) + "\t" + std::to_string(kGeneEnd) +
                  "\t1000,6000,\t3000,11000,\n"
                  "MINUS\t1\t-\t5000\t8000\t5000,\t8000,\n");
        const models::test::RandomNetwork network("11,11", "1,2", 2, "softmax3");
        nn::write_safetensors(folder() / "random.safetensors", network.tensors, network.metadata);
    }

    [[nodiscard]] static std::string head() {
        return "##fileformat=VCFv4.2\n##contig=<ID=chr1,length=" + std::to_string(kGenome) +
               ">\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
    }
    [[nodiscard]] std::string line(std::size_t start,
                                   const std::string& id,
                                   const std::string& ref,
                                   const std::string& alts) const {
        return "chr1\t" + std::to_string(start + 1) + "\t" + id + "\t" + ref + "\t" + alts +
               "\t.\t.\t.\n";
    }

    // A sorted file of SNVs, indels and MNVs, inside genes and outside.
    [[nodiscard]] std::string mixed_vcf(int records) const {
        std::mt19937 random(5);
        std::string text = head();
        std::size_t position = 300;
        for (int i = 0; i < records; ++i) {
            position += 1 + random() % 40;
            const std::string ref = bases_.substr(position, 1 + (i % 5 == 1 ? random() % 6 : 0));
            std::string alt(1, ref[0] == 'A' ? 'C' : 'A');
            if (i % 5 == 1) {
                alt = ref.size() > 1 ? ref.substr(0, 1) : alt;
            } else if (i % 5 == 2) {
                alt = ref + "GTAAGT";
            } else if (i % 5 == 3) {
                alt += ",*";
            }
            text += line(position, "v" + std::to_string(i), ref, alt);
        }
        return text;
    }

    std::string bases_;
    const std::string score_ = "varhush score -f ref.fa --genes genes.tsv -m random.safetensors ";
};

// One change of the genome: [start, start + removed) becomes `inserted`.
struct Edit {
    std::size_t start;
    std::size_t removed;
    std::string inserted;
};

struct Spelling {
    std::size_t start;
    std::string ref;
    std::string alt;
};

std::string edited(const std::string& bases, const Edit& edit) {
    return bases.substr(0, edit.start) + edit.inserted + bases.substr(edit.start + edit.removed);
}

// Spellings of the edit with up to `pad` bases more on either side, and, for pure insertions and
// deletions, the same at every place that gives the same haplotype.
std::vector<Spelling> spellings(const std::string& bases, const Edit& edit) {
    std::vector<Spelling> all;
    const std::string haplotype = edited(bases, edit);
    const std::size_t grown = edit.inserted.size();
    for (std::size_t start = edit.start - 8; start < edit.start + 9; ++start) {
        Edit moved{start, edit.removed, haplotype.substr(start, grown)};
        if (edited(bases, moved) != haplotype) {
            continue;
        }
        for (const auto& [left, right] :
             {std::pair{1U, 0U}, {0U, 1U}, {1U, 2U}, {4U, 3U}, {0U, 0U}}) {
            Spelling one{start - left,
                         bases.substr(start - left, left + edit.removed + right),
                         haplotype.substr(start - left, left + grown + right)};
            if (!one.ref.empty() && !one.alt.empty()) {
                all.push_back(std::move(one));
            }
        }
    }
    return all;
}

std::vector<Edit> random_edits(const std::string& bases) {
    std::mt19937 random(99);
    std::vector<Edit> edits;
    for (int i = 0; i < 60; ++i) {
        Edit edit{1500 + random() % 9000, random() % 5, ""};
        for (unsigned k = 0; k < random() % 5; ++k) {
            edit.inserted += "ACGT"[random() % 4];
        }
        if (edited(bases, edit) != bases) {
            edits.push_back(edit);
        }
    }
    return edits;
}

// What must not depend on the spelling: VH_SPL, VH_TOP, and of VH everything but the allele's text,
// with positions counted from the contig's start.
std::string facts_of(long position,
                     const std::string& spl,
                     const std::string& top,
                     std::string vh) {
    std::string facts = spl + " " + top;
    for (const auto& entry : split(vh, ',')) {
        auto fields = split(entry, '|');
        for (std::size_t i = 1; i < fields.size(); ++i) {
            const bool is_position = i >= 10 && i < 14;
            facts +=
                "|" + (is_position ? std::to_string(position + std::stol(fields[i])) : fields[i]);
        }
    }
    return facts;
}

TEST_F(ScoreModel, OneHaplotypeOneScore) {
    std::string text = head();
    int count = 0;
    for (const auto& edit : random_edits(bases_)) {
        int spelling = 0;
        for (auto one : spellings(bases_, edit)) {
            if (spelling % 7 == 6) {
                std::transform(one.ref.begin(), one.ref.end(), one.ref.begin(), ::tolower);
                std::transform(one.alt.begin(), one.alt.end(), one.alt.begin(), ::tolower);
            }
            text += line(one.start,
                         std::to_string(count) + "_" + std::to_string(spelling),
                         one.ref,
                         one.alt);
            ++spelling;
        }
        ++count;
    }
    write("in.vcf", text);
    const auto outcome = run(score_ + "in.vcf -o out.bcf");
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    std::map<std::string, std::string> facts;
    int compared = 0;
    for (const auto& record :
         split(run("bcftools query -f '%POS %ID %VH_STATUS %VH_SPL %VH_TOP %VH\\n' out.bcf").out,
               '\n')) {
        const auto fields = split(record, ' ');
        ASSERT_EQ(fields.size(), 6U) << record;
        ASSERT_EQ(fields[2], "OK") << record;
        const auto change = fields[1].substr(0, fields[1].find('_'));
        const auto fact = facts_of(std::stol(fields[0]), fields[3], fields[4], fields[5]);
        const auto [known, is_new] = facts.emplace(change, fact);
        EXPECT_EQ(known->second, fact) << record;
        compared += is_new ? 0 : 1;
    }
    EXPECT_GT(facts.size(), 40U);
    EXPECT_GT(compared, 150);
}

TEST_F(ScoreModel, JoinedAllelesGetTheNumbersOfSplitOnes) {
    write("split.vcf",
          head() + line(6000, "a", bases_.substr(6000, 1), bases_.substr(6000, 1) + "GG") +
              line(6000, "b", bases_.substr(6000, 4), bases_.substr(6000, 1)));
    write("joined.vcf",
          head() + line(6000,
                        "ab",
                        bases_.substr(6000, 4),
                        bases_.substr(6000, 1) + "GG" + bases_.substr(6001, 3) + "," +
                            bases_.substr(6000, 1)));
    ASSERT_EQ(
        run(score_ + "split.vcf -o split.bcf && " + score_ + "joined.vcf -o joined.bcf").exit_code,
        0);
    const auto alone = split(run("bcftools query -f '%VH_SPL %VH_TOP\\n' split.bcf").out, '\n');
    const auto joined = split(run("bcftools norm -m- joined.bcf 2>/dev/null | "
                                  "bcftools query -f '%VH_SPL %VH_TOP\\n'")
                                  .out,
                              '\n');
    ASSERT_EQ(alone.size(), 2U);
    EXPECT_EQ(alone, joined);
}

TEST_F(ScoreModel, EveryAlleleIsScoredOrHasAReasonAndIsCounted) {
    write("in.vcf", mixed_vcf(200));
    const auto outcome = run(score_ + "in.vcf -o out.vcf.gz -W --stats stats.json");
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    const auto stats = nlohmann::json::parse(read("stats.json"));
    EXPECT_EQ(stats["alleles"], 240);
    EXPECT_EQ(stats["status"]["STAR"], 40);
    EXPECT_GT(stats["status"]["OK"], 100);
    EXPECT_GT(stats["status"]["NO_GENE"], 5);
    const int ok = stats["status"]["OK"];
    EXPECT_EQ(
        run("bcftools norm -m- out.vcf.gz 2>/dev/null | bcftools view -H -i 'VH_STATUS=\"OK\"' | "
            "wc -l")
            .out,
        std::to_string(ok) + "\n");
    EXPECT_EQ(run("bcftools norm -m- out.vcf.gz 2>/dev/null | bcftools view -H -i 'VH_SPL!=\".\"' "
                  "| wc -l")
                  .out,
              std::to_string(ok) + "\n");
}

TEST_F(ScoreModel, SplitVepReadsTheFieldsAndTheirValues) {
    VARHUSH_NEEDS_TOOL("bcftools");
    write("in.vcf", mixed_vcf(60));
    ASSERT_EQ(run(score_ + "in.vcf -o out.vcf.gz").exit_code, 0);
    const auto list = run("bcftools +split-vep -a VH -l out.vcf.gz");
    ASSERT_EQ(list.exit_code, 0) << list.err;
    EXPECT_THAT(list.out, HasSubstr("0\tAllele\n1\tConsequence\n2\tGene\n"));
    EXPECT_THAT(list.out, HasSubstr("DS_AG"));
    const auto genes = run(
        "bcftools +split-vep -a VH -f '%Gene %Strand\\n' -d out.vcf.gz | sort -u | grep -v '^\\.'");
    EXPECT_EQ(genes.out, "PLUS +\n");
    const auto filtered =
        run("bcftools +split-vep -a VH -c DS_DL:Float -i 'DS_DL>=0' -f '%POS\\n' "
            "out.vcf.gz | wc -l");
    EXPECT_EQ(filtered.exit_code, 0) << filtered.err;
    EXPECT_NE(filtered.out, "0\n");
}

TEST_F(ScoreModel, ThreadsBatchesAndShardsDoNotChangeAByte) {
    write("in.vcf", mixed_vcf(250));
    ASSERT_EQ(run("bgzip in.vcf && tabix -p vcf in.vcf.gz").exit_code, 0);
    ASSERT_EQ(run(score_ + "--no-version -@1 in.vcf.gz -o one.vcf").exit_code, 0);
    for (const auto* threads : {"2", "4"}) {
        ASSERT_EQ(run(score_ + "--no-version in.vcf.gz -o more.vcf -@" + threads).exit_code, 0);
        EXPECT_EQ(run("cmp one.vcf more.vcf").exit_code, 0) << threads;
    }
    const auto shards =
        run(score_ + "--no-version -r chr1:1-3001 in.vcf.gz > joined.vcf && " + score_ +
            "--no-version -r chr1:3002- in.vcf.gz | grep -v '^#' >> joined.vcf; "
            "cmp joined.vcf one.vcf");
    EXPECT_EQ(shards.exit_code, 0) << shards.err;
}

TEST_F(ScoreModel, WithoutAModelTheSameAllelesHaveTheSameReasons) {
    write("in.vcf",
          mixed_vcf(40) + line(7000, "wrong", bases_[7000] == 'A' ? "C" : "A", "G") +
              line(7010, "symbolic", bases_.substr(7010, 1), "<DEL>") +
              line(7020, "iupac", bases_.substr(7020, 1), "N") +
              "chrX\t5\tcontig\tA\tC\t.\t.\t.\n");
    const std::string query = " | bcftools query -f '%ID %VH_STATUS\\n'";
    const auto dry = split(run("varhush score -m none -f ref.fa in.vcf" + query).out, '\n');
    const auto real = split(run(score_ + "in.vcf" + query).out, '\n');
    ASSERT_EQ(dry.size(), 44U);
    ASSERT_EQ(real.size(), dry.size());
    for (std::size_t i = 0; i < dry.size(); ++i) {
        auto known = real[i];
        for (const std::string reason : {"OK", "NO_GENE"}) {
            const auto at = known.find(reason);
            known = at == std::string::npos ? known : known.replace(at, reason.size(), "SKIPPED");
        }
        EXPECT_EQ(known, dry[i]);
    }
}

TEST_F(ScoreModel, HeaderCarriesTheHashOfTheWeights) {
    write("in.vcf", mixed_vcf(3));
    const auto text = run(score_ + "--no-version in.vcf").out;
    const auto hash = run("sha256sum random.safetensors | cut -d' ' -f1 | tr -d '\\n'").out;
    EXPECT_THAT(text, HasSubstr("##varhush_model=<ID=random,SHA256=" + hash + ",Window=61,"));
}

TEST_F(ScoreModel, LevelsAddProbabilitiesAndTheTableHasTheSameColumns) {
    write("in.vcf", mixed_vcf(30));
    const auto table = run(score_ + "--levels in.vcf -O t");
    ASSERT_EQ(table.exit_code, 0) << table.err;
    EXPECT_THAT(table.out,
                HasSubstr("chrom\tpos\tid\tref\talt\tstatus\tvh_spl\tvh_top\tallele\tconsequence"));
    EXPECT_THAT(table.out, HasSubstr("\tag_ref\t"));
    std::size_t columns = 0;
    for (const auto& row : split(table.out, '\n')) {
        if (row.starts_with("##")) {
            continue;
        }
        const auto found = static_cast<std::size_t>(std::count(row.begin(), row.end(), '\t'));
        columns = columns == 0 ? found : columns;
        EXPECT_EQ(found, columns) << row;
    }
}

TEST_F(ScoreModel, GeneNamesWithSeparatorsSurvive) {
    write("odd.gtf",
          "chr1\tx\texon\t1001\t11000\t.\t+\t.\tgene_id \"G 1\"; gene_name \"A|B, C=D %20\"; "
          "transcript_id \"T;1\";\n");
    write("in.vcf",
          head() + line(6000, "v", bases_.substr(6000, 1), bases_[6000] == 'A' ? "C" : "A"));
    const auto outcome =
        run("varhush score -f ref.fa --gtf odd.gtf -m random.safetensors in.vcf -o out.bcf");
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_EQ(run("bcftools +split-vep -a VH -f '%Gene %Gene_ID %Feature %Strand\\n' out.bcf").out,
              "A%7CB%2C%20C%3DD%20%2520 G%201 T%3B1 +\n");
}

TEST_F(ScoreModel, ModelsThatAreMissingOrBrokenAreExitFive) {
    write("in.vcf", mixed_vcf(3));
    write("garbage.safetensors", "this is no model");
    ASSERT_EQ(run("head -c -100 random.safetensors > cut.safetensors").exit_code, 0);
    for (const auto* model :
         {"absent.safetensors", "garbage.safetensors", "cut.safetensors", "no-such-name"}) {
        const auto outcome =
            run("varhush score -f ref.fa in.vcf -o out.vcf -m " + std::string(model));
        EXPECT_EQ(outcome.exit_code, 5) << model << outcome.err;
        EXPECT_THAT(outcome.err, HasSubstr(model));
        EXPECT_THAT(files("out"), IsEmpty());
    }
}

TEST_F(ScoreModel, ACardThatIsNotThereIsAUsageError) {
    write("in.vcf", mixed_vcf(3));
    const auto outcome = run(score_ + "--device cuda:63 in.vcf -o out.vcf");
    EXPECT_EQ(outcome.exit_code, VARHUSH_WITH_TORCH ? 2 : 5) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr(VARHUSH_WITH_TORCH ? "cuda:63" : "model half"));
    EXPECT_THAT(files("out"), IsEmpty());
}

TEST_F(ScoreModel, WithoutGeneModelsTheLargerStrandIsReported) {
    write("in.vcf", mixed_vcf(30));
    const auto outcome = run("varhush score -f ref.fa -m random.safetensors in.vcf -o out.vcf.gz");
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    const auto strands = run(
        "bcftools +split-vep -a VH -f '%Strand\\n' -d out.vcf.gz | grep -v '^\\.' | sort | uniq");
    EXPECT_EQ(strands.out, "+\n-\n");
}

}  // namespace
}  // namespace varhush::apps
