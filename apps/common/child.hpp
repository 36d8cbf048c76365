#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace varhush::apps {

/// What a program that was run to its end left behind, and what it took.
struct ChildOutput {
    int exit_code = -1;  ///< 128 + signal when it was killed
    std::string out;     ///< its standard output; standard error is ours
    double seconds = 0;  ///< from its start to its end
    double cpu_seconds = 0;
    /// Largest resident size; not below ours when it was started, which Linux counts in.
    std::int64_t peak_bytes = 0;
};

/// Runs `program` with `arguments` and waits for it; nullopt when it is not there or cannot be
/// started. Its standard input is `input`, or ours.
[[nodiscard]] std::optional<ChildOutput> run_child(
    const std::string& program,
    const std::vector<std::string>& arguments,
    const std::optional<std::string>& input = std::nullopt);

/// What execv and posix_spawn take for `words`, which must outlive it. They do not write through
/// it.
[[nodiscard]] std::vector<char*> as_argv(const std::vector<std::string>& words);

}  // namespace varhush::apps
