#include "apps/bench/command_torch.hpp"

#include "apps/bench/options.hpp"
#include "apps/bench/parity.hpp"
#include "varhush/core/error.hpp"
#include "varhush/models/alphagenome_torch.hpp"
#include "varhush/models/splice_torch_evaluator.hpp"

namespace varhush::apps {

int run_bench_on_torch(int argc, const char* const* argv) {
    const BenchOptions options = parse_bench_options(argc, argv);
    apply_verbosity(options.run);
    if (options.task != BenchOptions::Task::kParity || options.engine != "torch") {
        throw Error(ErrorKind::kUsage, "varhush-model runs 'bench parity --engine torch' only");
    }
    models::AlphaGenomeTorchOptions torch;
    torch.device = models::resolve_device(options.device);
    ParityEngine engine;
    engine.name = "torch";
    engine.make = [torch](const nn::SafeTensors& weights, const models::AlphaGenomeConfig& config) {
        return std::make_unique<models::AlphaGenomeTorch>(weights, config, torch);
    };
    engine.modules = models::run_torch_module;
    return run_parity(options, engine);
}

}  // namespace varhush::apps
