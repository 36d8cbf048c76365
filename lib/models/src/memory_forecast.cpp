#include "varhush/models/memory_forecast.hpp"

#include "varhush/core/error.hpp"

#include <cstdio>
#include <string>

namespace varhush::models {
namespace {

constexpr std::int64_t kFloat = 4;
// A thread's tiles of encoder, decoder, embedder and heads: about forty rows of tile positions by
// the widest channels.
constexpr std::int64_t kTilePositions = 2048;
constexpr std::int64_t kTileBuffers = 12;
constexpr std::int64_t kAttentionRows = 48;

std::int64_t elements(const TensorSpec& tensor) {
    std::int64_t count = 1;
    for (const std::int64_t size : tensor.shape) {
        count *= size;
    }
    return count;
}

std::int64_t pass_bytes(const AlphaGenomeConfig& config, std::int64_t window_bp) {
    std::int64_t floats = 0;
    for (int level = 0; level < kEncoderLevels; ++level) {
        floats += (window_bp >> level) * config.level_channels(level);
    }
    const std::int64_t tokens = window_bp / kTokenBp;
    const std::int64_t bins = window_bp / kPairBp;
    // Tokens, the tower's branches beside them, and both embeddings made of them.
    floats += tokens * (3 * std::int64_t{config.trunk_dim} + 2 * std::int64_t{config.trunk_dim} +
                        config.embedding_128bp_dim + config.embedding_1bp_dim);
    floats += 4 * bins * bins * config.pair_dim;  // state, update, its branches
    return floats * kFloat;
}

std::string gigabytes(std::int64_t bytes) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f GB", static_cast<double>(bytes) / 1e9);
    return text;
}

}  // namespace

MemoryForecast forecast_memory(const AlphaGenomeConfig& config,
                               std::int64_t window_bp,
                               int threads) {
    MemoryForecast forecast;
    for (const TensorSpec& tensor : alphagenome_layout(config)) {
        const bool read_in_chunks = tensor.name.find(".rope_params.") != std::string::npos;
        forecast.weights += read_in_chunks ? 0 : elements(tensor) * kFloat;
    }
    forecast.reference = pass_bytes(config, window_bp);
    forecast.edited = forecast.reference;
    const std::int64_t tile = kTileBuffers * kTilePositions * config.embedding_1bp_dim +
                              2 * kAttentionRows * config.attention_heads * (window_bp / kTokenBp);
    forecast.scratch = threads * tile * kFloat;
    return forecast;
}

std::int64_t largest_window(const AlphaGenomeConfig& config,
                            std::int64_t available_bytes,
                            int threads,
                            bool two_passes) {
    std::int64_t largest = 0;
    for (const std::int64_t window_bp : kOfferedWindows) {
        const MemoryForecast forecast = forecast_memory(config, window_bp, threads);
        if ((two_passes ? forecast.two_passes() : forecast.one_pass()) <= available_bytes) {
            largest = window_bp;
        }
    }
    return largest;
}

void check_window_fits(const AlphaGenomeConfig& config,
                       std::int64_t window_bp,
                       std::int64_t available_bytes,
                       int threads,
                       bool two_passes) {
    const MemoryForecast forecast = forecast_memory(config, window_bp, threads);
    const std::int64_t needed = two_passes ? forecast.two_passes() : forecast.one_pass();
    if (available_bytes <= 0 || needed <= available_bytes) {
        return;
    }
    const std::int64_t fits = largest_window(config, available_bytes, threads, two_passes);
    throw Error(ErrorKind::kUsage,
                "a window of " + std::to_string(window_bp) + " bases needs " + gigabytes(needed) +
                    " of memory, and " + gigabytes(available_bytes) + " are free",
                fits > 0 ? "--window " + std::to_string(fits) + " fits"
                         : "no window of this model fits; free memory, or use a smaller model");
}

}  // namespace varhush::models
