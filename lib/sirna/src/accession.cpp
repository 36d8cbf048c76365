#include "varhush/sirna/accession.hpp"

namespace varhush::sirna {

std::string_view without_version(std::string_view name) noexcept {
    const std::size_t dot = name.rfind('.');
    if (dot == std::string_view::npos || dot == 0 || dot + 1 == name.size()) {
        return name;
    }
    constexpr std::string_view kDigits = "0123456789";
    const auto bare = name.substr(0, dot);
    const bool is_number = name.find_first_not_of(kDigits, dot + 1) == std::string_view::npos;
    // Accessions end in digits; the numbers of "MSTRG.7" and "MSTRG.7.2" are no versions.
    const bool is_accession = kDigits.find(bare.back()) != std::string_view::npos &&
                              bare.find('.') == std::string_view::npos;
    return is_number && is_accession ? bare : name;
}

}  // namespace varhush::sirna
