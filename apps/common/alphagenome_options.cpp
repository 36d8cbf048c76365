#include "apps/common/alphagenome_options.hpp"

#include "varhush/core/error.hpp"
#include "varhush/core/memory.hpp"
#include "varhush/core/split_list.hpp"
#include "varhush/io/text_reader.hpp"
#include "varhush/models/memory_forecast.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>

namespace varhush::apps {

namespace {

constexpr std::int64_t kUsualWindowBp = 131'072;

std::int64_t parse_window(const std::string& text) {
    std::int64_t window_bp = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, window_bp);
    if (parsed.ec != std::errc{} || parsed.ptr != end || window_bp < models::kPairBp ||
        window_bp > models::kMaxWindowBp || window_bp % models::kPairBp != 0) {
        throw Error(ErrorKind::kUsage,
                    "--window " + text + " is neither auto nor a multiple of 2,048 up to 1,048,576",
                    "usual windows are 16384, 131072, 524288 and 1048576");
    }
    return window_bp;
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

std::int64_t usual_window(const models::AlphaGenomeFile& model) {
    const auto& metadata = model.file.metadata();
    const auto stated = metadata.find("varhush.window");
    if (stated == metadata.end()) {
        return kUsualWindowBp;
    }
    try {
        return std::min(parse_window(stated->second), kUsualWindowBp);
    } catch (const Error&) {
        throw Error(ErrorKind::kModel,
                    model.file.name() + ": its varhush.window \"" + stated->second +
                        "\" is no multiple of 2,048 up to 1,048,576",
                    "--window says how many bases to use");
    }
}

void add_adapter_option(CLI::App& app, std::vector<std::string>& adapters, const char* group) {
    app.add_option("--adapter",
                   adapters,
                   "Adapter of the model ('varhush adapt'), whose tracks stand beside the model's; "
                   "may be given several times")
        ->type_name("FILE")
        ->allow_extra_args(false)
        ->group(group);
}

std::int64_t choose_window(const std::string& window,
                           const models::AlphaGenomeFile& model,
                           int threads) {
    const models::AlphaGenomeConfig& config = model.config;
    const auto available = core::available_memory().available_bytes / model.networks();
    if (window != "auto") {
        const std::int64_t window_bp = window.empty() ? usual_window(model) : parse_window(window);
        models::check_window_fits(config, window_bp, available, threads, true);
        return window_bp;
    }
    const std::int64_t window_bp = models::largest_window(config, available, threads, true);
    if (window_bp == 0) {
        // Says what the smallest one needs.
        models::check_window_fits(
            config, models::kOfferedWindows.front(), available, threads, true);
    }
    return window_bp == 0 ? models::kOfferedWindows.front() : window_bp;
}

namespace {

// A term that no track has is a slip of the pen: leaving it out in silence would leave a tissue
// out.
void require_terms(const std::vector<std::string>& terms, const models::TrackTable& tracks) {
    for (const std::string& term : terms) {
        const auto all = tracks.all();
        if (std::none_of(all.begin(), all.end(), [&](const models::Track& track) {
                return track.ontology_curie == term && !track.padding();
            })) {
            throw Error(ErrorKind::kUsage,
                        "--tissue " + term + ": no track of this model has this term",
                        "'varhush tracks' lists and searches them");
        }
    }
}

}  // namespace

scoring::TrackSelection choose_tracks(const std::string& tracks,
                                      const std::string& tissue,
                                      const models::AlphaGenomeFile& file,
                                      int organism) {
    const scoring::TrackFilter filter =
        tracks.empty() ? scoring::TrackFilter() : scoring::TrackFilter(tracks);
    const auto& table = file.tracks.at(static_cast<std::size_t>(organism));
    const auto terms = core::split_list(tissue);
    require_terms(terms, table);
    auto selection = scoring::select_tracks(table, filter, terms);
    if (selection.empty()) {
        throw Error(ErrorKind::kUsage,
                    "--tracks and --tissue select no track of this model",
                    "'varhush tracks' lists and searches them");
    }
    return selection;
}

ScorerTables::ScorerTables(const seq::GeneModels* genes, const std::string& pas) {
    if (genes != nullptr) {
        genes_.emplace(*genes);
        splice_sites_.emplace(*genes);
    }
    if (!pas.empty()) {
        pas_ = scoring::PasTable::from_tsv(read_all(pas), pas);
        require_known_genes(pas);
    }
}

// Sites of genes that nobody has score nothing, in silence.
void ScorerTables::require_known_genes(const std::string& pas) const {
    if (!genes_) {
        return;
    }
    const auto& genes = genes_->genes();
    if (std::none_of(genes.begin(), genes.end(), [&](const scoring::Gene& gene) {
            return !pas_->sites(scoring::without_version(gene.id)).empty();
        })) {
        throw Error(ErrorKind::kInput,
                    pas + ": none of its genes is among the gene models",
                    "are the identifiers of the same kind (ENSG…)?");
    }
}

scoring::ScorerContext ScorerTables::context(const models::AlphaGenomeFile& file,
                                             int organism,
                                             const scoring::TrackSelection& selection) const {
    scoring::ScorerContext context;
    context.tracks = &file.tracks.at(static_cast<std::size_t>(organism));
    context.selection = &selection;
    context.genes = genes();
    context.splice_sites = splice_sites_ ? &*splice_sites_ : nullptr;
    context.pas = pas_ ? &*pas_ : nullptr;
    context.num_splice_sites = file.config.num_splice_sites;
    context.splice_site_threshold = file.config.splice_site_threshold;
    return context;
}

std::string ScorerTables::why_not(const scoring::ScorerSpec& spec,
                                  const models::AlphaGenomeFile& file,
                                  int organism,
                                  const scoring::TrackSelection& selection) const {
    if (!file.config.has(spec.output)) {
        return "the model has no " + std::string(models::output_name(spec.output));
    }
    if (selection.of(spec.output).empty()) {
        return "no track of " + std::string(models::output_name(spec.output)) + " is selected";
    }
    if (spec.needs_genes() && genes() == nullptr) {
        return "no gene models (--gtf)";
    }
    if (spec.kind == scoring::ScorerKind::kPolyadenylation) {
        if (file.organisms.at(static_cast<std::size_t>(organism)) != "human") {
            return "for human alone";
        }
        if (!pas_) {
            return "no polyadenylation sites (--pas)";
        }
    }
    return {};
}

}  // namespace varhush::apps
