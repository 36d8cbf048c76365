#include "apps/common/progress.hpp"

#include <gtest/gtest.h>

namespace varhush::apps {
namespace {

TEST(ProgressText, ShowsRateShareAndTimeLeft) {
    EXPECT_EQ(progress_text(12300, 20, 0.25, 30),
              "12,300 alleles, 410/s, 25%, 90 s left, 20 without a score");
    EXPECT_EQ(progress_text(10, 0, 0.5, 600),
              "10 alleles, 0/s, 50%, 10 min left, 0 without a score");
    EXPECT_EQ(progress_text(10, 0, 0.01, 3600),
              "10 alleles, 0/s, 1%, 99.0 h left, 0 without a score");
}

TEST(ProgressText, LeavesOutWhatIsNotKnown) {
    EXPECT_EQ(progress_text(5, 1, -1, 0), "5 alleles, 1 without a score");
}

TEST(ChooseProgress, QuietAndNoneShowNothing) {
    EXPECT_EQ(choose_progress("none", false), ProgressStyle::kNone);
    EXPECT_EQ(choose_progress("bar", true), ProgressStyle::kNone);
    EXPECT_EQ(choose_progress("bar", false), ProgressStyle::kBar);
    EXPECT_EQ(choose_progress("lines", false), ProgressStyle::kLines);
}

TEST(ProgressDisplay, EndsAtOnce) {
    const ProgressCounters counters;
    const auto start = std::chrono::steady_clock::now();
    { const ProgressDisplay display(counters, ProgressStyle::kLines); }
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
}

}  // namespace
}  // namespace varhush::apps
