#include "varhush/scoring/mix_scorer.hpp"

#include "reporter_mix_test_model.hpp"
#include "varhush/scoring/mix_query.hpp"
#include "varhush/seq/alphabet.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <sstream>

namespace varhush::scoring {
namespace {

using models::test::RandomMix;
using seq::AlleleStatus;
using seq::Modality;

constexpr double kTolerance = 2e-5;

class MixScores : public testing::Test {
  protected:
    MixScores() {
        std::mt19937 random(11);
        for (int i = 0; i < 600; ++i) {
            bases_ += "ACGT"[random() % 4];
        }
        bases_.replace(200, 12, "CAGCAGCAGCAG");  // indels can be spelled in several ways
        bases_.replace(400, 100, std::string(100, 'N'));
        reference_.add("chr1", bases_);
        reference_.add("turned", seq::reverse_complement(bases_));
        reference_.add("repeat", std::string(1500, 'A') + bases_.substr(0, 100));
        scorer_ = std::make_unique<MixScorer>(weights_.load<models::ReporterMix>(), reference_, 2);
    }

    seq::AlleleAnnotation one(const VariantInput& record) {
        return scorer_->score(std::vector{record})[0].alleles.at(0);
    }
    float value_of(const VariantInput& record) {
        const auto allele = one(record);
        EXPECT_EQ(allele.status, AlleleStatus::kOk);
        return allele[Modality::kMpra].value_or(-1e9F);
    }
    VariantInput change(std::int64_t start, std::int64_t removed, const std::string& alt) const {
        return {"chr1", start, reference_.fetch("chr1", start, start + removed), {alt}};
    }
    VariantInput snv(std::int64_t at) const {
        return change(at, 1, bases_[static_cast<std::size_t>(at)] == 'A' ? "C" : "A");
    }
    // The same record on the contig that is written the other way round.
    static VariantInput turn(const VariantInput& record) {
        const auto length = static_cast<std::int64_t>(record.ref.size());
        return {"turned",
                600 - record.position - length,
                seq::reverse_complement(record.ref),
                {seq::reverse_complement(record.alts[0])}};
    }
    // 34 bases on both sides of [start, end) of either allele; N past the contig.
    double expected(std::int64_t start, std::int64_t end, const std::string& alt) const {
        const auto before = reference_.fetch("chr1", start - 34, start);
        const auto after = reference_.fetch("chr1", end, end + 34);
        return weights_.score(
            seq::base_codes(before + reference_.fetch("chr1", start, end) + after),
            seq::base_codes(before + alt + after));
    }

