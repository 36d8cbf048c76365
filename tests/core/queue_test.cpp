#include "varhush/core/queue.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace varhush::core {
namespace {

TEST(BoundedQueue, KeepsOrderAndDrainsAfterClose) {
    BoundedQueue<int> queue(4);
    EXPECT_TRUE(queue.push(1));
    EXPECT_TRUE(queue.push(2));
    queue.close();
    EXPECT_FALSE(queue.push(3));
    EXPECT_EQ(queue.pop(), 1);
    EXPECT_EQ(queue.pop(), 2);
    EXPECT_EQ(queue.pop(), std::nullopt);
    EXPECT_EQ(queue.popped(), 2U);
}

TEST(BoundedQueue, FullQueueHoldsTheProducerUntilSomethingIsTaken) {
    BoundedQueue<int> queue(1);
    ASSERT_TRUE(queue.push(0));
    std::thread producer([&] { EXPECT_TRUE(queue.push(1)); });
    EXPECT_EQ(queue.pop(), 0);
    producer.join();
    EXPECT_EQ(queue.pop(), 1);
}

TEST(BoundedQueue, CloseWakesAWaitingProducer) {
    BoundedQueue<int> queue(1);
    ASSERT_TRUE(queue.push(0));
    std::thread producer([&] { EXPECT_FALSE(queue.push(1)); });
    queue.close();
    producer.join();
}

}  // namespace
}  // namespace varhush::core
