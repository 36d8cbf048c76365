#include "stem_motifs.hpp"

#include "initial_weights.hpp"
#include "train_support.hpp"
#include "varhush/core/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

namespace varhush::train {
namespace {

using testing::HasSubstr;

class StemMotifs : public testing::Test {
  protected:
    std::vector<Motif> read(const std::string& text) {
        std::ofstream(folder_.file("m")) << text;
        return read_motifs(folder_.file("m"));
    }
    std::string refusal(const std::string& text) {
        try {
            read(text);
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::kInput);
            return error.what();
        }
        return "";
    }

    test::TemporaryFolder folder_;
};

constexpr const char* kTwo =
    ">MA1\tctcf\nA  [ 6 0 ]\nC  [ 0 0 ]\nG [0 2]\nT [0 4]\n>MA2 Other\nA [1]\nC [1]\nG [1]\nT "
    "[1]\n";

TEST_F(StemMotifs, CountsBecomeLogOdds) {
    const auto motifs = read(kTwo);
    ASSERT_EQ(motifs.size(), 2U);
    EXPECT_EQ(motifs[0].id, "MA1");
    EXPECT_EQ(motifs[0].name, "ctcf");
    EXPECT_NEAR(motifs[0].columns[0][0], std::log(6.5 / 8 * 4), 1e-12);
    EXPECT_NEAR(motifs[0].columns[1][3], std::log(4.5 / 8 * 4), 1e-12);
    EXPECT_NEAR(motifs[1].columns[0][2], 0, 1e-12);
}

TEST_F(StemMotifs, RefusesWhatIsNoMatrix) {
    EXPECT_THAT(refusal("A [1]\n"), HasSubstr("m:1: expected a line '>ID name'"));
    EXPECT_THAT(refusal(">a b\nA [1 2]\nC [1]\n"), HasSubstr("different lengths"));
    EXPECT_THAT(refusal(">a b\nA [1 2]\n"), HasSubstr("ends within a matrix"));
    EXPECT_THAT(refusal(">a b\nA [1 x]\n"), HasSubstr("no number"));
    EXPECT_THAT(refusal(">a b\nC [1 2]\n"), HasSubstr("expected the counts of A"));
}

TEST_F(StemMotifs, FactorsOfTheTracksFillPairsOfFilters) {
    TrackLabels labels;
    labels.tracks.resize(1);
    labels.tracks[0].track.output = models::OutputType::kChipTf;
    labels.tracks[0].track.transcription_factor = "CTCF";
    models::AlphaGenomeConfig widths;
    widths.tracks.fill(0);
    widths.base_channels = 4;
    widths.channel_growth = 0;
    widths.stem_kernel = 3;
    widths.tower_blocks = 1;
    auto weights = initial_weights(with_heads(widths, labels), labels, {{"c", 0, 100}}, 1);
    EXPECT_EQ(start_from_motifs(read(kTwo), labels, weights), 1);
    const auto& kernel = weights[0];
    ASSERT_EQ(kernel.name, "encoder.dna_embedder.conv1.weight");
    const auto at = [&](std::size_t filter, std::size_t base, std::size_t column) {
        return kernel.values[(filter * 4 + base) * 3 + column];
    };
    const double a = std::log(6.5 / 8 * 4);
    const double t = std::log(4.5 / 8 * 4);
    EXPECT_NEAR(at(0, 0, 0), a, 1e-6);  // A first, T second
    EXPECT_NEAR(at(0, 3, 1), t, 1e-6);
    EXPECT_NEAR(at(1, 0, 0), t, 1e-6);  // turned: A for T first, T for A second
    EXPECT_NEAR(at(1, 3, 1), a, 1e-6);
    EXPECT_EQ(at(0, 0, 2), 0);
    EXPECT_NEAR(weights[1].values[0], -0.75 * (a + t), 1e-6);
    EXPECT_EQ(weights[1].values[2], 0);
}

}  // namespace
}  // namespace varhush::train
