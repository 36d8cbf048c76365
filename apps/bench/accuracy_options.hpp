#pragma once

#include "apps/bench/options.hpp"

namespace CLI {
class App;
}  // namespace CLI

namespace varhush::apps {

/// The subcommands that say how good a model is.
void add_accuracy_commands(CLI::App& app, BenchOptions& options);

/// @throws Error{kUsage} for what of them does not go together.
void validate_accuracy(const BenchOptions& options);

}  // namespace varhush::apps
