#pragma once

#include "varhush/seq/region.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace varhush::train {

/// An object of a JSON file whose keys are asked for one by one; finish() refuses what was not.
/// All errors are Error{kInput} with the file and the path of the key.
class ConfigNode {
  public:
    ConfigNode(const nlohmann::json& value, std::string file, std::string path);

    [[nodiscard]] bool has(const std::string& key) const;
    /// The value as it is; it counts as asked for. Null when missing.
    [[nodiscard]] const nlohmann::json& raw(const std::string& key);
    [[nodiscard]] ConfigNode child(const std::string& key);
    /// The objects of a list; empty when missing.
    [[nodiscard]] std::vector<ConfigNode> children(const std::string& key);

    void require(const std::string& key) const;              ///< must be there
    [[nodiscard]] std::string text(const std::string& key);  ///< must be there
    void read(const std::string& key, std::string& value);
    void read(const std::string& key, double& value);
    void read(const std::string& key, int& value);
    void read(const std::string& key, std::int64_t& value);
    void read(const std::string& key, std::uint64_t& value);
    void read(const std::string& key, bool& value);
    /// One text or a list of texts.
    void read(const std::string& key, std::vector<std::string>& value);
    void read(const std::string& key, std::vector<int>& value);
    /// One region or a list of them, as seq::parse_region() reads them.
    void read(const std::string& key, std::vector<seq::Region>& value);
    /// An object of texts; numbers are taken as text.
    void read(const std::string& key, std::map<std::string, std::string>& value);

    void finish() const;
    [[noreturn]] void refuse(const std::string& key, const std::string& what) const;

  private:
    const nlohmann::json* find(const std::string& key);
    [[nodiscard]] std::string text_of(const std::string& key, const nlohmann::json& value) const;

    const nlohmann::json* value_;
    std::string file_;
    std::string path_;
    std::set<std::string> asked_;
};

/// A JSON file. @throws Error{kInput} when it cannot be read or is none.
[[nodiscard]] nlohmann::json read_json(const std::string& path);

/// `file` as it stands when it is absolute or empty, else in `folder`.
[[nodiscard]] std::string placed(const std::string& file, const std::string& folder);

}  // namespace varhush::train
