#pragma once

#include <map>
#include <string>
#include <vector>

namespace varhush::models {

/// Values of a safetensors __metadata__ as numbers and lists.
class NetworkMetadata {
  public:
    /// `file` and `family` ("splice-resnet") are for messages.
    NetworkMetadata(const std::map<std::string, std::string>& values,
                    std::string file,
                    std::string family);

    [[nodiscard]] bool has(const std::string& key) const;
    /// All of these throw Error{kModel} naming the key, for one that is missing or is no such
    /// value.
    [[nodiscard]] std::string text(const std::string& key) const;
    [[nodiscard]] int integer(const std::string& key) const;
    [[nodiscard]] double real(const std::string& key) const;                ///< finite
    [[nodiscard]] std::vector<int> integers(const std::string& key) const;  ///< "1,2,4"
    [[nodiscard]] std::vector<std::string> texts(const std::string& key) const;

    /// @throws Error{kModel} when the key is there with another value than `expected`.
    void expect(const std::string& key, const std::string& expected) const;

    [[noreturn]] void refuse(const std::string& key, const std::string& found) const;

  private:
    const std::map<std::string, std::string>& values_;
    std::string file_;
    std::string family_;
};

}  // namespace varhush::models
