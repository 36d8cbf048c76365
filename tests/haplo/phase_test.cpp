#include "apps/common/phase.hpp"

#include <gtest/gtest.h>

namespace varhush::apps {
namespace {

using Kind = PhaseUnit::Kind;

Call call_of(std::vector<int> alleles, bool phased, std::int64_t set = -1, std::string hp = "") {
    io::SampleCalls calls;
    calls.ploidy = static_cast<int>(alleles.size());
    calls.alleles = std::move(alleles);
    calls.phased = {static_cast<char>(phased ? 1 : 0)};
    if (set >= 0) {
        calls.phase_sets = {set};
    }
    if (!hp.empty()) {
        calls.read_backed = {std::move(hp)};
    }
    return read_call(calls, 0, 7);
}

TEST(ReadCall, ABarIsPhaseOnTheWholeContigOrInItsSet) {
    const Call whole = call_of({0, 1}, true);
    EXPECT_EQ(whole.kind, Call::Kind::kCarried);
    EXPECT_EQ(whole.first, 0);
    EXPECT_EQ(whole.second, 1);
    EXPECT_EQ(whole.unit, (PhaseUnit{Kind::kContig, 0}));
    EXPECT_EQ(call_of({2, 1}, true, 100).unit, (PhaseUnit{Kind::kPhaseSet, 100}));
}

TEST(ReadCall, WithoutPhaseASiteStandsAlone) {
    EXPECT_EQ(call_of({0, 1}, false).unit, (PhaseUnit{Kind::kSite, 7}));
    EXPECT_EQ(call_of({0, 1}, false, 100).unit, (PhaseUnit{Kind::kSite, 7}))
        << "PS says nothing of a genotype with '/'";
    EXPECT_EQ(call_of({1, 1}, false).unit, (PhaseUnit{Kind::kNone, 0})) << "needs no phase";
}

TEST(ReadCall, HpPhasesAllelesInTheirOrder) {
    const Call straight = call_of({0, 1}, false, -1, "300-1,300-2");
    EXPECT_EQ(straight.unit, (PhaseUnit{Kind::kReadBacked, 300}));
    EXPECT_EQ(straight.first, 0);
    const Call turned = call_of({0, 1}, false, -1, "300-2,300-1");
    EXPECT_EQ(turned.first, 1);
    EXPECT_EQ(turned.second, 0);
    for (const char* none :
         {".", "300-1", "300-1,300-1", "300-1,301-2", "300-1,300-3", "x-1,x-2"}) {
        EXPECT_EQ(call_of({0, 1}, false, -1, none).unit.kind, Kind::kSite) << none;
    }
}

TEST(ReadCall, MissingHaploidAndMore) {
    EXPECT_EQ(call_of({-1, -1}, true).kind, Call::Kind::kMissing);
    EXPECT_EQ(call_of({1, -1}, true).kind, Call::Kind::kMissing) << "half of it is not the whole";
    EXPECT_EQ(call_of({0, 0}, false).kind, Call::Kind::kNothing);
    EXPECT_EQ(call_of({0, 1, 1}, true).kind, Call::Kind::kPloidy);
    EXPECT_EQ(call_of({0, 0, 0}, true).kind, Call::Kind::kNothing);
    const Call haploid = call_of({1, io::SampleCalls::kAbsent}, true);
    EXPECT_EQ(haploid.kind, Call::Kind::kCarried);
    EXPECT_EQ(haploid.second, io::SampleCalls::kAbsent);
    EXPECT_EQ(haploid.unit.kind, Kind::kNone);
    EXPECT_EQ(read_call({}, 0, 1).kind, Call::Kind::kNothing);
}

}  // namespace
}  // namespace varhush::apps
