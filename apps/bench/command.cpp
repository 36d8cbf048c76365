#include "apps/bench/command.hpp"

#include "apps/bench/kernels.hpp"
#include "apps/common/cli.hpp"
#include "apps/common/run_options.hpp"
#include "varhush/core/thread_plan.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <string>

namespace varhush::apps {

namespace {

constexpr HelpText kHelp{
    .name = "bench",
    .description =
        "Measure how fast this machine runs the models' inner loops: GFLOP/s of the splice "
        "networks' convolutions and their share of what the processor can do at most.",
    .example_a = "varhush bench kernels",
    .example_b = "varhush bench kernels --json -@ 1",
};

std::string as_text(const KernelReport& report) {
    char line[160];
    std::snprintf(line,
                  sizeof line,
                  "instruction set %s, %d thread%s, multiply-add peak %.0f GFLOP/s\n",
                  report.instruction_set.c_str(),
                  report.threads,
                  report.threads == 1 ? "" : "s",
                  report.peak_gflop_per_s);
    std::string text = line;
    for (const KernelSpeed& shape : report.shapes) {
        std::snprintf(line,
                      sizeof line,
                      "conv 32->32, %2d taps, dilation %2d: %6.1f GFLOP/s, %3.0f %% of peak\n",
                      shape.width,
                      shape.dilation,
                      shape.gflop_per_s,
                      100 * shape.share_of_peak);
        text += line;
    }
    return text;
}

std::string as_json(const KernelReport& report) {
    nlohmann::json shapes = nlohmann::json::array();
    for (const KernelSpeed& shape : report.shapes) {
        shapes.push_back({{"taps", shape.width},
                          {"dilation", shape.dilation},
                          {"gflop_per_s", shape.gflop_per_s},
                          {"share_of_peak", shape.share_of_peak}});
    }
    return nlohmann::json{{"instruction_set", report.instruction_set},
                          {"threads", report.threads},
                          {"peak_gflop_per_s", report.peak_gflop_per_s},
                          {"convolutions", shapes}}
               .dump(2) +
           "\n";
}

}  // namespace

int run_bench(int argc, const char* const* argv) {
    RunOptions run;
    bool json = false;
    const auto app = make_command_app(kHelp);
    app->require_subcommand(1);
    CLI::App* kernels = app->add_subcommand("kernels", "the 32-channel convolutions");
    kernels->add_flag("--json", json, "Report as JSON");
    add_run_options(*kernels, run);
    parse_command_line(*app, argc, argv);
    apply_verbosity(run);
    const KernelReport report = measure_kernels(core::make_thread_plan(run.threads).model);
    print_to_stdout(json ? as_json(report) : as_text(report));
    return 0;
}

}  // namespace varhush::apps
