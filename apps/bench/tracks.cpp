#include "apps/bench/tracks.hpp"

#include "apps/bench/figures.hpp"
#include "varhush/core/log.hpp"
#include "varhush/core/split_list.hpp"
#include "varhush/core/thread_plan.hpp"
#include "varhush/models/alphagenome_file.hpp"
#include "varhush/models/alphagenome_native.hpp"
#include "varhush/train/track_accuracy.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace varhush::apps {

namespace {

using Json = nlohmann::ordered_json;

Json row_of(const train::TrackAccuracy& one, bool mean) {
    Json row{{"output", models::output_name(one.output)},
             {"resolution", one.resolution_bp},
             {"name", one.name},
             {"strand", std::string(1, one.strand)},
             {"measure", one.measure},
             {"value", one.figure.value},
             {"low", one.figure.interval.low},
             {"high", one.figure.interval.high}};
    row[mean ? "tracks" : "positives"] = one.positives;
    row["bins"] = one.bins;
    return row;
}

std::vector<Json> rows_of(const train::TrackReport& report) {
    std::vector<Json> rows;
    for (const auto& mean : report.means) {
        rows.push_back(row_of(mean, true));
    }
    for (const auto& track : report.tracks) {
        rows.push_back(row_of(track, false));
    }
    return rows;
}

}  // namespace

int run_tracks_bench(const BenchOptions& options) {
    const Report report(options);
    const TracksBenchOptions& own = options.tracks;
    const auto config = train::read_track_config(own.config, own.folder);
    train::TrackJudging judging;
    for (const auto& region : core::split_list(own.regions)) {
        judging.regions.push_back(seq::parse_region(region));
    }
    judging.most_windows = own.windows;
    judging.rounds = options.rounds;
    const auto file = models::load_alphagenome(options.model);
    const auto model = models::make_native_alphagenome(
        file.file, file.config, core::make_thread_plan(options.run.threads).model);
    const auto judged = train::judge_tracks(config, file, *model, judging);
    core::log(core::LogLevel::kInfo,
              std::to_string(judged.windows) + " windows of " + std::to_string(config.window_bp) +
                  " bases, " + std::to_string(judged.tracks.size()) + " figures");
    if (judged.absent > 0) {
        core::log(core::LogLevel::kWarning,
                  std::to_string(judged.absent) + " labelled tracks are not in the model");
    }
    const auto rows = rows_of(judged);
    return report.finish("varhush bench tracks: " + options.model,
                         rows_text({"output",
                                    "resolution",
                                    "name",
                                    "strand",
                                    "measure",
                                    "value",
                                    "low",
                                    "high",
                                    "positives",
                                    "tracks",
                                    "bins"},
                                   rows),
                         rows);
}

}  // namespace varhush::apps
