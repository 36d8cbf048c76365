#pragma once

#include "config_node.hpp"
#include "varhush/train/step_settings.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace varhush::train {

/// A JSON file that describes a training, and where relative file names in it start.
class ConfigFile {
  public:
    /// They start at `folder`, or at the file's own when that is "".
    /// @throws Error{kInput} when it cannot be read or is no object.
    ConfigFile(const std::string& path, const std::string& folder);
    ConfigFile(const ConfigFile&) = delete;
    ConfigFile& operator=(const ConfigFile&) = delete;

    [[nodiscard]] ConfigNode& root() noexcept { return root_; }
    [[nodiscard]] const std::string& folder() const noexcept { return folder_; }

  private:
    nlohmann::json json_;
    std::string folder_;
    ConfigNode root_;  ///< of json_
};

/// The keys of StepSettings in `node`.
void read_steps(ConfigNode& node, StepSettings& settings);

/// @throws Error{kInput} with `what` of `file` unless `good`.
void require_setting(bool good, const std::string& file, const std::string& what);

}  // namespace varhush::train
