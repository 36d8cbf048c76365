#pragma once

#include "varhush/seq/region.hpp"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace varhush::io {

/// Regions sorted and merged within each contig; contigs in order of first appearance, as bcftools
/// takes them. No position lies in two of them.
class RegionSet {
  public:
    explicit RegionSet(const std::vector<seq::Region>& regions);

    [[nodiscard]] const std::vector<seq::Region>& in_order() const noexcept { return merged_; }
    [[nodiscard]] bool contains(const std::string& contig, std::int64_t position) const;

  private:
    struct Range {
        std::size_t first = 0;
        std::size_t last = 0;  ///< one past
    };
    std::vector<seq::Region> merged_;
    std::unordered_map<std::string, Range> by_contig_;
};

}  // namespace varhush::io
