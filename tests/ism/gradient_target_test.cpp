// The number whose gradient stands for a scorer: its derivative, and that its change is the score.
#include "varhush/scoring/gradient_target.hpp"

#include "varhush/core/error.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace varhush::scoring {
namespace {

using models::OutputType;

constexpr std::int64_t kWindow = 4096;

class GradientTargetTest : public ::testing::Test {
  protected:
    GradientTargetTest() {
        std::vector<models::Track> tracks(3);
        for (int c = 0; c < 3; ++c) {
            tracks[static_cast<std::size_t>(c)].output = OutputType::kRnaSeq;
            tracks[static_cast<std::size_t>(c)].channel = c;
            tracks[static_cast<std::size_t>(c)].strand = "+-."[c];
        }
        table_ = models::TrackTable(tracks, "test");
        selection_.channels[static_cast<std::size_t>(OutputType::kRnaSeq)] = {0, 1, 2};
        seq::Transcript transcript;
        transcript.gene_id = "G";
        transcript.gene_name = "G";
        transcript.contig = "chr1";
        transcript.strand = '+';
        transcript.span = {1000, 1300};
        transcript.exons = {{1000, 1040}, {1200, 1300}};
        models_ = seq::GeneModels({transcript});
        genes_.emplace(models_);
        context_.tracks = &table_;
        context_.selection = &selection_;
        context_.genes = &*genes_;
    }

    [[nodiscard]] GradientTarget target(const std::string& scorer) const {
        return {parse_scorers(scorer).front(), context_, window_, 2000, ""};
    }
    // Some tracks, all positive.
    static std::vector<float> tracks_of(const GradientTarget& target) {
        std::int64_t bins = 0;
        for (const auto& range : target.query().bins) {
            bins += range.size();
        }
        std::vector<float> tracks;
        for (std::int64_t i = 0; i < bins * 3; ++i) {
            tracks.push_back(0.25F + static_cast<float>(i * 37 % 101) / 50);
        }
        return tracks;
    }

    models::TrackTable table_;
    TrackSelection selection_;
    seq::GeneModels models_;
    std::optional<GeneTable> genes_;
    ScorerContext context_;
    ScoreWindow window_{"chr1", 0, kWindow, '.'};
};

TEST_F(GradientTargetTest, WeightsAreItsDerivative) {
    for (const std::string scorer : {"CenterMask:RNA_SEQ:501:DIFF_MEAN",
                                     "CenterMask:RNA_SEQ:501:DIFF_SUM",
                                     "CenterMask:RNA_SEQ:501:DIFF_LOG2_SUM",
                                     "CenterMask:RNA_SEQ:501:DIFF_SUM_LOG2",
                                     "GeneMaskLFC:RNA_SEQ"}) {
        SCOPED_TRACE(scorer);
        const auto one = target(scorer);
        const auto tracks = tracks_of(one);
        const auto weights = one.weights(tracks);
        ASSERT_EQ(weights.size(), tracks.size());
        double size = 0;
        for (std::size_t i = 0; i < tracks.size(); i += 41) {
            auto up = tracks;
            auto down = tracks;
            up[i] += 0.01F;
            down[i] -= 0.01F;
            const double step = static_cast<double>(up[i]) - static_cast<double>(down[i]);
            const double expected = (one.value(up) - one.value(down)) / step;
            EXPECT_NEAR(weights[i], expected, 1e-3 * std::abs(expected) + 1e-10) << i;
            size += std::abs(expected);
        }
        EXPECT_GT(size, 0);
    }
}

// The scorer itself, fed with the same numbers, says the same.
TEST_F(GradientTargetTest, ItsChangeIsTheScore) {
    for (const std::string text : {"CenterMask:RNA_SEQ:501:DIFF_MEAN",
                                   "CenterMask:RNA_SEQ:2001:DIFF_SUM",
                                   "CenterMask:RNA_SEQ:501:DIFF_LOG2_SUM",
                                   "CenterMask:RNA_SEQ:None:DIFF_SUM_LOG2"}) {
        SCOPED_TRACE(text);
        const auto one = target(text);
        const auto ref = tracks_of(one);
        auto alt = ref;
        for (std::size_t i = 0; i < alt.size(); i += 3) {
            alt[i] *= 1.5F;
        }
        const auto scorer =
            make_scorer(parse_scorers(text).front(), context_, window_, {"chr1", 2000, "A", "C"});
        ASSERT_EQ(scorer->needs().size(), 1U);
        const auto& need = scorer->needs().front();
        EXPECT_EQ(need.bins, one.query().bins);
        const auto& bins = need.bins.front();
        scorer->consume(0,
                        {need.output, bins.begin, bins.size(), ref},
                        {need.output, bins.begin, bins.size(), alt});
        const auto table = scorer->finish();
        const double mean = (table.at(0, 0) + table.at(0, 1) + table.at(0, 2)) / 3;
        EXPECT_NEAR(one.value(alt) - one.value(ref), mean, 1e-9 * std::abs(mean));
        EXPECT_NE(mean, 0);
    }
}

TEST_F(GradientTargetTest, GenesReadTheTracksOfTheirStrand) {
    const auto one = target("GeneMaskLFC:RNA_SEQ");
    EXPECT_EQ(one.query().bins, (std::vector<models::PositionRange>{{1000, 1040}, {1200, 1300}}));
    const auto weights = one.weights(tracks_of(one));
    for (std::size_t i = 0; i < weights.size(); ++i) {
        EXPECT_EQ(weights[i] == 0, i % 3 == 1) << i;  // the '-' track
    }
}

TEST_F(GradientTargetTest, RefusesWhatHasNoNumber) {
    for (const std::string scorer : {"CenterMask:RNA_SEQ:501:L2_DIFF",
                                     "CenterMask:RNA_SEQ:501:ACTIVE_SUM",
                                     "GeneMaskActive:RNA_SEQ",
                                     "CONTACT_MAPS"}) {
        EXPECT_NE(why_no_gradient(parse_scorers(scorer).front()), "") << scorer;
        EXPECT_THROW(target(scorer), Error) << scorer;
    }
    context_.genes = nullptr;
    EXPECT_THROW(target("GeneMaskLFC:RNA_SEQ"), Error);
}

}  // namespace
}  // namespace varhush::scoring
