#include "apps/common/child.hpp"
#include "apps/common/model_half.hpp"
#include "apps/doctor/machine.hpp"
#include "varhush/core/memory.hpp"
#include "varhush/core/version.hpp"
#include "varhush/core/worker_pool.hpp"
#include "varhush/io/library_version.hpp"
#include "varhush/models/memory_forecast.hpp"
#include "varhush/models/model_store.hpp"
#include "varhush/nn/conv32.hpp"

#include <nlohmann/json.hpp>
#include <unistd.h>

#include <algorithm>
#include <chrono>

namespace varhush::apps {

namespace {

constexpr std::int64_t kRows = 2000;  // input and output of one tile stay in the L2 cache
constexpr int kWidth = 11;
constexpr int kTilesPerThread = 8;
constexpr int kRounds = 5;

// Rate of our own 32 -> 32 convolution over all planned threads: the best of a few rounds.
double measure_native_conv(int threads) {
    const auto& kernels = nn::kernels32();
    const std::vector<float> weights(std::size_t{kWidth} * 32 * 32, 0.01F);
    const std::vector<float> bias(32, 0.0F);
    const std::vector<float> in(static_cast<std::size_t>(kRows + kWidth - 1) * 32, 0.5F);
    std::vector<std::vector<float>> outs(static_cast<std::size_t>(threads),
                                         std::vector<float>(static_cast<std::size_t>(kRows) * 32));
    core::WorkerPool pool(threads);
    const std::int64_t tiles = std::int64_t{kTilesPerThread} * threads;
    double best_seconds = 1e9;
    for (int round = 0; round < kRounds; ++round) {
        const auto begin = std::chrono::steady_clock::now();
        pool.run(tiles, [&](std::int64_t, int worker) {
            kernels.conv(in.data(),
                         kRows,
                         kWidth,
                         1,
                         weights.data(),
                         bias.data(),
                         {},
                         outs[static_cast<std::size_t>(worker)].data());
        });
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
        best_seconds = std::min(best_seconds, took.count());
    }
    const double flop = 2.0 * 1024 * kWidth * static_cast<double>(kRows * tiles);
    return flop / best_seconds / 1e9;
}

void ask_model_half(Machine& machine) {
    core::apply_runtime_environment(machine.runtime);
    const auto answer = run_child(
        model_half_path(), {"doctor-probe", "--threads", std::to_string(machine.threads.model)});
    if (!answer) {
        machine.model_half_problem = "it cannot be started";
        return;
    }
    if (answer->exit_code != 0) {
        machine.model_half_problem = "it ended with exit code " + std::to_string(answer->exit_code);
        return;
    }
    machine.torch = parse_torch_facts(answer->out);
    if (!machine.torch) {
        machine.model_half_problem = "its answer is not understood (another version?)";
    }
}

}  // namespace

std::optional<TorchFacts> parse_torch_facts(const std::string& json_text) {
    const auto json = nlohmann::json::parse(json_text, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object()) {
        return std::nullopt;
    }
    try {
        TorchFacts facts;
        facts.libtorch = json.at("libtorch");
        facts.blas_library = json.at("blas_library");
        facts.blas_core = json.at("blas_core");
        facts.onednn_isa = json.at("onednn_isa");
        facts.product_gflops = json.at("product_gflops");
        facts.conv_gflops = json.at("conv_gflops");
        facts.devices = json.at("devices").get<std::vector<std::string>>();
        return facts;
    } catch (const nlohmann::json::exception&) {
        return std::nullopt;
    }
}

Machine examine_machine(const core::ThreadPlan& threads, bool measure) {
    Machine machine;
    machine.version = core::version();
    machine.htslib = io::htslib_version();
    machine.cpu = core::detect_cpu_features();
    machine.usable_cpus = core::available_cpus();
    machine.threads = threads;
    const core::Memory memory = core::available_memory();
    machine.memory_total_bytes = memory.total_bytes;
    machine.memory_available_bytes = memory.available_bytes;
    for (const std::int64_t window_bp : models::kOfferedWindows) {
        const auto forecast = models::forecast_memory({}, window_bp, threads.model);
        machine.windows.push_back({window_bp, forecast.one_pass(), forecast.two_passes()});
    }
    machine.runtime = core::plan_runtime_environment(threads);
    machine.native_kernels = nn::kernels32().name;
    for (const auto& model : models::list_models()) {
        machine.models.push_back({model.name, model.path});
    }
    machine.model_half_installed = access(model_half_path().c_str(), X_OK) == 0;
    machine.measured = measure;
    if (measure) {
        machine.native_conv_gflops = measure_native_conv(threads.model);
        if (machine.model_half_installed) {
            ask_model_half(machine);
        }
    }
    return machine;
}

}  // namespace varhush::apps
