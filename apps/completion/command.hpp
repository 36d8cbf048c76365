#pragma once

namespace varhush::apps {

/// `varhush completion bash|zsh|fish`: prints a completion script for that shell.
int run_completion(int argc, const char* const* argv);

}  // namespace varhush::apps
