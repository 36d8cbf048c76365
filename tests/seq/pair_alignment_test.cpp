#include "varhush/seq/pair_alignment.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace varhush::seq {
namespace {

constexpr DiagonalBand kWide{-10000, 10000};

std::string random_bases(std::mt19937& random, std::size_t length, unsigned letters = 4) {
    std::string bases;
    for (std::size_t i = 0; i < length; ++i) {
        bases += "ACGT"[random() % letters];
    }
    return bases;
}

// The same recursion over all cells, in the plainest way: [read][haplotype] of three states.
int slow_cost(const std::string& read,
              const std::vector<std::uint8_t>& qualities,
              const std::string& haplotype) {
    const PairCosts costs;
    constexpr int kNever = 1 << 28;
    const std::size_t n = read.size();
    const std::size_t m = haplotype.size();
    using Table = std::vector<std::vector<int>>;
    Table match(n + 1, std::vector<int>(m + 1, kNever));
    Table insert = match;
    Table remove = match;
    std::fill(match[0].begin(), match[0].end(), 0);
    for (std::size_t i = 1; i <= n; ++i) {
        for (std::size_t j = 0; j <= m; ++j) {
            insert[i][j] =
                std::min(match[i - 1][j] + costs.gap_open, insert[i - 1][j] + costs.gap_extend);
            if (j == 0) {
                continue;
            }
            const int wrong =
                std::clamp<int>(qualities[i - 1], costs.least_mismatch, costs.most_mismatch);
            match[i][j] =
                std::min({match[i - 1][j - 1], insert[i - 1][j - 1], remove[i - 1][j - 1]}) +
                (read[i - 1] == haplotype[j - 1] ? 0 : wrong);
            remove[i][j] =
                std::min(match[i][j - 1] + costs.gap_open, remove[i][j - 1] + costs.gap_extend);
        }
    }
    int best = kNever;
    for (std::size_t j = 0; j <= m; ++j) {
        best = std::min({best, match[n][j], insert[n][j]});
    }
    return best;
}

TEST(PairAlignment, FindsAReadInItsHaplotypeForNothing) {
    PairAligner aligner;
    const auto found = aligner.align("GATTACA", {}, "CCCGATTACACC", kWide);
    EXPECT_EQ(found.cost, 0);
    EXPECT_EQ(found.start, 3);
    EXPECT_EQ(found.end, 10);
}

TEST(PairAlignment, MismatchesCostTheirQuality) {
    PairAligner aligner;
    const std::vector<std::uint8_t> qualities{40, 40, 17, 40, 40, 40, 60};
    EXPECT_EQ(aligner.align("GACTACA", qualities, "CCCGATTACACC", kWide).cost, 17);
    EXPECT_EQ(aligner.align("GATTACT", qualities, "CCCGATTACACC", kWide).cost, 40);  // at most
    EXPECT_EQ(aligner.align("GANTACA", qualities, "CCCGATTACACC", kWide).cost, 3);   // unknown
    EXPECT_EQ(aligner.align("GACTACA", {}, "CCCGATTACACC", kWide).cost, 30);
}

TEST(PairAlignment, GapsAreAffine) {
    PairAligner aligner;
    const std::string haplotype = "ACGGTCATTGCAGGCTTACGATCCGTAAGC";
    const std::string deleted = haplotype.substr(0, 14) + haplotype.substr(17);
    const std::string inserted = haplotype.substr(0, 14) + "AAAA" + haplotype.substr(14);
    EXPECT_EQ(aligner.align(deleted, {}, haplotype, kWide).cost, 45 + 2 * 10);
    EXPECT_EQ(aligner.align(inserted, {}, haplotype, kWide).cost, 45 + 3 * 10);
}

TEST(PairAlignment, AgreesWithThePlainRecursion) {
    std::mt19937 random(5);
    PairAligner aligner;
    for (int round = 0; round < 300; ++round) {
        const unsigned letters = round % 3 == 0 ? 2 : 4;
        const std::string haplotype = random_bases(random, 1 + random() % 60, letters);
        const std::string read = random_bases(random, 1 + random() % 40, letters);
        std::vector<std::uint8_t> qualities;
        for (std::size_t i = 0; i < read.size(); ++i) {
            qualities.push_back(static_cast<std::uint8_t>(random() % 50));
        }
        EXPECT_EQ(aligner.align(read, qualities, haplotype, kWide).cost,
                  slow_cost(read, qualities, haplotype))
            << read << ' ' << haplotype;
    }
}

TEST(PairAlignment, ABandOnlyTakesAlignmentsAway) {
    std::mt19937 random(6);
    PairAligner aligner;
    for (int round = 0; round < 200; ++round) {
        const std::string haplotype = random_bases(random, 20 + random() % 40);
        const std::string read = random_bases(random, 1 + random() % 30);
        int last = PairAlignment::kNone;
        for (const std::int64_t width : {0, 1, 3, 9, 30, 100}) {
            const auto found = aligner.align(read, {}, haplotype, {5 - width, 5 + width});
            EXPECT_LE(found.cost, last);
            last = found.cost;
        }
        EXPECT_EQ(last, aligner.align(read, {}, haplotype, kWide).cost);
    }
    EXPECT_EQ(aligner.align("ACGT", {}, "ACG", {1000, 1001}).cost, PairAlignment::kNone);
}

}  // namespace
}  // namespace varhush::seq
