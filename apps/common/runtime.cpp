#include "apps/common/runtime.hpp"

#include "varhush/core/log.hpp"
#include "varhush/core/runtime_environment.hpp"

#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <string_view>

namespace varhush::apps {

namespace {

constexpr const char* kMark = "VARHUSH_RUNTIME";

int number_or_zero(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    return whole && value > 0 ? value : 0;
}

}  // namespace

int requested_threads(int argc, const char* const* argv) {
    constexpr std::string_view kLong = "--threads=";
    int threads = 0;
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        if (argument == "--") {
            break;
        }
        if ((argument == "-@" || argument == "--threads") && i + 1 < argc) {
            threads = number_or_zero(argv[++i]);
        } else if (argument.starts_with(kLong)) {
            threads = number_or_zero(argument.substr(kLong.size()));
        } else if (argument.starts_with("-@")) {
            threads = number_or_zero(argument.substr(2));
        }
    }
    return threads;
}

void prepare_runtime(int argc, const char* const* argv) {
    const core::ThreadPlan threads = core::make_thread_plan(requested_threads(argc, argv));
    core::apply_runtime_environment(core::plan_runtime_environment(threads));
    setenv(kMark, "prepared", 1);
}

void repair_runtime(int argc, char** argv) {
    if (std::getenv(kMark) != nullptr) {
        return;
    }
    prepare_runtime(argc, argv);
    execv("/proc/self/exe", argv);
    core::log(core::LogLevel::kWarning, "cannot start again with a prepared runtime: going on");
}

}  // namespace varhush::apps
