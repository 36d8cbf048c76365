#pragma once

#include "apps/common/command.hpp"

#include <span>
#include <string>
#include <string_view>

namespace varhush::apps {

/// The command called `name`, or null.
[[nodiscard]] const Command* find_command(std::span<const Command> table, std::string_view name);

/// The name in `table` nearest to a misspelt one (edit distance at most 2, a swap of neighbours
/// counts 1); empty when none is near.
[[nodiscard]] std::string nearest_name(std::span<const Command> table, std::string_view name);

/// The table as help text, git style: a heading for each group, one line a command.
[[nodiscard]] std::string table_help(std::span<const Command> table);

/// The launcher's table with the commands of both halves (defined in apps/varhush/main.cpp).
[[nodiscard]] std::span<const Command> all_commands();

}  // namespace varhush::apps
