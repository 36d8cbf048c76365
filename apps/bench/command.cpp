#include "apps/bench/command.hpp"

#include "apps/bench/cost.hpp"
#include "apps/bench/fold.hpp"
#include "apps/bench/forward.hpp"
#include "apps/bench/grammar.hpp"
#include "apps/bench/kernels.hpp"
#include "apps/bench/options.hpp"
#include "apps/bench/parity.hpp"
#include "apps/bench/recipe.hpp"
#include "apps/bench/reliability.hpp"
#include "apps/bench/satmut.hpp"
#include "apps/bench/sirna.hpp"
#include "apps/bench/speed.hpp"
#include "apps/bench/splice.hpp"
#include "apps/bench/tracks.hpp"
#include "apps/bench/transcriptome.hpp"
#include "apps/common/cli.hpp"
#include "apps/common/model_half.hpp"
#include "varhush/core/memory.hpp"
#include "varhush/core/thread_plan.hpp"
#include "varhush/models/alphagenome_file.hpp"
#include "varhush/models/alphagenome_native.hpp"
#include "varhush/models/memory_forecast.hpp"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <string>
#include <vector>

namespace varhush::apps {

namespace {

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

int run_kernels(const BenchOptions& options) {
    const KernelReport report = measure_kernels(core::make_thread_plan(options.run.threads).model);
    print_to_stdout(options.json ? as_json(report) : as_text(report));
    return 0;
}

int run_forward(const BenchOptions& options) {
    const int threads = core::make_thread_plan(options.run.threads).model;
    const auto file = models::load_alphagenome(options.model);
    models::check_window_fits(
        file.config, options.window_bp, core::available_memory().available_bytes, threads, false);
    const auto model = models::make_native_alphagenome(file.file, file.config, threads);
    const auto report = measure_forward(*model, options.window_bp, threads, options.again);
    print_to_stdout(options.json ? to_json(report) : to_text(report));
    return 0;
}

int run_native_parity(const BenchOptions& options) {
    const int threads = core::make_thread_plan(options.run.threads).model;
    ParityEngine engine;
    engine.name = "native";
    engine.make = [threads](const nn::SafeTensors& weights,
                            const models::AlphaGenomeConfig& config) {
        return models::make_native_alphagenome(weights, config, threads);
    };
    return run_parity(options, engine);
}

}  // namespace

int run_bench(int argc, const char* const* argv) {
    const BenchOptions options = parse_bench_options(argc, argv);
    apply_verbosity(options.run);
    switch (options.task) {
        case BenchOptions::Task::kKernels:
            return run_kernels(options);
        case BenchOptions::Task::kFold:
            run_fold(options.fold, core::make_thread_plan(options.run.threads).model);
            return 0;
        case BenchOptions::Task::kForward:
            return run_forward(options);
        case BenchOptions::Task::kRecipe:
            write_recipe(options.output, options.config);
            return 0;
        case BenchOptions::Task::kReliability:
            return run_reliability_bench(options);
        case BenchOptions::Task::kTranscriptome:
            write_transcriptome(options.transcriptome);
            return 0;
        case BenchOptions::Task::kSatmut:
            return run_satmut_bench(options);
        case BenchOptions::Task::kSirna:
            return run_sirna_bench(options);
        case BenchOptions::Task::kSplice:
            return run_splice_bench(options);
        case BenchOptions::Task::kGrammar:
            return run_grammar_bench(options);
        case BenchOptions::Task::kCost:
            return run_cost_bench(options);
        case BenchOptions::Task::kSpeed:
            return run_speed_bench(options);
        case BenchOptions::Task::kTracks:
            return run_tracks_bench(options);
        case BenchOptions::Task::kParity:
            break;
    }
    if (options.engine == "torch") {
        std::vector<const char*> arguments{"varhush"};
        arguments.insert(arguments.end(), argv, argv + argc);
        become_model_half(static_cast<int>(arguments.size()), arguments.data());
    }
    return run_native_parity(options);
}

}  // namespace varhush::apps
