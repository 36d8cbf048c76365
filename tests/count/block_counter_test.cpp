#include "varhush/count/block_counter.hpp"

#include "varhush/core/error.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace varhush::count {
namespace {

constexpr PhasedGenotype kRefAlt{.phase_set = 7, .first = 0, .second = 1};
constexpr PhasedGenotype kAltRef{.phase_set = 7, .first = 1, .second = 0};

Site site(std::int64_t position, int contig_id = 0) {
    Site one;
    one.contig = "c" + std::to_string(contig_id);
    one.contig_id = contig_id;
    one.position = position;
    one.kind = SiteKind::kBase;
    one.base_position = position;
    one.status = {seq::AlleleStatus::kOk};
    return one;
}

FragmentCall says(std::uint64_t fragment, std::uint16_t allele, std::int64_t reach) {
    return {.fragment = fragment,
            .reach = reach,
            .sample = 0,
            .reverse = false,
            .call = {.kind = ReadCall::Kind::kAllele, .allele = allele}};
}

FragmentCall silent(std::uint64_t fragment, Reason reason, std::int64_t reach) {
    return {.fragment = fragment,
            .reach = reach,
            .sample = 0,
            .reverse = false,
            .call = {.kind = ReadCall::Kind::kDropped, .reason = reason}};
}

class BlockCounterTest : public testing::Test {
  protected:
    BlockCounter counter(const FeatureIndex* features = nullptr, double agreement = 1) {
        return {features, {.min_agreement = agreement}, [this](const BlockCounts& block) {
                    seen_.push_back(block);
                }};
    }
    static void add(BlockCounter& to,
                    const Site& where,
                    const PhasedGenotype& genotype,
                    const std::vector<FragmentCall>& calls) {
        const std::vector<std::optional<PhasedGenotype>> genotypes{genotype};
        to.add(where, genotypes, calls, std::vector<SampleCounts>(1));
    }
    std::vector<BlockCounts> seen_;
};

TEST_F(BlockCounterTest, AFragmentOverSeveralSitesCountsOnce) {
    BlockCounter blocks = counter();
    add(blocks, site(100), kRefAlt, {says(1, 0, 400), says(2, 1, 400), says(3, 0, 400)});
    add(blocks, site(200), kAltRef, {says(1, 1, 400), says(2, 0, 400), says(3, 0, 400)});
    add(blocks, site(300), kRefAlt, {says(1, 0, 400), silent(4, Reason::kGap, 400)});
    blocks.finish();
    ASSERT_EQ(seen_.size(), 1U);
    EXPECT_EQ(seen_[0].first, 1);
    EXPECT_EQ(seen_[0].second, 1);
    EXPECT_EQ(seen_[0].conflict, 1);
    EXPECT_EQ(seen_[0].dropped[static_cast<std::size_t>(Reason::kGap)], 1);
    EXPECT_EQ(seen_[0].sites, 3);
    EXPECT_EQ(seen_[0].begin, 100);
    EXPECT_EQ(seen_[0].end, 301);
}

TEST_F(BlockCounterTest, WhatASiteTellsGoesBeforeWhatAnotherDoesNot) {
    BlockCounter blocks = counter();
    FragmentCall third = says(1, 2, 400);  // an allele of neither haplotype
    add(blocks, site(100), kRefAlt, {third, silent(2, Reason::kBaseQuality, 400)});
    add(blocks, site(200), kRefAlt, {silent(1, Reason::kGap, 400), says(2, 1, 400)});
    blocks.finish();
    EXPECT_EQ(seen_[0].other, 1);
    EXPECT_EQ(seen_[0].second, 1);
    EXPECT_EQ(seen_[0].dropped, ReasonCounts{});
}

TEST_F(BlockCounterTest, AgreementMayBeLessThanWhole) {
    for (const double least : {1.0, 0.7}) {
        seen_.clear();
        BlockCounter blocks = counter(nullptr, least);
        add(blocks, site(100), kRefAlt, {says(1, 0, 900), says(2, 0, 900)});
        add(blocks, site(200), kRefAlt, {says(1, 0, 900), says(2, 1, 900)});
        add(blocks, site(300), kRefAlt, {says(1, 1, 900)});
        add(blocks, site(400), kRefAlt, {says(1, 0, 900)});
        blocks.finish();
        EXPECT_EQ(seen_[0].first, least < 0.75 ? 1 : 0);
        EXPECT_EQ(seen_[0].conflict, least < 0.75 ? 1 : 2);  // 1 to 1 is never enough
    }
}

TEST_F(BlockCounterTest, PhaseSetsAndContigsAreBlocksOfTheirOwn) {
    BlockCounter blocks = counter();
    add(blocks, site(100), kRefAlt, {says(1, 0, 150)});
    add(blocks, site(150), {.phase_set = std::nullopt, .first = 0, .second = 1}, {says(1, 1, 150)});
    add(blocks, site(10, 1), kRefAlt, {says(1, 1, 10)});
    blocks.finish();
    ASSERT_EQ(seen_.size(), 3U);
    EXPECT_EQ(seen_[0].first, 1);
    EXPECT_EQ(seen_[1].second, 1);
    EXPECT_EQ(seen_[1].phase_set, std::nullopt);
    EXPECT_EQ(seen_[2].contig_id, 1);
    EXPECT_EQ(seen_[2].second, 1);
}

TEST_F(BlockCounterTest, RefusesToGoBack) {
    BlockCounter blocks = counter();
    add(blocks, site(100), kRefAlt, {});
    add(blocks, site(100), kRefAlt, {});  // the same place twice is in order
    EXPECT_THROW(add(blocks, site(99), kRefAlt, {}), Error);
    add(blocks, site(10, 1), kRefAlt, {});
    blocks.extend({.sample = 0, .fragment = 1, .contig_id = 0, .start = 0, .end = 9000});
    EXPECT_THROW(add(blocks, site(200, 0), kRefAlt, {}), Error);
}

TEST_F(BlockCounterTest, FeaturesHoldSitesAndMayOverlap) {
    FeatureIndex genes({{"a", "A", 0, {{50, 110}, {200, 210}}},
                        {"b", "B", 0, {{100, 101}, {90, 120}}},
                        {"far", "", 1, {{0, 1000}}}});
    EXPECT_EQ(genes.at(0, 100), (std::vector<std::size_t>{0, 1}));
    EXPECT_EQ(genes.at(0, 110), (std::vector<std::size_t>{1}));
    EXPECT_EQ(genes.at(0, 150), std::vector<std::size_t>{});
    EXPECT_EQ(genes.at(0, 200), (std::vector<std::size_t>{0}));
    EXPECT_EQ(genes.at(2, 100), std::vector<std::size_t>{});
    BlockCounter blocks = counter(&genes);
    add(blocks, site(100), kRefAlt, {says(1, 0, 250), says(2, 1, 250)});
    add(blocks, site(150), kRefAlt, {says(1, 0, 250), says(3, 1, 250)});  // in none
    add(blocks, site(205), kRefAlt, {says(1, 0, 250)});
    blocks.finish();
    ASSERT_EQ(seen_.size(), 2U);
    EXPECT_EQ(seen_[0].feature, std::size_t{0});
    EXPECT_EQ(seen_[0].sites, 2);
    EXPECT_EQ(seen_[0].first, 1);
    EXPECT_EQ(seen_[1].sites, 1);
    EXPECT_EQ(seen_[1].first, 1);
    EXPECT_EQ(seen_[1].second, 1);
}

// A second mate that is spliced far behind where the first says it begins, and so many fragments
// between that those which end are counted early.
TEST_F(BlockCounterTest, LongReadsKeepTheirFragmentOpen) {
    for (const bool told : {false, true}) {
        seen_.clear();
        BlockCounter blocks = counter();
        if (told) {
            blocks.extend({.sample = 0, .fragment = 1, .contig_id = 0, .start = 120, .end = 90000});
        }
        add(blocks, site(100), kRefAlt, {says(1, 0, 150)});
        std::uint64_t fragment = 10;
        for (std::int64_t at = 10000; at < 60000; at += 1000) {
            std::vector<FragmentCall> calls;
            for (int i = 0; i < 500; ++i) {
                calls.push_back(says(fragment++, 1, at + 100));
            }
            add(blocks, site(at), kRefAlt, calls);
        }
        add(blocks, site(80000), kRefAlt, {says(1, 0, 90000)});
        blocks.finish();
        EXPECT_EQ(seen_[0].first, told ? 1 : 2) << "not told, it cannot be known";
        EXPECT_EQ(seen_[0].second, 25000);
    }
}

// Random fragments over random sites, against sums over all of them at once.
TEST_F(BlockCounterTest, AgreesWithSumsOfEverythingAtOnce) {
    std::mt19937 random(11);
    BlockCounter blocks = counter();
    struct Fragment {
        std::int64_t start;
        std::int64_t end;
        bool second;
    };
    std::vector<Fragment> fragments(6000);
    for (Fragment& one : fragments) {
        one.start = static_cast<std::int64_t>(random() % 200000);
        one.end = one.start + static_cast<std::int64_t>(random() % 600);
        one.second = random() % 3 == 0;
    }
    std::map<std::int64_t, std::map<std::size_t, std::set<int>>> votes;  // set, fragment
    for (std::int64_t at = 0; at < 200000; at += 97) {
        const std::int64_t phase_set = at / 5000 % 7;
        std::vector<FragmentCall> calls;
        for (std::size_t i = 0; i < fragments.size(); ++i) {
            const Fragment& one = fragments[i];
            if (one.start <= at && at < one.end) {
                const bool wrong = random() % 10 == 0;
                const bool second = one.second != wrong;
                calls.push_back(says(i, second ? 1 : 0, one.end));
                votes[phase_set][i].insert(second ? 1 : 0);
            }
        }
        add(blocks, site(at), {.phase_set = phase_set, .first = 0, .second = 1}, calls);
    }
    blocks.finish();
    ASSERT_EQ(seen_.size(), 7U);
    for (const BlockCounts& block : seen_) {
        std::int64_t first = 0;
        std::int64_t second = 0;
        std::int64_t conflict = 0;
        for (const auto& [fragment, said] : votes[*block.phase_set]) {
            ++(said.size() == 2 ? conflict : said.count(0) > 0 ? first : second);
        }
        EXPECT_EQ(block.first, first);
        EXPECT_EQ(block.second, second);
        EXPECT_EQ(block.conflict, conflict);
        EXPECT_GT(conflict, 20);
    }
}

}  // namespace
}  // namespace varhush::count
