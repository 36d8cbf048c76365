#pragma once

#include <optional>
#include <string>
#include <vector>

namespace varhush::apps {

/// Path of varhush-model, beside this executable in ../libexec/varhush (the build tree and the
/// installed tree have the same form).
[[nodiscard]] std::string model_half_path();

/// Prepares the numerical runtime in the environment and becomes `varhush-model` with the same
/// arguments (argv[1] is the command). Returns only by throwing.
/// @throws Error{kModel} when it is not there or cannot be started.
[[noreturn]] void become_model_half(int argc, const char* const* argv);

/// What a program that was run to its end left behind.
struct ChildOutput {
    int exit_code = -1;  ///< 128 + signal when it was killed
    std::string out;     ///< its standard output; standard error is ours
};

/// Runs `program` with `arguments` and waits for it; nullopt when it is not there or cannot be
/// started.
[[nodiscard]] std::optional<ChildOutput> run_child(const std::string& program,
                                                   const std::vector<std::string>& arguments);

}  // namespace varhush::apps
