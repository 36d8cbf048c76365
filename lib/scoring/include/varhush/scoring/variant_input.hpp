#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace varhush::scoring {

/// One record as the scorers see it.
struct VariantInput {
    std::string contig;
    std::int64_t position = 0;  ///< 0-based POS
    std::string ref;
    std::vector<std::string> alts;
};

}  // namespace varhush::scoring
