#include "varhush/scoring/splice_scorer.hpp"

#include "splice_test_network.hpp"
#include "varhush/core/error.hpp"
#include "varhush/seq/alphabet.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <random>
#include <sstream>

namespace varhush::scoring {
namespace {

using seq::AlleleStatus;
using seq::Modality;

std::string random_bases(std::size_t length, unsigned seed) {
    std::mt19937 random(seed);
    std::string bases(length, 'A');
    for (char& base : bases) {
        base = "ACGT"[random() % 4];
    }
    return bases;
}

class Scorer : public testing::Test {
  protected:
    Scorer() {
        std::string bases = random_bases(4000, 11);
        bases.replace(2000, 12, "CAGCAGCAGCAG");  // a repeat: indels can be spelled in several ways
        bases.replace(3000, 500, std::string(500, 'N'));
        reference_.add("chr1", bases);
        genes_ = seq::GeneModels({gene("PLUS", '+', 1000, 2500), gene("MINUS", '-', 1900, 3600)});
        const models::test::RandomNetwork weights(
            "7,7,7,7,5,5,5,5", "1,1,1,1,2,2,2,2", 2, "softmax3");
        const auto path = std::filesystem::path(testing::TempDir()) /
                          ("scorer." + std::to_string(::getpid()) + ".safetensors");
        nn::write_safetensors(path.string(), weights.tensors, weights.metadata);
        network_ = models::load_splice_network(path.string());
        std::filesystem::remove(path);
    }

    static seq::Transcript gene(const std::string& name,
                                char strand,
                                std::int64_t start,
                                std::int64_t end) {
        seq::Transcript row;
        row.id = "T_" + name;
        row.gene_id = "G_" + name;
        row.gene_name = name;
        row.contig = "1";  // another alias than the FASTA's
        row.strand = strand;
        row.span = {start, end};
        row.exons = {{start, start + 100}, {end - 100, end}};
        return row;
    }

    std::vector<seq::RecordAnnotation> score(const std::vector<VariantInput>& records,
                                             bool with_genes = true,
                                             SpliceScorerOptions options = {}) {
        SpliceScorer scorer(network_, reference_, with_genes ? &genes_ : nullptr, options, 2);
        return scorer.score(records);
    }

    VariantInput snv(std::int64_t position) const {
        const std::string ref = reference_.fetch("chr1", position, position + 1);
        return {"chr1", position, ref, {ref == "A" ? "C" : "A"}};
    }

    AlleleStatus status_of(const VariantInput& record) {
        return score({record})[0].alleles.at(0).status;
    }

    // An entry behind the allele with its positions turned from "relative to POS" to the contig's
    // own: the same for every spelling.
    static std::vector<std::string> placed(const std::string& entry, std::int64_t position) {
        std::vector<std::string> fields;
        std::istringstream stream(entry);
        for (std::string field; std::getline(stream, field, '|');) {
            fields.push_back(field);
        }
        for (std::size_t at = 10; at < 14; ++at) {
            fields.at(at) = std::to_string(std::stoll(fields[at]) + position);
        }
        fields.erase(fields.begin());
        return fields;
    }

