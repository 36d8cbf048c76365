#include "varhush/sirna/design_filters.hpp"

#include "varhush/core/error.hpp"
#include "varhush/sirna/guide.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace varhush::sirna {
namespace {

DesignedGuide described(const std::string& guide) {
    DesignedGuide made;
    made.guide = guide;
    made.passenger = reverse_complement_rna(guide);
    describe_guide(made);
    return made;
}

/// Names of the filters that `guide` fails, in order.
std::string failed(const std::string& guide, const FilterLimits& limits = {}) {
    DesignedGuide made = described(guide);
    judge_strands(FilterSet(), limits, made);
    std::string names;
    for (const FilterVerdict& verdict : made.filters) {
        names += verdict.passed ? "" : verdict.name + " ";
    }
    return names;
}

TEST(FilterSet, IsChangedByName) {
    FilterSet filters;
    EXPECT_TRUE(filters.enforced("gc"));
    EXPECT_FALSE(filters.enforced("ui-tei"));
    filters.change("+ui-tei,-gc,reynolds");
    EXPECT_TRUE(filters.enforced("ui-tei"));
    EXPECT_TRUE(filters.enforced("reynolds"));
    EXPECT_FALSE(filters.enforced("gc"));
    filters.change("none");
    EXPECT_EQ(filters.to_text(), "none");
    filters.change("all,-gc");
    EXPECT_FALSE(filters.enforced("gc"));
    EXPECT_TRUE(filters.enforced("toxic-uggc"));
    EXPECT_THROW(filters.change("gcc"), Error);
}

TEST(FilterSet, EveryFilterHasASourceOrIsAboutTheInput) {
    for (const FilterInfo& filter : all_filters()) {
        EXPECT_FALSE(filter.what.empty()) << filter.name;
    }
}

// One guide that is fine, and for each rule one that is wrong in that respect.
TEST(Filters, FindWhatTheyAreNamedFor) {
    const std::string fine = "UUCAAGUAGCAUAGCAUCC";
    EXPECT_EQ(failed(fine), "amarzguioui ");  // S1 and W19 only; Reynolds gives 8
    EXPECT_NE(failed("UUUAAUAAUCAUAAUAUAC").find("gc "), std::string::npos);
    EXPECT_NE(failed("UGCAGGCGCACCGCGAUCC").find("gc "), std::string::npos);
    EXPECT_NE(failed("UUCAAAAAGCAUAGCAUCC").find("runs "), std::string::npos);
    EXPECT_EQ(failed("UUCAAAAGGCAUAGCAUCC").find("runs "), std::string::npos);  // four are allowed
    EXPECT_NE(failed("UUCAAGUAGCUUCAAGACC").find("repeats "), std::string::npos);
    EXPECT_NE(failed("UUGGAUAUCCAUAGCAACA").find("repeats "), std::string::npos);
    EXPECT_NE(failed("UGUCCUUCAAGAUAGCAAC").find("immune-hornung "), std::string::npos);
    EXPECT_NE(failed("UUGAAGGACAGAUAGCAAC").find("immune-hornung "), std::string::npos);
    EXPECT_NE(failed("UACUGUGUAGCAUAGCAUC").find("immune-judge "), std::string::npos);
    EXPECT_NE(failed("UACACACUAGCAUAGCAAC").find("immune-judge "), std::string::npos);
    EXPECT_NE(failed("UACGUUGUGUUCAAGCAAC").find("immune-gu-rich "), std::string::npos);
    EXPECT_NE(failed("UACUGGCAAGCAUAGAAAC").find("toxic-uggc "), std::string::npos);
    EXPECT_NE(failed("UGGAUAUAAGCAUAGCAAC").find("toxic-seed "), std::string::npos);
    EXPECT_NE(failed("GGGCCUUCAAUAUAUAUUU").find("asymmetry "), std::string::npos);
    EXPECT_NE(failed("UGGGCACAUUUUGUGCCCA").find("self-fold "), std::string::npos);
}

TEST(Filters, DefaultsAreEnforcedOthersOnlyNoted) {
    DesignedGuide guide = described("GGGCCUUCAAUAUAUAUUU");
    judge_strands(FilterSet(), {}, guide);
    const auto verdict = [&](const char* name) {
        return *std::find_if(guide.filters.begin(), guide.filters.end(), [&](const auto& one) {
            return one.name == name;
        });
    };
    EXPECT_FALSE(verdict("asymmetry").passed);
    EXPECT_FALSE(verdict("asymmetry").enforced);
    EXPECT_TRUE(verdict("gc").enforced);
    EXPECT_EQ(verdict("gc").detail, "G/C 31.6 %");
}

TEST(Filters, LimitsAreInclusive) {
    FilterLimits limits;
    limits.gc_low = limits.gc_high = 8.0 / 19;
    EXPECT_EQ(failed("UUCAAGUAGCAUAGCAUCC", limits).find("gc "), std::string::npos);
}

}  // namespace
}  // namespace varhush::sirna
