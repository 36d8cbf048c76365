#include "varhush/core/memory.hpp"

#include <gtest/gtest.h>

namespace varhush::core {
namespace {

const std::string kMeminfo =
    "MemTotal:       1000000 kB\nMemFree:         100000 kB\nMemAvailable:    600000 kB\n";

TEST(Memory, WithoutALimitIsThatOfTheMachine) {
    for (const char* limit : {"", "max\n", "9223372036854771712\n"}) {
        const Memory memory = memory_from(kMeminfo, limit, "5000\n", "");
        EXPECT_EQ(memory.total_bytes, 1'024'000'000) << limit;
        EXPECT_EQ(memory.available_bytes, 614'400'000) << limit;
    }
}

TEST(Memory, ALimitLeavesWhatIsNotUsedAndTheCacheItCanDrop) {
    const std::string statistics = "anon 7\nfile 1\ninactive_file 40000\nactive_file 3\n";
    const Memory memory = memory_from(kMeminfo, "100000\n", "90000\n", statistics);
    EXPECT_EQ(memory.total_bytes, 100'000);
    EXPECT_EQ(memory.available_bytes, 50'000);
    EXPECT_EQ(memory_from(kMeminfo, "100000\n", "190000\n", "").available_bytes, 0);
    EXPECT_EQ(memory_from("", "100000\n", "30000\n", "").available_bytes, 70'000);
}

TEST(Memory, AMachinesOwnIsThere) {
    const Memory memory = available_memory();
    EXPECT_GT(memory.total_bytes, 0);
    EXPECT_GT(memory.available_bytes, 0);
    EXPECT_LE(memory.available_bytes, memory.total_bytes);
}

}  // namespace
}  // namespace varhush::core
