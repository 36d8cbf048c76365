#include "varhush/core/log.hpp"

#include <atomic>
#include <cstdio>
#include <ctime>
#include <mutex>
#include <string>

namespace varhush::core {

namespace {

std::atomic<LogLevel> g_level{LogLevel::kInfo};

struct LogState {
    std::mutex mutex;
    std::string command = "varhush";
};

LogState& state() {
    static LogState instance;
    return instance;
}

const char* level_name(LogLevel level) {
    switch (level) {
        case LogLevel::kError:
            return "error";
        case LogLevel::kWarning:
            return "warning";
        case LogLevel::kInfo:
            return "info";
        case LogLevel::kDebug:
            return "debug";
    }
    return "info";
}

std::string printable(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7F) {
            c = '?';
        }
    }
    return out;
}

}  // namespace

void set_log_level(LogLevel level) noexcept {
    g_level = level;
}

LogLevel log_level() noexcept {
    return g_level;
}

void set_log_command(std::string_view command) {
    const std::lock_guard lock(state().mutex);
    state().command = command;
}

void log(LogLevel level, std::string_view message) {
    if (level > g_level) {
        return;
    }
    const std::time_t now = std::time(nullptr);
    std::tm local{};
    localtime_r(&now, &local);
    char clock[16];
    std::strftime(clock, sizeof clock, "%H:%M:%S", &local);
    const std::lock_guard lock(state().mutex);
    const std::string line = std::string(clock) + " " + level_name(level) + " " + state().command +
                             ": " + printable(message) + "\n";
    std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace varhush::core
