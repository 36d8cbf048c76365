#include "apps/score/composite.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

namespace varhush::apps {
namespace {

/// Says the same of every record.
class Parrot final : public RecordScorer {
  public:
    explicit Parrot(std::vector<seq::AlleleAnnotation> alleles) : alleles_(std::move(alleles)) {}

    void score(std::span<const io::VariantRecord> /*records*/,
               std::span<seq::RecordAnnotation> annotations) override {
        for (auto& one : annotations) {
            one.alleles = alleles_;
        }
    }

  private:
    std::vector<seq::AlleleAnnotation> alleles_;
};

seq::AlleleAnnotation scored(seq::Modality modality,
                             float value,
                             std::optional<double> rank,
                             const std::string& top,
                             const std::string& entry) {
    seq::AlleleAnnotation allele;
    allele.status = seq::AlleleStatus::kOk;
    allele[modality] = value;
    allele.max_rank = rank;
    allele.unlike = value;
    allele.top = top;
    allele.packed = {entry};
    return allele;
}

seq::AlleleAnnotation without(seq::AlleleStatus status) {
    seq::AlleleAnnotation allele;
    allele.status = status;
    return allele;
}

CompositeRecordScorer::Part part(const std::string& name,
                                 RecordScorer& scorer,
                                 seq::Modality modality,
                                 const std::string& format) {
    CompositeRecordScorer::Part out{name, &scorer, {}};
    out.content.modalities = {modality};
    out.content.packed_format = format;
    out.content.top = true;
    return out;
}

class Composite : public testing::Test {
  protected:
    std::vector<seq::AlleleAnnotation> run(std::vector<seq::AlleleAnnotation> first,
                                           std::vector<seq::AlleleAnnotation> second) {
        Parrot a(std::move(first));
        Parrot b(std::move(second));
        std::vector parts{part("a", a, seq::Modality::kMpra, "Allele|Gene|DS"),
                          part("b", b, seq::Modality::kSplicing, "Allele|Track")};
        parts[1].content.sign_of = sign_of_second_;
        scorer_.emplace(std::move(parts));
        std::vector<io::VariantRecord> records(1);
        std::vector<seq::RecordAnnotation> out(1);
        out[0].compat = {"old"};  // of a record before
        scorer_->score(records, out);
        EXPECT_TRUE(out[0].compat.empty());
        return out[0].alleles;
    }
    std::optional<CompositeRecordScorer> scorer_;
    std::string sign_of_second_;
};

TEST_F(Composite, SignsAreThoseOfTheModelThatKnowsThem) {
    auto first = scored(seq::Modality::kMpra, 1, {}, "m", "T||");
    auto second = scored(seq::Modality::kSplicing, 1, {}, "s", "T|");
    first.sign_probability = 0.9F;
    second.sign_probability = 0.6F;
    EXPECT_FALSE(run({first}, {second})[0].sign_probability) << "of no tag";
    EXPECT_EQ(scorer_->content().sign_of, "");
    sign_of_second_ = "VH_SPL";
    EXPECT_EQ(run({first}, {second})[0].sign_probability, 0.6F);
    EXPECT_EQ(scorer_->content().sign_of, "VH_SPL");
    EXPECT_FALSE(run({first}, {without(seq::AlleleStatus::kNoGene)})[0].sign_probability);
}

TEST_F(Composite, EveryPartsTagsAndEntriesAreKept) {
    const auto alleles = run({scored(seq::Modality::kMpra, -0.25F, 0.5, "mpra", "T|HBB|0.1")},
                             {scored(seq::Modality::kSplicing, 0.75F, 0.9, "splicing", "T|K562")});
    ASSERT_EQ(alleles.size(), 1U);
    EXPECT_EQ(alleles[0][seq::Modality::kMpra], -0.25F);
    EXPECT_EQ(alleles[0][seq::Modality::kSplicing], 0.75F);
    EXPECT_EQ(alleles[0].max_rank, 0.9);
    EXPECT_EQ(alleles[0].unlike, 0.75F);
    EXPECT_EQ(alleles[0].top, "splicing");
    EXPECT_EQ(alleles[0].missed, "");
    EXPECT_THAT(alleles[0].packed, testing::ElementsAre("T|HBB|0.1||a", "T|||K562|b"));
    const auto content = scorer_->content();
    EXPECT_EQ(content.packed_format, "Allele|Gene|DS|Track|Model");
    EXPECT_THAT(content.modalities,
                testing::ElementsAre(seq::Modality::kSplicing, seq::Modality::kMpra));
}

TEST_F(Composite, TheLargerRankNamesTheTopWhicheverPartItComesFrom) {
    const auto alleles = run({scored(seq::Modality::kMpra, 1, 0.9, "mpra", "T||")},
                             {scored(seq::Modality::kSplicing, 1, 0.5, "splicing", "T|")});
    EXPECT_EQ(alleles[0].top, "mpra");
    // A part without a table has no say against one with ranks, nor does it need one to be heard.
    EXPECT_EQ(run({scored(seq::Modality::kMpra, 1, std::nullopt, "mpra", "T||")},
                  {scored(seq::Modality::kSplicing, 1, 0.1, "splicing", "T|")})[0]
                  .top,
              "splicing");
    EXPECT_EQ(run({without(seq::AlleleStatus::kNoGene)},
                  {scored(seq::Modality::kSplicing, 1, std::nullopt, "splicing", "T|")})[0]
                  .top,
              "splicing");
}

TEST_F(Composite, WhoHasNoScoreSaysWhy) {
    const auto alleles = run({without(seq::AlleleStatus::kNoGene),
                              without(seq::AlleleStatus::kNoGene),
                              scored(seq::Modality::kMpra, 1, {}, "m", "T||")},
                             {scored(seq::Modality::kSplicing, 1, {}, "s", "T|"),
                              without(seq::AlleleStatus::kTooLong),
                              without(seq::AlleleStatus::kEdge)});
    EXPECT_EQ(alleles[0].status, seq::AlleleStatus::kOk);
    EXPECT_EQ(alleles[0].missed, "a:NO_GENE");
    EXPECT_EQ(alleles[1].status, seq::AlleleStatus::kNoGene);
    EXPECT_EQ(alleles[1].missed, "a:NO_GENE&b:TOO_LONG");
    EXPECT_EQ(alleles[2].status, seq::AlleleStatus::kOk);
    EXPECT_EQ(alleles[2].missed, "b:EDGE");
    const auto counts = scorer_->counts();
    EXPECT_EQ(counts[0].model, "a");
    EXPECT_EQ(counts[0].counts[static_cast<std::size_t>(seq::AlleleStatus::kNoGene)], 2);
    EXPECT_EQ(counts[1].counts[static_cast<std::size_t>(seq::AlleleStatus::kOk)], 1);
}

}  // namespace
}  // namespace varhush::apps
