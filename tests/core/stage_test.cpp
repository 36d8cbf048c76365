#include "varhush/core/stage.hpp"

#include "varhush/core/error.hpp"
#include "varhush/core/queue.hpp"

#include <gtest/gtest.h>

namespace varhush::core {
namespace {

TEST(StageGroup, RunsStagesToTheEnd) {
    BoundedQueue<int> queue(2);
    StageGroup stages;
    int sum = 0;
    const auto stop = [&] { queue.close(); };
    stages.start(
        [&] {
            for (int i = 1; i <= 100; ++i) {
                queue.push(i);
            }
        },
        stop,
        stop);
    stages.start(
        [&] {
            while (const auto item = queue.pop()) {
                sum += *item;
            }
        },
        [] {},
        stop);
    stages.join();
    EXPECT_EQ(sum, 5050);
}

TEST(StageGroup, RethrowsTheFirstErrorAndNobodyHangs) {
    BoundedQueue<int> queue(1);
    StageGroup stages;
    const auto stop = [&] { queue.close(); };
    stages.start(
        [&] {
            while (queue.push(1)) {
            }
        },
        stop,
        stop);
    stages.start([&] { throw Error(ErrorKind::kInput, "cut file"); }, [] {}, stop);
    EXPECT_THROW(stages.join(), Error);
}

}  // namespace
}  // namespace varhush::core
