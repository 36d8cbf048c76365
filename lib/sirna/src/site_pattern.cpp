#include "site_pattern.hpp"

#include "readings.hpp"

namespace varhush::sirna {

namespace {

constexpr std::uint8_t kSite = kSiteBases;

std::uint64_t complement_code(char base) {
    return 3U - code_of(base);
}

}  // namespace

unsigned SitePattern::strand_position(unsigned index) const noexcept {
    // The site is read 5'->3', so it begins opposite position 19.
    switch (bulge) {
        case Bulge::kTarget: {
            const unsigned bulged = kSiteBases - bulge_position;
            if (index == bulged) {
                return 0;
            }
            return kSiteBases - (index < bulged ? index : index - 1);
        }
        case Bulge::kStrand: {
            const unsigned position = kSiteBases - index;
            return position > bulge_position ? position : position - 1;
        }
        case Bulge::kNone:
            break;
    }
    return kSiteBases - index;
}

SitePattern make_pattern(std::string_view strand, Bulge bulge, std::uint8_t bulge_position) {
    SitePattern pattern;
    pattern.bulge = bulge;
    pattern.bulge_position = bulge_position;
    pattern.length = kSite;
    if (bulge == Bulge::kTarget) {
        pattern.length = kSite + 1;
    } else if (bulge == Bulge::kStrand) {
        pattern.length = kSite - 1;
    }
    for (unsigned index = 0; index < pattern.length; ++index) {
        const unsigned position = pattern.strand_position(index);
        if (position > 0) {
            pattern.value |= complement_code(strand[position - 1]) << (2 * index);
            pattern.care |= std::uint64_t{1} << (2 * index);
        }
    }
    return pattern;
}

void add_bulged_patterns(std::string_view strand, std::vector<SitePattern>& patterns) {
    for (std::uint8_t p = 1; p < kSite; ++p) {
        patterns.push_back(make_pattern(strand, Bulge::kTarget, p));
    }
    for (std::uint8_t p = 2; p < kSite; ++p) {
        patterns.push_back(make_pattern(strand, Bulge::kStrand, p));
    }
}

}  // namespace varhush::sirna
