#include "apps/score/alphagenome.hpp"

#include "apps/score/scorer_records.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/core/split_list.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace varhush::apps {

namespace {

// Outputs of --heads; empty: all.
std::vector<models::OutputType> heads_of(const ScoreOptions& options) {
    std::vector<models::OutputType> heads;
    for (const auto& name : core::split_list(options.heads)) {
        const auto output = models::find_output_type(name);
        if (!output) {
            throw Error(ErrorKind::kUsage,
                        "--heads " + options.heads + ": there is no output " + name,
                        "outputs are ATAC, DNASE, PROCAP, CAGE, RNA_SEQ, CHIP_TF, CHIP_HISTONE, "
                        "CONTACT_MAPS, SPLICE_SITES, SPLICE_SITE_USAGE, SPLICE_JUNCTIONS");
        }
        heads.push_back(*output);
    }
    return heads;
}

std::vector<scoring::ScorerSpec> wanted_scorers(const ScoreOptions& options) {
    auto specs = scoring::parse_scorers(options.scorers);
    const auto heads = heads_of(options);
    if (!heads.empty()) {
        std::erase_if(specs, [&](const scoring::ScorerSpec& spec) {
            return std::find(heads.begin(), heads.end(), spec.output) == heads.end();
        });
    }
    if (specs.empty()) {
        throw Error(ErrorKind::kUsage,
                    "--heads " + options.heads + " leaves none of the scorers of --scorers " +
                        options.scorers,
                    {});
    }
    return specs;
}

// Whether a scorer comes from the word "recommended" and not from its own name.
bool generally_wished(const scoring::ScorerSpec& spec, const ScoreOptions& options) {
    const auto& known = scoring::recommended_scorers();
    const bool recommended = std::any_of(
        known.begin(), known.end(), [&](const auto& scorer) { return scorer.spec == spec; });
    const auto parts = core::split_list(options.scorers);
    return recommended && std::any_of(parts.begin(), parts.end(), [](std::string part) {
               std::transform(part.begin(), part.end(), part.begin(), [](unsigned char c) {
                   return static_cast<char>(std::tolower(c));
               });
               return part == "recommended";
           });
}

}  // namespace

std::vector<scoring::ScorerSpec> runnable_scorers(const ScoreOptions& options,
                                                  const models::AlphaGenomeFile& file,
                                                  const scoring::TrackSelection& selection,
                                                  const ScorerTables& tables,
                                                  int organism,
                                                  bool speak) {
    std::vector<scoring::ScorerSpec> specs;
    for (const auto& spec : wanted_scorers(options)) {
        const auto reason = tables.why_not(spec, file, organism, selection);
        if (reason.empty()) {
            specs.push_back(spec);
        } else if (generally_wished(spec, options)) {
            // Which outputs a model has is no news where all of them are wanted.
            const bool news =
                speak && (options.scorers != "recommended" || file.config.has(spec.output));
            core::log(news ? core::LogLevel::kWarning : core::LogLevel::kDebug,
                      spec.name() + " is left out: " + reason);
        } else {
            throw Error(ErrorKind::kUsage, spec.name() + " cannot run: " + reason, {});
        }
    }
    if (specs.empty()) {
        throw Error(ErrorKind::kUsage,
                    "no scorer is left to run",
                    "see --scorers, --heads, --tracks, --tissue and --gtf");
    }
    return specs;
}

AlphaGenomeRecordScorer::AlphaGenomeRecordScorer(const ScoreOptions& options,
                                                 const models::AlphaGenomeFile& file,
                                                 models::SequenceModel& model,
                                                 const seq::ReferenceSource& reference,
                                                 const seq::GeneModels* genes,
                                                 std::int64_t window_bp,
                                                 const scoring::CalibrationTable* calibration,
                                                 bool speak,
                                                 std::int64_t shift_bp)
    : organism_(file.organism_index(options.organism)),
      selection_(choose_tracks(options.tracks, options.tissue, file, organism_)),
      tables_(genes, options.pas) {
    scoring::ScorerContext context = tables_.context(file, organism_, selection_);
    context.align =
        options.align == "all" ? scoring::AlignMode::kAll : scoring::AlignMode::kOfficial;
    scoring::AlphaGenomeScorerOptions scorer_options;
    scorer_options.window_bp = window_bp;
    scorer_options.share_window_bp = options.share_window_bp;
    scorer_options.shift_bp = shift_bp;
    scorer_options.levels = options.levels;
    scorer_options.raw = options.raw;
    scorer_options.calibration = calibration;
    scorer_.emplace(model,
                    organism_,
                    reference,
                    context,
                    runnable_scorers(options, file, selection_, tables_, organism_, speak),
                    scorer_options);
    if (const std::size_t unranked = calibration == nullptr ? 0 : scorer_->unranked();
        speak && unranked > 0) {
        core::log(core::LogLevel::kWarning,
                  std::to_string(unranked) +
                      " of the scorers and tracks are not in the calibration table: they do not "
                      "count for VH_MAX");
    }
    if (!options.detail.empty()) {
        detail_.emplace(options.detail, io::packing_for(options.detail));
        detail_->write(scorer_->detail_header());
    }
}

void AlphaGenomeRecordScorer::score(std::span<const io::VariantRecord> records,
                                    std::span<seq::RecordAnnotation> annotations) {
    copy_records(records, inputs_);
    scoring::DetailSink sink;
    if (detail_) {
        sink = [this](const std::string& lines) { detail_->write(lines); };
    }
    auto scored = scorer_->score(std::span(inputs_).first(records.size()), sink);
    VARHUSH_CHECK(scored.size() == annotations.size());
    std::move(scored.begin(), scored.end(), annotations.begin());
}

report::VcfAnnotatorOptions AlphaGenomeRecordScorer::content() const {
    report::VcfAnnotatorOptions content;
    content.modalities = scorer_->modalities();
    content.top = true;
    content.packed_format = scorer_->packed_format();
    return content;
}

void AlphaGenomeRecordScorer::close() {
    if (detail_) {
        detail_->close();
    }
}

report::ModelProvenance provenance_of(const models::AlphaGenomeFile& file, std::int64_t window_bp) {
    return provenance_of(file.identity, window_bp);
}

}  // namespace varhush::apps
