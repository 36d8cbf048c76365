#include "apps/haplo/block_builder.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <random>

namespace varhush::apps {
namespace {

using Kind = PhaseUnit::Kind;

class Blocks : public testing::Test {
  protected:
    Blocks() {
        std::mt19937 random(4);
        std::string bases;
        for (int i = 0; i < 5000; ++i) {
            bases += "ACGT"[random() % 4];
        }
        reference_.add("c", bases);
    }

    /// A SNV at `start`, or with `status` an allele that cannot be applied.
    std::shared_ptr<const HaploSite> site(std::int64_t start,
                                          std::int64_t removed = 1,
                                          std::optional<seq::AlleleStatus> status = {}) {
        auto result = std::make_shared<HaploSite>();
        result->id = next_++;
        result->contig = "c";
        result->start = start;
        result->end = start + removed;
        const std::string ref = reference_.fetch("c", start, start + removed);
        if (status) {
            result->alts.emplace_back(*status);
        } else if (removed == 1) {
            result->alts.emplace_back(seq::Change{start, ref, ref == "A" ? "C" : "A"});
        } else {
            result->alts.emplace_back(seq::Change{start + 1, ref.substr(1), ""});
        }
        return result;
    }
    static Call phased(int first, int second, std::int64_t set = 1) {
        return {Call::Kind::kCarried, first, second, {Kind::kPhaseSet, set}};
    }
    static Call unphased(std::int64_t site) {
        return {Call::Kind::kCarried, 0, 1, {Kind::kSite, site}};
    }
    static Call both() { return {Call::Kind::kCarried, 1, 1, {}}; }
    static Call haploid() { return {Call::Kind::kCarried, 1, io::SampleCalls::kAbsent, {}}; }
    static Call missing() { return {Call::Kind::kMissing, 0, 0, {}}; }
    static Call nothing() { return {}; }

    std::vector<SampleBlock> run(
        const std::vector<std::pair<std::shared_ptr<const HaploSite>, std::vector<Call>>>&
            records) {
        BlockBuilder builder(records.front().second.size(), rule_, reference_);
        std::vector<SampleBlock> done;
        for (const auto& [record, calls] : records) {
            builder.add(record, "c", calls, done);
        }
        builder.finish(done);
        EXPECT_EQ(builder.first_open(77), 77);
        return done;
    }

