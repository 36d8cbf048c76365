#include "region_set.hpp"

#include <algorithm>

namespace varhush::io {

RegionSet::RegionSet(const std::vector<seq::Region>& regions) {
    std::vector<std::string> order;
    std::unordered_map<std::string, std::vector<seq::Region>> grouped;
    for (const seq::Region& region : regions) {
        auto [slot, is_new] = grouped.try_emplace(region.contig);
        if (is_new) {
            order.push_back(region.contig);
        }
        slot->second.push_back(region);
    }
    for (const std::string& contig : order) {
        auto& group = grouped[contig];
        std::sort(group.begin(), group.end(), [](const auto& a, const auto& b) {
            return a.start < b.start;
        });
        const std::size_t first = merged_.size();
        for (seq::Region& region : group) {
            if (merged_.size() > first && region.start <= merged_.back().end) {
                merged_.back().end = std::max(merged_.back().end, region.end);
            } else {
                merged_.push_back(std::move(region));
            }
        }
        by_contig_[contig] = {first, merged_.size()};
    }
}

bool RegionSet::contains(const std::string& contig, std::int64_t position) const {
    position = std::max<std::int64_t>(position, 0);  // POS 0 (telomere) belongs to the first base
    const auto found = by_contig_.find(contig);
    if (found == by_contig_.end()) {
        return false;
    }
    const auto begin = merged_.begin() + static_cast<std::ptrdiff_t>(found->second.first);
    const auto end = merged_.begin() + static_cast<std::ptrdiff_t>(found->second.last);
    const auto after = std::upper_bound(
        begin, end, position, [](std::int64_t p, const seq::Region& r) { return p < r.start; });
    return after != begin && std::prev(after)->contains(position);
}

}  // namespace varhush::io
