#include "varhush/io/read_filter.hpp"

namespace varhush::io {

namespace {

struct FlagName {
    std::uint16_t flag;
    const char* name;
};
constexpr FlagName kFlagNames[] = {{0x4, "unmapped"},
                                   {0x100, "secondary"},
                                   {0x200, "QC-fail"},
                                   {0x400, "duplicate"},
                                   {0x800, "supplementary"}};

}  // namespace

const char* ReadFilter::reason_to_skip(const Alignment& read) const noexcept {
    if (const int hit = read.flags & excluded_flags; hit != 0) {
        for (const FlagName& one : kFlagNames) {
            if ((hit & one.flag) != 0) {
                return one.name;
            }
        }
        return "other flags";
    }
    if ((read.flags & required_flags) != required_flags) {
        return "without a required flag";
    }
    if (read.mapping_quality < min_mapping_quality) {
        return "low mapping quality";
    }
    if ((read.flags & 0x4) != 0) {
        return "unmapped";
    }
    const bool is_placed = read.contig_id >= 0 && read.start >= 0 && !read.cigar.empty();
    return is_placed ? nullptr : "without an alignment";
}

}  // namespace varhush::io
