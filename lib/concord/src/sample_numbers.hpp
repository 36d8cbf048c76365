#pragma once

#include "varhush/concord/count_table.hpp"
#include "varhush/core/error.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace varhush::concord {

/// Which samples of a file are wanted, as numbers of the table.
class SampleNumbers {
  public:
    explicit SampleNumbers(const std::vector<std::string>& wanted) : wanted_(wanted) {}

    /// Nothing for a sample that is not wanted.
    std::optional<std::uint32_t> of(std::string_view name, CountTable& table) {
        const auto [place, is_new] = numbers_.emplace(std::string(name), std::nullopt);
        if (is_new &&
            (wanted_.empty() || std::find(wanted_.begin(), wanted_.end(), name) != wanted_.end())) {
            place->second = static_cast<std::uint32_t>(table.samples.size());
            table.samples.emplace_back(name);
        }
        return place->second;
    }
    void check_found(const std::string& path) const {
        for (const std::string& name : wanted_) {
            if (!numbers_.contains(name)) {
                std::string there;
                for (const auto& [known, number] : numbers_) {
                    there.append(there.empty() ? "" : ", ").append(known);
                }
                std::string message = path;
                message.append(": no sample '").append(name).append("'");
                throw Error(ErrorKind::kInput,
                            message,
                            there.empty() ? "it has no samples" : "its samples are " + there);
            }
        }
    }

  private:
    const std::vector<std::string>& wanted_;
    std::unordered_map<std::string, std::optional<std::uint32_t>> numbers_;
};

}  // namespace varhush::concord
