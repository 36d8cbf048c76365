// The model half: the commands that need LibTorch. Started by `varhush`, which prepares the
// numerical runtime first; nobody types this name.
#include "apps/adapt/command.hpp"
#include "apps/bench/command_torch.hpp"
#include "apps/common/command.hpp"
#include "apps/common/command_table.hpp"
#include "apps/common/runtime.hpp"
#include "apps/doctor_probe/command.hpp"
#include "apps/ism/command_device.hpp"
#include "apps/score/command_device.hpp"
#include "apps/train/command.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/thread_plan.hpp"

#include <ATen/Parallel.h>

#include <array>
#include <span>
#include <string>

namespace varhush::apps {

namespace {

constexpr std::array kModelCommands{
    Command{"", "adapt", "", run_adapt},
    Command{"", "bench", "", run_bench_on_torch},
    Command{"", "doctor-probe", "", run_doctor_probe},
    Command{"", "ism", "", run_ism_on_device},
    Command{"", "score", "", run_score_on_device},
    Command{"", "train", "", run_train},
};

/// One budget for all commands, before any work: LibTorch takes the inter-op number only once.
void plan_torch_threads(int argc, const char* const* argv) {
    at::set_num_interop_threads(1);
    at::set_num_threads(core::make_thread_plan(requested_threads(argc, argv)).model);
}

int run_model_half(int argc, const char* const* argv) {
    const Command* command = argc > 1 ? find_command(kModelCommands, argv[1]) : nullptr;
    if (command == nullptr) {
        throw Error(ErrorKind::kUsage,
                    "varhush-model is the inner half of varhush",
                    "'varhush --help' lists the commands");
    }
    plan_torch_threads(argc, argv);
    return command->run(argc - 1, argv + 1);
}

}  // namespace

}  // namespace varhush::apps

int main(int argc, char** argv) {
    using namespace varhush::apps;
    open_standard_descriptors();
    repair_runtime(argc, argv);
    install_signal_handlers();
    return run_guarded(argc > 1 ? argv[1] : "varhush-model",
                       [&] { return run_model_half(argc, argv); });
}
