#include "mate_overlaps.hpp"

#include <algorithm>
#include <functional>
#include <string_view>
#include <utility>

namespace varhush::io {

namespace {

constexpr std::uint16_t kPaired = 0x1;
constexpr std::uint16_t kMateUnmapped = 0x8;
constexpr std::uint16_t kNotPrimary = 0x900;  // secondary, supplementary

void take_away(std::vector<Block>& blocks, const Block& covered) {
    std::vector<Block> left;
    left.reserve(blocks.size() + 1);
    for (const Block& one : blocks) {
        if (covered.end <= one.start || one.end <= covered.start) {
            left.push_back(one);
            continue;
        }
        if (one.start < covered.start) {
            left.push_back({one.start, covered.start});
        }
        if (covered.end < one.end) {
            left.push_back({covered.end, one.end});
        }
    }
    blocks = std::move(left);
}

}  // namespace

void MateOverlaps::forget_passed(std::int64_t position) {
    std::erase_if(waiting_, [&](const auto& one) { return one.second.mate_start < position; });
    limit_ = std::max<std::size_t>(1024, 2 * waiting_.size());
}

void MateOverlaps::cut(const Alignment& read,
                       std::size_t source,
                       std::size_t track,
                       std::vector<Block>& blocks) {
    const bool has_mate = (read.flags & kPaired) != 0 &&
                          (read.flags & (kMateUnmapped | kNotPrimary)) == 0 &&
                          read.mate_contig_id == read.contig_id;
    if (!has_mate || blocks.empty()) {
        return;
    }
    const auto key = [&] {
        return std::hash<std::string_view>{}(read.name) ^
               (static_cast<std::uint64_t>(source) * 0x9e3779b97f4a7c15U);
    };
    if (read.mate_start <= read.start && !waiting_.empty()) {
        const auto found = waiting_.find(key());
        if (found != waiting_.end() && found->second.start == read.mate_start &&
            found->second.mate_start == read.start) {
            const Waiting mate = std::move(found->second);
            waiting_.erase(found);
            if (mate.track == track) {
                take_away(blocks, mate.block);
                for (const Block& one : mate.more) {
                    take_away(blocks, one);
                }
            }
            return;
        }
    }
    if (read.mate_start >= read.start && read.mate_start < read.end) {
        if (waiting_.size() >= limit_) {
            forget_passed(read.start);
        }
        waiting_[key()] = {.start = read.start,
                           .mate_start = read.mate_start,
                           .track = track,
                           .block = blocks.front(),
                           .more = {blocks.begin() + 1, blocks.end()}};
    }
}

}  // namespace varhush::io
