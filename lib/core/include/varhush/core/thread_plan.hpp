#pragma once

namespace varhush::core {

/// How one thread budget (`-@`) is split. Compression threads idle while the model computes, so
/// they come on top of `model`; `hts` is what the HTSlib pool gets (0: no pool).
struct ThreadPlan {
    int total = 1;
    int hts = 0;
    int model = 1;
};

/// Splits `requested` threads; 0 means the default: the CPU quota of this process (affinity mask
/// and cgroup limit), at most 8.
ThreadPlan make_thread_plan(int requested);

/// Processors this process may use: the affinity mask cut by the cgroup v1/v2 CPU quota, at
/// least 1.
int available_cpus();

}  // namespace varhush::core
