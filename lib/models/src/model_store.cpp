#include "varhush/models/model_store.hpp"

#include "embedded.hpp"
#include "varhush/core/error.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <sstream>

namespace varhush::models {

namespace fs = std::filesystem;

namespace {

constexpr const char* kSuffix = ".safetensors";
constexpr const char* kCalibrationSuffix = ".vhcal";

std::vector<std::string> model_folders() {
    std::vector<std::string> folders;
    if (const char* list = std::getenv("VARHUSH_MODELS"); list != nullptr) {
        std::istringstream parts(list);
        for (std::string folder; std::getline(parts, folder, ':');) {
            if (!folder.empty()) {
                folders.push_back(folder);
            }
        }
    }
    return folders;
}

bool looks_like_path(const std::string& text) {
    return text.find('/') != std::string::npos || text.ends_with(kSuffix);
}

std::string embedded_names() {
    std::string names;
    for (const EmbeddedModel& one : embedded_models()) {
        names += (names.empty() ? "" : ", ") + std::string(one.name);
    }
    return names;
}

}  // namespace

const std::vector<std::string>& default_model_names() {
    static const std::vector<std::string> names{
        "splice-mini", kEmbeddedTracksName, "varhush-reporter", "varhush-polya"};
    return names;
}

std::optional<nn::SafeTensors> open_embedded(const std::string& name) {
    for (const EmbeddedModel& one : embedded_models()) {
        if (name == one.name) {
            return nn::SafeTensors::from_memory(one.weights, one.name);
        }
    }
    return std::nullopt;
}

std::string default_track_model_name() {
    return kEmbeddedTracksName;
}

std::string default_efficacy_model_name() {
    return kEmbeddedEfficacyName;
}

nn::SafeTensors open_model(const std::string& name_or_path) {
    if (looks_like_path(name_or_path)) {
        return nn::SafeTensors::open(name_or_path);
    }
    std::string looked;
    if (!name_or_path.empty()) {
        for (const std::string& folder : model_folders()) {
            for (const fs::path& candidate :
                 {fs::path(folder) / (name_or_path + kSuffix),
                  fs::path(folder) / name_or_path / ("weights" + std::string(kSuffix))}) {
                if (fs::exists(candidate)) {
                    return nn::SafeTensors::open(candidate.string());
                }
                looked += (looked.empty() ? "" : ", ") + candidate.string();
            }
        }
    }
    if (auto embedded = open_embedded(name_or_path)) {
        return std::move(*embedded);
    }
    throw Error(
        ErrorKind::kModel,
        "no model called '" + name_or_path + "'" + (looked.empty() ? "" : "; looked for " + looked),
        "give a path to a .safetensors file, or set VARHUSH_MODELS to the folders that hold "
        "models; "
        "the embedded models are " +
            embedded_names());
}

std::optional<nn::SafeTensors> open_calibration_of(const nn::SafeTensors& model) {
    for (const EmbeddedModel& one : embedded_models()) {
        if (model.bytes().data() == one.weights.data()) {
            return one.calibration.empty()
                       ? std::nullopt
                       : std::optional(nn::SafeTensors::from_memory(
                             one.calibration, "calibration of " + std::string(one.name)));
        }
    }
    if (!model.name().ends_with(kSuffix)) {
        return std::nullopt;
    }
    const fs::path path = fs::path(model.name()).replace_extension(kCalibrationSuffix);
    std::error_code ignored;
    if (!fs::exists(path, ignored)) {
        return std::nullopt;
    }
    return nn::SafeTensors::open(path.string());
}

std::vector<FoundModel> list_models() {
    std::vector<FoundModel> found;
    for (const EmbeddedModel& one : embedded_models()) {
        found.push_back({one.name, "(embedded)"});
    }
    for (const std::string& folder : model_folders()) {
        std::vector<FoundModel> here;
        std::error_code ignored;
        for (const auto& entry : fs::directory_iterator(folder, ignored)) {
            const fs::path nested = entry.path() / ("weights" + std::string(kSuffix));
            if (entry.path().extension() == kSuffix) {
                here.push_back({entry.path().stem().string(), entry.path().string()});
            } else if (fs::exists(nested, ignored)) {
                here.push_back({entry.path().filename().string(), nested.string()});
            }
        }
        std::sort(
            here.begin(), here.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
        found.insert(found.end(), here.begin(), here.end());
    }
    return found;
}

}  // namespace varhush::models
