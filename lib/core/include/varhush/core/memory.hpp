#pragma once

#include <cstdint>
#include <string>

namespace varhush::core {

struct Memory {
    std::int64_t total_bytes = 0;      ///< installed, or the cgroup's limit; 0: unknown
    std::int64_t available_bytes = 0;  ///< what this process can still take; 0: unknown
};

/// Memory of this machine, cut by the limits of this process's cgroup (v1 or v2) and by RLIMIT_AS.
/// What a cgroup holds as file cache that can be dropped counts as available.
[[nodiscard]] Memory available_memory();

/// The same from the texts of the files, for tests: /proc/meminfo; a cgroup's limit and use ("max"
/// or empty: none) and its memory.stat.
[[nodiscard]] Memory memory_from(const std::string& meminfo,
                                 const std::string& limit,
                                 const std::string& used,
                                 const std::string& statistics);

}  // namespace varhush::core
