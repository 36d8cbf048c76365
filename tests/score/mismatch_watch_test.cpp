#include "apps/score/mismatch_watch.hpp"

#include <gtest/gtest.h>

namespace varhush::apps {
namespace {

using seq::AlleleStatus;

void see(MismatchWatch& watch, AlleleStatus status, int times) {
    for (int i = 0; i < times; ++i) {
        watch.see(status);
    }
}

TEST(MismatchWatch, AFewMismatchesAreNoReasonToWarn) {
    MismatchWatch watch;
    see(watch, AlleleStatus::kRefMismatch, 90);
    see(watch, AlleleStatus::kOk, 910);
    watch.finish();
    EXPECT_EQ(watch.warning(), "");
}

TEST(MismatchWatch, ManyMismatchesNameTheLikelyCause) {
    MismatchWatch watch;
    see(watch, AlleleStatus::kRefMismatch, 700);
    EXPECT_EQ(watch.warning(), "");
    see(watch, AlleleStatus::kOk, 300);
    EXPECT_NE(watch.warning().find("700 of the first 1,000 alleles"), std::string::npos);
    EXPECT_NE(watch.warning().find("genome build"), std::string::npos);
}

TEST(MismatchWatch, ShortFilesAreJudgedAtTheirEnd) {
    MismatchWatch watch;
    see(watch, AlleleStatus::kContigMissing, 3);
    watch.finish();
    EXPECT_NE(watch.warning().find("contigs"), std::string::npos);
}

TEST(MismatchWatch, AllelesThatWereNotComparedDoNotCount) {
    MismatchWatch watch;
    see(watch, AlleleStatus::kSymbolic, 5000);
    see(watch, AlleleStatus::kRefMismatch, 9);
    see(watch, AlleleStatus::kOk, 1);
    watch.finish();
    EXPECT_NE(watch.warning(), "");
}

TEST(MismatchWatch, LaterMismatchesAreOnlyCounted) {
    MismatchWatch watch;
    see(watch, AlleleStatus::kOk, 1000);
    see(watch, AlleleStatus::kRefMismatch, 5000);
    watch.finish();
    EXPECT_EQ(watch.warning(), "");
}

}  // namespace
}  // namespace varhush::apps
