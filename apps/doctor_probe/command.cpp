#include "apps/doctor_probe/command.hpp"

#include "apps/common/cli.hpp"
#include "apps/common/run_options.hpp"
#include "apps/doctor_probe/libraries.hpp"
#include "apps/doctor_probe/rates.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace varhush::apps {

namespace {

constexpr HelpText kHelp{
    .name = "doctor",
    .description = "The part of 'varhush doctor' that needs LibTorch.",
    .example_a = "varhush doctor",
    .example_b = "varhush doctor --json",
};

}  // namespace

int run_doctor_probe(int argc, const char* const* argv) {
    RunOptions run;
    const auto app = make_command_app(kHelp);
    add_run_options(*app, run);
    parse_command_line(*app, argc, argv);

    nlohmann::ordered_json json;
    json["libtorch"] = libtorch_version();
    json["blas_library"] = blas_library();
    json["blas_core"] = blas_core();
    json["onednn_isa"] = onednn_isa();
    json["product_gflops"] = measure_product_gflops();
    json["conv_gflops"] = measure_conv_gflops();
    json["devices"] = torch_devices();
    print_to_stdout(json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) +
                    "\n");
    return 0;
}

}  // namespace varhush::apps
