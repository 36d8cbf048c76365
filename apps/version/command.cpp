#include "apps/version/command.hpp"

#include "apps/common/cli.hpp"
#include "varhush/core/version.hpp"
#include "varhush/io/library_version.hpp"

#include <CLI/CLI.hpp>

#include <string>

namespace varhush::apps {

namespace {

constexpr HelpText kHelp{
    .name = "version",
    .description = "Show the version of varhush and of the libraries it was built with.",
    .example_a = "varhush version",
    .example_b = "varhush version --short",
};

std::string describe() {
    std::string text = "varhush " + std::string(core::version()) + "\n";
    text += "  build    " VARHUSH_BUILD_TYPE ", compiler " __VERSION__ "\n";
    text += "  HTSlib   " + io::htslib_version() + "\n";
    text += "  models   " VARHUSH_MODEL_HALF "\n";
    text += "  licence  MIT; model weights have terms of their own\n";
    return text;
}

}  // namespace

int run_version(int argc, const char* const* argv) {
    bool only_number = false;
    const auto app = make_command_app(kHelp);
    app->add_flag("--short", only_number, "Only the number");
    parse_command_line(*app, argc, argv);
    print_to_stdout(only_number ? std::string(core::version()) + "\n" : describe());
    return 0;
}

}  // namespace varhush::apps
