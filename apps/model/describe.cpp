#include "apps/model/tasks.hpp"
#include "varhush/core/error.hpp"
#include "varhush/models/adapter.hpp"
#include "varhush/models/alphagenome_file.hpp"
#include "varhush/models/aparent_network.hpp"
#include "varhush/models/model_store.hpp"
#include "varhush/models/reporter_mix.hpp"
#include "varhush/models/reporter_network.hpp"
#include "varhush/models/sirna_ensemble.hpp"
#include "varhush/models/splice_network.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>

namespace varhush::apps {

namespace {

using Json = nlohmann::ordered_json;

std::string dumped(const Json& json) {
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string padded(std::string text, std::size_t width) {
    text.resize(std::max(width, text.size() + 1), ' ');
    return text;
}

struct ListedModel {
    models::FoundModel found;
    std::string architecture;
    std::string problem;
    std::uint64_t bytes = 0;
};

std::vector<ListedModel> listed() {
    std::vector<ListedModel> list;
    for (const auto& found : models::list_models()) {
        ListedModel one{found, {}, {}, 0};
        try {
            const bool embedded = found.path == "(embedded)";
            const auto file = embedded ? models::open_embedded(found.name).value()
                                       : models::open_model(found.path);
            one.architecture = models::model_architecture(file);
            one.bytes = file.size_bytes();
        } catch (const Error& error) {
            one.problem = error.what();
        }
        list.push_back(std::move(one));
    }
    return list;
}

Json tracks_json(const models::AlphaGenomeFile& model, std::size_t row) {
    Json json = Json::object();
    for (const auto& [output, channels] : models::output_channels(model.config)) {
        const auto tracks = model.tracks.at(row).tracks(output);
        const auto padding = std::count_if(
            tracks.begin(), tracks.end(), [](const auto& track) { return track.padding(); });
        json[std::string(models::output_name(output))] = {{"channels", channels},
                                                          {"tracks", channels - padding}};
    }
    return json;
}

void describe_alphagenome(const nn::SafeTensors& file, Json& json) {
    const auto model = models::read_alphagenome(file);
    json["parameters"] = models::parameter_count(model.config);
    json["config"] = Json::parse(model.config.to_json());
    Json organisms = Json::object();
    for (std::size_t row = 0; row < model.organisms.size(); ++row) {
        if (!model.organisms.at(row).empty()) {
            organisms[model.organisms.at(row)] = tracks_json(model, row);
        }
    }
    json["outputs"] = organisms;
    if (!model.notice.empty()) {
        json["notice"] = model.notice;
    }
}

void describe_adapter(const nn::SafeTensors& file, Json& json) {
    const auto adapter = models::read_adapter(file);
    json["base"] = adapter.base_name;
    json["base_sha256"] = adapter.base_sha256;
    json["rank"] = adapter.rank;
    json["layers"] = adapter.layers.size();
    json["organism"] = adapter.organism;
    json["tracks"] = Json::array();
    for (const models::Track& track : adapter.tracks.all()) {
        json["tracks"].push_back(std::string(models::output_name(track.output)) + " " + track.name);
    }
}

void describe_splice(const nn::SafeTensors& file, Json& json) {
    const models::SpliceNetwork network(file);
    json["members"] = network.members().size();
    json["units"] = network.config().units();
    json["window_bp"] = 2 * network.config().half_context() + 1;
}

void describe_reporter(const nn::SafeTensors& file, Json& json) {
    const models::ReporterNetwork network(file);
    json["window_bp"] = network.config().window_bp;
    json["word_bp"] = network.config().word_bp();
    json["channels"] = network.config().channels;
    json["tasks"] = network.config().tasks;
}

void describe_mix(const nn::SafeTensors& file, Json& json) {
    const models::ReporterMix mix(file);
    json["motifs"] = mix.config().motifs.size();
    json["channels"] = mix.network().config().channels;
    json["word_bp"] = mix.network().config().word_bp();
    json["gain_factor"] = mix.config().gain_factor;
}

void describe_aparent(const nn::SafeTensors& file, Json& json) {
    const models::AparentNetwork network(file);
    json["units"] = network.config().dilations.size();
    json["window_bp"] = network.config().window_bp;
    json["hexamer_offset"] = network.config().hexamer_offset;
    json["libraries"] = network.config().libraries;
    json["library"] = network.config().library;
}

void describe_efficacy(const nn::SafeTensors& file, Json& json) {
    const models::SirnaEnsemble ensemble(file);
    const models::SirnaEnsembleConfig& config = ensemble.config();
    json["members"] = config.members.size();
    json["features"] = config.features.size();
    json["states"] = Json::array();
    for (const models::SirnaState& state : config.states) {
        json["states"].push_back(state.name);
    }
    Json parts = Json::object();
    for (const models::SirnaPart& part : config.parts) {
        parts[part.name] = {{"kind", part.kind}, {"weights", part.weights}};
    }
    json["parts"] = parts;
}

Json described(const nn::SafeTensors& file) {
    const std::string architecture = models::model_architecture(file);
    const models::ModelIdentity identity = models::identity_of(file);
    Json json{{"name", identity.id},
              {"path", identity.path},
              {"architecture", architecture},
              {"sha256", identity.sha256},
              {"size_bytes", file.size_bytes()},
              {"tensors", file.entries().size()},
              {"terms", identity.terms}};
    Json types = Json::object();
    for (const auto& [name, entry] : file.entries()) {
        types[entry.dtype] = types.value(entry.dtype, 0) + 1;
    }
    json["types"] = types;
    if (architecture == "alphagenome") {
        describe_alphagenome(file, json);
    } else if (architecture == models::kAdapterArchitecture) {
        describe_adapter(file, json);
    } else if (architecture == "splice-resnet") {
        describe_splice(file, json);
    } else if (architecture == "reporter-cnn") {
        describe_reporter(file, json);
    } else if (architecture == "reporter-mix") {
        describe_mix(file, json);
    } else if (architecture == "aparent2") {
        describe_aparent(file, json);
    } else if (architecture == "sirna-ensemble") {
        describe_efficacy(file, json);
    }
    return json;
}

std::string value_text(const Json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string outputs_text(const Json& outputs) {
    std::string text;
    for (const auto& [organism, list] : outputs.items()) {
        text += organism;
        text += '\n';
        for (const auto& [output, counts] : list.items()) {
            text += "  ";
            text += padded(output, 20);
            text += counts["tracks"].dump();
            text += " tracks in ";
            text += counts["channels"].dump();
            text += " channels\n";
        }
    }
    return text;
}

}  // namespace

std::string size_text(std::uint64_t bytes) {
    char text[32];
    const auto size = static_cast<double>(bytes);
    if (bytes < 1'000'000'000) {
        std::snprintf(text, sizeof text, "%.2f MB", size / 1e6);
    } else {
        std::snprintf(text, sizeof text, "%.2f GB", size / 1e9);
    }
    return text;
}

std::string list_text(bool json) {
    const auto models = listed();
    if (json) {
        Json list = Json::array();
        for (const ListedModel& one : models) {
            list.push_back({{"name", one.found.name},
                            {"path", one.found.path},
                            {"architecture", one.architecture},
                            {"size_bytes", one.bytes},
                            {"problem", one.problem}});
        }
        return dumped(list);
    }
    std::string text;
    for (const ListedModel& one : models) {
        text += padded(one.found.name, 24);
        text += padded(one.problem.empty() ? one.architecture : "UNREADABLE", 16);
        text += padded(one.problem.empty() ? size_text(one.bytes) : "-", 12);
        text += one.problem.empty() ? one.found.path : one.problem;
        text += '\n';
    }
    return text;
}

std::string info_text(const nn::SafeTensors& file, bool json) {
    const Json info = described(file);
    if (json) {
        return dumped(info);
    }
    std::string text;
    for (const auto& [key, value] : info.items()) {
        if (key == "outputs") {
            text += outputs_text(value);
        } else {
            text += padded(key, 14);
            text += value_text(value);
            text += '\n';
        }
    }
    return text;
}

}  // namespace varhush::apps
