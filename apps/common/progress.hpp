#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

namespace varhush::apps {

/// Counters that the stages write and the progress display reads.
struct ProgressCounters {
    std::atomic<std::int64_t> alleles{0};   ///< written
    std::atomic<std::int64_t> unscored{0};  ///< of these, without a score
    std::atomic<double> fraction{-1};       ///< share of the input read, negative: unknown
};

enum class ProgressStyle { kNone, kBar, kLines };

/// Style for `--progress auto|bar|lines|none`: auto is a bar when stderr is a terminal, else lines;
/// quiet is none.
[[nodiscard]] ProgressStyle choose_progress(const std::string& wish, bool quiet);

/// "12,300 alleles, 410/s, 35%, 2 min left, 20 without a score"
[[nodiscard]] std::string progress_text(std::int64_t alleles,
                                        std::int64_t unscored,
                                        double fraction,
                                        double seconds);

/// Shows the counters on stderr from a thread of its own: a bar that is redrawn twice a second, or
/// a log line a minute. Ends, and clears the bar, with the object.
class ProgressDisplay {
  public:
    ProgressDisplay(const ProgressCounters& counters, ProgressStyle style);
    ~ProgressDisplay();
    ProgressDisplay(const ProgressDisplay&) = delete;
    ProgressDisplay& operator=(const ProgressDisplay&) = delete;

  private:
    void show_until_stopped();
    void show() const;

    const ProgressCounters& counters_;
    ProgressStyle style_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    std::mutex mutex_;
    std::condition_variable wake_;
    bool stop_ = false;
    std::thread thread_;
};

}  // namespace varhush::apps
