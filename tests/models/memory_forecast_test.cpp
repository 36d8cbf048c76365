#include "varhush/models/memory_forecast.hpp"

#include "varhush/core/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace varhush::models {
namespace {

using testing::HasSubstr;

TEST(MemoryForecast, HoldsWeightsAndSkipsOfTheReleasedModel) {
    const auto forecast = forecast_memory({}, 131072, 2);
    EXPECT_GT(forecast.weights, 1'750'000'000);
    EXPECT_LT(forecast.weights, 1'810'000'000);
    // Skips alone: 4 * (768 + 896/2 + … + 1536/64) = 7.06 kB a base.
    EXPECT_GT(forecast.reference, std::int64_t{131072} * 7056);
    EXPECT_LT(forecast.reference, std::int64_t{131072} * 8000);
    EXPECT_GT(forecast.two_passes(), forecast.one_pass());
}

TEST(MemoryForecast, GrowsWithTheWindowAndThreads) {
    std::int64_t before = 0;
    for (const std::int64_t window_bp : kOfferedWindows) {
        const auto forecast = forecast_memory({}, window_bp, 2);
        EXPECT_GT(forecast.one_pass(), before);
        EXPECT_GT(forecast_memory({}, window_bp, 8).scratch, forecast.scratch);
        before = forecast.one_pass();
    }
    // One megabase, REF and ALT, must fit a machine of 24 GB.
    EXPECT_LT(forecast_memory({}, 1048576, 2).two_passes(), 20'000'000'000);
}

TEST(MemoryForecast, NamesTheWindowThatFits) {
    const std::int64_t gigabyte = 1'000'000'000;
    EXPECT_EQ(largest_window({}, 100 * gigabyte, 2, true), 1048576);
    EXPECT_EQ(largest_window({}, gigabyte, 2, true), 0);
    EXPECT_NO_THROW(check_window_fits({}, 1048576, 100 * gigabyte, 2, true));
    EXPECT_NO_THROW(check_window_fits({}, 1048576, 0, 2, true));
    try {
        check_window_fits({}, 1048576, 5 * gigabyte, 2, true);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kUsage);
        EXPECT_THAT(error.what(), HasSubstr("1048576 bases needs"));
        EXPECT_THAT(error.what(), HasSubstr("5.0 GB are free"));
        EXPECT_EQ(error.hint(), "--window 131072 fits");
    }
    try {
        check_window_fits({}, 16384, gigabyte, 2, false);
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.hint(), HasSubstr("no window of this model fits"));
    }
}

}  // namespace
}  // namespace varhush::models
