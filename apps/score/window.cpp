#include "apps/score/alphagenome.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/memory.hpp"
#include "varhush/models/memory_forecast.hpp"

#include <charconv>

namespace varhush::apps {

namespace {

std::int64_t parse_window(const std::string& text) {
    std::int64_t window_bp = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, window_bp);
    if (parsed.ec != std::errc{} || parsed.ptr != end || window_bp < models::kPairBp ||
        window_bp > models::kMaxWindowBp || window_bp % models::kPairBp != 0) {
        throw Error(ErrorKind::kUsage,
                    "--window " + text + " is neither auto nor a multiple of 2,048 up to 1,048,576",
                    "usual windows are 16384, 131072, 524288 and 1048576");
    }
    return window_bp;
}

}  // namespace

std::int64_t window_of(const ScoreOptions& options,
                       const models::AlphaGenomeConfig& config,
                       int threads) {
    const auto available = core::available_memory().available_bytes;
    if (options.window != "auto") {
        const std::int64_t window_bp = parse_window(options.window);
        models::check_window_fits(config, window_bp, available, threads, true);
        return window_bp;
    }
    const std::int64_t window_bp = models::largest_window(config, available, threads, true);
    if (window_bp == 0) {
        // Says what the smallest one needs.
        models::check_window_fits(
            config, models::kOfferedWindows.front(), available, threads, true);
    }
    return window_bp == 0 ? models::kOfferedWindows.front() : window_bp;
}

}  // namespace varhush::apps
