#include "varhush/models/model_identity.hpp"

#include <filesystem>
#include <initializer_list>

namespace varhush::models {
namespace {

std::string first_of(const nn::SafeTensors& file,
                     std::initializer_list<const char*> keys,
                     const std::string& otherwise) {
    for (const char* key : keys) {
        if (const auto found = file.metadata().find(key);
            found != file.metadata().end() && !found->second.empty()) {
            return found->second;
        }
    }
    return otherwise;
}

}  // namespace

ModelIdentity identity_of(const nn::SafeTensors& file) {
    ModelIdentity identity;
    identity.id = first_of(
        file, {"varhush.name", "name"}, std::filesystem::path(file.name()).stem().string());
    identity.sha256 = file.metadata().contains(kDataHashKey) ? file.header_sha256() : file.sha256();
    identity.terms = first_of(file, {"varhush.terms", "terms", "licence", "license"}, "not stated");
    identity.path = file.name();
    return identity;
}

bool data_matches_hash(const nn::SafeTensors& file) {
    const auto stated = file.metadata().find(kDataHashKey);
    return stated == file.metadata().end() || stated->second == file.data_sha256();
}

std::string model_architecture(const nn::SafeTensors& file) {
    if (const auto stated = file.metadata().find("varhush.architecture");
        stated != file.metadata().end()) {
        return stated->second;
    }
    if (file.entries().contains("encoder.dna_embedder.conv1.weight")) {
        return "alphagenome";
    }
    const auto holds = [&](const char* tensor) { return file.entries().contains(tensor); };
    if (holds("model.0.library.weight") && holds("model.0.unit.0.conv1.weight")) {
        return "aparent2";
    }
    if (holds("motif.log_odds") && holds("words.gapped.weight")) {
        return "reporter-mix";
    }
    if (holds("model.0.conv.0.weight") && holds("model.0.bn.0.running_var")) {
        return "reporter-cnn";
    }
    return file.metadata().contains("kernel_sizes") ? "splice-resnet" : "";
}

}  // namespace varhush::models
