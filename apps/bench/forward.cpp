#include "apps/bench/forward.hpp"

#include "apps/bench/kernels.hpp"
#include "varhush/models/recipe_weights.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <numeric>
#include <vector>

namespace varhush::apps {

namespace {

using models::OutputType;

constexpr std::int64_t kChunkBp = 8192;  // 100 MB of outputs at full size

double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::vector<models::TrackQuery> chunk_queries(const models::AlphaGenomeConfig& config,
                                              std::int64_t begin,
                                              std::int64_t end) {
    std::vector<models::TrackQuery> queries;
    for (const OutputType output : models::all_output_types()) {
        if (!config.has(output) || output == OutputType::kContactMaps ||
            output == OutputType::kSpliceJunctions) {
            continue;
        }
        if (!models::is_genome_track(output) || models::AlphaGenomeConfig::has_1bp_head(output)) {
            queries.push_back({output, 1, {{begin, end}}, {}});
        }
        if (models::is_genome_track(output)) {
            queries.push_back({output,
                               models::kTokenBp,
                               {{begin / models::kTokenBp, end / models::kTokenBp}},
                               {}});
        }
    }
    return queries;
}

double run_outputs(models::SequenceModel& model, models::SequencePass& pass) {
    const std::int64_t length = pass.length_bp();
    double atac_sum = 0;
    for (std::int64_t begin = 0; begin < length; begin += kChunkBp) {
        const auto values =
            pass.tracks(chunk_queries(model.config(), begin, std::min(length, begin + kChunkBp)));
        if (model.config().has(OutputType::kAtac)) {  // the first query
            atac_sum = std::accumulate(values.front().begin(), values.front().end(), atac_sum);
        }
    }
    if (model.config().has(OutputType::kContactMaps)) {
        const models::PositionRange all{0, length / models::kPairBp};
        static_cast<void>(pass.contact_maps(all, all, {}));
    }
    return atac_sum;
}

double square(double x) {
    return x * x;
}

double encoder_flop(const models::AlphaGenomeConfig& c, double length) {
    double flop = 2 * length * c.kernel * square(c.level_channels(0));
    for (int level = 1; level < models::kEncoderLevels; ++level) {
        const double in = c.level_channels(level - 1);
        const double out = c.level_channels(level);
        flop += 2 * length / (1 << level) * c.kernel * (in * out + out * out);
    }
    return flop;
}

double decoder_flop(const models::AlphaGenomeConfig& c, double length) {
    double flop = 0;
    for (int level = 0; level < models::kEncoderLevels; ++level) {
        const double in =
            level + 1 < models::kEncoderLevels ? c.level_channels(level + 1) : c.trunk_dim;
        const double out = c.level_channels(level);
        const double positions = length / (1 << level);
        flop += 2 * positions * (c.kernel + 1) * out * out + positions * c.kernel * in * out;
    }
    return flop;
}

double tower_flop(const models::AlphaGenomeConfig& c, double length) {
    const double tokens = length / models::kTokenBp;
    const double bins = length / models::kPairBp;
    const double d = c.trunk_dim;
    const double heads = c.attention_heads;
    const double linear = d * (heads * c.qk_dim + c.qk_dim + c.v_dim + heads * c.v_dim + 4 * d);
    const double attention = tokens * heads * (c.qk_dim + c.v_dim);
    const double pair = c.pair_dim;
    const double wide = double{1} * c.seq2pair_heads * c.seq2pair_head_dim;
    const double update = bins * 2 * d * wide + 5 * square(bins) * wide +
                          square(bins) * (c.seq2pair_heads * pair + 7 * square(pair)) +
                          2 * square(bins) * bins * pair;
    const double updates =
        (c.tower_blocks + 1) / 2;  // NOLINT(bugprone-integer-division): every other
    return 2 * (c.tower_blocks * tokens * (linear + attention) + updates * update);
}

double heads_flop(const models::AlphaGenomeConfig& c, double length) {
    const double tokens = length / models::kTokenBp;
    double flop = tokens * (double{1} * c.trunk_dim * c.embedding_128bp_dim +
                            double{1} * c.embedding_128bp_dim * c.embedding_1bp_dim) +
                  length * c.base_channels * c.embedding_1bp_dim;
    for (const OutputType output : models::all_output_types()) {
        if (output == OutputType::kContactMaps || output == OutputType::kSpliceJunctions) {
            continue;
        }
        const double channels = c.channels(output);
        if (models::is_genome_track(output)) {
            flop += tokens * c.embedding_128bp_dim * channels;
        }
        if (!models::is_genome_track(output) || models::AlphaGenomeConfig::has_1bp_head(output)) {
            flop += length * c.embedding_1bp_dim * channels;
        }
    }
    return 2 * flop;
}

}  // namespace

double forward_flop(const models::AlphaGenomeConfig& config, std::int64_t window_bp) {
    const auto length = static_cast<double>(window_bp);
    return encoder_flop(config, length) + tower_flop(config, length) +
           decoder_flop(config, length) + heads_flop(config, length);
}

ForwardReport measure_forward(models::SequenceModel& model,
                              std::int64_t window_bp,
                              int threads,
                              bool again) {
    ForwardReport report;
    report.window_bp = window_bp;
    report.threads = threads;
    report.gflop = forward_flop(model.config(), window_bp) / 1e9;
    report.peak_gflop_per_s = measure_peak(threads);
    const auto codes = models::recipe_sequence("full_" + std::to_string(window_bp), window_bp);
    auto start = std::chrono::steady_clock::now();
    {
        const auto pass = model.run(codes, 0);
        report.trunk_seconds = seconds_since(start);
        start = std::chrono::steady_clock::now();
        report.atac_sum = run_outputs(model, *pass);
        report.outputs_seconds = seconds_since(start);
    }
    if (again) {
        start = std::chrono::steady_clock::now();
        run_outputs(model, *model.run(codes, 0));
        report.again_seconds = seconds_since(start);
    }
    return report;
}

std::string to_text(const ForwardReport& report) {
    char text[400];
    const double first = report.trunk_seconds + report.outputs_seconds;
    std::snprintf(text,
                  sizeof text,
                  "%lld bp, %d thread%s, %.0f GFLOP: first %.2f s (trunk %.2f, outputs %.2f), "
                  "%.0f GFLOP/s, %.0f %% of the peak of %.0f\n",
                  static_cast<long long>(report.window_bp),
                  report.threads,
                  report.threads == 1 ? "" : "s",
                  report.gflop,
                  first,
                  report.trunk_seconds,
                  report.outputs_seconds,
                  report.gflop / first,
                  100 * report.gflop / first / report.peak_gflop_per_s,
                  report.peak_gflop_per_s);
    std::string result = text;
    if (report.again_seconds > 0) {
        std::snprintf(text,
                      sizeof text,
                      "again, weights in place: %.2f s, %.0f GFLOP/s, %.0f %% of the peak\n",
                      report.again_seconds,
                      report.gflop / report.again_seconds,
                      100 * report.gflop / report.again_seconds / report.peak_gflop_per_s);
        result += text;
    }
    return result;
}

std::string to_json(const ForwardReport& report) {
    return nlohmann::json{{"window_bp", report.window_bp},
                          {"threads", report.threads},
                          {"gflop", report.gflop},
                          {"trunk_seconds", report.trunk_seconds},
                          {"outputs_seconds", report.outputs_seconds},
                          {"again_seconds", report.again_seconds},
                          {"peak_gflop_per_s", report.peak_gflop_per_s},
                          {"atac_sum", report.atac_sum}}
               .dump(2) +
           "\n";
}

}  // namespace varhush::apps
