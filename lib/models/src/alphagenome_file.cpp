#include "varhush/models/alphagenome_file.hpp"

#include "alphagenome_tensors.hpp"
#include "varhush/models/model_store.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace varhush::models {
namespace {

constexpr const char* kHint =
    "see docs/models/alphagenome.md; 'varhush model verify' checks a file";

[[noreturn]] void fail(const std::string& file, const std::string& what) {
    throw Error(ErrorKind::kModel, file + ": " + what, kHint);
}

std::string text_of(const nn::SafeTensors& file, const std::string& key) {
    const auto found = file.metadata().find(key);
    return found == file.metadata().end() ? "" : found->second;
}

/// "human", "mouse" or "human,mouse", in this order.
std::array<std::string, 2> organisms_of(const std::string& list,
                                        const AlphaGenomeConfig& config,
                                        const std::string& file) {
    std::vector<std::string> names;
    for (std::size_t at = 0; at <= list.size();) {
        const std::size_t comma = std::min(list.find(',', at), list.size());
        names.push_back(list.substr(at, comma - at));
        at = comma + 1;
    }
    std::array<std::string, 2> organisms;
    for (const std::string& name : names) {
        const auto* known = std::find(kOrganisms.begin(), kOrganisms.end(), name);
        if (known == kOrganisms.end()) {
            fail(file, "organism \"" + name + "\" is unknown, expected human or mouse");
        }
        // A model of one organism has its weights in row 0, whichever organism that is.
        const auto row = config.num_organisms == 1
                             ? std::size_t{0}
                             : static_cast<std::size_t>(known - kOrganisms.begin());
        if (!organisms.at(row).empty()) {
            fail(file,
                 "varhush.organism \"" + list + "\" does not fit a model with " +
                     std::to_string(config.num_organisms) + " organisms");
        }
        organisms.at(row) = name;
    }
    return organisms;
}

void read_tracks(AlphaGenomeFile& model, bool any_metadata) {
    std::string unnamed;
    for (std::size_t row = 0; row < model.organisms.size(); ++row) {
        const std::string& organism = model.organisms.at(row);
        if (organism.empty()) {
            continue;
        }
        const std::string text = text_of(model.file, "varhush.tracks." + organism);
        if (text.empty()) {
            model.tracks.at(row) = TrackTable::unnamed(output_channels(model.config));
            unnamed += (unnamed.empty() ? "" : " and ") + organism;
            continue;
        }
        const std::string name = model.file.name() + ": varhush.tracks." + organism;
        try {
            model.tracks.at(row) = TrackTable::from_tsv(text, organism, name);
        } catch (const Error& error) {
            fail(model.file.name(), error.what());
        }
        check_track_rows(model.tracks.at(row), model.config, name, ErrorKind::kModel);
    }
    if (!any_metadata) {
        model.notice = model.file.name() +
                       ": no metadata: widths are taken from the tensors' shapes, tracks have no "
                       "names and no strands; 'varhush model convert' adds them";
    } else if (!unnamed.empty()) {
        model.notice = model.file.name() + ": the tracks of " + unnamed +
                       " have no names and no strands; 'varhush model convert' adds them";
    }
}

[[noreturn]] void refuse_mean(const std::string& file,
                              const std::string& tensor,
                              float mean,
                              const std::string& organism,
                              const Track& track) {
    fail(file,
         "tensor \"" + tensor + "\" holds " + std::to_string(mean) + " for the " + organism +
             " track " + std::to_string(track.channel) + " (" + track.name + ")");
}

/// A track whose mean is not finite has no finite value anywhere.
void check_means(const AlphaGenomeFile& model, const StoredTensors& tensors) {
    for (const OutputType output : all_output_types()) {
        std::string name("heads.");
        name.append(output_key(output)).append(".track_means");
        const auto found = tensors.find(name);
        if (found == tensors.end()) {
            continue;
        }
        const auto channels = static_cast<std::size_t>(model.config.channels(output));
        std::vector<float> means(static_cast<std::size_t>(model.config.num_organisms) * channels);
        nn::widen(*found->second.entry, 0, means);
        for (std::size_t i = 0; i < means.size(); ++i) {
            const std::string& organism = model.organisms.at(i / channels);
            if (std::isfinite(means[i]) || organism.empty() ||
                !model.file.metadata().contains("varhush.tracks." + organism)) {
                continue;
            }
            const Track& track = model.tracks.at(i / channels).tracks(output)[i % channels];
            if (!track.padding()) {
                refuse_mean(model.file.name(), name, means[i], organism, track);
            }
        }
    }
}

}  // namespace

