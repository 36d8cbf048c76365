#pragma once

#include <stdexcept>
#include <string>

namespace varhush {

/// What ended a run. The kind decides the exit code (`exit_code`).
enum class ErrorKind {
    kInternal,  ///< a bug, or anything unforeseen (exit 1)
    kUsage,     ///< options that do not make sense (exit 2)
    kInput,     ///< malformed input, wrong build, unsorted (exit 3)
    kModel,     ///< model missing, hash or shape mismatch (exit 5)
    kOutput,    ///< write, close, fsync or rename failed (exit 6)
    kResume,    ///< a resume journal does not fit (exit 7)
};

/// Thrown for what ends the run. What is expected per record is a value, never an Error.
/// `message` says what and where; `hint` says what to do about it and may be empty.
class Error : public std::runtime_error {
  public:
    Error(ErrorKind kind, const std::string& message, std::string hint = {});

    [[nodiscard]] ErrorKind kind() const noexcept { return kind_; }
    [[nodiscard]] const std::string& hint() const noexcept { return hint_; }

  private:
    ErrorKind kind_;
    std::string hint_;
};

/// Process exit code of an error kind (table in docs/DEV.md, "Errors").
int exit_code(ErrorKind kind) noexcept;

namespace core {
[[noreturn]] void check_failed(const char* condition, const char* file, int line);
}  // namespace core

}  // namespace varhush

/// For bugs only; never depends on user data. Stays on in release builds.
#define VARHUSH_CHECK(condition)                                           \
    do {                                                                   \
        if (!(condition)) {                                                \
            ::varhush::core::check_failed(#condition, __FILE__, __LINE__); \
        }                                                                  \
    } while (false)
