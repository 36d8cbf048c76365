#include "varhush/core/memory.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>
#include <sstream>

namespace varhush::core {
namespace {

std::string read_text(const std::string& path) {
    std::ifstream in(path);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

std::optional<std::int64_t> number_at(const std::string& text, std::size_t at) {
    at = std::min(text.find_first_not_of(" \t", at), text.size());
    std::int64_t value = 0;
    const auto done = std::from_chars(text.data() + at, text.data() + text.size(), value);
    return done.ec == std::errc() ? std::optional(value) : std::nullopt;
}

/// The number behind `key` at the start of a line.
std::optional<std::int64_t> number_of(const std::string& text, const std::string& key) {
    const std::size_t found = ("\n" + text).find("\n" + key);
    return found == std::string::npos ? std::nullopt : number_at(text, found + key.size());
}

/// Path of this process in the hierarchy of `controller` ("" is v2); empty when there is none.
std::string cgroup_path(const std::string& controller) {
    std::istringstream lines(read_text("/proc/self/cgroup"));
    for (std::string line; std::getline(lines, line);) {
        const std::size_t first = line.find(':');
        const std::size_t second = line.find(':', first + 1);
        if (second != std::string::npos &&
            line.substr(first + 1, second - first - 1) == controller) {
            return line.substr(second + 1);
        }
    }
    return "";
}

Memory with_cgroup(const std::string& meminfo,
                   const std::string& folder,
                   const char* limit,
                   const char* used) {
    return memory_from(meminfo,
                       read_text(folder + "/" + limit),
                       read_text(folder + "/" + used),
                       read_text(folder + "/memory.stat"));
}

void take_less(Memory& memory, const Memory& other) {
    memory.total_bytes = std::min(memory.total_bytes, other.total_bytes);
    memory.available_bytes = std::min(memory.available_bytes, other.available_bytes);
}

}  // namespace

Memory memory_from(const std::string& meminfo,
                   const std::string& limit,
                   const std::string& used,
                   const std::string& statistics) {
    constexpr std::int64_t kKilo = 1024;
    Memory memory;
    memory.total_bytes = number_of(meminfo, "MemTotal:").value_or(0) * kKilo;
    memory.available_bytes = number_of(meminfo, "MemAvailable:").value_or(0) * kKilo;
    const auto most = number_at(limit, 0);
    if (!most || (memory.total_bytes > 0 && *most >= memory.total_bytes)) {
        return memory;  // no limit, or none that matters
    }
    const std::int64_t cache =
        number_of(statistics, "inactive_file ")
            .value_or(number_of(statistics, "total_inactive_file ").value_or(0));
    const std::int64_t held = std::max<std::int64_t>(number_at(used, 0).value_or(0) - cache, 0);
    const std::int64_t left = std::max<std::int64_t>(*most - held, 0);
    memory.available_bytes = memory.total_bytes > 0 ? std::min(memory.available_bytes, left) : left;
    memory.total_bytes = *most;
    return memory;
}

Memory available_memory() {
    const std::string meminfo = read_text("/proc/meminfo");
    Memory memory = memory_from(meminfo, "", "", "");
    // The limits of all groups above this one hold as well.
    for (std::string path = cgroup_path(""); !path.empty();) {
        take_less(memory,
                  with_cgroup(meminfo, "/sys/fs/cgroup" + path, "memory.max", "memory.current"));
        path = path == "/" ? "" : path.substr(0, std::max<std::size_t>(path.rfind('/'), 1));
    }
    take_less(memory,
              with_cgroup(meminfo,
                          "/sys/fs/cgroup/memory" + cgroup_path("memory"),
                          "memory.limit_in_bytes",
                          "memory.usage_in_bytes"));
    rlimit space{};
    if (getrlimit(RLIMIT_AS, &space) == 0 && space.rlim_cur != RLIM_INFINITY) {
        const auto most = static_cast<std::int64_t>(
            std::min<rlim_t>(space.rlim_cur, static_cast<rlim_t>(INT64_MAX)));
        memory.available_bytes = std::min(memory.available_bytes, most);
    }
    return memory;
}

}  // namespace varhush::core
