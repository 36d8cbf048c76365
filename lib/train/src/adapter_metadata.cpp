#include "adapter_metadata.hpp"

#include "varhush/models/adapter.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <limits>
#include <sstream>

namespace varhush::train {
namespace {

using Json = nlohmann::ordered_json;

std::string base_name(const std::string& path) {
    return std::filesystem::path(path).filename().string();
}

Json regions_json(const std::vector<seq::Region>& regions) {
    Json list = Json::array();
    for (const seq::Region& region : regions) {
        list.push_back(seq::to_text(region));
    }
    return list;
}

/// What was trained on, and what was not.
std::string data_of(const TrackConfig& config) {
    Json data;
    for (const std::string& fasta : config.fastas) {
        data["fasta"].push_back(base_name(fasta));
    }
    for (const TrackSource& source : config.tracks) {
        data["tracks"].push_back({{"name", source.track.name},
                                  {"output", std::string(models::output_key(source.track.output))},
                                  {"file", base_name(source.file)}});
    }
    data["train"] = regions_json(config.train);
    data["validation"] = regions_json(config.validation);
    data["test"] = regions_json(config.test);
    return data.dump();
}

std::string exact(double value) {
    std::ostringstream out;
    out.precision(std::numeric_limits<double>::max_digits10);
    out << value;
    return out.str();
}

}  // namespace

std::map<std::string, std::string> adapter_metadata(const models::AlphaGenomeFile& base,
                                                    const TrackConfig& config,
                                                    const models::TrackTable& tracks,
                                                    const AdapterPlan& plan,
                                                    std::int64_t steps) {
    std::map<std::string, std::string> out = config.metadata;
    out["varhush.architecture"] = models::kAdapterArchitecture;
    out["varhush.version"] = "1";
    out["varhush.name"] = plan.name;
    out["varhush.base_name"] = base.identity.id;
    out["varhush.base_sha256"] = base.identity.sha256;
    out["varhush.organism"] = plan.organism;
    out["varhush.tracks." + plan.organism] = tracks.to_tsv(plan.organism);
    out["varhush.rank"] = std::to_string(plan.rank);
    out["varhush.alpha"] = exact(plan.alpha);
    std::string layers;
    if (plan.rank > 0) {
        for (const models::TensorSpec& layer : models::chosen_layers(base.config, plan.layers)) {
            layers += (layers.empty() ? "" : ",") + layer.name;
        }
    }
    out["varhush.layers"] = layers;
    out["varhush.window"] = std::to_string(config.window_bp);
    out["varhush.data"] = data_of(config);
    out["varhush.steps"] = std::to_string(steps);
    out["varhush.seed"] = std::to_string(config.fit.seed);
    return out;
}

}  // namespace varhush::train
