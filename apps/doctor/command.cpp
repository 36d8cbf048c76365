#include "apps/doctor/command.hpp"

#include "apps/common/cli.hpp"
#include "apps/common/run_options.hpp"
#include "apps/doctor/machine.hpp"

#include <CLI/CLI.hpp>

namespace varhush::apps {

namespace {

constexpr HelpText kHelp{
    .name = "doctor",
    .description =
        "Show what varhush found on this machine and what it chose: processor features, numerical "
        "runtime, measured speed, libraries, devices, threads, memory and models; and what to "
        "install or set where something is missing or slow.",
    .example_a = "varhush doctor --quick",
    .example_b = "varhush doctor --json -@ 2",
};

}  // namespace

int run_doctor(int argc, const char* const* argv) {
    RunOptions run;
    bool json = false;
    bool quick = false;
    const auto app = make_command_app(kHelp);
    app->add_flag("--json", json, "One JSON object instead of text");
    app->add_flag("--quick", quick, "Measure nothing and do not start the model half");
    add_run_options(*app, run);
    parse_command_line(*app, argc, argv);
    apply_verbosity(run);

    const Machine machine = examine_machine(core::make_thread_plan(run.threads), !quick);
    print_to_stdout(json ? as_json(machine) : as_text(machine));
    return 0;
}

}  // namespace varhush::apps
