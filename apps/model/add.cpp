#include "apps/model/tasks.hpp"
#include "varhush/core/error.hpp"
#include "varhush/io/output_file.hpp"
#include "varhush/models/model_identity.hpp"
#include "varhush/models/model_store.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>

namespace varhush::apps {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBlockBytes = std::size_t{1} << 22U;

std::string chosen_folder(const ModelOptions& options) {
    if (!options.folder.empty()) {
        return options.folder;
    }
    const char* list = std::getenv("VARHUSH_MODELS");
    const std::string folders = list == nullptr ? "" : list;
    const std::size_t start = folders.find_first_not_of(':');
    if (start == std::string::npos) {
        throw Error(ErrorKind::kUsage,
                    "there is no folder to put the model into",
                    "give --dir, or set VARHUSH_MODELS to the folder that holds your models");
    }
    return folders.substr(start, folders.find(':', start) - start);
}

void check_name(const std::string& name) {
    const bool plain = std::all_of(name.begin(), name.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_';
    });
    if (name.empty() || !plain || name.front() == '.' || name.front() == '-' ||
        name.ends_with(".safetensors")) {
        throw Error(ErrorKind::kUsage,
                    "'" + name + "' cannot be the name of a model",
                    "letters, digits, '.', '-' and '_'; give --name");
    }
    if (models::open_embedded(name)) {
        throw Error(ErrorKind::kUsage, "'" + name + "' is the name of the embedded model");
    }
}

}  // namespace

std::string add_model(const ModelOptions& options) {
    const auto checks = check_model(options.model);
    for (const ModelCheck& check : checks) {
        if (!check.passed) {
            throw Error(ErrorKind::kModel,
                        options.model + ": " + check.name + ": " + check.detail,
                        "'varhush model verify' tells more");
        }
    }
    const auto source = models::open_model(options.model);
    const std::string name = options.name.empty() ? models::identity_of(source).id : options.name;
    check_name(name);
    const fs::path folder = chosen_folder(options);
    if (!fs::is_directory(folder)) {
        throw Error(ErrorKind::kOutput, folder.string() + " is no folder");
    }
    const fs::path target = folder / (name + ".safetensors");
    std::error_code ignored;
    if (fs::exists(target, ignored) && fs::equivalent(target, options.model, ignored)) {
        throw Error(ErrorKind::kUsage, target.string() + " is that very file");
    }
    if (fs::exists(target, ignored) && !options.force) {
        throw Error(ErrorKind::kUsage, target.string() + " is there already", "give --force");
    }
    io::OutputFile out(target.string());
    const auto bytes = source.bytes();
    for (std::size_t at = 0; at < bytes.size(); at += kBlockBytes) {
        const auto block = bytes.subspan(at, std::min(kBlockBytes, bytes.size() - at));
        out.write({reinterpret_cast<const char*>(block.data()), block.size()});
    }
    out.close();
    if (options.json) {
        return nlohmann::ordered_json{{"name", name}, {"path", target.string()}}.dump(
                   2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) +
               "\n";
    }
    return name + " is now at " + target.string() + "\n";
}

}  // namespace varhush::apps
