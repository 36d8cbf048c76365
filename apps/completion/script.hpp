#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace varhush::apps {

struct CompletedOption {
    std::string name;     ///< "-o" or "--output"
    std::string summary;  ///< first line of its description
};

struct CompletedCommand {
    std::string name;
    std::string summary;
    std::vector<CompletedOption> options;
};

/// The options in a command's help text (`--help`): every line that starts with one to four blanks
/// and a dash.
[[nodiscard]] std::vector<CompletedOption> options_in_help(std::string_view help);

/// A script that completes commands, their options and file names. `shell` is bash, zsh or fish.
/// @throws Error{kUsage} for another shell.
[[nodiscard]] std::string completion_script(std::string_view shell,
                                            std::span<const CompletedCommand> commands);

}  // namespace varhush::apps
