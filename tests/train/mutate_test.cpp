#include "varhush/train/mutate.hpp"

#include "train_support.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace varhush::train {
namespace {

TEST(ApplyChanges, MakesSubstitutionsInsertionsAndDeletions) {
    const auto changed = apply_changes("ACGTACGTAC", {{1, 1, "T"}, {4, 0, "GG"}, {6, 3, ""}});
    EXPECT_EQ(changed.bases, "ATGTGGACC");
    EXPECT_EQ(changed.indices, (std::vector<std::int64_t>{1, 4, 8}));
    EXPECT_EQ(apply_changes("ACGT", {}).bases, "ACGT");
}

TEST(DrawChanges, StayInsideApartAndOffN) {
    std::string bases = test::random_bases(20'000, 1);
    bases.replace(5'000, 1'000, std::string(1'000, 'N'));
    Random random(2);
    MutationPlan plan;
    plan.background_bp = 20;
    const auto changes = draw_changes(bases, 300, 19'000, {1'000, 5'500, 9'000}, plan, random);
    EXPECT_GT(changes.size(), 400U);
    std::int64_t last_end = 300 - 2;
    for (const auto& change : changes) {
        EXPECT_GE(change.index, last_end + 2);
        last_end = change.index + std::max<std::int64_t>(change.removed, 1);
        EXPECT_LE(last_end, 19'000);
        EXPECT_TRUE(last_end <= 5'000 || change.index >= 6'000);
        const auto removed = bases.substr(static_cast<std::size_t>(change.index),
                                          static_cast<std::size_t>(change.removed));
        if (change.removed == 1) {
            EXPECT_NE(removed, change.inserted);
        }
    }
}

TEST(DrawChanges, SubstitutionsOnlyKeepsTheLength) {
    const std::string bases = test::random_bases(10'000, 3);
    Random random(4);
    MutationPlan plan;
    plan.substitutions_only = true;
    const auto changes = draw_changes(bases, 0, 10'000, {}, plan, random);
    EXPECT_NEAR(static_cast<double>(changes.size()), 10'000 / plan.background_bp, 20);
    for (const auto& change : changes) {
        EXPECT_EQ(change.removed, 1);
        EXPECT_EQ(change.inserted.size(), 1U);
    }
    EXPECT_EQ(apply_changes(bases, changes).bases.size(), bases.size());
}

TEST(DrawChanges, GathersNearSites) {
    const std::string bases = test::random_bases(10'000, 3);
    Random random(4);
    MutationPlan plan;
    plan.background_bp = 1e9;
    plan.site_share = 1;
    int near = 0;
    for (int i = 0; i < 200; ++i) {
        for (const auto& change : draw_changes(bases, 0, 10'000, {5'000}, plan, random)) {
            EXPECT_LE(std::abs(change.index - 5'000), 60);
            near += std::abs(change.index - 5'000) <= 10 ? 1 : 0;
        }
    }
    EXPECT_GT(near, 120);
}

TEST(Random, StateRestoresTheSequence) {
    Random random(9);
    (void)random.uniform();
    const std::string state = random.state();
    const double next = random.uniform();
    Random other(1);
    other.set_state(state);
    EXPECT_EQ(other.uniform(), next);
    EXPECT_ANY_THROW(other.set_state("not a state"));
}

}  // namespace
}  // namespace varhush::train
