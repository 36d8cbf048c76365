#include "apps/completion/command.hpp"

#include "apps/common/child.hpp"
#include "apps/common/cli.hpp"
#include "apps/common/command_table.hpp"
#include "apps/common/model_half.hpp"
#include "apps/completion/script.hpp"

#include <CLI/CLI.hpp>

#include <filesystem>

namespace varhush::apps {

namespace {

constexpr HelpText kHelp{
    .name = "completion",
    .description = "Print a completion script for a shell: commands, options and file names.",
    .example_a = "varhush completion bash > varhush.bash",
    .example_b = "varhush completion fish | head -n 2",
};

// Each command tells its options itself; one whose half is not installed has none.
std::vector<CompletedCommand> ask_commands() {
    const std::string self = std::filesystem::read_symlink("/proc/self/exe");
    std::vector<CompletedCommand> commands;
    for (const Command& command : all_commands()) {
        CompletedCommand completed{std::string(command.name), std::string(command.summary), {}};
        const bool there = command.run != nullptr || std::filesystem::exists(model_half_path());
        if (there) {
            const auto help = run_child(self, {completed.name, "--help"});
            if (help && help->exit_code == 0) {
                completed.options = options_in_help(help->out);
            }
        }
        commands.push_back(std::move(completed));
    }
    return commands;
}

}  // namespace

int run_completion(int argc, const char* const* argv) {
    std::string shell;
    const auto app = make_command_app(kHelp);
    app->add_option("shell", shell, "bash, zsh or fish")->required()->type_name("SHELL");
    parse_command_line(*app, argc, argv);
    (void)completion_script(shell, {});  // another shell is refused before any command is asked
    print_to_stdout(completion_script(shell, ask_commands()));
    return 0;
}

}  // namespace varhush::apps
