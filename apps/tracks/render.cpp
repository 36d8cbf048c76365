#include "apps/tracks/search.hpp"
#include "varhush/models/output_type.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace varhush::apps {

namespace {

using Json = nlohmann::ordered_json;

std::string dumped(const Json& json) {
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json track_json(const models::Track& track, const std::string& organism) {
    Json json{{"organism", organism},
              {"output_type", models::output_name(track.output)},
              {"track_index", track.channel},
              {"name", track.name},
              {"strand", std::string(1, track.strand)}};
    const std::pair<const char*, const std::string*> texts[] = {
        {"assay_title", &track.assay_title},
        {"ontology_curie", &track.ontology_curie},
        {"biosample_name", &track.biosample_name},
        {"biosample_type", &track.biosample_type},
        {"biosample_life_stage", &track.biosample_life_stage},
        {"transcription_factor", &track.transcription_factor},
        {"histone_mark", &track.histone_mark},
        {"gtex_tissue", &track.gtex_tissue},
        {"data_source", &track.data_source},
        {"endedness", &track.endedness},
        {"genetically_modified", &track.genetically_modified}};
    for (const auto& [name, text] : texts) {
        if (!text->empty()) {
            json[name] = *text;
        }
    }
    if (!std::isnan(track.nonzero_mean)) {
        json["nonzero_mean"] = track.nonzero_mean;
    }
    return json;
}

std::string counts_text(const std::vector<models::Track>& tracks, bool json) {
    Json counts = Json::object();
    std::string text;
    for (const models::OutputType output : models::all_output_types()) {
        const auto count =
            std::count_if(tracks.begin(), tracks.end(), [&](const models::Track& track) {
                return track.output == output;
            });
        const std::string name(models::output_name(output));
        if (count > 0) {
            counts[name] = count;
            text.append(name).append("\t").append(std::to_string(count)).append("\n");
        }
    }
    counts["total"] = tracks.size();
    text.append("total\t").append(std::to_string(tracks.size())).append("\n");
    return json ? dumped(counts) : text;
}

}  // namespace

std::string tracks_text(const std::vector<models::Track>& tracks,
                        const std::string& organism,
                        const TracksOptions& options) {
    if (options.count) {
        return counts_text(tracks, options.json);
    }
    if (!options.json) {
        return models::track_lines(tracks, organism);
    }
    Json all = Json::array();
    for (const models::Track& track : tracks) {
        all.push_back(track_json(track, organism));
    }
    return dumped(all);
}

}  // namespace varhush::apps
