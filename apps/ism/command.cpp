#include "apps/ism/command.hpp"

#include "apps/common/model_half.hpp"
#include "apps/ism/options.hpp"
#include "apps/ism/run.hpp"
#include "varhush/models/alphagenome_native.hpp"

#include <filesystem>
#include <vector>

namespace varhush::apps {

namespace {

// Gradients and graphics cards need LibTorch.
bool wants_model_half(const IsmOptions& options) {
    if (options.method() != IsmMethod::kIsm) {
        return true;
    }
    if (options.device == "cpu") {
        return false;
    }
    namespace fs = std::filesystem;
    return options.device != "auto" ||
           (fs::exists("/dev/nvidiactl") && fs::exists(model_half_path()));
}

}  // namespace

int run_ism(int argc, const char* const* argv) {
    const auto options = parse_ism_options(argc, argv);
    if (wants_model_half(options)) {
        std::vector<const char*> arguments{"varhush"};
        arguments.insert(arguments.end(), argv, argv + argc);
        become_model_half(static_cast<int>(arguments.size()), arguments.data());
    }
    return run_ism_with(options, [](const models::AlphaGenomeFile& file, int threads) {
        return IsmEngine{models::make_native_alphagenome(file, threads), {}};
    });
}

}  // namespace varhush::apps
