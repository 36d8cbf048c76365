#pragma once

#include <string>

namespace varhush::apps {

/// Path of varhush-model, beside this executable in ../libexec/varhush (the build tree and the
/// installed tree have the same form).
[[nodiscard]] std::string model_half_path();

/// Prepares the numerical runtime in the environment and becomes `varhush-model` with the same
/// arguments (argv[1] is the command). Returns only by throwing.
/// @throws Error{kModel} when it is not there or cannot be started.
[[noreturn]] void become_model_half(int argc, const char* const* argv);

}  // namespace varhush::apps
