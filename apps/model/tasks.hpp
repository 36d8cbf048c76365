#pragma once

#include "apps/model/options.hpp"
#include "varhush/nn/safetensors.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace varhush::apps {

/// One thing that `model verify` looks at.
struct ModelCheck {
    std::string name;
    bool passed = false;
    std::string detail;
};

/// Everything that can be said of a file without reference to where it came from: container,
/// architecture and tensors, values, hash. The first that cannot be passed over ends the list.
[[nodiscard]] std::vector<ModelCheck> check_model(const std::string& name_or_path);
[[nodiscard]] bool all_passed(const std::vector<ModelCheck>& checks);

/// What stdout gets, as text or JSON.
[[nodiscard]] std::string list_text(bool json);
[[nodiscard]] std::string info_text(const nn::SafeTensors& file, bool json);
[[nodiscard]] std::string verify_text(const std::string& name,
                                      const std::vector<ModelCheck>& checks,
                                      bool json);

/// Writes a model file. Returns what stdout gets.
std::string convert_model(const ModelOptions& options);
std::string add_model(const ModelOptions& options);

/// "1.80 GB"
[[nodiscard]] std::string size_text(std::uint64_t bytes);

}  // namespace varhush::apps
