#include "apps/common/cli.hpp"

#include "apps/common/help_formatter.hpp"
#include "varhush/core/error.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

namespace varhush::apps {

namespace {

constexpr std::size_t kTextWidth = 96;

// A bare -W, -Wcsi and -W=csi in the one form that CLI11 reads without a doubt about what belongs
// to the option.
std::string with_long_write_index(const std::string& argument) {
    if (argument == "-W" || argument == "--write-index") {
        return "--write-index=auto";
    }
    if (argument.starts_with("-W")) {
        const std::size_t value = argument[2] == '=' ? 3 : 2;
        return "--write-index=" + argument.substr(value);
    }
    return argument;
}

// CLI11 puts two empty lines between groups.
std::string with_single_gaps(std::string text) {
    for (std::size_t at = text.find("\n\n\n"); at != std::string::npos;
         at = text.find("\n\n\n", at)) {
        text.erase(at, 1);
    }
    return text;
}

CLI::Option* add_help_flag(CLI::App& app) {
    return app.set_help_flag("-h,--help", "Show this text and exit");
}

}  // namespace

void put_help_last(CLI::App& app, const char* group) {
    add_help_flag(app)->group(group);
}

std::unique_ptr<CLI::App> make_command_app(const HelpText& text) {
    const std::string name = "varhush " + std::string(text.name);
    auto app = std::make_unique<CLI::App>(wrapped(text.description, kTextWidth, 0) + "\n", name);
    app->formatter(std::make_shared<HelpFormatter>());
    add_help_flag(*app);
    app->footer("Examples:\n  " + std::string(text.example_a) + "\n  " +
                std::string(text.example_b));
    return app;
}

std::string joined_command_line(int argc, const char* const* argv) {
    std::string text;
    for (int i = 0; i < argc; ++i) {
        text += i == 0 ? "" : " ";
        text += argv[i];
    }
    std::replace_if(
        text.begin(),
        text.end(),
        [](unsigned char byte) { return byte < 0x20 || byte == 0x7F; },
        ' ');
    return text;
}

void print_to_stdout(std::string_view text) {
    const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
    if (!written || std::fflush(stdout) != 0) {
        throw Error(ErrorKind::kOutput, "cannot write to standard output");
    }
}

void parse_command_line(CLI::App& app, int argc, const char* const* argv) {
    std::vector<std::string> arguments;
    for (int i = 1; i < argc; ++i) {
        arguments.push_back(with_long_write_index(argv[i]));
    }
    std::reverse(arguments.begin(), arguments.end());  // CLI11 takes the last element first
    try {
        app.parse(arguments);
    } catch (const CLI::CallForHelp&) {
        print_to_stdout(with_single_gaps(app.help()));
        throw;
    } catch (const CLI::Success&) {
        throw;
    } catch (const CLI::ParseError& error) {
        throw Error(ErrorKind::kUsage, error.what(), "see '" + app.get_name() + " --help'");
    }
}

std::string refuse_empty(const std::string& text) {
    return text.empty() ? "the value is empty" : "";
}

}  // namespace varhush::apps
