#include "varhush/scoring/reporter_scorer.hpp"

#include "reporter_test_network.hpp"
#include "varhush/seq/allele.hpp"
#include "varhush/seq/alphabet.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <sstream>

namespace varhush::scoring {
namespace {

using models::test::RandomReporter;
using seq::AlleleStatus;
using seq::Modality;

constexpr int kWindow = 31;
constexpr double kTolerance = 6e-6;  // float32 and six printed decimals

std::vector<std::string> fields_of(const std::string& entry) {
    std::vector<std::string> fields;
    std::istringstream stream(entry);
    for (std::string field; std::getline(stream, field, '|');) {
        fields.push_back(field);
    }
    return fields;
}

class ReporterScores : public testing::Test {
  protected:
    ReporterScores() {
        std::mt19937 random(11);
        for (int i = 0; i < 600; ++i) {
            bases_ += "ACGT"[random() % 4];
        }
        bases_.replace(200, 12, "CAGCAGCAGCAG");  // indels can be spelled in several ways
        bases_.replace(400, 100, std::string(100, 'N'));
        reference_.add("chr1", bases_);
        reference_.add("insert", bases_.substr(100, 40));
        reference_.add("short", bases_.substr(100, 20));
    }

    std::vector<seq::RecordAnnotation> score(const std::vector<VariantInput>& records,
                                             ReporterScorerOptions options = {},
                                             int threads = 1) {
        ReporterScorer scorer(network_, reference_, options, threads);
        return scorer.score(records);
    }
    seq::AlleleAnnotation one(const VariantInput& record, ReporterScorerOptions options = {}) {
        return score({record}, options)[0].alleles.at(0);
    }
    AlleleStatus status_of(const VariantInput& record, ReporterScorerOptions options = {}) {
        return one(record, options).status;
    }
    VariantInput snv(const std::string& contig, std::int64_t position) const {
        const std::string ref = reference_.fetch(contig, position, position + 1);
        return {contig, position, ref, {ref == "A" ? "C" : "A"}};
    }

    // Tasks' differences by the definition: all windows of both haplotypes that start in
    // [first, last], whole, in float64.
    std::vector<double> expected(const std::string& contig,
                                 std::int64_t start,
                                 std::int64_t removed,
                                 const std::string& inserted,
                                 std::int64_t first,
                                 std::int64_t last) const {
        std::string ref = reference_.fetch(contig, 0, *reference_.length_bp(contig));
        std::string alt = ref;
        alt.replace(static_cast<std::size_t>(start), static_cast<std::size_t>(removed), inserted);
        auto values = weights_.mean(seq::base_codes(alt), first, last);
        const auto before = weights_.mean(seq::base_codes(ref), first, last);
        for (std::size_t t = 0; t < values.size(); ++t) {
            values[t] -= before[t];
        }
        return values;
    }

    static void expect_values(const seq::AlleleAnnotation& found,
                              const std::vector<double>& expected,
                              int placements) {
        ASSERT_EQ(found.status, AlleleStatus::kOk);
        const double mean = std::accumulate(expected.begin(), expected.end(), 0.0) / 3;
        ASSERT_TRUE(found[Modality::kMpra]);
        EXPECT_NEAR(*found[Modality::kMpra], mean, kTolerance);
        EXPECT_GT(std::fabs(mean), 20 * kTolerance);
        ASSERT_EQ(found.packed.size(), 1U);
        const auto fields = fields_of(found.packed[0]);
        ASSERT_EQ(fields.size(), 7U);
        EXPECT_EQ(fields[1], mean > 0 ? "reporter_gain" : "reporter_loss");
        EXPECT_EQ(fields[2], std::to_string(placements));
        EXPECT_NEAR(std::stod(fields[3]), mean, kTolerance);
        for (std::size_t t = 0; t < 3; ++t) {
            EXPECT_NEAR(std::stod(fields[4 + t]), expected[t], kTolerance);
        }
    }

