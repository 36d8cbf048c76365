#include "varhush/core/split_list.hpp"

#include <algorithm>

namespace varhush::core {

std::vector<std::string> split_list(std::string_view text) {
    constexpr std::string_view kBlanks = " \t";
    std::vector<std::string> parts;
    while (!text.empty()) {
        const std::string_view part = text.substr(0, text.find(','));
        text.remove_prefix(std::min(part.size() + 1, text.size()));
        const std::size_t first = part.find_first_not_of(kBlanks);
        if (first != std::string_view::npos) {
            parts.emplace_back(part.substr(first, part.find_last_not_of(kBlanks) + 1 - first));
        }
    }
    return parts;
}

}  // namespace varhush::core
