#pragma once

#include <chrono>
#include <cstddef>

namespace varhush::apps {

/// A line of progress a minute.
class TileProgress {
  public:
    explicit TileProgress(std::size_t tiles) : tiles_(tiles) {}

    /// Tile number `tile` is there; `computed`: by this run, and not from the journal.
    void done(std::size_t tile, bool computed);

  private:
    std::size_t tiles_;
    std::size_t computed_ = 0;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    std::chrono::steady_clock::time_point last_ = start_;
};

}  // namespace varhush::apps
