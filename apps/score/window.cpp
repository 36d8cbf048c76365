#include "apps/score/alphagenome.hpp"
#include "varhush/core/error.hpp"

#include <charconv>

namespace varhush::apps {

std::int64_t window_of(const ScoreOptions& options, const models::AlphaGenomeConfig&) {
    std::int64_t window_bp = 0;
    const char* end = options.window.data() + options.window.size();
    const auto parsed = std::from_chars(options.window.data(), end, window_bp);
    if (parsed.ec != std::errc{} || parsed.ptr != end || window_bp < models::kPairBp ||
        window_bp > models::kMaxWindowBp || window_bp % models::kPairBp != 0) {
        throw Error(ErrorKind::kUsage,
                    "--window " + options.window + " is no multiple of 2,048 up to 1,048,576",
                    "usual windows are 16384, 131072, 524288 and 1048576");
    }
    return window_bp;
}

}  // namespace varhush::apps
