#include "apps/predict/tile_progress.hpp"

#include "varhush/core/log.hpp"

#include <cstdint>
#include <string>

namespace varhush::apps {

void TileProgress::done(std::size_t tile, bool computed) {
    computed_ += computed ? 1 : 0;
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < std::chrono::minutes(1) || computed_ == 0) {
        return;
    }
    last_ = now;
    const std::chrono::duration<double> took = now - start_;
    const double left =
        took.count() / static_cast<double>(computed_) * static_cast<double>(tiles_ - tile - 1);
    core::log(core::LogLevel::kInfo,
              std::to_string(tile + 1) + " of " + std::to_string(tiles_) + " windows, " +
                  std::to_string(static_cast<std::int64_t>(left / 60) + 1) + " min left");
}

}  // namespace varhush::apps
