#include "apps/adapt/plan.hpp"

#include "varhush/core/error.hpp"
#include "varhush/core/split_list.hpp"
#include "varhush/core/thread_plan.hpp"
#include "varhush/io/fasta_reader.hpp"

#include <charconv>
#include <utility>

namespace varhush::apps {

namespace {

constexpr std::int64_t kWindowBp = 4096;
constexpr std::int64_t kShiftBp = 128;
constexpr std::int64_t kSteps = 500;

std::vector<seq::Region> regions_of(const std::string& text) {
    std::vector<seq::Region> regions;
    for (const std::string& one : core::split_list(text)) {
        regions.push_back(seq::parse_region(one));
    }
    return regions;
}

/// The window that the model was trained with, where it says so.
std::int64_t window_of(const models::AlphaGenomeFile& base) {
    const auto found = base.file.metadata().find("varhush.window");
    std::int64_t window_bp = 0;
    if (found != base.file.metadata().end()) {
        const std::string& text = found->second;
        std::from_chars(text.data(), text.data() + text.size(), window_bp);
    }
    return window_bp > 0 ? window_bp : kWindowBp;
}

train::TrackSource source_of(const AdaptOptions& options) {
    const auto output = models::find_output_type(options.head);
    if (!output || !models::is_genome_track(*output)) {
        throw Error(ErrorKind::kUsage,
                    "--head " + options.head + " is no kind of genome track",
                    "expected atac, dnase, procap, cage, rna_seq, chip_tf or chip_histone");
    }
    train::TrackSource source;
    source.kind = !options.bam.empty()     ? train::LabelKind::kCoverage
                  : !options.peaks.empty() ? train::LabelKind::kPeaks
                                           : train::LabelKind::kSignal;
    source.file = options.bam + options.bigwig + options.bedgraph + options.peaks;  // one of them
    source.fragments = options.fragments;
    source.track.output = *output;
    source.track.name = options.track;
    source.track.strand = options.strand[0];
    source.track.transcription_factor = options.factor;
    source.track.biosample_name = options.biosample;
    source.resolutions = {models::kTokenBp};
    if (models::AlphaGenomeConfig::has_1bp_head(*output)) {
        source.resolutions = {1, models::kTokenBp};
    }
    return source;
}

train::TrackConfig config_of_one_file(const AdaptOptions& options,
                                      const models::AlphaGenomeFile& base) {
    train::TrackConfig config;
    config.fastas = {options.fasta};
    config.tracks = {source_of(options)};
    config.train = regions_of(options.train);
    config.validation = regions_of(options.validation);
    config.test = regions_of(options.test);
    if (config.train.empty()) {
        const io::FastaReader reference(options.fasta);
        for (const auto& contig : reference.contigs()) {
            config.train.push_back({contig.name, 0, contig.length_bp});
        }
        config.overlap = train::OverlapRule::kDrop;
    }
    config.window_bp = options.window_bp > 0 ? options.window_bp : window_of(base);
    config.shift_bp = options.shift_bp >= 0 ? options.shift_bp : kShiftBp;
    config.fit.steps = kSteps;
    return config;
}

}  // namespace

train::TrackConfig config_of(const AdaptOptions& options, const models::AlphaGenomeFile& base) {
    train::TrackConfig config = options.config.empty()
                                    ? config_of_one_file(options, base)
                                    : train::read_track_config(options.config, options.folder);
    if (options.steps > 0) {
        config.fit.steps = options.steps;
    }
    if (options.batch > 0) {
        config.fit.batch = options.batch;
    }
    if (options.learning_rate > 0) {
        config.fit.learning_rate = options.learning_rate;
    }
    if (options.seed > 0) {
        config.fit.seed = options.seed;
    }
    config.validate(options.config.empty() ? "the options" : options.config);
    return config;
}

train::TrackRun run_of(const AdaptOptions& options) {
    train::TrackRun run;
    run.output = options.output;
    run.log = options.log;
    run.curves = options.curves;
    run.report = options.report;
    run.start = options.model;
    run.device = options.device;
    run.minutes = options.minutes;
    run.resume = options.resume;
    run.threads = core::make_thread_plan(options.run.threads).model;
    train::AdapterPlan plan;
    plan.name = options.name;
    plan.organism = options.organism;
    plan.rank = options.heads_only ? 0 : options.rank;
    plan.alpha = options.heads_only ? 0 : options.alpha > 0 ? options.alpha : options.rank;
    plan.layers = options.heads_only ? "" : options.layers;
    plan.rehearse = options.rehearse;
    plan.forgetting = options.forgetting;
    if (!options.old.empty()) {
        plan.old = train::read_track_config(options.old, options.folder);
    }
    run.adapter = std::move(plan);
    return run;
}

}  // namespace varhush::apps
