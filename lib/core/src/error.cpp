#include "varhush/core/error.hpp"

#include <utility>

namespace varhush {

Error::Error(ErrorKind kind, const std::string& message, std::string hint)
    : std::runtime_error(message), kind_(kind), hint_(std::move(hint)) {}

int exit_code(ErrorKind kind) noexcept {
    switch (kind) {
        case ErrorKind::kInternal:
            return 1;
        case ErrorKind::kUsage:
            return 2;
        case ErrorKind::kInput:
            return 3;
        case ErrorKind::kModel:
            return 5;
        case ErrorKind::kOutput:
            return 6;
        case ErrorKind::kResume:
            return 7;
    }
    return 1;
}

namespace core {

void check_failed(const char* condition, const char* file, int line) {
    throw Error(ErrorKind::kInternal,
                std::string("internal check failed: ") + condition + " (" + file + ":" +
                    std::to_string(line) + ")",
                "this is a bug in varhush: please report it with the command line");
}

}  // namespace core

}  // namespace varhush
