#include "track_condition.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace varhush::scoring {

namespace {

using models::Track;
using Texts = std::vector<std::string>;

struct Field {
    std::string_view name;
    TrackTexts texts;
};

constexpr std::array<Field, 16> kFields{{
    {"output", [](const Track& track) { return Texts{std::string(output_name(track.output))}; }},
    {"channel", [](const Track& track) { return Texts{std::to_string(track.channel)}; }},
    {"name", [](const Track& track) { return Texts{track.name}; }},
    {"strand", [](const Track& track) { return Texts{std::string(1, track.strand)}; }},
    {"assay_title", [](const Track& track) { return Texts{track.assay_title}; }},
    {"ontology_curie", [](const Track& track) { return Texts{track.ontology_curie}; }},
    {"biosample_name", [](const Track& track) { return Texts{track.biosample_name}; }},
    {"biosample_type", [](const Track& track) { return Texts{track.biosample_type}; }},
    {"biosample_life_stage", [](const Track& track) { return Texts{track.biosample_life_stage}; }},
    {"transcription_factor", [](const Track& track) { return Texts{track.transcription_factor}; }},
    {"histone_mark", [](const Track& track) { return Texts{track.histone_mark}; }},
    {"gtex_tissue", [](const Track& track) { return Texts{track.gtex_tissue}; }},
    {"data_source", [](const Track& track) { return Texts{track.data_source}; }},
    {"endedness", [](const Track& track) { return Texts{track.endedness}; }},
    {"genetically_modified", [](const Track& track) { return Texts{track.genetically_modified}; }},
    {"tissue",
     [](const Track& track) {
         return Texts{track.biosample_name, track.gtex_tissue, track.ontology_curie};
     }},
}};

}  // namespace

std::string lower_case(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    return result;
}

TrackTexts find_track_field(std::string_view name) {
    const std::string wanted = lower_case(name);
    const auto place = std::find_if(
        kFields.begin(), kFields.end(), [&](const Field& field) { return field.name == wanted; });
    return place == kFields.end() ? nullptr : place->texts;
}

std::vector<std::string> all_texts(const models::Track& track) {
    return {std::string(output_name(track.output)),
            track.name,
            track.assay_title,
            track.ontology_curie,
            track.biosample_name,
            track.biosample_type,
            track.biosample_life_stage,
            track.transcription_factor,
            track.histone_mark,
            track.gtex_tissue,
            track.data_source};
}

std::string track_field_names() {
    std::string names;
    for (const Field& field : kFields) {
        names.append(names.empty() ? "" : ", ").append(field.name);
    }
    return names;
}

}  // namespace varhush::scoring
