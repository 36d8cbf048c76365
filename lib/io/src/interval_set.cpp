#include "varhush/io/interval_set.hpp"

#include <algorithm>
#include <unordered_map>

namespace varhush::io {

namespace {

void merge(std::vector<IntervalSet::Interval>& intervals) {
    std::sort(intervals.begin(), intervals.end(), [](const auto& a, const auto& b) {
        return a.start < b.start;
    });
    std::size_t kept = 0;
    for (const auto& one : intervals) {
        if (kept > 0 && one.start <= intervals[kept - 1].end) {
            intervals[kept - 1].end = std::max(intervals[kept - 1].end, one.end);
        } else {
            intervals[kept++] = one;
        }
    }
    intervals.resize(kept);
}

}  // namespace

IntervalSet::IntervalSet(std::span<const seq::Region> regions,
                         std::span<const AlignmentReader::Contig> contigs)
    : contigs_(contigs.size()) {
    std::unordered_map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < contigs.size(); ++i) {
        places.emplace(contigs[i].name, i);
    }
    for (const seq::Region& region : regions) {
        const auto found = places.find(region.contig);
        if (found == places.end()) {
            unknown_contig_ = unknown_++ == 0 ? region.contig : unknown_contig_;
            continue;
        }
        ++known_;
        const std::int64_t end = std::min(region.end, contigs[found->second].length_bp);
        if (region.start < end) {
            contigs_[found->second].push_back({region.start, end});
        }
    }
    for (auto& intervals : contigs_) {
        merge(intervals);
    }
}

std::span<const IntervalSet::Interval> IntervalSet::of(int contig_id) const noexcept {
    const auto place = static_cast<std::size_t>(contig_id);
    return contig_id < 0 || place >= contigs_.size() ? std::span<const Interval>()
                                                     : std::span<const Interval>(contigs_[place]);
}

bool IntervalSet::overlaps(int contig_id, std::int64_t start, std::int64_t end) const noexcept {
    const auto intervals = of(contig_id);
    const auto next = std::upper_bound(
        intervals.begin(), intervals.end(), start, [](std::int64_t value, const Interval& one) {
            return value < one.end;
        });
    return next != intervals.end() && next->start < end;
}

}  // namespace varhush::io
