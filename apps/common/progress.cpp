#include "apps/common/progress.hpp"

#include "varhush/core/log.hpp"
#include "varhush/report/run_summary.hpp"

#include <unistd.h>

#include <cstdio>

namespace varhush::apps {

namespace {

using std::chrono::duration;
using std::chrono::steady_clock;

constexpr auto kBarInterval = std::chrono::milliseconds(500);
constexpr auto kLineInterval = std::chrono::seconds(60);
constexpr int kBarWidth = 24;

std::string time_left(double seconds) {
    char text[48];
    if (seconds <= 90) {
        std::snprintf(text, sizeof text, "%.0f s left", seconds);
    } else if (seconds < 90 * 60) {
        std::snprintf(text, sizeof text, "%.0f min left", seconds / 60);
    } else {
        std::snprintf(text, sizeof text, "%.1f h left", seconds / 3600);
    }
    return text;
}

std::string bar(double fraction) {
    const int filled = static_cast<int>(fraction * kBarWidth);
    std::string text = "[";
    for (int i = 0; i < kBarWidth; ++i) {
        text += i < filled ? '#' : '.';
    }
    return text + "] ";
}

}  // namespace

ProgressStyle choose_progress(const std::string& wish, bool quiet) {
    if (wish == "none" || quiet) {
        return ProgressStyle::kNone;
    }
    if (wish == "auto") {
        return isatty(STDERR_FILENO) != 0 ? ProgressStyle::kBar : ProgressStyle::kLines;
    }
    return wish == "bar" ? ProgressStyle::kBar : ProgressStyle::kLines;
}

std::string progress_text(std::int64_t alleles,
                          std::int64_t unscored,
                          double fraction,
                          double seconds) {
    std::string text = report::with_thousands(alleles) + " alleles";
    if (seconds > 0) {
        const double rate = static_cast<double>(alleles) / seconds;
        text += ", " + report::with_thousands(static_cast<std::int64_t>(rate)) + "/s";
    }
    if (fraction > 0 && fraction <= 1) {
        text += ", " + std::to_string(static_cast<int>(fraction * 100)) + "%, " +
                time_left(seconds * (1 - fraction) / fraction);
    }
    return text + ", " + report::with_thousands(unscored) + " without a score";
}

ProgressDisplay::ProgressDisplay(const ProgressCounters& counters, ProgressStyle style)
    : counters_(counters), style_(style) {
    if (style_ != ProgressStyle::kNone) {
        thread_ = std::thread([this] { show_until_stopped(); });
    }
}

ProgressDisplay::~ProgressDisplay() {
    if (!thread_.joinable()) {
        return;
    }
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    wake_.notify_all();
    thread_.join();
    if (style_ == ProgressStyle::kBar) {
        std::fputs("\r\033[K", stderr);
    }
}

void ProgressDisplay::show_until_stopped() {
    std::unique_lock lock(mutex_);
    const steady_clock::duration interval = style_ == ProgressStyle::kBar
                                                ? steady_clock::duration(kBarInterval)
                                                : steady_clock::duration(kLineInterval);
    while (!wake_.wait_for(lock, interval, [this] { return stop_; })) {
        show();
    }
}

void ProgressDisplay::show() const {
    const double seconds = duration<double>(steady_clock::now() - start_).count();
    const double fraction = counters_.fraction;
    const std::string text =
        progress_text(counters_.alleles, counters_.unscored, fraction, seconds);
    if (style_ == ProgressStyle::kLines) {
        core::log(core::LogLevel::kInfo, text);
        return;
    }
    const std::string line = "\r\033[K" + (fraction >= 0 ? bar(fraction) : std::string()) + text;
    std::fputs(line.c_str(), stderr);
    std::fflush(stderr);
}

}  // namespace varhush::apps
