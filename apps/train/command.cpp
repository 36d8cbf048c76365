#include "apps/train/command.hpp"

#include "apps/common/cli.hpp"
#include "apps/common/stop_signal.hpp"
#include "apps/train/data.hpp"
#include "apps/train/evaluate.hpp"
#include "apps/train/options.hpp"
#include "apps/train/polya.hpp"
#include "apps/train/reporter.hpp"
#include "apps/train/sirna.hpp"
#include "apps/train/tracks.hpp"
#include "varhush/core/log.hpp"
#include "varhush/core/thread_plan.hpp"
#include "varhush/io/fasta_reader.hpp"
#include "varhush/train/teacher.hpp"
#include "varhush/train/trainer.hpp"

#include <CLI/CLI.hpp>

#include <string_view>

namespace varhush::apps {

namespace {

constexpr HelpText kHelp{
    .name = "train",
    .description =
        "Train one member of a splice network on annotated sequence, with or without the labels of "
        "a teacher model; join members into an ensemble; measure models on a region and on "
        "variants. 'varhush train sirna --help': the siRNA efficacy model; 'varhush train tracks "
        "--help': AlphaGenome-style models on tracks; 'varhush train reporter --help': the "
        "regulatory score; 'varhush train polya --help': the polyadenylation score.",
    .example_a =
        "varhush train -f data/demo/chr22.fa.gz --gtf data/demo/genes.gtf.gz --steps 3 "
        "--batch 2 --window 500 --dilations 1,1,1,1 --kernel-sizes 5,5,5,5 "
        "-o member.safetensors",
    .example_b = "varhush train --join member.safetensors member.safetensors -o pair.safetensors",
};

int label(const TrainCommandOptions& options) {
    const io::FastaReader reference(options.fasta);
    const auto annotation = read_annotation(options);
    auto tiles = train::plan_tiles(annotation, reference, tile_plan(options));
    if (options.max_tiles > 0 && tiles.size() > static_cast<std::size_t>(options.max_tiles)) {
        tiles.resize(static_cast<std::size_t>(options.max_tiles));
    }
    train::TeacherOptions teacher;
    teacher.model = options.teacher;
    teacher.folder = options.make_labels;
    teacher.mutated_copies = options.copies;
    teacher.seed = options.seed;
    teacher.threads = core::make_thread_plan(options.run.threads).model;
    std::tie(teacher.shard, teacher.shards) = parse_shard(options.shard);
    catch_stop_signals();
    train::make_labels(reference, annotation, tiles, teacher, stopping);
    return stopping() ? stopped_code() : 0;
}

train::TrainOptions train_options(const TrainCommandOptions& options) {
    train::TrainOptions out;
    out.shape = {options.kernel_sizes, options.dilations};
    out.output = options.output;
    out.log = options.log;
    out.steps = options.steps;
    out.batch = options.batch;
    out.window_bp = options.window;
    out.learning_rate = options.learning_rate;
    out.warmup_steps = options.warmup;
    out.hard_weight = options.hard_weight;
    out.annotation_share = options.annotation_share;
    out.seed = options.seed;
    out.threads = core::make_thread_plan(options.run.threads).model;
    out.checkpoint_minutes = options.checkpoint_minutes;
    out.validate_steps = options.validate_steps;
    out.resume = options.resume;
    out.held_out = parse_regions(options.exclude);
    out.metadata = parse_metadata(options.metadata);
    return out;
}

/// The teacher's tiles, and every training tile of the plan labelled by the annotation.
std::vector<train::Tile> training_tiles(const TrainCommandOptions& options) {
    const io::FastaReader reference(options.fasta);
    const auto annotation = read_annotation(options);
    std::vector<train::Tile> tiles;
    if (!options.labels.empty()) {
        tiles = train::read_labels(options.labels);
    }
    std::size_t count = 0;
    for (const auto& spec : train::plan_tiles(annotation, reference, tile_plan(options))) {
        if (options.max_tiles > 0 && count++ >= static_cast<std::size_t>(options.max_tiles)) {
            break;
        }
        if (!spec.validation || options.labels.empty()) {
            tiles.push_back(train::annotated_tile(reference, annotation, spec));
        }
    }
    return tiles;
}

int train(const TrainCommandOptions& options) {
    const auto settings = train_options(options);
    settings.validate();
    const auto tiles = training_tiles(options);
    core::log(core::LogLevel::kInfo, std::to_string(tiles.size()) + " tiles");
    catch_stop_signals();
    const auto outcome = train::train_member(tiles, settings, stopping);
    return outcome == train::TrainOutcome::kStopped ? stopped_code() : 0;
}

}  // namespace

int run_train(int argc, const char* const* argv) {
    if (argc > 1 && std::string_view(argv[1]) == "sirna") {
        catch_stop_signals();
        return run_train_sirna(argc - 1, argv + 1, stopping) ? 0 : stopped_code();
    }
    if (argc > 1 && std::string_view(argv[1]) == "tracks") {
        catch_stop_signals();
        return run_train_tracks(argc - 1, argv + 1, stopping) ? 0 : stopped_code();
    }
    if (argc > 1 && std::string_view(argv[1]) == "reporter") {
        catch_stop_signals();
        return run_train_reporter(argc - 1, argv + 1, stopping) ? 0 : stopped_code();
    }
    if (argc > 1 && std::string_view(argv[1]) == "polya") {
        catch_stop_signals();
        return run_train_polya(argc - 1, argv + 1, stopping) ? 0 : stopped_code();
    }
    TrainCommandOptions options;
    const auto app = make_command_app(kHelp);
    add_train_options(*app, options);
    parse_command_line(*app, argc, argv);
    apply_verbosity(options.run);
    validate(options);
    if (!options.make_labels.empty()) {
        return label(options);
    }
    if (!options.join.empty()) {
        train::join_members(options.join, options.output);
        return 0;
    }
    return options.evaluate.empty() ? train(options) : evaluate_models(options);
}

}  // namespace varhush::apps