    std::string bases_;
    seq::StringReference reference_;
    const RandomReporter weights_{kWindow};
    const std::shared_ptr<const models::ReporterNetwork> network_ =
        weights_.load<models::ReporterNetwork>();
};

TEST_F(ReporterScores, ASubstitutionIsAveragedOverAllPlacements) {
    for (const std::int64_t at : {30, 101, 150, 300}) {
        const auto record = snv("chr1", at);
        expect_values(one(record), expected("chr1", at, 1, record.alts[0], at - 30, at), 31);
    }
}

TEST_F(ReporterScores, InsideAnInsertOnlyWindowsThatFitCount) {
    const ReporterScorerOptions inside{true, false};
    for (const std::int64_t at : {0, 3, 20, 35, 39}) {  // 10 windows fit into 40 bases
        const auto record = snv("insert", at);
        const std::int64_t first = std::max<std::int64_t>(0, at - 30);
        const std::int64_t last = std::min<std::int64_t>(at, 9);
        expect_values(one(record, inside),
                      expected("insert", at, 1, record.alts[0], first, last),
                      static_cast<int>(last - first + 1));
        EXPECT_EQ(status_of(record), AlleleStatus::kEdge);
    }
    EXPECT_EQ(status_of(snv("short", 5), inside), AlleleStatus::kEdge);
    const auto deletion =
        one({"insert", 12, bases_.substr(112, 4), {bases_.substr(112, 1)}}, inside);
    ASSERT_EQ(deletion.status, AlleleStatus::kOk);  // 37 bases are left: 7 windows
    EXPECT_EQ(fields_of(deletion.packed.at(0)).at(2), "7");
    EXPECT_EQ(status_of({"insert", 12, bases_.substr(112, 11), {bases_.substr(112, 1)}}, inside),
              AlleleStatus::kEdge);
}

TEST_F(ReporterScores, InsertionsDeletionsAndMnvsKeepTheWindowStarts) {
    // Not in a repeat: the spelling of the record is the only one.
    const std::int64_t at = 120;
    const auto ref = [&](std::size_t length) { return bases_.substr(120, length); };
    std::string other;
    for (const char base : ref(3)) {
        other += base == 'A' ? 'C' : 'A';
    }
    expect_values(one({"chr1", at, ref(3), {other}}), expected("chr1", at, 3, other, 90, 120), 31);
    std::string in;  // no base that stands beside it: it cannot be moved
    for (const char base : {'A', 'C', 'G', 'T'}) {
        if (base != bases_[120] && base != bases_[121]) {
            in = std::string(2, base);
        }
    }
    expect_values(
        one({"chr1", at, ref(1), {ref(1) + in}}), expected("chr1", at + 1, 0, in, 90, 120), 31);
    const auto deletion = one({"chr1", at, ref(6), {ref(1)}});
    const auto change =
        std::get<seq::Change>(seq::normalise(reference_, "chr1", at, ref(6), ref(1)));
    expect_values(
        deletion, expected("chr1", change.start, 5, "", change.start - 31, change.start - 1), 31);
}

TEST_F(ReporterScores, EverySpellingHasTheSameNumbers) {
    const std::string left = bases_.substr(199, 1);
    const std::vector<VariantInput> spellings{
        {"chr1", 199, left + "CAG", {left}},
        {"chr1", 202, "GCAG", {"G"}},
        {"chr1", 205, "GCAG", {"G"}},
        {"chr1", 199, left + "CAGCAG", {left + "CAG"}},
        {"1", 208, "gcag", {"g"}},
    };
    const auto scored = score(spellings);
    for (const auto& record : scored) {
        ASSERT_EQ(record.alleles.at(0).status, AlleleStatus::kOk);
        EXPECT_EQ(record.alleles[0][Modality::kMpra], scored[0].alleles[0][Modality::kMpra]);
        EXPECT_EQ(record.alleles[0].top, scored[0].alleles[0].top);
    }
}

TEST_F(ReporterScores, EveryAlleleHasAStatus) {
    const std::string ref = bases_.substr(150, 1);
    const std::string other = ref == "A" ? "C" : "A";
    EXPECT_EQ(status_of({"chrUn", 10, "A", {"C"}}), AlleleStatus::kContigMissing);
    EXPECT_EQ(status_of({"chr1", 150, ref, {"*"}}), AlleleStatus::kStar);
    EXPECT_EQ(status_of({"chr1", 150, ref, {"<DEL>"}}), AlleleStatus::kSymbolic);
    EXPECT_EQ(status_of({"chr1", 150, ref, {"N"}}), AlleleStatus::kNonAcgt);
    EXPECT_EQ(status_of({"chr1", 150, ref, {ref}}), AlleleStatus::kSkipped);
    EXPECT_EQ(status_of({"chr1", 150, other, {"G"}}), AlleleStatus::kRefMismatch);
    EXPECT_EQ(status_of({"chr1", 600, "A", {"C"}}), AlleleStatus::kRefMismatch);
    EXPECT_EQ(status_of(snv("chr1", 29)), AlleleStatus::kEdge);
    EXPECT_EQ(status_of(snv("chr1", 570)), AlleleStatus::kEdge);
    EXPECT_EQ(status_of(snv("chr1", 569)), AlleleStatus::kOk);
    EXPECT_EQ(status_of({"chr1", 150, ref, {ref + std::string(31, 'G')}}), AlleleStatus::kOk);
    EXPECT_EQ(status_of({"chr1", 150, ref, {ref + std::string(33, 'G')}}), AlleleStatus::kTooLong);
    EXPECT_EQ(status_of({"chr1", 150, bases_.substr(150, 40), {ref}}), AlleleStatus::kTooLong);
    EXPECT_EQ(status_of({"chr1", 450, "N", {"NA"}}), AlleleStatus::kNRich);
    EXPECT_EQ(status_of(snv("chr1", 399)), AlleleStatus::kOk);  // 31 of 61 are known
    EXPECT_TRUE(score({{"chr1", 150, ref, {}}})[0].alleles.empty());
}

TEST_F(ReporterScores, BatchesAndThreadsChangeNothing) {
    std::vector<VariantInput> records;
    for (std::int64_t at = 60; at < 360; ++at) {
        auto record = snv("chr1", at);
        record.alts.push_back(record.ref + "GATTACA");
        record.alts.emplace_back("*");
        records.push_back(record);
    }
    const auto together = score(records, {}, 3);
    for (std::size_t r = 0; r < records.size(); r += 7) {
        const auto alone = score({records[r]});
        for (std::size_t a = 0; a < 3; ++a) {
            EXPECT_EQ(alone[0].alleles[a].status, together[r].alleles[a].status);
            EXPECT_EQ(alone[0].alleles[a].packed, together[r].alleles[a].packed);
            EXPECT_EQ(alone[0].alleles[a].top, together[r].alleles[a].top);
        }
    }
}

TEST_F(ReporterScores, LevelsAreTheActivitiesOfBothAlleles) {
    const auto record = snv("chr1", 150);
    const auto fields = fields_of(one(record, {false, true}).packed.at(0));
    ASSERT_EQ(fields.size(), 9U);
    std::string alt = bases_;
    alt.replace(150, 1, record.alts[0]);
    const auto mean = [&](const std::string& bases) {
        const auto values = weights_.mean(seq::base_codes(bases), 120, 150);
        return std::accumulate(values.begin(), values.end(), 0.0) / 3;
    };
    EXPECT_NEAR(std::stod(fields[7]), mean(bases_), kTolerance);
    EXPECT_NEAR(std::stod(fields[8]), mean(alt), kTolerance);
    ReporterScorer scorer(network_, reference_, {false, true}, 1);
    EXPECT_EQ(scorer.packed_format(),
              "Allele|Consequence|Placements|MPRA|liver|brain|heart|Level_REF|Level_ALT");
}

}  // namespace
}  // namespace varhush::scoring