    std::string bases_;
    seq::StringReference reference_;
    const RandomMix weights_;
    std::unique_ptr<MixScorer> scorer_;
};

TEST_F(MixScores, SubstitutionsAreThoseOfTheDefinition) {
    for (const std::int64_t at : {0, 5, 34, 150, 201, 599}) {
        const auto record = snv(at);
        EXPECT_NEAR(value_of(record), expected(at, at + 1, record.alts[0]), kTolerance) << at;
    }
    EXPECT_NEAR(value_of(change(120, 3, "TTTTA")), expected(120, 123, "TTTTA"), kTolerance);
}

TEST_F(MixScores, ADeletionTakesInAllPlacesWhereItCouldStand) {
    // One copy of CAG of four: from its first base to the end of the repeat, and what follows it
    // where that goes on with the repeat.
    std::int64_t end = 212;
    while (bases_[static_cast<std::size_t>(end)] == bases_[static_cast<std::size_t>(end - 3)]) {
        ++end;
    }
    std::int64_t start = 200;
    while (bases_[static_cast<std::size_t>(start - 1)] ==
           bases_[static_cast<std::size_t>(start + 2)]) {
        --start;
    }
    const std::string rest = bases_.substr(static_cast<std::size_t>(start + 3),
                                           static_cast<std::size_t>(end - start - 3));
    EXPECT_NEAR(
        value_of(change(205, 4, bases_.substr(205, 1))), expected(start, end, rest), kTolerance);
}

TEST_F(MixScores, EverySpellingAndBothStrandsHaveTheSameNumbers) {
    const std::string left = bases_.substr(199, 1);
    const std::vector<VariantInput> spellings{
        {"chr1", 199, left + "CAG", {left}},
        {"chr1", 202, "GCAG", {"G"}},
        {"chr1", 205, "GCAG", {"G"}},
        {"chr1", 199, left + "CAGCAG", {left + "CAG"}},
        {"1", 208, "gcag", {"g"}},
    };
    const auto scored = scorer_->score(spellings);
    for (const auto& record : scored) {
        ASSERT_EQ(record.alleles.at(0).status, AlleleStatus::kOk);
        const auto numbers = [](const seq::RecordAnnotation& annotation) {
            const std::string& entry = annotation.alleles[0].packed.at(0);
            return entry.substr(entry.find('|'));  // the allele is as the record spells it
        };
        EXPECT_EQ(numbers(record), numbers(scored[0]));
    }
    for (const auto& record : {change(204, 1, "CAGC"),
                               change(202, 4, "G"),
                               change(120, 1, "TT"),
                               change(130, 6, bases_.substr(130, 1)),
                               snv(150),
                               change(150, 2, "AAA")}) {
        EXPECT_NEAR(value_of(record), value_of(turn(record)), kTolerance) << record.position;
    }
}

TEST_F(MixScores, PartsAddUpAndNameTheMotif) {
    const auto record = snv(150);
    std::istringstream stream(one(record).packed.at(0));
    std::vector<std::string> fields;
    for (std::string field; std::getline(stream, field, '|');) {
        fields.push_back(field);
    }
    ASSERT_EQ(fields.size(), 9U);
    EXPECT_EQ(fields[0], record.alts[0]);
    double sum = 0;
    for (std::size_t part = 3; part < 7; ++part) {
        sum += std::stod(fields[part]);
    }
    EXPECT_NEAR(sum, std::stod(fields[2]), 3e-6);
    EXPECT_THAT(fields[7], testing::StartsWith("M"));
    EXPECT_NE(std::stod(fields[8]), 0);
    EXPECT_THAT(one(record).top, testing::StartsWith("reporter:" + fields[7] + ":"));
    EXPECT_EQ(MixScorer::packed_format(),
              "Allele|Consequence|MPRA|Activators|Motifs|Words|Network|TopMotif|TopMotif_change");
}

TEST_F(MixScores, EveryAlleleHasAStatus) {
    const auto status_of = [&](const VariantInput& record) { return one(record).status; };
    const std::string ref = bases_.substr(150, 1);
    const std::string other = ref == "A" ? "C" : "A";
    EXPECT_EQ(status_of({"chrUn", 10, "A", {"C"}}), AlleleStatus::kContigMissing);
    EXPECT_EQ(status_of({"chr1", 150, ref, {"*"}}), AlleleStatus::kStar);
    EXPECT_EQ(status_of({"chr1", 150, ref, {"<DEL>"}}), AlleleStatus::kSymbolic);
    EXPECT_EQ(status_of({"chr1", 150, ref, {"N"}}), AlleleStatus::kNonAcgt);
    EXPECT_EQ(status_of({"chr1", 150, ref, {ref}}), AlleleStatus::kSkipped);
    EXPECT_EQ(status_of({"chr1", 150, other, {"G"}}), AlleleStatus::kRefMismatch);
    EXPECT_EQ(status_of({"chr1", 600, "A", {"C"}}), AlleleStatus::kRefMismatch);
    EXPECT_EQ(status_of({"chr1", 150, ref, {ref + std::string(999, 'G')}}), AlleleStatus::kOk);
    EXPECT_EQ(status_of({"chr1", 150, ref, {ref + std::string(1002, 'G')}}),
              AlleleStatus::kTooLong);
    EXPECT_EQ(status_of({"repeat", 1200, "AA", {"A"}}), AlleleStatus::kTooLong);
    EXPECT_EQ(status_of({"chr1", 450, "N", {"NA"}}), AlleleStatus::kNRich);
    EXPECT_EQ(status_of(snv(399)), AlleleStatus::kOk);  // 35 of 69 are known
    EXPECT_TRUE(scorer_->score(std::vector{VariantInput{"chr1", 150, ref, {}}})[0].alleles.empty());
}

TEST_F(MixScores, BatchesChangeNothing) {
    std::vector<VariantInput> records;
    for (std::int64_t at = 60; at < 260; ++at) {
        auto record = snv(at);
        record.alts.push_back(record.ref + "GATTACA");
        record.alts.emplace_back("*");
        records.push_back(record);
    }
    const auto together = scorer_->score(records);
    for (std::size_t r = 0; r < records.size(); r += 7) {
        const auto alone = scorer_->score(std::span(records).subspan(r, 1));
        for (std::size_t a = 0; a < 3; ++a) {
            EXPECT_EQ(alone[0].alleles[a].status, together[r].alleles[a].status);
            EXPECT_EQ(alone[0].alleles[a].packed, together[r].alleles[a].packed);
        }
    }
}

}  // namespace
}  // namespace varhush::scoring
