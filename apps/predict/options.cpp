#include "apps/predict/options.hpp"

#include "apps/common/alphagenome_options.hpp"
#include "apps/common/cli.hpp"
#include "apps/common/output_clash.hpp"
#include "apps/predict/outputs.hpp"
#include "varhush/core/error.hpp"
#include "varhush/models/alphagenome_config.hpp"

#include <CLI/CLI.hpp>

#include <filesystem>

namespace varhush::apps {

namespace {

constexpr HelpText kHelp{
    .name = "predict",
    .description =
        "Tracks of an AlphaGenome-style model along regions of a genome, or along one haplotype of "
        "a sample, as bigWig or bedGraph: one file a track. The sequence is predicted in windows "
        "that overlap; of each only the middle is kept. A reporter network gives its activity "
        "track, "
        "which has no windows. A run that was stopped goes on with --resume.",
    .example_a =
        "varhush predict -m data/demo/random-alphagenome.safetensors -f data/demo/chr22.fa.gz "
        "-r chr22:20050001-20054096 --window 4096 --heads DNASE -o dnase",
    .example_b =
        "varhush predict -m data/demo/random-alphagenome.safetensors -f data/demo/chr22.fa.gz "
        "-r chr22:20050001-20052048 --window 4096 --heads ATAC --format bedgraph -o atac",
};

void add_what(CLI::App& app, PredictOptions& options) {
    app.add_option("-m,--model",
                   options.model,
                   "AlphaGenome-style model, or a reporter network (default: the embedded one "
                   "with tracks)")
        ->type_name("NAME|FILE");
    add_adapter_option(app, options.adapters, "Options");
    app.add_option("-f,--fasta-ref", options.fasta, "Reference FASTA, plain or bgzipped")
        ->required()
        ->type_name("FILE");
    app.add_option("-o,--output", options.output, "Folder for the files, made when it is absent")
        ->required()
        ->type_name("DIR");
    auto* regions = app.add_option("-r,--regions",
                                   options.regions,
                                   "Only these regions (default: everything in the FASTA)")
                        ->type_name("CHR[:FROM-TO][,..]");
    app.add_option("-R,--regions-file", options.regions_file, "The same from a BED or list")
        ->type_name("FILE")
        ->excludes(regions);
}

void add_tracks(CLI::App& app, PredictOptions& options) {
    app.add_option("--organism", options.organism, "Whose tracks")
        ->type_name("human|mouse")
        ->capture_default_str();
    app.add_option("--heads", options.heads, "Only these outputs, e.g. RNA_SEQ,DNASE")
        ->type_name("LIST");
    app.add_option("--tracks", options.tracks, "Only tracks that match; see docs/tracks.md")
        ->type_name("EXPR");
    app.add_option("--tissue", options.tissue, "Only tracks with these ontology terms")
        ->type_name("CURIE[,..]");
    app.add_option("--resolution", options.resolution_bp, "Bases a value (default: 1, ChIP 128)")
        ->type_name("1|128")
        ->check(CLI::IsMember({1, 128}));
    app.add_option("--format", options.format, "What to write")
        ->type_name("bigwig|bedgraph|both")
        ->check(CLI::IsMember({"bigwig", "bedgraph", "both"}))
        ->capture_default_str();
}

void add_how(CLI::App& app, PredictOptions& options) {
    app.add_option("--window", options.window_bp, "Bases of a window, a multiple of 2048")
        ->type_name("BP")
        ->default_str("the model's own, at most 131072");
    app.add_option("--halo", options.halo_bp, "Bases of each end of a window that are not kept")
        ->type_name("BP")
        ->default_str("a quarter of the window");
    app.add_option("--vcf", options.vcf, "Phased variants: predict a haplotype")->type_name("FILE");
    app.add_option("-s,--sample", options.sample, "Whose (default: the only sample)")
        ->type_name("NAME");
    app.add_option("--haplotype", options.haplotype, "Which of the two")
        ->type_name("1|2")
        ->check(CLI::IsMember({1, 2}));
    app.add_flag("--force", options.force, "Write into a folder that holds tracks already");
    app.add_flag("--resume", options.resume, "Go on with a run that was stopped");
    add_run_options(app, options.run);
}

[[noreturn]] void reject(const std::string& what, const std::string& hint = {}) {
    throw Error(ErrorKind::kUsage, what, hint);
}

}  // namespace

void set_window(PredictOptions& options, std::int64_t usual_window_bp) {
    if (options.window_bp == 0) {
        options.window_bp = usual_window_bp;
    }
    if (options.halo_bp == -1) {
        options.halo_bp = options.window_bp / 4 / models::kTokenBp * models::kTokenBp;
    }
    if (options.halo_bp < 0 || options.halo_bp % models::kTokenBp != 0 ||
        2 * options.halo_bp >= options.window_bp) {
        reject("--halo " + std::to_string(options.halo_bp) +
               " is no multiple of 128 below half the window of " +
               std::to_string(options.window_bp));
    }
}

void validate(PredictOptions& options, bool window_given) {
    if (window_given) {
        if (options.window_bp < models::kPairBp || options.window_bp > models::kMaxWindowBp ||
            options.window_bp % models::kPairBp != 0) {
            reject("--window " + std::to_string(options.window_bp) +
                       " is no multiple of 2,048 up to 1,048,576",
                   "usual windows are 16384, 131072, 524288 and 1048576");
        }
        set_window(options, options.window_bp);
    }
    if (options.vcf.empty() != (options.haplotype == 0)) {
        reject("--vcf and --haplotype belong together");
    }
    if (options.vcf.empty() && !options.sample.empty()) {
        reject("--sample belongs to --vcf, which is not given");
    }
    if (options.output == "-" || options.output.empty()) {
        reject("-o names a folder: there is one file a track");
    }
    const std::string list = track_list_of(options.output);
    std::vector<NamedFile> inputs{{"-m", options.model},
                                  {"-f", options.fasta},
                                  {"-R", options.regions_file},
                                  {"--vcf", options.vcf}};
    for (const std::string& adapter : options.adapters) {
        inputs.push_back({"--adapter", adapter});
    }
    reject_output_clashes(inputs, {{"the list of tracks", list}});
    std::error_code ignored;
    if (!options.force && !options.resume && std::filesystem::exists(list, ignored)) {
        reject(list + " is there already: " + options.output + " holds the tracks of another run",
               "give another -o, or --force to write over them");
    }
}

PredictOptions parse_predict_options(int argc, const char* const* argv) {
    PredictOptions options;
    const auto app = make_command_app(kHelp);
    add_what(*app, options);
    add_tracks(*app, options);
    add_how(*app, options);
    parse_command_line(*app, argc, argv);
    for (const char* name : {"--adapter",
                             "--organism",
                             "--heads",
                             "--tracks",
                             "--tissue",
                             "--resolution",
                             "--window",
                             "--halo",
                             "--vcf",
                             "--sample",
                             "--haplotype"}) {
        if (app->get_option(name)->count() > 0) {
            options.only_alphagenome.emplace_back(name);
        }
    }
    validate(options, app->get_option("--window")->count() > 0);
    return options;
}

}  // namespace varhush::apps
