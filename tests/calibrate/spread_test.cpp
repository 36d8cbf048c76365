#include "apps/score/spread.hpp"

#include "apps/score/reliability.hpp"

#include <gtest/gtest.h>

namespace varhush::apps {
namespace {

seq::AlleleAnnotation effect(float value) {
    seq::AlleleAnnotation allele;
    allele.status = seq::AlleleStatus::kOk;
    allele[seq::Modality::kSplicing] = value;
    return allele;
}

TEST(SpreadOf, IsTheStandardDeviationOfTheMembers) {
    const auto whole = effect(0.2F);
    const auto a = effect(0.1F);
    const auto b = effect(0.2F);
    const auto c = effect(-0.6F);
    // Mean -0.1; squares 0.04 + 0.09 + 0.25 = 0.38; by n - 1 = 2.
    EXPECT_NEAR(*spread_of(whole, {&a, &b, &c}), 0.43588989, 1e-6);
    EXPECT_FLOAT_EQ(*spread_of(whole, {&b, &b}), 0);
}

TEST(SpreadOf, NeedsAValueOfEveryMember) {
    const auto whole = effect(0.2F);
    const seq::AlleleAnnotation none;
    EXPECT_FALSE(spread_of(whole, {&whole, &none}));
    EXPECT_FALSE(spread_of(none, {&whole, &whole}));
}

// Members that give what they were made with, one record at a time.
class Fixed final : public RecordScorer {
  public:
    explicit Fixed(float value) : value_(value) {}
    void score(std::span<const io::VariantRecord> /*records*/,
               std::span<seq::RecordAnnotation> annotations) override {
        for (auto& one : annotations) {
            one.alleles.assign(1, effect(value_));
        }
    }

  private:
    float value_;
};

TEST(SpreadRecordScorer, LeavesWhatTheWholeSays) {
    Fixed whole(0.5F);
    std::vector<std::unique_ptr<RecordScorer>> members;
    members.push_back(std::make_unique<Fixed>(0.4F));
    members.push_back(std::make_unique<Fixed>(0.6F));
    SpreadRecordScorer scorer(whole, std::move(members));
    const std::vector<io::VariantRecord> records(3);
    std::vector<seq::RecordAnnotation> annotations(3);
    scorer.score(records, annotations);
    for (const auto& one : annotations) {
        EXPECT_EQ(one.alleles[0][seq::Modality::kSplicing], 0.5F);
        EXPECT_NEAR(*one.alleles[0].spread, 0.14142136, 1e-6);
    }
}

TEST(SpreadRecordScorer, TheWholeMayBeAMember) {
    Fixed whole(0.5F);
    std::vector<std::unique_ptr<RecordScorer>> members;
    members.push_back(std::make_unique<Fixed>(0.4F));
    members.push_back(std::make_unique<Fixed>(0.9F));
    SpreadRecordScorer scorer(whole, std::move(members), true);
    const std::vector<io::VariantRecord> records(2);
    std::vector<seq::RecordAnnotation> annotations(2);
    scorer.score(records, annotations);
    // Mean 0.6; squares 0.01 + 0.04 + 0.09 = 0.14; by n - 1 = 2.
    EXPECT_NEAR(*annotations[1].alleles[0].spread, 0.26457513, 1e-6);
    EXPECT_EQ(annotations[1].alleles[0][seq::Modality::kSplicing], 0.5F);
}

TEST(SpreadTooLarge, ComparesWithTheScoreAndWithNothing) {
    seq::AlleleAnnotation allele;
    EXPECT_FALSE(spread_too_large(allele, 1)) << "no spread";
    allele[seq::Modality::kSplicing] = -0.2F;
    allele.spread = 0.15F;
    EXPECT_FALSE(spread_too_large(allele, 1));
    EXPECT_TRUE(spread_too_large(allele, 0.7));
    allele[seq::Modality::kSplicing] = 0.001F;
    EXPECT_TRUE(spread_too_large(allele, 1));
    allele.spread = 0.009F;
    EXPECT_FALSE(spread_too_large(allele, 1)) << "all members see next to nothing";
}

}  // namespace
}  // namespace varhush::apps
