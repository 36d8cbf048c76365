#pragma once

#include <chrono>
#include <fstream>
#include <string>

namespace varhush::train {

using Clock = std::chrono::steady_clock;

[[nodiscard]] double minutes_since(Clock::time_point start);

/// Five digits; "." for what is not finite.
[[nodiscard]] std::string figure_text(double value);

/// The table that a training writes, line by line, so that it can be watched. Without a path
/// nothing is written.
class TrainingLog {
  public:
    /// A run that resumes goes on with its file; another starts it with `header`.
    /// @throws Error{kOutput} when it cannot be created.
    void open(const std::string& path, bool resume, const std::string& header);
    /// @throws Error{kOutput} when it cannot be written.
    void add(const std::string& line);

  private:
    std::string path_;
    std::ofstream file_;
};

}  // namespace varhush::train
