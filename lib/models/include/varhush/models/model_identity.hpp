#pragma once

#include "varhush/nn/safetensors.hpp"

#include <string>

namespace varhush::models {

/// Where a model came from: the values of ##varhush_model.
struct ModelIdentity {
    std::string id;
    std::string sha256;
    std::string terms;
    std::string path;  ///< "(embedded)" for the default
};

/// Metadata key of the SHA-256 of everything behind the header.
inline constexpr const char* kDataHashKey = "varhush.data_sha256";

/// Name, hash and terms as the metadata states them. The hash is that of the whole file; of a file
/// whose metadata holds kDataHashKey it is that of the header, which binds the data through that
/// entry without reading it (data_matches_hash() does).
[[nodiscard]] ModelIdentity identity_of(const nn::SafeTensors& file);

/// Whether the data is what the header says; true also for a file that says nothing. Reads all of
/// it.
[[nodiscard]] bool data_matches_hash(const nn::SafeTensors& file);

/// "alphagenome", "splice-resnet", "sirna-ensemble", "reporter-cnn", "reporter-mix" or "aparent2":
/// what the metadata says as varhush.architecture, or, without that, what the names of the tensors
/// show; empty when neither tells.
[[nodiscard]] std::string model_architecture(const nn::SafeTensors& file);

}  // namespace varhush::models
