#include "apps/ism/command_device.hpp"

#include "apps/ism/options.hpp"
#include "apps/ism/run.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/models/alphagenome_native.hpp"
#include "varhush/models/alphagenome_torch.hpp"
#include "varhush/models/side_by_side.hpp"
#include "varhush/models/splice_torch_evaluator.hpp"

#include <string>
#include <utility>

namespace varhush::apps {

namespace {

// LibTorch gives the tracks too where it gives the gradient: one copy of the weights in memory.
IsmEngine make_engine(const IsmOptions& options,
                      const std::string& device,
                      const models::AlphaGenomeFile& file,
                      int threads) {
    const bool native = device == "cpu" && options.method() == IsmMethod::kIsm;
    if (native) {
        return {models::make_native_alphagenome(file, threads), {}};
    }
    models::AlphaGenomeTorchOptions torch_options;
    torch_options.device = device;
    if (!file.parts.empty() && options.method() != IsmMethod::kIsm) {
        throw Error(ErrorKind::kUsage,
                    "--method " + options.method_name +
                        " runs one network, and an adapter that changes the trunk makes a second",
                    "'varhush adapt --merge' makes one of them");
    }
    if (!file.parts.empty()) {
        return {models::make_side_by_side(
                    file,
                    [&](const nn::SafeTensors& weights, const models::AlphaGenomeConfig& config) {
                        return std::make_unique<models::AlphaGenomeTorch>(
                            weights, config, torch_options);
                    }),
                {}};
    }
    auto network =
        std::make_unique<models::AlphaGenomeTorch>(file.file, file.config, torch_options);
    auto* raw = network.get();  // lives in the engine, as the function does
    return {std::move(network),
            [raw](std::span<const std::uint8_t> codes,
                  int organism,
                  const models::TrackQuery& query,
                  std::span<const float> weights) {
                return raw->input_gradient(codes, organism, query, weights);
            }};
}

}  // namespace

int run_ism_on_device(int argc, const char* const* argv) {
    const auto options = parse_ism_options(argc, argv);
    const std::string device = models::resolve_device(options.device);
    core::log(core::LogLevel::kDebug, "the model runs on " + device);
    return run_ism_with(options, [&](const models::AlphaGenomeFile& file, int threads) {
        return make_engine(options, device, file, threads);
    });
}

}  // namespace varhush::apps
