#include "varhush/scoring/indel_alignment.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace varhush::scoring {
namespace {

using models::PositionRange;
using testing::ElementsAre;

const ScoreWindow kWindow{"chr1", 100, 110, '.'};

/// Aligned row of 0, 1, 2, … 9 and, behind it, what comes of 9, 8, … 0.
std::vector<float> aligned(const ScoredVariant& variant) {
    const auto alignment = IndelAlignment::make(kWindow, variant);
    if (!alignment) {
        return {};
    }
    const std::vector<PositionRange> all{{0, 10}};
    std::vector<float> rows;
    for (const PositionRange& range : alignment->alt_bins(all)) {
        for (std::int64_t row = range.begin; row < range.end; ++row) {
            rows.push_back(static_cast<float>(row));
        }
    }
    return alignment->align(all, rows, 1);
}

TEST(IndelAlignment, SameLengthsStay) {
    EXPECT_THAT(aligned({"chr1", 103, "AC", "TT"}), ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
    EXPECT_FALSE(IndelAlignment::make(kWindow, {"chr1", 103, "A", "T"})->moves());
}

TEST(IndelAlignment, AnInsertionBecomesItsMaximumAndTheEndZero) {
    EXPECT_THAT(aligned({"chr1", 103, "A", "ACC"}), ElementsAre(0, 1, 2, 5, 6, 7, 8, 9, 0, 0));
    EXPECT_THAT(aligned({"chr1", 104, "", "CC"}), ElementsAre(0, 1, 2, 5, 6, 7, 8, 9, 0, 0));
    EXPECT_THAT(aligned({"chr1", 108, "A", "ACC"}), ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 0, 0));
    EXPECT_THAT(aligned({"chr1", 100, "", "CC"}), ElementsAre(2, 3, 4, 5, 6, 7, 8, 9, 0, 0));
    EXPECT_THAT(aligned({"chr1", 103, "A", "ACCCCCCCCCCCCCC"}),
                ElementsAre(0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
}

TEST(IndelAlignment, TheMaximumIsThatOfTheValues) {
    const auto alignment = IndelAlignment::make(kWindow, {"chr1", 103, "A", "ACC"});
    const std::vector<PositionRange> anchor{{3, 4}};
    EXPECT_THAT(alignment->alt_bins(anchor), ElementsAre(PositionRange{3, 6}));
    const std::vector<float> two_channels{1, -9, 7, -8, 3, -20};
    EXPECT_THAT(alignment->align(anchor, two_channels, 2), ElementsAre(7, -8));
}

TEST(IndelAlignment, DeletedBasesBecomeZero) {
    EXPECT_THAT(aligned({"chr1", 103, "ACC", "A"}), ElementsAre(0, 1, 2, 3, 0, 0, 4, 5, 6, 7));
    EXPECT_THAT(aligned({"chr1", 104, "CC", ""}), ElementsAre(0, 1, 2, 3, 0, 0, 4, 5, 6, 7));
    EXPECT_THAT(aligned({"chr1", 107, "ACC", "A"}), ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 0, 0));
    EXPECT_THAT(aligned({"chr1", 98, "ACCCC", "A"}), ElementsAre(0, 0, 0, 0, 1, 2, 3, 4, 5, 6))
        << "only the deleted bases inside the window count";
}

TEST(IndelAlignment, ADeletionPastTheEndHasNone) {
    EXPECT_FALSE(IndelAlignment::make(kWindow, {"chr1", 107, "ACCC", "A"}));
    EXPECT_TRUE(IndelAlignment::make(kWindow, {"chr1", 107, "ACC", "A"}));
}

TEST(IndelAlignment, VariantsElsewhereMoveNothing) {
    EXPECT_FALSE(IndelAlignment::make(kWindow, {"chr1", 110, "A", "ACC"})->moves());
    EXPECT_FALSE(IndelAlignment::make(kWindow, {"chr1", 97, "ACC", "A"})->moves());
    EXPECT_FALSE(IndelAlignment::make(kWindow, {"chr2", 103, "ACC", "A"})->moves());
}

TEST(IndelAlignment, CoarseBinsMoveInWholeBinsOrNotAtAll) {
    const ScoreWindow window{"chr1", 0, 1024, '.'};
    EXPECT_FALSE(IndelAlignment::make(window, {"chr1", 300, "A", "ACC"}, 128));
    const auto insertion =
        IndelAlignment::make(window, {"chr1", 300, "A", std::string(257, 'A')}, 128);
    ASSERT_TRUE(insertion);
    const std::vector<PositionRange> all{{0, 8}};
    EXPECT_THAT(insertion->alt_bins(all), ElementsAre(PositionRange{0, 8}));
    EXPECT_THAT(insertion->align(all, std::vector<float>{0, 1, 9, 3, 4, 5, 6, 7}, 1),
                ElementsAre(0, 1, 9, 5, 6, 7, 0, 0));
    const auto deletion =
        IndelAlignment::make(window, {"chr1", 300, std::string(129, 'A'), "A"}, 128);
    ASSERT_TRUE(deletion);
    EXPECT_THAT(deletion->alt_bins(all), ElementsAre(PositionRange{0, 7}));
    EXPECT_THAT(deletion->align(all, std::vector<float>{0, 1, 2, 3, 4, 5, 6}, 1),
                ElementsAre(0, 1, 2, 0, 3, 4, 5, 6));
}

TEST(IndelAlignment, SeveralVariantsEachMoveWhatLiesBehindThem) {
    const std::vector<PositionRange> all{{0, 10}};
    const auto of = [&](const std::vector<ScoredVariant>& variants) {
        const auto alignment = IndelAlignment::make(kWindow, variants);
        std::vector<float> rows;
        for (const PositionRange& range : alignment->alt_bins(all)) {
            for (std::int64_t row = range.begin; row < range.end; ++row) {
                rows.push_back(static_cast<float>(row));
            }
        }
        return alignment->align(all, rows, 1);
    };
    const ScoredVariant snv{"chr1", 100, "A", "T"};
    const ScoredVariant deletion{"chr1", 102, "ACC", "A"};
    const ScoredVariant insertion{"chr1", 106, "A", "AGG"};
    EXPECT_THAT(of({snv, deletion}), ElementsAre(0, 1, 2, 0, 0, 3, 4, 5, 6, 7));
    EXPECT_THAT(of({deletion, insertion}), ElementsAre(0, 1, 2, 0, 0, 3, 6, 7, 8, 9));
    EXPECT_THAT(of({{"chr1", 101, "A", "AG"}, insertion}),
                ElementsAre(0, 2, 3, 4, 5, 6, 9, 0, 0, 0));
    EXPECT_THAT(of({{"chr1", 101, "A", "AG"}, {"chr1", 105, "AC", "A"}}),
                ElementsAre(0, 2, 3, 4, 5, 6, 0, 7, 8, 9));
    EXPECT_FALSE(IndelAlignment::make(
        kWindow, std::vector<ScoredVariant>{insertion, {"chr1", 108, "ACC", "A"}}));
}

TEST(IndelAlignment, PiecesGiveTheRowsOfTheWhole) {
    std::mt19937 random(3);
    const ScoreWindow window{"chr1", 0, 200, '.'};
    for (int trial = 0; trial < 300; ++trial) {
        const ScoredVariant variant{"chr1",
                                    static_cast<std::int64_t>(random() % 200),
                                    std::string(random() % 30, 'A'),
                                    std::string(random() % 30, 'C')};
        const auto alignment = IndelAlignment::make(window, variant);
        if (!alignment) {
            continue;
        }
        std::vector<float> alt(200);
        for (float& value : alt) {
            value = static_cast<float>(random() % 1000);
        }
        const auto of = [&](const std::vector<PositionRange>& bins) {
            std::vector<float> rows;
            for (const PositionRange& range : alignment->alt_bins(bins)) {
                EXPECT_LT(range.begin, range.end);
                EXPECT_TRUE(range.begin >= 0 && range.end <= 200);
                rows.insert(rows.end(), alt.begin() + range.begin, alt.begin() + range.end);
            }
            return alignment->align(bins, rows, 1);
        };
        const std::vector<float> whole = of({{0, 200}});
        ASSERT_EQ(whole.size(), 200U);
        const auto begin = static_cast<std::int64_t>(random() % 100);
        const auto middle = begin + static_cast<std::int64_t>(random() % 50);
        const std::vector<float> part = of({{begin, middle}, {middle + 7, middle + 50}});
        std::vector<float> wanted(whole.begin() + begin, whole.begin() + middle);
        wanted.insert(wanted.end(), whole.begin() + middle + 7, whole.begin() + middle + 50);
        EXPECT_EQ(part, wanted) << variant.to_text();
    }
}

}  // namespace
}  // namespace varhush::scoring
