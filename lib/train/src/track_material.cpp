#include "track_material.hpp"

#include "fingerprint.hpp"
#include "initial_weights.hpp"
#include "stem_motifs.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/models/alphagenome_file.hpp"

#include <limits>
#include <sstream>

namespace varhush::train {
namespace {

std::string fingerprint_of(const Material& material) {
    Fingerprint print;
    for (const LabelTrack& one : material.labels.tracks) {
        print.add(std::string_view(one.track.name));
        print.add(static_cast<std::int64_t>(one.track.output));
        for (const auto& [contig, intervals] : one.labels.contigs()) {
            print.add(std::string_view(contig));
            std::vector<std::int64_t> places;
            std::vector<float> values;
            for (const LabelSpan& interval : intervals) {
                places.push_back(interval.start);
                places.push_back(interval.end);
                values.push_back(interval.value);
            }
            print.add(places);
            print.add(values);
        }
    }
    for (const auto& [contig, sites] : material.labels.splice) {
        print.add(std::string_view(contig));
        for (const auto& [position, kind] : sites) {
            print.add(position);
            print.add(static_cast<std::int64_t>(kind));
        }
    }
    for (const Window& window : material.windows.train) {
        print.add(std::string_view(window.contig));
        print.add(window.start);
    }
    return print.take();
}

}  // namespace

Material::Material(const TrackConfig& config)
    : tables(read_sequence_tables(config)),
      reference(config.fastas, tables),
      labels(read_track_labels(config, reference, tables)),
      windows(plan_windows(config, labels, reference, tables)),
      model(with_heads(config.model, labels)) {
    // Means and first biases, too, come from what is trained on alone.
    for (const Window& window : windows.train) {
        stretches.push_back({window.contig, window.start, window.start + config.window_bp});
    }
    set_track_means(labels, stretches);
    model.validate("training configuration");
}

void log_material(const Material& material) {
    std::size_t intervals = 0;
    for (const LabelTrack& one : material.labels.tracks) {
        intervals += static_cast<std::size_t>(one.labels.size());
    }
    const WindowPlan& windows = material.windows;
    core::log(core::LogLevel::kInfo,
              std::to_string(material.labels.tracks.size()) + " tracks with " +
                  std::to_string(intervals) +
                  " intervals; windows: " + std::to_string(windows.train.size()) +
                  " to train on, " + std::to_string(windows.validation.size()) + " to watch, " +
                  std::to_string(windows.test.size()) + " for the test; left out " +
                  std::to_string(windows.overlapping) + " that reach into held-out regions and " +
                  std::to_string(windows.unknown) + " of N");
    core::log(core::LogLevel::kInfo,
              std::to_string(models::parameter_count(material.model)) + " parameters");
}

std::string digest_of(const TrackConfig& config, const Material& material) {
    const TrackFit& fit = config.fit;
    std::ostringstream out;
    out.precision(std::numeric_limits<double>::max_digits10);
    out << material.model.to_json() << " window " << config.window_bp << " shift "
        << config.shift_bp << " crop " << config.crop_bp << " batch " << fit.batch
        << " learning rate " << fit.learning_rate << " warm-up " << fit.warmup_steps << " decay "
        << fit.weight_decay << " clip " << fit.clip_norm << " averaging " << fit.ema_decay
        << " statistics " << fit.statistics_share << " positional " << fit.positional_weight
        << " background " << fit.background_share << (fit.bfloat16 ? " bfloat16" : "") << " seed "
        << fit.seed << " weights";
    for (const LabelTrack& one : material.labels.tracks) {
        out << ' ' << one.weight;
        for (const std::string& contig : one.contigs) {
            out << " on " << contig;
        }
    }
    for (const EffectSource& one : config.effects) {
        out << " effects " << one.file << ' ' << one.track << ' ' << one.weight << ' ' << one.every
            << ' ' << one.batch;
    }
    out << ' ' << material.labels.splice_weight << " labels " << fingerprint_of(material);
    return out.str();
}

std::vector<nn::NamedTensor> first_weights(const TrackConfig& config,
                                           const Material& material,
                                           const TrackRun& run) {
    auto weights =
        initial_weights(material.model, material.labels, material.stretches, config.fit.seed);
    if (!config.stem_motifs.empty()) {
        const int used =
            start_from_motifs(read_motifs(config.stem_motifs), material.labels, weights);
        if (used == 0) {
            throw Error(ErrorKind::kInput,
                        config.stem_motifs + ": no matrix is named like a factor of the tracks");
        }
        core::log(core::LogLevel::kInfo,
                  "the first filters start from " + std::to_string(used) + " matrices");
    }
    if (!run.start.empty()) {
        const int heads = take_over(models::load_alphagenome(run.start),
                                    run.adapter ? run.adapter->organism : "human",
                                    material.labels.table(),
                                    weights);
        core::log(core::LogLevel::kInfo,
                  run.start + ": weights taken over, with the heads of " + std::to_string(heads) +
                      " outputs");
    }
    return weights;
}

void check_same_tracks(const models::AlphaGenomeFile& model,
                       int organism,
                       const models::TrackTable& table,
                       const std::string& whose) {
    const models::TrackTable& own = model.tracks.at(static_cast<std::size_t>(organism));
    for (const models::OutputType output : models::all_output_types()) {
        if (!same_names(own.tracks(output), table.tracks(output))) {
            throw Error(ErrorKind::kModel,
                        model.file.name() + ": its tracks of " +
                            std::string(models::output_name(output)) + " are not " + whose);
        }
    }
}

}  // namespace varhush::train
