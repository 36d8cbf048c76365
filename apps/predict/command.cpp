#include "apps/predict/command.hpp"

#include "apps/common/alphagenome_options.hpp"
#include "apps/common/sample_haplotype.hpp"
#include "apps/predict/journal.hpp"
#include "apps/predict/journal_run.hpp"
#include "apps/predict/options.hpp"
#include "apps/predict/outputs.hpp"
#include "apps/predict/reporter.hpp"
#include "apps/predict/run.hpp"
#include "apps/predict/wanted_tiles.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/core/memory.hpp"
#include "varhush/core/split_list.hpp"
#include "varhush/core/thread_plan.hpp"
#include "varhush/core/version.hpp"
#include "varhush/io/fasta_reader.hpp"
#include "varhush/io/thread_pool.hpp"
#include "varhush/models/adapter.hpp"
#include "varhush/models/alphagenome_file.hpp"
#include "varhush/models/alphagenome_native.hpp"
#include "varhush/models/model_identity.hpp"
#include "varhush/models/model_store.hpp"
#include "varhush/scoring/track_selection.hpp"

#include <algorithm>
#include <optional>

namespace varhush::apps {

namespace {

bool runs_along_the_sequence(models::OutputType output) {
    return models::is_genome_track(output) || output == models::OutputType::kSpliceSites ||
           output == models::OutputType::kSpliceSiteUsage;
}

std::vector<models::OutputType> wanted_heads(const PredictOptions& options,
                                             const models::AlphaGenomeConfig& config) {
    std::vector<models::OutputType> heads;
    for (const std::string& name : core::split_list(options.heads)) {
        const auto output = models::find_output_type(name);
        if (!output || !runs_along_the_sequence(*output)) {
            throw Error(
                ErrorKind::kUsage,
                "--heads: " + name + (output ? " is no track along the sequence" : " is no output"),
                "tracks are ATAC, DNASE, PROCAP, CAGE, RNA_SEQ, CHIP_TF, CHIP_HISTONE, "
                "SPLICE_SITES, SPLICE_SITE_USAGE");
        }
        if (!config.has(*output)) {
            throw Error(ErrorKind::kUsage, "--heads: the model has no " + name);
        }
        heads.push_back(*output);
    }
    return heads;
}

int resolution_of(const PredictOptions& options, models::OutputType output) {
    const int finest = models::scored_resolution_bp(output);
    if (options.resolution_bp == 0) {
        return finest;
    }
    if (options.resolution_bp < finest) {
        throw Error(ErrorKind::kUsage,
                    "--resolution 1: " + std::string(models::output_name(output)) +
                        " has no values of single bases",
                    "leave it out with --heads, or --resolution");
    }
    if (options.resolution_bp > finest && !models::is_genome_track(output)) {
        throw Error(ErrorKind::kUsage,
                    "--resolution 128: " + std::string(models::output_name(output)) +
                        " has only values of single bases",
                    "leave it out with --heads, or --resolution");
    }
    return options.resolution_bp;
}

std::vector<PredictedOutput> wanted_outputs(const PredictOptions& options,
                                            const models::AlphaGenomeFile& file,
                                            int organism) {
    const auto heads = wanted_heads(options, file.config);
    const scoring::TrackFilter filter =
        options.tracks.empty() ? scoring::TrackFilter() : scoring::TrackFilter(options.tracks);
    const auto selection =
        scoring::select_tracks(file.tracks.at(static_cast<std::size_t>(organism)),
                               filter,
                               core::split_list(options.tissue));
    std::vector<PredictedOutput> outputs;
    for (const auto output : models::all_output_types()) {
        const bool wanted =
            heads.empty() || std::find(heads.begin(), heads.end(), output) != heads.end();
        if (wanted && runs_along_the_sequence(output) && !selection.of(output).empty()) {
            outputs.push_back({output, resolution_of(options, output), selection.of(output)});
        }
    }
    if (outputs.empty()) {
        throw Error(ErrorKind::kUsage,
                    "--heads, --tracks and --tissue select no track of this model",
                    "'varhush tracks' lists and searches them");
    }
    return outputs;
}

std::string describe(const PredictOptions& options,
                     const models::AlphaGenomeFile& file,
                     const PredictJob& job) {
    std::string text = "varhush " + std::string(core::version()) + "\n";
    text += "model " + file.identity.sha256 + "\norganism " + options.organism + "\n";
    text += "window " + std::to_string(options.window_bp) + " halo " +
            std::to_string(options.halo_bp) + "\n";
    text += "haplotype " +
            (options.haplotype == 0 ? "none"
                                    : options.sample + " " + std::to_string(options.haplotype)) +
            "\n";
    for (const PredictedOutput& output : job.outputs) {
        text += "output ";
        text += models::output_name(output.output);
        text += " bins " + std::to_string(output.resolution_bp) + " channels";
        for (const auto channel : output.channels) {
            text += ' ';
            text += std::to_string(channel);
        }
        text += '\n';
    }
    for (const PredictTile& tile : job.tiles) {
        text += "tile ";
        text += tile.contig;
        for (const auto& range : tile.wanted) {
            text += ' ';
            text += std::to_string(range.begin);
            text += '-';
            text += std::to_string(range.end);
        }
        text += '\n';
    }
    return text;
}

void tell(const Haplotype& haplotype) {
    std::string text = std::to_string(haplotype.applied) + " changes of the haplotype applied";
    for (const auto& [reason, count] : haplotype.left_out) {
        text += ", ";
        text += std::to_string(count);
        text += " left out: ";
        text += reason;
    }
    core::log(haplotype.left_out.empty() ? core::LogLevel::kInfo : core::LogLevel::kWarning, text);
}

}  // namespace

int run_predict(int argc, const char* const* argv) {
    PredictOptions options = parse_predict_options(argc, argv);
    apply_verbosity(options.run);
    const core::ThreadPlan plan = core::make_thread_plan(options.run.threads);
    const auto opened = models::open_model(
        options.model.empty() ? models::default_track_model_name() : options.model);
    if (models::model_architecture(opened) == "reporter-cnn") {
        return predict_reporter(options, opened, plan.model);
    }
    const models::AlphaGenomeFile file =
        models::with_adapters(models::read_alphagenome(opened), options.adapters);
    if (!file.notice.empty()) {
        core::log(core::LogLevel::kWarning, file.notice);
    }
    set_window(options, usual_window(file));
    const int organism = file.organism_index(options.organism);
    const io::FastaReader fasta(options.fasta);

    PredictJob job;
    job.reference = &fasta;
    job.window_bp = options.window_bp;
    job.organism = organism;
    job.outputs = wanted_outputs(options, file, organism);
    job.tiles = wanted_tiles(options, fasta, options.window_bp - 2 * options.halo_bp);
    check_memory(
        job, file.config, plan.model, core::available_memory().available_bytes / file.networks());
    std::optional<Haplotype> haplotype;
    if (!options.vcf.empty()) {
        const io::ThreadPool pool(plan.hts);
        haplotype = read_haplotype(options.vcf, options.sample, options.haplotype, fasta, pool);
        tell(*haplotype);
        job.haplotype = &*haplotype;
        check_reach(job);
    }

    const PredictJournal journal(options.output, describe(options, file, job), options.resume);
    const auto model = models::make_native_alphagenome(file, plan.model);
    const FinishedRun made = run_with_journal(
        journal,
        options.output,
        [&] { return predict_tiles(job, *model, journal); },
        [&] {
            return write_tracks(job,
                                file.tracks.at(static_cast<std::size_t>(job.organism)),
                                journal,
                                options.output,
                                options.format);
        });
    core::log(core::LogLevel::kInfo,
              std::to_string(job.tiles.size()) + " windows of " +
                  std::to_string(options.window_bp) + " bases, " + std::to_string(made.tiles_kept) +
                  " of them from the journal; " + std::to_string(made.files) + " files in " +
                  options.output);
    return 0;
}

}  // namespace varhush::apps
