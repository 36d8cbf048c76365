#pragma once

namespace varhush::apps {

/// The value of -@/--threads in a command line, in any form CLI11 reads; the last one counts. 0
/// when it is absent or no number (the command itself will say so).
[[nodiscard]] int requested_threads(int argc, const char* const* argv);

/// Puts the numerical runtime (core::plan_runtime_environment) and the mark that it is there into
/// the environment. For the launcher, before it becomes varhush-model.
void prepare_runtime(int argc, const char* const* argv);

/// For varhush-model: the libraries read the environment when they are loaded, which has happened
/// by now. Without the mark of prepare_runtime() this prepares the environment and starts the same
/// executable once more; with it, it does nothing, so there is no loop.
void repair_runtime(int argc, char** argv);

}  // namespace varhush::apps
