#include "apps/model/command.hpp"

#include "apps/common/cli.hpp"
#include "apps/model/options.hpp"
#include "apps/model/tasks.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/models/model_store.hpp"

namespace varhush::apps {

namespace {

int verify(const ModelOptions& options) {
    const auto checks = check_model(options.model);
    print_to_stdout(verify_text(options.model, checks, options.json));
    if (all_passed(checks)) {
        return 0;
    }
    core::log(core::LogLevel::kError, options.model + " did not pass");
    return exit_code(ErrorKind::kModel);
}

}  // namespace

int run_model(int argc, const char* const* argv) {
    const ModelOptions options = parse_model_options(argc, argv);
    apply_verbosity(options.run);
    switch (options.task) {
        case ModelOptions::Task::kList:
            print_to_stdout(list_text(options.json));
            return 0;
        case ModelOptions::Task::kInfo:
            print_to_stdout(info_text(models::open_model(options.model), options.json));
            return 0;
        case ModelOptions::Task::kVerify:
            return verify(options);
        case ModelOptions::Task::kConvert:
            print_to_stdout(convert_model(options));
            return 0;
        case ModelOptions::Task::kAdd:
            print_to_stdout(add_model(options));
            return 0;
    }
    return 0;
}

}  // namespace varhush::apps
