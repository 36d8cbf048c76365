#pragma once

#include "varhush/nn/safetensors.hpp"

#include <optional>
#include <string>
#include <vector>

namespace varhush::models {

/// Name of the model of variant effects that is embedded in the binary.
[[nodiscard]] std::string default_model_name();
/// Name of the embedded model of siRNA efficacy.
[[nodiscard]] std::string default_efficacy_model_name();

/// The embedded model of that name ("": the one of variant effects); empty when there is none.
[[nodiscard]] std::optional<nn::SafeTensors> open_embedded(const std::string& name);

/// Opens a model: "" or a default's name is an embedded one; anything with a '/' or ending in
/// ".safetensors" is a path; another name is looked for as NAME.safetensors and
/// NAME/weights.safetensors in the folders of VARHUSH_MODELS (colon separated).
/// @throws Error{kModel} listing where it looked.
[[nodiscard]] nn::SafeTensors open_model(const std::string& name_or_path);

/// The calibration table that comes with `model`: the embedded one of an embedded model, or of
/// MODEL.safetensors the file MODEL.vhcal beside it. Empty when there is none.
/// @throws Error{kModel} for a file that is no safetensors file.
[[nodiscard]] std::optional<nn::SafeTensors> open_calibration_of(const nn::SafeTensors& model);

struct FoundModel {
    std::string name;
    std::string path;  ///< "(embedded)" for an embedded one
};
/// The embedded defaults and every model in VARHUSH_MODELS.
[[nodiscard]] std::vector<FoundModel> list_models();

}  // namespace varhush::models
