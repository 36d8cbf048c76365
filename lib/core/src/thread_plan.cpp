#include "varhush/core/thread_plan.hpp"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <string>

namespace varhush::core {

namespace {

constexpr int kDefaultLimit = 8;

// CPUs granted by the cgroup, or a negative number when there is no limit.
double cgroup_quota() {
    std::ifstream v2("/sys/fs/cgroup/cpu.max");
    std::string quota;
    double period = 0;
    if (v2 >> quota >> period && quota != "max" && period > 0) {
        return std::stod(quota) / period;
    }
    std::ifstream v1_quota("/sys/fs/cgroup/cpu/cpu.cfs_quota_us");
    std::ifstream v1_period("/sys/fs/cgroup/cpu/cpu.cfs_period_us");
    double limit = 0;
    if (v1_quota >> limit && v1_period >> period && limit > 0 && period > 0) {
        return limit / period;
    }
    return -1;
}

}  // namespace

int available_cpus() {
    cpu_set_t mask;
    CPU_ZERO(&mask);
    int cpus = 1;
    if (sched_getaffinity(0, sizeof mask, &mask) == 0) {
        cpus = CPU_COUNT(&mask);
    }
    const double quota = cgroup_quota();
    if (quota > 0) {
        cpus = std::min(cpus, static_cast<int>(std::ceil(quota)));
    }
    return std::max(cpus, 1);
}

ThreadPlan make_thread_plan(int requested) {
    ThreadPlan plan;
    plan.total = requested > 0 ? requested : std::min(available_cpus(), kDefaultLimit);
    plan.model = plan.total;
    plan.hts = plan.total > 1 ? std::min(plan.total - 1, 2) : 0;
    return plan;
}

}  // namespace varhush::core
