#include "apps/common/command.hpp"

#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/io/output_file.hpp"

#include <CLI/Error.hpp>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <new>
#include <string>

namespace varhush::apps {

namespace {

constexpr int kOutOfMemory = 137;

extern "C" void end_by_signal(int number) {
    io::remove_unfinished_files();
    _exit(128 + number);
}

// A signal that came in ignored (nohup, a job in the background) stays ignored.
void end_at(int number) {
    struct sigaction action {};
    if (sigaction(number, nullptr, &action) == 0 && action.sa_handler == SIG_IGN) {
        return;
    }
    action = {};
    action.sa_handler = end_by_signal;
    sigfillset(&action.sa_mask);
    sigaction(number, &action, nullptr);
}

void ignore(int number) {
    struct sigaction action {};
    action.sa_handler = SIG_IGN;
    sigaction(number, &action, nullptr);
}

void report(const std::string& message, const std::string& hint) {
    core::log(core::LogLevel::kError, message);
    if (!hint.empty()) {
        core::log(core::LogLevel::kError, "hint: " + hint);
    }
}

// LibTorch reports exhausted memory as a plain exception with one of these texts.
bool tells_of_exhausted_memory(const std::string& message) {
    return message.find("DefaultCPUAllocator") != std::string::npos ||
           message.find("out of memory") != std::string::npos;
}

int report_foreign(const std::string& message) {
    if (tells_of_exhausted_memory(message)) {
        report("out of memory: " + message, "fewer threads (-@) or a smaller batch need less");
        return kOutOfMemory;
    }
    report("unexpected: " + message,
           "this is a bug in varhush: please report it with the command line");
    return exit_code(ErrorKind::kInternal);
}

int run_reporting(const std::function<int()>& body) {
    try {
        return body();
    } catch (const Error& error) {
        report(error.what(), error.hint());
        return exit_code(error.kind());
    } catch (const CLI::Success&) {
        return 0;
    } catch (const CLI::ParseError& error) {
        report(error.what(), "");
        return exit_code(ErrorKind::kUsage);
    } catch (const std::bad_alloc&) {
        report("out of memory", "fewer threads (-@) or a smaller batch need less");
        return kOutOfMemory;
    } catch (const std::exception& error) {
        return report_foreign(error.what());
    } catch (...) {
        return report_foreign("an exception without a text");
    }
}

}  // namespace

int run_guarded(std::string_view command, const std::function<int()>& body) {
    core::set_log_command(command);
    const int code = run_reporting(body);
    io::remove_unfinished_files();
    return code;
}

void install_signal_handlers() {
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGXCPU}) {
        end_at(number);
    }
    for (const int number : {SIGPIPE, SIGXFSZ}) {
        ignore(number);
    }
}

void open_standard_descriptors() {
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (fcntl(descriptor, F_GETFD) < 0 && errno == EBADF) {
            // The lowest free descriptor is this one. The wrong way round for 0 and 1, so that
            // reading and writing data still fails.
            const int way = descriptor == STDOUT_FILENO ? O_RDONLY : O_WRONLY;
            static_cast<void>(open("/dev/null", way));
        }
    }
}

}  // namespace varhush::apps
