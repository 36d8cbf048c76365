#include "polya_windows.hpp"

#include "polya_support.hpp"
#include "varhush/core/error.hpp"
#include "varhush/io/gene_model_reader.hpp"
#include "varhush/scoring/hexamers.hpp"
#include "varhush/seq/alphabet.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <span>

namespace varhush::train {
namespace {

class PolyaWindowsTest : public testing::Test {
  protected:
    static models::AparentConfig shape() {
        models::AparentConfig shape;
        shape.window_bp = test::PolyaToy::kWindow;
        shape.hexamer_offset = test::PolyaToy::kOffset;
        return shape;
    }
    [[nodiscard]] PolyaWindows windows(const PolyaConfig& config) const {
        return {
            toy_.reference, annotation_from(io::read_gene_models(config.genes)), config, shape()};
    }
    [[nodiscard]] static std::string text_of(std::span<const std::uint8_t> codes) {
        std::string text;
        for (const std::uint8_t code : codes) {
            text += "ACGTN"[code];
        }
        return text;
    }

    const test::PolyaToy toy_;
};

TEST_F(PolyaWindowsTest, FramesTheHexamerOfAnEndOnBothStrands) {
    const auto windows = this->windows(toy_.config());
    const auto& ends = windows.of_ends(PolyaPart::kTest);
    ASSERT_EQ(ends.size(), 4U);
    EXPECT_EQ(windows.ends_without(PolyaPart::kTest), 0);
    std::size_t minus = 0;
    for (const PolyaSite& site : ends) {
        const std::string window = text_of(windows.window_at(site));
        EXPECT_EQ(window.substr(40, 6), "AATAAA");
        const std::int64_t at = windows.genome_position(site);
        std::string there = toy_.reference.fetch("c", at - 40, at + 89);
        if (windows.is_minus(site)) {
            ++minus;
            there = seq::reverse_complement(toy_.reference.fetch("c", at - 88, at + 41));
            EXPECT_EQ(at % 2000, 1020);  // the gene ends, on its strand, before base …1000
        } else {
            EXPECT_EQ(at % 2000, 1979);  // it ends at …2000
        }
        EXPECT_EQ(window, there);
        EXPECT_EQ(windows.contig_of(site), "c");
    }
    EXPECT_EQ(minus, 2U);
}

// What is held out is never drawn for training, neither are the bases that changes can move in.
TEST_F(PolyaWindowsTest, TrainWindowsTouchNothingHeldOut) {
    const auto config = toy_.config();
    const auto windows = this->windows(config);
    const auto check = [&](PolyaPart part, const PolyaSite& site) {
        const std::int64_t at = windows.genome_position(site);
        const std::int64_t begin = windows.is_minus(site) ? at - 88 - 64 : at - 40 - 64;
        const std::int64_t end = begin + 129 + 128;
        for (const auto& region : {config.validation[0], config.test[0]}) {
            const bool inside = region.start <= begin && end <= region.end;
            const bool apart = end <= region.start || region.end <= begin;
            const bool own = (part == PolyaPart::kTest && region == config.test[0]) ||
                             (part == PolyaPart::kValidation && region == config.validation[0]);
            EXPECT_TRUE(own ? inside : apart) << at;
        }
    };
    Random random(1);
    for (const PolyaPart part : {PolyaPart::kTrain, PolyaPart::kValidation, PolyaPart::kTest}) {
        EXPECT_FALSE(windows.near_ends(part).empty());
        for (const PolyaSite& site : windows.near_ends(part)) {
            check(part, site);
        }
        for (const PolyaSite& site : windows.of_ends(part)) {
            check(part, site);
        }
        for (int i = 0; i < 300; ++i) {
            const PolyaSite site = windows.anywhere(part, random);
            check(part, site);
            EXPECT_TRUE(scoring::is_hexamer(text_of(windows.window_at(site)).substr(40, 6)));
        }
    }
}

TEST_F(PolyaWindowsTest, ChangedCopiesStayInFrame) {
    auto config = toy_.config();
    for (const double indels : {0.0, 1.0}) {
        config.recipe.indel_share = indels;
        const auto windows = this->windows(config);
        const PolyaSite site = windows.of_ends(PolyaPart::kTrain).front();
        Random random(4);
        int kept = 0;
        int moved = 0;
        for (int i = 0; i < 400; ++i) {
            const PolyaPair pair = windows.pair_at(site, random);
            ASSERT_EQ(pair.ref.size(), 129U);
            ASSERT_EQ(pair.alt.size(), 129U);
            std::size_t differ = 0;
            for (std::size_t at = 0; at < pair.ref.size(); ++at) {
                differ += pair.ref[at] == pair.alt[at] ? 0 : 1;
            }
            if (indels == 0) {
                EXPECT_EQ(differ, 1U);
            }
            moved += differ > 1 ? 1 : 0;
            kept += std::equal(pair.ref.begin() + 40, pair.ref.begin() + 46, pair.alt.begin() + 40)
                        ? 1
                        : 0;
        }
        // Three changes in twenty are aimed at the hexamer, few others hit it.
        EXPECT_GT(kept, 280);
        EXPECT_LT(kept, 380);
        EXPECT_EQ(moved > 250, indels == 1);
    }
}

TEST_F(PolyaWindowsTest, DrawsWhatTheRecipeSays) {
    auto config = toy_.config();
    config.recipe.unknown_share = 1;
    config.recipe.shift_share = 0;
    const auto windows = this->windows(config);
    Random random(2);
    for (int i = 0; i < 50; ++i) {
        const PolyaPair pair = windows.draw(PolyaPart::kTrain, random);
        for (const auto* window : {&pair.ref, &pair.alt}) {
            const bool front = window->front() == models::kUnknownBase;
            EXPECT_NE(front, window->back() == models::kUnknownBase);
            const auto unknown = std::count(window->begin(), window->end(), models::kUnknownBase);
            EXPECT_LE(unknown, 64);
            EXPECT_EQ(*(front ? window->begin() + unknown - 1 : window->end() - unknown),
                      models::kUnknownBase);
        }
    }
}

TEST_F(PolyaWindowsTest, NamesRegionsThatAreNotThere) {
    auto config = toy_.config();
    config.test = {{"d", 0, 100}};
    EXPECT_THROW(static_cast<void>(windows(config)), Error);
    config.test = {{"c", 60'000, 60'100}};
    EXPECT_THROW(static_cast<void>(windows(config)), Error);
    config.test = {{"c", 100, 200}};  // no room for a window
    Random random(1);
    EXPECT_THROW(static_cast<void>(windows(config).anywhere(PolyaPart::kTest, random)), Error);
}

}  // namespace
}  // namespace varhush::train
