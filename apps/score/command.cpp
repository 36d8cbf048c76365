#include "apps/score/command.hpp"

#include "apps/common/model_half.hpp"
#include "apps/score/options.hpp"
#include "apps/score/run.hpp"
#include "varhush/models/alphagenome_native.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace varhush::apps {

namespace {

// A graphics card needs LibTorch. "auto" asks for the model half only where there is a card to try:
// mapping LibTorch takes longer than many runs.
bool wants_model_half(const ScoreOptions& options) {
    if (options.without_model() || options.device == "cpu") {
        return false;
    }
    namespace fs = std::filesystem;
    return options.device != "auto" ||
           (fs::exists("/dev/nvidiactl") && fs::exists(model_half_path()));
}

}  // namespace

int run_score(int argc, const char* const* argv) {
    const auto options = parse_score_options(argc, argv);
    if (wants_model_half(options)) {
        std::vector<const char*> arguments{"varhush"};
        arguments.insert(arguments.end(), argv, argv + argc);
        become_model_half(static_cast<int>(arguments.size()), arguments.data());
    }
    return run_score_with(options,
                          {[](const auto& network, const std::string&, int threads) {
                               return models::make_native_evaluator(network, threads);
                           },
                           [&](const models::AlphaGenomeFile& file, int threads) {
                               refuse_bf16_on_cpu(options);
                               return models::make_native_alphagenome(file, threads);
                           }});
}

}  // namespace varhush::apps
