#pragma once

#include "varhush/nn/safetensors.hpp"

#include <optional>
#include <string>
#include <vector>

namespace varhush::models {

/// Names of the embedded models that together score variants when none is asked for.
[[nodiscard]] const std::vector<std::string>& default_model_names();
/// Name of the embedded model with tracks.
[[nodiscard]] std::string default_track_model_name();
/// Name of the embedded model of siRNA efficacy.
[[nodiscard]] std::string default_efficacy_model_name();

/// The embedded model of that name; empty when there is none.
[[nodiscard]] std::optional<nn::SafeTensors> open_embedded(const std::string& name);

/// Opens a model: anything with a '/' or ending in
/// ".safetensors" is a path; another name is looked for as NAME.safetensors and
/// NAME/weights.safetensors in the folders of VARHUSH_MODELS (colon separated),
/// then among the embedded ones.
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
/// The embedded models and every model in VARHUSH_MODELS.
[[nodiscard]] std::vector<FoundModel> list_models();

}  // namespace varhush::models
