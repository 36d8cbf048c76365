#include "apps/ism/run.hpp"

#include "apps/common/alphagenome_options.hpp"
#include "apps/common/progress.hpp"
#include "apps/ism/outputs.hpp"
#include "apps/ism/regions.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/core/thread_plan.hpp"
#include "varhush/io/fasta_reader.hpp"
#include "varhush/io/gene_model_reader.hpp"
#include "varhush/models/adapter.hpp"
#include "varhush/models/model_identity.hpp"
#include "varhush/models/model_store.hpp"
#include "varhush/report/logo.hpp"
#include "varhush/report/run_summary.hpp"
#include "varhush/scoring/background_reference.hpp"
#include "varhush/seq/contig_alias.hpp"

#include <chrono>
#include <cstdio>
#include <optional>

namespace varhush::apps {

namespace {

models::AlphaGenomeFile open_alphagenome(const std::string& name,
                                         const std::vector<std::string>& adapters) {
    auto file = models::open_model(name);
    const auto architecture = models::model_architecture(file);
    if (architecture != "alphagenome") {
        throw Error(
            ErrorKind::kUsage,
            "ism needs an AlphaGenome-style model; " + name + " is of the kind " + architecture,
            "'varhush model list' shows what kind of model each is");
    }
    auto model = models::read_alphagenome(std::move(file));
    if (!model.notice.empty()) {
        core::log(core::LogLevel::kWarning, model.notice);
    }
    return models::with_adapters(std::move(model), adapters);
}

scoring::BackgroundReference background_of(const IsmOptions& options,
                                           const seq::ReferenceSource& reference) {
    const auto aliases = seq::aliases_of(reference);
    std::vector<scoring::ScoredVariant> variants;
    for (const auto& text : options.variants) {
        auto variant = scoring::parse_variant(text);
        variant.contig = aliases.find(variant.contig).value_or(variant.contig);
        variants.push_back(std::move(variant));
    }
    return {reference, std::move(variants)};
}

scoring::ScorerSpec runnable_scorer(const IsmOptions& options,
                                    const models::AlphaGenomeFile& file,
                                    int organism,
                                    const scoring::TrackSelection& selection,
                                    const ScorerTables& tables) {
    const auto spec = scoring::parse_scorers(options.scorer).front();
    if (const auto reason = tables.why_not(spec, file, organism, selection); !reason.empty()) {
        throw Error(ErrorKind::kUsage, spec.name() + " cannot run: " + reason, {});
    }
    if (options.gene.empty()) {
        return spec;
    }
    if (!spec.needs_genes()) {
        throw Error(ErrorKind::kUsage, "--gene means nothing to " + spec.name());
    }
    for (const auto& gene : tables.genes()->genes()) {
        if (scoring::is_called(gene, options.gene)) {
            return spec;
        }
    }
    throw Error(ErrorKind::kInput, options.gtf + " has no gene " + options.gene);
}

// A variant of the background that no window holds would silently do nothing.
void check_background(const IsmOptions& options,
                      const scoring::BackgroundReference& background,
                      const std::vector<seq::Region>& regions,
                      std::int64_t window_bp) {
    const auto aliases = seq::aliases_of(background);
    for (const auto& text : options.variants) {
        const auto variant = scoring::parse_variant(text);
        const auto contig = aliases.find(variant.contig).value_or(variant.contig);
        bool seen = false;
        for (const auto& region : regions) {
            const auto window =
                scoring::resized({region.contig, region.start, region.end, '.'}, window_bp);
            seen = seen || (contig == window.contig && variant.start < window.end &&
                            variant.end() > window.start);
        }
        if (!seen) {
            throw Error(ErrorKind::kUsage,
                        "--variant " + text + " lies outside the window of every interval");
        }
    }
}

void check_logo(const IsmOptions& options, const std::vector<seq::Region>& regions) {
    std::int64_t bases = 0;
    for (const auto& region : regions) {
        bases += region.end - region.start;
    }
    if (!options.svg.empty() && bases > static_cast<std::int64_t>(report::kLogoMostBases)) {
        throw Error(ErrorKind::kUsage,
                    "--svg can show " + report::with_thousands(report::kLogoMostBases) +
                        " bases; the intervals have " + report::with_thousands(bases),
                    "--bigwig and --bedgraph have no limit");
    }
}

std::string title_of(const IsmOptions& options, const models::AlphaGenomeFile& file) {
    std::string method = "Saturation mutagenesis";
    if (options.method() == IsmMethod::kGradient) {
        method = "Mean-corrected gradient";
    } else if (options.method() == IsmMethod::kInputGradient) {
        method = "Input times gradient";
    }
    return method + ", " + file.identity.id;
}

void summarise(const std::vector<Attribution>& results,
               const ProgressCounters& progress,
               double seconds) {
    std::int64_t bases = 0;
    for (const auto& result : results) {
        bases += static_cast<std::int64_t>(result.bases.size());
    }
    char took[32];
    std::snprintf(took, sizeof took, "%.1f", seconds);
    core::log(core::LogLevel::kInfo,
              report::with_thousands(static_cast<std::int64_t>(results.size())) + " intervals, " +
                  report::with_thousands(bases) + " bases, " +
                  report::with_thousands(progress.alleles) + " changes, " +
                  report::with_thousands(progress.unscored) + " without a score, " + took + " s");
}

}  // namespace

int run_ism_with(const IsmOptions& options, const IsmEngineFactory& make_engine) {
    apply_verbosity(options.run);
    const auto start = std::chrono::steady_clock::now();
    const auto threads = core::make_thread_plan(options.run.threads).model;
    const io::FastaReader fasta(options.fasta);
    const auto background = background_of(options, fasta);
    const auto file =
        open_alphagenome(options.model.empty() ? models::default_track_model_name() : options.model,
                         options.adapters);
    const int organism = file.organism_index(options.organism);
    const auto selection = choose_tracks(options.tracks, options.tissue, file, organism);
    const auto window_bp = choose_window(options.window, file, threads);
    const auto regions = ism_regions(options, background, window_bp / 2);
    check_background(options, background, regions, window_bp);
    check_logo(options, regions);
    std::optional<seq::GeneModels> genes;
    if (!options.gtf.empty()) {
        genes = io::read_gtf_or_gff3(options.gtf);
    }
    const ScorerTables tables(genes ? &*genes : nullptr, options.pas);
    const auto spec = runnable_scorer(options, file, organism, selection, tables);
    IsmOutputs outputs(options, background.contigs());
    const auto context = tables.context(file, organism, selection);
    const auto engine = make_engine(file, threads);
    ProgressCounters progress;
    std::vector<Attribution> results;
    {
        const ProgressDisplay display(progress,
                                      choose_progress(options.progress, options.run.quiet));
        results =
            attribute({options, *engine.model, background, context, spec, organism, window_bp},
                      regions,
                      engine.gradient,
                      progress);
    }
    outputs.write(results, title_of(options, file), spec.name());
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    summarise(results, progress, took.count());
    return 0;
}

}  // namespace varhush::apps
