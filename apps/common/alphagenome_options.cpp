#include "apps/common/alphagenome_options.hpp"

#include "varhush/core/error.hpp"
#include "varhush/core/memory.hpp"
#include "varhush/io/text_reader.hpp"
#include "varhush/models/memory_forecast.hpp"

#include <charconv>
#include <sstream>

namespace varhush::apps {

namespace {

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

std::int64_t choose_window(const std::string& window,
                           const models::AlphaGenomeConfig& config,
                           int threads) {
    const auto available = core::available_memory().available_bytes;
    if (window != "auto") {
        const std::int64_t window_bp = parse_window(window);
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

scoring::TrackSelection choose_tracks(const std::string& tracks,
                                      const std::string& tissue,
                                      const models::AlphaGenomeFile& file,
                                      int organism) {
    const scoring::TrackFilter filter =
        tracks.empty() ? scoring::TrackFilter() : scoring::TrackFilter(tracks);
    auto selection = scoring::select_tracks(
        file.tracks.at(static_cast<std::size_t>(organism)), filter, split_list(tissue));
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
        if (organism != 0) {
            return "for human alone";
        }
        if (!pas_) {
            return "no polyadenylation sites (--pas)";
        }
    }
    return {};
}

}  // namespace varhush::apps
