#include "apps/common/stop_signal.hpp"

#include <csignal>

namespace varhush::apps {

namespace {

constexpr int kInterrupted = 130;
constexpr int kTerminated = 143;
volatile std::sig_atomic_t stop_signal = 0;

extern "C" void note_signal(int number) {
    stop_signal = number;
}

}  // namespace

void catch_stop_signals() {
    struct sigaction action {};
    action.sa_handler = note_signal;
    action.sa_flags = SA_RESETHAND;
    sigaction(SIGTERM, &action, nullptr);
    sigaction(SIGINT, &action, nullptr);
}

bool stopping() {
    return stop_signal != 0;
}

int stopped_code() {
    return stop_signal == SIGINT ? kInterrupted : kTerminated;
}

}  // namespace varhush::apps
