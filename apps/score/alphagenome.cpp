#include "apps/score/alphagenome.hpp"

#include "apps/score/splice.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/io/text_reader.hpp"

#include <algorithm>
#include <sstream>
#include <utility>

namespace varhush::apps {

namespace {

std::vector<std::string> split_list(const std::string& text) {
    std::vector<std::string> parts;
    std::stringstream stream(text);
    for (std::string part; std::getline(stream, part, ',');) {
        if (!part.empty()) {
            parts.push_back(part);
        }
    }
    return parts;
}

// Outputs of --heads; empty: all.
std::vector<models::OutputType> heads_of(const ScoreOptions& options) {
    std::vector<models::OutputType> heads;
    for (const auto& name : split_list(options.heads)) {
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

// Why a scorer of the recommended set is left out; empty: it runs.
std::string why_not(const scoring::ScorerSpec& spec,
                    const ScoreOptions& options,
                    const models::AlphaGenomeFile& file,
                    const scoring::TrackSelection& selection,
                    int organism) {
    if (!file.config.has(spec.output)) {
        return "the model has no " + std::string(models::output_name(spec.output));
    }
    if (selection.of(spec.output).empty()) {
        return "no track of " + std::string(models::output_name(spec.output)) + " is selected";
    }
    if (spec.needs_genes() && !options.has_genes()) {
        return "no gene models (--gtf)";
    }
    if (spec.kind == scoring::ScorerKind::kPolyadenylation) {
        if (organism != 0) {
            return "for human alone";
        }
        if (options.pas.empty()) {
            return "no polyadenylation sites (--pas)";
        }
    }
    return {};
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

// Scorers that cannot run here: of a general wish they are left out and named, of an express one
// they are an error.
std::vector<scoring::ScorerSpec> runnable_scorers(const ScoreOptions& options,
                                                  const models::AlphaGenomeFile& file,
                                                  const scoring::TrackSelection& selection,
                                                  int organism) {
    const bool general = options.scorers == "recommended";
    std::vector<scoring::ScorerSpec> specs;
    for (const auto& spec : wanted_scorers(options)) {
        const auto reason = why_not(spec, options, file, selection, organism);
        if (reason.empty()) {
            specs.push_back(spec);
        } else if (general) {
            core::log(core::LogLevel::kWarning, spec.name() + " is left out: " + reason);
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

scoring::TrackSelection selection_of(const ScoreOptions& options,
                                     const models::AlphaGenomeFile& file,
                                     int organism) {
    const scoring::TrackFilter filter =
        options.tracks.empty() ? scoring::TrackFilter() : scoring::TrackFilter(options.tracks);
    auto selection = scoring::select_tracks(
        file.tracks[static_cast<std::size_t>(organism)], filter, split_list(options.tissue));
    if (selection.empty()) {
        throw Error(ErrorKind::kUsage,
                    "--tracks and --tissue select no track of this model",
                    "'varhush tracks' lists and searches them");
    }
    return selection;
}

std::string read_all(const std::string& path) {
    io::TextReader reader(path);
    std::string text;
    std::string line;
    while (reader.next(line)) {
        text += line;
        text += '\n';
    }
    reader.refuse_cut_line();
    return text;
}

}  // namespace

AlphaGenomeRecordScorer::AlphaGenomeRecordScorer(const ScoreOptions& options,
                                                 const models::AlphaGenomeFile& file,
                                                 models::SequenceModel& model,
                                                 const seq::ReferenceSource& reference,
                                                 const seq::GeneModels* genes,
                                                 std::int64_t window_bp)
    : organism_(file.organism_index(options.organism)),
      selection_(selection_of(options, file, organism_)) {
    if (genes != nullptr) {
        genes_.emplace(*genes);
        splice_sites_.emplace(*genes);
    }
    if (!options.pas.empty()) {
        pas_ = scoring::PasTable::from_tsv(read_all(options.pas), options.pas);
    }
    scoring::ScorerContext context;
    context.tracks = &file.tracks[static_cast<std::size_t>(organism_)];
    context.selection = &selection_;
    context.genes = genes_ ? &*genes_ : nullptr;
    context.splice_sites = splice_sites_ ? &*splice_sites_ : nullptr;
    context.pas = pas_ ? &*pas_ : nullptr;
    context.align =
        options.align == "all" ? scoring::AlignMode::kAll : scoring::AlignMode::kOfficial;
    context.num_splice_sites = file.config.num_splice_sites;
    context.splice_site_threshold = file.config.splice_site_threshold;
    scoring::AlphaGenomeScorerOptions scorer_options;
    scorer_options.window_bp = window_bp;
    scorer_options.share_window_bp = options.share_window_bp;
    scorer_options.levels = options.levels;
    scorer_.emplace(model,
                    organism_,
                    reference,
                    context,
                    runnable_scorers(options, file, selection_, organism_),
                    scorer_options);
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
    report::ModelProvenance model;
    model.id = file.identity.id;
    model.sha256 = file.identity.sha256;
    model.window_bp = window_bp;
    model.terms = file.identity.terms;
    return model;
}

}  // namespace varhush::apps
