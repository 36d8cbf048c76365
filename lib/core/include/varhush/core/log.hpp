#pragma once

#include <string_view>

namespace varhush::core {

enum class LogLevel { kError, kWarning, kInfo, kDebug };

/// Nothing above `level` is written. Default kInfo. Thread-safe.
void set_log_level(LogLevel level) noexcept;
[[nodiscard]] LogLevel log_level() noexcept;

/// The command name shown in every line, e.g. "score". Set once by main before threads start.
void set_log_command(std::string_view command);

/// One line on stderr: time, level, command, message. stdout is data and is never written to.
/// Control characters in `message` (it may quote hostile input) are shown as '?'. Thread-safe.
void log(LogLevel level, std::string_view message);

}  // namespace varhush::core
