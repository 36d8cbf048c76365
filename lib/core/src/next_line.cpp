#include "varhush/core/next_line.hpp"

namespace varhush::core {

bool next_line(std::string_view& rest, std::string_view& line) noexcept {
    if (rest.empty()) {
        return false;
    }
    const std::size_t end = rest.find('\n');
    line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    return true;
}

}  // namespace varhush::core
