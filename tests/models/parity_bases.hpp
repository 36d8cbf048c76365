#pragma once

#include "test_paths.hpp"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace varhush::models::test {

/// Recorded activations and weights of others: VARHUSH_SHARED, by default beside the source tree.
inline std::filesystem::path shared_folder() {
    const char* folder = std::getenv("VARHUSH_SHARED");
    return folder != nullptr ? std::filesystem::path(folder)
                             : std::filesystem::path(VARHUSH_SOURCE_DIR) / "../shared";
}

/// Codes 0..3 of A C G T in either case, 4 of others; on purpose not the code under test.
inline std::vector<std::uint8_t> encode(const std::string& bases) {
    std::vector<std::uint8_t> codes;
    for (const char base : bases) {
        const auto at = std::string("ACGT").find(static_cast<char>(std::toupper(base)));
        codes.push_back(static_cast<std::uint8_t>(at == std::string::npos ? 4 : at));
    }
    return codes;
}

inline std::vector<std::uint8_t> reverse_complement(std::vector<std::uint8_t> codes) {
    std::reverse(codes.begin(), codes.end());
    for (auto& code : codes) {
        code = static_cast<std::uint8_t>(code < 4 ? 3 - code : 4);
    }
    return codes;
}

}  // namespace varhush::models::test
