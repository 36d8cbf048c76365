#include "interval_map.hpp"

#include <algorithm>

namespace varhush::train {
namespace {

void order(std::vector<LabelSpan>& intervals) {
    std::sort(intervals.begin(), intervals.end(), [](const LabelSpan& a, const LabelSpan& b) {
        return a.start != b.start ? a.start < b.start : a.end < b.end;
    });
}

}  // namespace

void IntervalMap::merge() {
    for (auto& [contig, intervals] : contigs_) {
        order(intervals);
        std::vector<LabelSpan> apart;
        for (const LabelSpan& one : intervals) {
            if (!apart.empty() && one.start <= apart.back().end) {
                apart.back().end = std::max(apart.back().end, one.end);
            } else {
                apart.push_back(one);
            }
        }
        intervals = std::move(apart);
    }
}

std::pair<std::string, std::int64_t> IntervalMap::sort() {
    for (auto& [contig, intervals] : contigs_) {
        order(intervals);
        for (std::size_t i = 1; i < intervals.size(); ++i) {
            if (intervals[i].start < intervals[i - 1].end) {
                return {contig, intervals[i].start};
            }
        }
    }
    return {"", 0};
}

std::int64_t IntervalMap::size() const noexcept {
    std::int64_t count = 0;
    for (const auto& [contig, intervals] : contigs_) {
        count += static_cast<std::int64_t>(intervals.size());
    }
    return count;
}

void IntervalMap::each(const std::string& contig,
                       std::int64_t start,
                       std::int64_t end,
                       const std::function<void(const LabelSpan&)>& visit) const {
    const auto found = contigs_.find(contig);
    if (found == contigs_.end()) {
        return;
    }
    const auto& intervals = found->second;
    auto at = std::upper_bound(
        intervals.begin(), intervals.end(), start, [](std::int64_t position, const LabelSpan& one) {
            return position < one.end;
        });
    for (; at != intervals.end() && at->start < end; ++at) {
        visit(*at);
    }
}

}  // namespace varhush::train