    seq::StringReference reference_;
    seq::GeneModels genes_;
    std::shared_ptr<const models::SpliceNetwork> network_;
};

TEST_F(Scorer, EveryAlleleHasAStatus) {
    const std::string ref = reference_.fetch("chr1", 1500, 1501);
    EXPECT_EQ(status_of(snv(1500)), AlleleStatus::kOk);
    EXPECT_EQ(status_of(snv(500)), AlleleStatus::kNoGene);
    EXPECT_EQ(status_of({"chrUn", 10, "A", {"C"}}), AlleleStatus::kContigMissing);
    EXPECT_EQ(status_of({"chrUn", 10, "A", {"<DEL>"}}), AlleleStatus::kSymbolic);
    EXPECT_EQ(status_of({"chr1", 1500, ref, {"*"}}), AlleleStatus::kStar);
    EXPECT_EQ(status_of({"chr1", 1500, ref, {"<DEL>"}}), AlleleStatus::kSymbolic);
    EXPECT_EQ(status_of({"chr1", 1500, ref, {ref + "]chr1:9]"}}), AlleleStatus::kSymbolic);
    EXPECT_EQ(status_of({"chr1", 1500, ref, {"N"}}), AlleleStatus::kNonAcgt);
    EXPECT_EQ(status_of({"chr1", 1500, ref == "A" ? "C" : "A", {"G"}}), AlleleStatus::kRefMismatch);
    EXPECT_EQ(status_of({"chr1", 4000, "A", {"C"}}), AlleleStatus::kRefMismatch);
    EXPECT_EQ(status_of({"chr1", 1500, reference_.fetch("chr1", 1500, 1702), {ref}}),
              AlleleStatus::kOk);
    EXPECT_EQ(status_of({"chr1", 1500, ref, {ref + random_bases(10'001, 1)}}),
              AlleleStatus::kTooLong);
    EXPECT_EQ(status_of({"chr1", 3250, "N", {"A"}}), AlleleStatus::kNonAcgt);
    EXPECT_EQ(status_of(snv(3499 + 1)), AlleleStatus::kOk);
    EXPECT_TRUE(score({{"chr1", 1500, ref, {}}})[0].alleles.empty());
}

TEST_F(Scorer, MostlyUnknownSurroundingsAreNotScored) {
    seq::StringReference reference;
    std::string bases = random_bases(400, 5);
    bases.replace(0, 195, std::string(195, 'N'));
    bases.replace(205, 195, std::string(195, 'N'));
    reference.add("chr1", bases);
    SpliceScorer scorer(network_, reference, nullptr, {}, 1);
    const std::string ref = reference.fetch("chr1", 200, 201);
    const VariantInput record{"chr1", 200, ref, {ref == "A" ? "C" : "A"}};
    EXPECT_EQ(scorer.score({&record, 1})[0].alleles[0].status, AlleleStatus::kNRich);
}

TEST_F(Scorer, AllSpellingsOfAChangeGetTheSameNumbers) {
    // Deleting one CAG of four: six spellings, one of them padded, one joined with another allele.
    const auto at = [&](std::int64_t from, std::int64_t to) {
        return reference_.fetch("chr1", from, to);
    };
    const std::vector<VariantInput> spellings{
        {"chr1", 1999, at(1999, 2003), {at(1999, 2000)}},
        {"chr1", 2002, at(2002, 2006), {at(2002, 2003)}},
        {"chr1", 2008, at(2008, 2012), {at(2008, 2009)}},
        {"1", 1990, at(1990, 2020), {at(1990, 2000) + at(2003, 2020)}},
        {"chr1", 2000, at(2000, 2012), {"CAGCAGCAG"}},
        {"chr1", 2000, "cagcag", {"cag", "CAGCAGCAG"}},
    };
    const auto annotations = score(spellings);
    const auto& first = annotations[0].alleles[0];
    ASSERT_EQ(first.status, AlleleStatus::kOk);
    ASSERT_EQ(first.packed.size(), 2U);  // both genes
    EXPECT_NE(*first[Modality::kSplicing], 0.0F);
    for (std::size_t i = 1; i < spellings.size(); ++i) {
        const auto& other = annotations[i].alleles[0];
        EXPECT_EQ(other[Modality::kSplicing], first[Modality::kSplicing]) << i;
        for (std::size_t gene = 0; gene < first.packed.size(); ++gene) {
            EXPECT_EQ(placed(other.packed[gene], spellings[i].position),
                      placed(first.packed[gene], spellings[0].position));
        }
    }
}

// Whatever a change reaches lies within half a context (56 bases here) of it: from D = 60 on a
// wider window must find the same effects at the same places, also behind long changes.
TEST_F(Scorer, TheWindowCoversTheWholeChange) {
    const auto at = [&](std::int64_t from, std::int64_t to) {
        return reference_.fetch("chr1", from, to);
    };
    const std::vector<VariantInput> records{
        {"chr1", 1500, at(1500, 1501), {"A", "C", "G", "T"}},
        {"chr1", 1500, at(1500, 1600), {at(1500, 1501), at(1590, 1600), random_bases(90, 3)}},
        {"chr1", 1500, at(1500, 1600), {random_bases(100, 4), random_bases(130, 5)}},
        {"chr1", 1500, at(1500, 1800), {at(1500, 1501), random_bases(290, 7)}},
        {"chr1", 1500, at(1500, 1501), {at(1500, 1501) + random_bases(300, 6)}},
    };
    SpliceScorerOptions near;
    near.distance_bp = 60;
    SpliceScorerOptions far;
    far.distance_bp = 300;
    const auto a = score(records, true, near);
    const auto b = score(records, true, far);
    int compared = 0;
    for (std::size_t r = 0; r < records.size(); ++r) {
        for (std::size_t allele = 0; allele < records[r].alts.size(); ++allele) {
            ASSERT_EQ(a[r].alleles[allele].status, b[r].alleles[allele].status);
            EXPECT_EQ(a[r].alleles[allele][Modality::kSplicing],
                      b[r].alleles[allele][Modality::kSplicing]);
            EXPECT_EQ(a[r].alleles[allele].top, b[r].alleles[allele].top);
            EXPECT_EQ(a[r].alleles[allele].packed, b[r].alleles[allele].packed);
            compared += a[r].alleles[allele].status == AlleleStatus::kOk ? 1 : 0;
        }
    }
    EXPECT_EQ(compared, 11);
}

TEST_F(Scorer, ManyAllelesRunInSlicesWithTheSameResults) {
    SpliceScorerOptions wide;
    wide.distance_bp = 4999;  // 60,000 values an allele and strand: a slice holds about 66
    std::vector<VariantInput> records;
    for (std::int64_t position = 1100; position < 1400; position += 4) {
        records.push_back(snv(position));
    }
    const auto together = score(records, false, wide);
    for (const std::size_t r : {0U, 40U, 70U, 74U}) {
        const auto alone = score({records[r]}, false, wide)[0];
        EXPECT_EQ(alone.alleles[0].packed, together[r].alleles[0].packed);
    }
}

TEST_F(Scorer, NoEffectNamesNoPlaceAndNoNegativeZero) {
    models::test::RandomNetwork weights("3,3,3,3", "1,1,1,1", 1, "softmax3");
    for (auto& tensor : weights.tensors) {
        if (tensor.name == "model.0.head.weight") {
            std::fill(tensor.values.begin(), tensor.values.end(), 0.0F);
        }
    }
    const auto path = std::filesystem::path(testing::TempDir()) /
                      ("flat." + std::to_string(::getpid()) + ".safetensors");
    nn::write_safetensors(path.string(), weights.tensors, weights.metadata);
    network_ = models::load_splice_network(path.string());
    std::filesystem::remove(path);
    SpliceScorerOptions masked;
    masked.mask = true;
    const auto allele = score({snv(1500)}, true, masked)[0].alleles[0];
    EXPECT_EQ(allele.status, AlleleStatus::kOk);
    EXPECT_EQ(allele.top, "");
    EXPECT_EQ(allele[Modality::kSplicing], 0.0F);
    EXPECT_FALSE(std::signbit(*allele[Modality::kSplicing]));
    EXPECT_THAT(allele.packed[0], testing::Not(testing::HasSubstr("-0.0000")));
}

TEST_F(Scorer, AGeneInTheDarkGetsAnEntryOfDots) {
    std::string bases = random_bases(1000, 5);
    bases.replace(520, 480, std::string(480, 'N'));
    seq::StringReference reference;
    reference.add("chr1", bases);
    const seq::GeneModels genes({gene("SEEN", '+', 100, 530), gene("DARK", '-', 515, 900)});
    SpliceScorer scorer(network_, reference, &genes, {}, 1);
    const std::string ref = reference.fetch("chr1", 517, 518);
    const VariantInput record{"chr1", 517, ref, {ref == "A" ? "C" : "A"}};
    const auto allele = scorer.score({&record, 1})[0].alleles[0];
    EXPECT_EQ(allele.status, AlleleStatus::kOk);
    ASSERT_EQ(allele.packed.size(), 2U);
    EXPECT_THAT(allele.packed[1], testing::HasSubstr("|.|DARK|G_DARK|T_DARK|-|.|.|.|.|.|.|.|."));
}

TEST_F(Scorer, BatchesAndCompanyDoNotChangeAnything) {
    std::vector<VariantInput> records;
    for (std::int64_t position = 1000; position < 2500; position += 37) {
        records.push_back(snv(position));
    }
    const auto together = score(records);
    for (std::size_t r = 0; r < records.size(); ++r) {
        const auto alone = score({records[r]})[0];
        EXPECT_EQ(alone.alleles[0].packed, together[r].alleles[0].packed);
    }
}

TEST_F(Scorer, WithoutGenesTheStrandWithTheLargerEffectIsReported) {
    const auto record = snv(1500);
    const auto free = score({record}, false)[0].alleles[0];
    ASSERT_EQ(free.packed.size(), 1U);
    EXPECT_EQ(free.status, AlleleStatus::kOk);
    EXPECT_THAT(free.packed[0], testing::HasSubstr("||||"));
}

// A minus-strand gene read from the reverse complement of everything must give the same scores.
TEST_F(Scorer, StrandsMirrorEachOther) {
    const std::string bases = reference_.fetch("chr1", 0, 4000);
    seq::StringReference mirrored;
    mirrored.add("chr1", seq::reverse_complement(bases));
    const seq::GeneModels mirrored_genes({gene("PLUS", '-', 4000 - 2500, 4000 - 1000)});
    const seq::GeneModels genes({gene("PLUS", '+', 1000, 2500)});
    for (const std::int64_t position : {1100, 1500, 2400}) {
        const VariantInput record = snv(position);
        const VariantInput other{"chr1",
                                 3999 - position,
                                 seq::reverse_complement(record.ref),
                                 {seq::reverse_complement(record.alts[0])}};
        SpliceScorer forward(network_, reference_, &genes, {}, 1);
        SpliceScorer backward(network_, mirrored, &mirrored_genes, {}, 1);
        const auto a = forward.score({&record, 1})[0].alleles[0];
        const auto b = backward.score({&other, 1})[0].alleles[0];
        EXPECT_EQ(a[Modality::kSplicing], b[Modality::kSplicing]);
    }
}

TEST_F(Scorer, CompatibilityWithoutGenesIsAUsageError) {
    SpliceScorerOptions options;
    options.compat = true;
    try {
        SpliceScorer scorer(network_, reference_, nullptr, options, 1);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kUsage);
    }
}

TEST_F(Scorer, BrokenWeightsAreAnErrorAndNotAScore) {
    models::test::RandomNetwork weights("3,3,3,3", "1,1,1,1", 1, "softmax3");
    weights.find("model.0.head.bias").values[1] = std::numeric_limits<float>::quiet_NaN();
    const auto path = std::filesystem::path(testing::TempDir()) /
                      ("nan." + std::to_string(::getpid()) + ".safetensors");
    nn::write_safetensors(path.string(), weights.tensors, weights.metadata);
    network_ = models::load_splice_network(path.string());
    std::filesystem::remove(path);
    EXPECT_THROW((void)score({snv(1500)}), Error);
}

}  // namespace
}  // namespace varhush::scoring
