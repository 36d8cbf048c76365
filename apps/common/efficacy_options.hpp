#pragma once

#include "varhush/sirna/efficacy_model.hpp"

#include <memory>
#include <string>

namespace varhush::apps {

/// How an efficacy model is asked.
struct EfficacyOptions {
    std::string model;  ///< name or path; empty: the embedded default
    /// Intervals for a laboratory and protocol like those of the training data; else they are
    /// wider.
    bool known_laboratory = false;
    int threads = 1;
};

/// The `sirna-ensemble` model of that name or path, ready to judge guides (computed without
/// LibTorch). Embedded default: "sirna-ensemble".
/// @throws Error{kModel} for a model that is missing, damaged, of another architecture, or made for
/// other features than this build computes.
[[nodiscard]] std::unique_ptr<sirna::EfficacyModel> load_efficacy_model(
    const EfficacyOptions& options = {});

}  // namespace varhush::apps