int AlphaGenomeFile::organism_index(const std::string& name) const {
    std::string known;
    for (std::size_t row = 0; row < organisms.size(); ++row) {
        if (organisms.at(row).empty()) {
            continue;
        }
        if (organisms.at(row) == name) {
            return static_cast<int>(row);
        }
        known += (known.empty() ? "" : " or ") + organisms.at(row);
    }
    throw Error(ErrorKind::kUsage,
                "model " + identity.id + " has no organism \"" + name + "\"",
                "expected " + known);
}

std::vector<std::pair<OutputType, int>> output_channels(const AlphaGenomeConfig& config) {
    std::vector<std::pair<OutputType, int>> channels;
    for (const OutputType output : all_output_types()) {
        if (config.has(output)) {
            channels.emplace_back(output, config.channels(output));
        }
    }
    return channels;
}

void check_track_rows(const TrackTable& tracks,
                      const AlphaGenomeConfig& config,
                      const std::string& name,
                      ErrorKind kind) {
    for (const OutputType output : all_output_types()) {
        const std::size_t rows = tracks.tracks(output).size();
        const auto channels = static_cast<std::size_t>(config.channels(output));
        if (rows != channels) {
            throw Error(kind,
                        name + ": " + std::to_string(rows) + " rows of " +
                            std::string(output_name(output)) + ", but the model has " +
                            std::to_string(channels) + " channels of it",
                        "padding slots need rows too (name \"Padding\")");
        }
    }
}

AlphaGenomeFile read_alphagenome(nn::SafeTensors file) {
    const std::string architecture = model_architecture(file);
    if (architecture != "alphagenome") {
        fail(file.name(),
             architecture.empty() ? "is not a model that varhush knows"
                                  : "is a " + architecture + " model, expected alphagenome");
    }
    const StoredTensors tensors = stored_tensors(file);
    for (const auto& [name, tensor] : tensors) {
        if (name != tensor.stored_name || tensor.shape != tensor.entry->shape) {
            throw Error(ErrorKind::kModel,
                        file.name() + ": tensor \"" + tensor.stored_name +
                            "\" is named or shaped as in older files of the PyTorch port",
                        "'varhush model convert' brings it up to date");
        }
    }
    AlphaGenomeFile model{std::move(file), {}, {}, {}, {}, {}, {}, {}};
    const std::string& name = model.file.name();
    const std::string json = text_of(model.file, "varhush.config");
    model.config =
        json.empty() ? infer_config(tensors, name) : AlphaGenomeConfig::from_json(json, name);
    check_tensors(tensors, alphagenome_layout(model.config), {}, name);
    std::string organisms = text_of(model.file, "varhush.organism");
    if (organisms.empty()) {
        organisms = model.config.num_organisms == 1 ? "human" : "human,mouse";
    }
    model.organisms = organisms_of(organisms, model.config, name);
    model.identity = identity_of(model.file);
    read_tracks(model, !json.empty());
    check_means(model, tensors);
    return model;
}

AlphaGenomeFile load_alphagenome(const std::string& name_or_path) {
    return read_alphagenome(open_model(name_or_path));
}

}  // namespace varhush::models
