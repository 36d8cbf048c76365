#include "network_metadata.hpp"

#include "varhush/core/error.hpp"

#include <charconv>
#include <cmath>
#include <utility>

namespace varhush::models {

NetworkMetadata::NetworkMetadata(const std::map<std::string, std::string>& values,
                                 std::string file,
                                 std::string family)
    : values_(values), file_(std::move(file)), family_(std::move(family)) {}

void NetworkMetadata::refuse(const std::string& key, const std::string& found) const {
    throw Error(
        ErrorKind::kModel,
        file_ + ": metadata '" + key + "' is " + (found.empty() ? "missing" : "'" + found + "'"),
        "this file is not a " + family_ + " that varhush can run; see docs/models.md");
}

bool NetworkMetadata::has(const std::string& key) const {
    const auto found = values_.find(key);
    return found != values_.end() && !found->second.empty();
}

std::string NetworkMetadata::text(const std::string& key) const {
    if (!has(key)) {
        refuse(key, "");
    }
    return values_.at(key);
}

int NetworkMetadata::integer(const std::string& key) const {
    const std::string value = text(key);
    int number = 0;
    const char* end = value.data() + value.size();
    const auto result = std::from_chars(value.data(), end, number);
    if (result.ec != std::errc() || result.ptr != end) {
        refuse(key, value);
    }
    return number;
}

double NetworkMetadata::real(const std::string& key) const {
    const std::string value = text(key);
    double number = 0;
    const char* end = value.data() + value.size();
    const auto result = std::from_chars(value.data(), end, number);
    if (result.ec != std::errc() || result.ptr != end || !std::isfinite(number)) {
        refuse(key, value);
    }
    return number;
}

std::vector<std::string> NetworkMetadata::texts(const std::string& key) const {
    const std::string value = text(key);
    std::vector<std::string> items;
    std::size_t begin = 0;
    while (true) {
        const std::size_t comma = value.find(',', begin);
        items.push_back(value.substr(begin, comma - begin));
        if (comma == std::string::npos) {
            return items;
        }
        begin = comma + 1;
    }
}

std::vector<int> NetworkMetadata::integers(const std::string& key) const {
    std::vector<int> numbers;
    for (const std::string& item : texts(key)) {
        int number = 0;
        const char* end = item.data() + item.size();
        const auto result = std::from_chars(item.data(), end, number);
        if (result.ec != std::errc() || result.ptr != end) {
            refuse(key, item);
        }
        numbers.push_back(number);
    }
    return numbers;
}

void NetworkMetadata::expect(const std::string& key, const std::string& expected) const {
    if (has(key) && text(key) != expected) {
        refuse(key, text(key));
    }
}

}  // namespace varhush::models
