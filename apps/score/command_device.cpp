#include "apps/score/command_device.hpp"

#include "apps/score/options.hpp"
#include "apps/score/run.hpp"
#include "varhush/core/log.hpp"
#include "varhush/models/alphagenome_native.hpp"
#include "varhush/models/alphagenome_torch.hpp"
#include "varhush/models/side_by_side.hpp"
#include "varhush/models/splice_torch_evaluator.hpp"

#include <memory>
#include <string>

namespace varhush::apps {

int run_score_on_device(int argc, const char* const* argv) {
    const auto options = parse_score_options(argc, argv);
    const std::string device = models::resolve_device(options.device);
    core::log(core::LogLevel::kDebug, "the model runs on " + device);
    return run_score_with(
        options,
        {[&](const auto& network, const std::string& model, int threads) {
             return device == "cpu" ? models::make_native_evaluator(network, threads)
                                    : models::make_torch_evaluator(model, device);
         },
         [&](const models::AlphaGenomeFile& file,
             int threads) -> std::unique_ptr<models::SequenceModel> {
             if (device == "cpu") {
                 refuse_bf16_on_cpu(options);
                 return models::make_native_alphagenome(file, threads);
             }
             const models::AlphaGenomeTorchOptions torch_options{
                 device,
                 options.precision == "f32" ? models::TorchPrecision::kFloat32
                                            : models::TorchPrecision::kBfloat16};
             return models::make_side_by_side(
                 file,
                 [&](const nn::SafeTensors& weights, const models::AlphaGenomeConfig& config) {
                     return std::make_unique<models::AlphaGenomeTorch>(
                         weights, config, torch_options);
                 });
         },
         device == "cpu"});
}

}  // namespace varhush::apps