    seq::StringReference reference_;
    BlockRule rule_;
    std::int64_t next_ = 0;
};

TEST_F(Blocks, EndAtGapsSpansAndNumbers) {
    rule_ = {.max_gap_bp = 50, .max_span_bp = 120, .max_records = 3, .max_unphased = 2};
    const auto done = run({{site(100), {phased(0, 1)}},
                           {site(150), {phased(0, 1)}},  // 49 bases between
                           {site(202), {phased(0, 1)}},  // 51: a gap
                           {site(250), {phased(0, 1)}},
                           {site(300), {phased(0, 1)}},
                           {site(340), {phased(0, 1)}},  // the fourth
                           {site(385), {phased(0, 1)}},
                           {site(430), {phased(0, 1)}},
                           {site(475), {phased(0, 1)}}});  // 136 bases from 340
    ASSERT_EQ(done.size(), 4U);
    std::vector<std::size_t> sizes;
    for (const auto& one : done) {
        sizes.push_back(one.block->sites.size());
    }
    EXPECT_EQ(sizes, (std::vector<std::size_t>{2, 3, 3, 1}));
    EXPECT_EQ(done[0].block->start, 100);
    EXPECT_EQ(done[0].block->end, 151);
}

TEST_F(Blocks, SamplesThatCarryTheSameShareOne) {
    const auto done = run({{site(100), {phased(0, 1, 5), phased(0, 1, 9), phased(1, 0), nothing()}},
                           {site(120), {phased(0, 1, 5), phased(0, 1, 9), phased(0, 1), both()}}});
    ASSERT_EQ(done.size(), 4U);
    EXPECT_EQ(done[0].block, done[1].block) << "how a set is called does not matter";
    EXPECT_NE(done[0].block, done[2].block);
    EXPECT_EQ(done[3].block->phase, "homozygous");
}

TEST_F(Blocks, PhasedCallsGiveTwoHaplotypes) {
    const auto done =
        run({{site(100), {phased(0, 1)}}, {site(120), {phased(1, 0)}}, {site(140), {both()}}});
    const Block& block = *done.at(0).block;
    EXPECT_EQ(block.phase, "phased");
    ASSERT_EQ(block.phases.size(), 1U);
    EXPECT_EQ(block.phases[0].first.changes.size(), 2U);
    EXPECT_EQ(block.phases[0].first.changes[0].start, 120);
    EXPECT_EQ(block.phases[0].second->changes[0].start, 100);
    EXPECT_EQ(block.phases[0].second->changes[1].start, 140);
}

TEST_F(Blocks, UnknownPhaseIsTriedUpToALimit) {
    rule_.max_unphased = 1;
    const auto a = site(100);
    const auto b = site(120);
    const auto two = run({{a, {phased(0, 1)}}, {b, {unphased(b->id)}}});
    EXPECT_EQ(two.at(0).block->phase, "unphased");
    ASSERT_EQ(two.at(0).block->phases.size(), 2U);
    // Together on one haplotype, or one on each.
    EXPECT_EQ(two[0].block->phases[0].second->changes.size(), 2U);
    EXPECT_EQ(two[0].block->phases[1].second->changes.size(), 1U);
    EXPECT_EQ(two[0].block->phases[1].first.changes.size(), 1U);
    // Two sets are two parts as well; three parts are too many here.
    const auto sets = run({{site(100), {phased(0, 1, 1)}}, {site(120), {phased(0, 1, 2)}}});
    EXPECT_EQ(sets.at(0).block->units, 2U);
    const auto c = site(130);
    const auto many =
        run({{site(100), {phased(0, 1)}}, {site(120), {phased(0, 1, 2)}}, {c, {unphased(c->id)}}});
    EXPECT_TRUE(many.at(0).block->phases.empty());
    // One by itself needs no phase.
    const auto d = site(100);
    EXPECT_EQ(run({{d, {unphased(d->id)}}}).at(0).block->phase, "single");
}

TEST_F(Blocks, WhatCannotBeAppliedSaysWhyForItsHaplotypeAlone) {
    const auto done = run({{site(100), {phased(0, 1)}},
                           {site(120, 1, seq::AlleleStatus::kSymbolic), {phased(1, 0)}}});
    EXPECT_EQ(done.at(0).block->phases.at(0).first.status, "SYMBOLIC");
    EXPECT_TRUE(done[0].block->phases[0].second->known());
    const auto star = run({{site(100, 21), {phased(0, 1)}},
                           {site(110, 1, seq::AlleleStatus::kStar), {phased(0, 1)}}});
    EXPECT_TRUE(star.at(0).block->phases.at(0).second->known()) << "the deletion has its record";
    EXPECT_EQ(star[0].block->phases[0].second->changes.size(), 1U);
}

TEST_F(Blocks, OverlapsOnOneHaplotypeAreNoSequence) {
    const auto same = run({{site(100, 21), {phased(0, 1)}}, {site(110), {phased(0, 1)}}});
    EXPECT_EQ(same.at(0).block->phases.at(0).second->status, "OVERLAP");
    EXPECT_TRUE(same[0].block->phases[0].first.known());
    const auto apart = run({{site(100, 21), {phased(0, 1)}}, {site(110), {phased(1, 0)}}});
    EXPECT_TRUE(apart.at(0).block->phases.at(0).first.known());
    EXPECT_TRUE(apart[0].block->phases[0].second->known());
}

TEST_F(Blocks, HaploidCallsHaveOneHaplotypeAndABlockOfTheirOwn) {
    const auto done =
        run({{site(100), {haploid()}}, {site(120), {haploid()}}, {site(140), {phased(0, 1)}}});
    ASSERT_EQ(done.size(), 2U);
    EXPECT_EQ(done[0].block->phase, "haploid");
    EXPECT_FALSE(done[0].block->phases.at(0).second);
    EXPECT_EQ(done[0].block->phases[0].first.changes.size(), 2U);
    EXPECT_EQ(done[1].block->phase, "phased");
}

TEST_F(Blocks, MissingCallsInsideABlockAreCounted) {
    const auto done = run({{site(90), {missing()}},
                           {site(100), {phased(0, 1)}},
                           {site(110), {missing()}},
                           {site(120), {phased(0, 1)}},
                           {site(130), {missing()}}});
    ASSERT_EQ(done.size(), 1U);
    EXPECT_EQ(done[0].missing, 1);
}

}  // namespace
}  // namespace varhush::apps
