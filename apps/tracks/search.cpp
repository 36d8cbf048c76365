#include "apps/tracks/search.hpp"

#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/io/text_reader.hpp"
#include "varhush/models/alphagenome_file.hpp"
#include "varhush/models/model_store.hpp"
#include "varhush/scoring/track_selection.hpp"

#include <algorithm>
#include <utility>

namespace varhush::apps {

namespace {

std::string read_table(const std::string& path) {
    io::TextReader reader(path);
    std::string text;
    std::string line;
    while (reader.next(line)) {
        reader.refuse_cut_line();
        text.append(line).append("\n");
    }
    return text;
}

OrganismTracks tracks_of_file(const TracksOptions& options) {
    const std::string text = read_table(options.table);
    const std::string name = options.table == "-" ? "standard input" : options.table;
    for (const std::string_view known : models::kOrganisms) {
        const std::string organism(known);
        if (!options.organism.empty() && options.organism != organism) {
            continue;
        }
        models::TrackTable table = models::TrackTable::from_tsv(text, organism, name);
        if (!table.empty()) {
            return {organism, std::move(table)};
        }
    }
    throw Error(ErrorKind::kInput,
                name + " has no tracks of " +
                    (options.organism.empty() ? "human or mouse" : options.organism),
                "the column organism says human or mouse");
}

OrganismTracks tracks_of_model(const TracksOptions& options) {
    const std::string name =
        options.model.empty() ? models::default_track_model_name() : options.model;
    nn::SafeTensors file = models::open_model(name);
    const std::string architecture = models::model_architecture(file);
    if (architecture != "alphagenome") {
        throw Error(ErrorKind::kUsage,
                    "model " + name + " (" + architecture + ") has no tracks",
                    "name an AlphaGenome-style model with -m, or a track table with --table");
    }
    models::AlphaGenomeFile model = models::read_alphagenome(std::move(file));
    if (!model.notice.empty()) {
        core::log(core::LogLevel::kWarning, model.notice);
    }
    std::size_t row = 0;
    if (!options.organism.empty()) {
        row = static_cast<std::size_t>(model.organism_index(options.organism));
    } else if (model.organisms[0].empty()) {
        row = 1;
    }
    return {model.organisms.at(row), std::move(model.tracks.at(row))};
}

bool wanted_output(models::OutputType output, const std::vector<std::string>& heads) {
    return heads.empty() || std::any_of(heads.begin(), heads.end(), [&](const std::string& head) {
               return models::find_output_type(head) == output;
           });
}

}  // namespace

OrganismTracks read_tracks(const TracksOptions& options) {
    return options.table.empty() ? tracks_of_model(options) : tracks_of_file(options);
}

std::vector<models::Track> search(const models::TrackTable& table, const TracksOptions& options) {
    const scoring::TrackFilter filter(options.expression);
    const scoring::TrackSelection selection =
        scoring::select_tracks(table, filter, options.tissues);
    std::vector<models::Track> found;
    for (const models::Track& track : table.all()) {
        const auto& channels = selection.of(track.output);
        const bool selected = std::binary_search(channels.begin(), channels.end(), track.channel) ||
                              (options.padding && track.padding() && options.tissues.empty() &&
                               filter.matches(track));
        if (selected && wanted_output(track.output, options.heads)) {
            found.push_back(track);
        }
    }
    return found;
}

}  // namespace varhush::apps
