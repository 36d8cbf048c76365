#pragma once

#include "varhush/nn/safetensors.hpp"

#include <string>
#include <vector>

namespace varhush::models {

/// Name of the model that is embedded in the binary.
[[nodiscard]] std::string default_model_name();

/// Opens a model: "" or the default's name is the embedded one; anything with a '/' or ending in
/// ".safetensors" is a path; another name is looked for as NAME.safetensors and
/// NAME/weights.safetensors in the folders of VARHUSH_MODELS (colon separated).
/// @throws Error{kModel} listing where it looked.
[[nodiscard]] nn::SafeTensors open_model(const std::string& name_or_path);

struct FoundModel {
    std::string name;
    std::string path;  ///< "(embedded)" for the default
};
/// The embedded default and every model in VARHUSH_MODELS.
[[nodiscard]] std::vector<FoundModel> list_models();

}  // namespace varhush::models
