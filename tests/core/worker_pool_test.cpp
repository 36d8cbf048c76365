#include "varhush/core/worker_pool.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <vector>

namespace varhush::core {
namespace {

TEST(WorkerPool, VisitsEveryIndexOnceOverManyRounds) {
    WorkerPool pool(3);
    for (int round = 0; round < 200; ++round) {
        std::vector<std::atomic<int>> seen(37);
        pool.run(37, [&](std::int64_t index, int worker) {
            ASSERT_LT(worker, 3);
            ++seen[static_cast<std::size_t>(index)];
        });
        for (const auto& count : seen) {
            EXPECT_EQ(count, 1);
        }
    }
}

TEST(WorkerPool, OneThreadAndNoWorkAreFine) {
    WorkerPool pool(1);
    int calls = 0;
    pool.run(0, [&](std::int64_t, int) { ++calls; });
    EXPECT_EQ(calls, 0);
    pool.run(5, [&](std::int64_t, int) { ++calls; });
    EXPECT_EQ(calls, 5);
}

TEST(WorkerPool, RethrowsAndCanBeUsedAgain) {
    WorkerPool pool(2);
    EXPECT_THROW(pool.run(100,
                          [](std::int64_t index, int) {
                              if (index == 3) {
                                  throw std::runtime_error("three");
                              }
                          }),
                 std::runtime_error);
    std::atomic<int> calls = 0;
    pool.run(10, [&](std::int64_t, int) { ++calls; });
    EXPECT_EQ(calls, 10);
}

}  // namespace
}  // namespace varhush::core
