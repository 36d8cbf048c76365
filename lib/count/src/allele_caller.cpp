#include "varhush/count/allele_caller.hpp"

#include <algorithm>
#include <limits>
#include <span>
#include <string_view>

namespace varhush::count {

namespace {

constexpr int kUnknownQuality = 30;
constexpr int kMostQuality = 99;
constexpr std::int64_t kMostSegment = 4000;

bool on_both(char op) noexcept {
    return op == 'M' || op == '=' || op == 'X';
}
bool on_reference(char op) noexcept {
    return on_both(op) || op == 'D' || op == 'N';
}
bool on_read(char op) noexcept {
    return on_both(op) || op == 'I' || op == 'S';
}

struct Clips {
    std::int64_t front = 0;
    std::int64_t back = 0;
};

/// Soft-clipped bases at either end (hard clips lie outside them and have no bases).
Clips clips_of(const io::Alignment& read) {
    const auto clip = [](auto from, auto to) -> std::int64_t {
        for (; from != to && (from->op == 'H' || from->op == 'S'); ++from) {
            if (from->op == 'S') {
                return from->length;
            }
        }
        return 0;
    };
    return {clip(read.cigar.begin(), read.cigar.end()),
            clip(read.cigar.rbegin(), read.cigar.rend())};
}

ReadCall dropped(Reason reason) {
    return {.kind = ReadCall::Kind::kDropped, .reason = reason};
}

int distance_to_end(std::int64_t place, std::size_t length) {
    const auto last = static_cast<std::int64_t>(length) - 1;
    return static_cast<int>(std::clamp<std::int64_t>(std::min(place, last - place), 0, last));
}

std::int64_t longest_gain(const Site& site) {
    std::size_t most = site.haplotypes.front().size();
    for (const std::string& haplotype : site.haplotypes) {
        most = std::max(most, haplotype.size());
    }
    return static_cast<std::int64_t>(most - site.haplotypes.front().size());
}

}  // namespace

/// Bases [begin, end) of a read that lie round a site, and where on the reference slice the read's
/// own alignment puts them (slice index - segment index).
struct AlleleCaller::Segment {
    std::int64_t begin = -1;
    std::int64_t end = -1;
    std::int64_t low = std::numeric_limits<std::int64_t>::max();
    std::int64_t high = std::numeric_limits<std::int64_t>::min();
    bool skips_site = false;

    void take(const io::Alignment& read, const Site& site);
    void extend_into_clips(const io::Alignment& read, const Site& site);

  private:
    void add_aligned(std::int64_t at, std::int64_t offset, std::int64_t length, const Site& site);
};

void AlleleCaller::Segment::add_aligned(std::int64_t at,
                                        std::int64_t offset,
                                        std::int64_t length,
                                        const Site& site) {
    const std::int64_t from = std::max(at, site.core_start - kFlankBp);
    const std::int64_t to = std::min(at + length, site.core_end + kFlankBp);
    if (from >= to) {
        return;
    }
    if (begin < 0) {
        begin = offset + from - at;
    }
    end = offset + to - at;
    const std::int64_t diagonal = at - site.slice_start - offset;  // of read indices for now
    low = std::min(low, diagonal);
    high = std::max(high, diagonal);
}

/// By the read's own alignment; an intron on either side of the site ends the segment.
void AlleleCaller::Segment::take(const io::Alignment& read, const Site& site) {
    std::int64_t at = read.start;
    std::int64_t offset = 0;
    for (const auto& [op, length] : read.cigar) {
        if (on_both(op)) {
            add_aligned(at, offset, length, site);
        } else if (op == 'N' && at + length > site.core_start - kFlankBp &&
                   at < site.core_end + kFlankBp) {
            if (at <= site.core_end && at + length >= site.core_start) {
                skips_site = true;
                return;
            }
            if (at > site.core_end) {
                break;
            }
            *this = {};
        }
        at += on_reference(op) ? length : 0;
        offset += on_read(op) ? length : 0;
    }
    extend_into_clips(read, site);
    if (begin >= 0) {
        low += begin;
        high += begin;
    }
}

/// Where the read is clipped near the site, its clipped bases may be the other allele.
void AlleleCaller::Segment::extend_into_clips(const io::Alignment& read, const Site& site) {
    const Clips clips = clips_of(read);
    const std::int64_t gain = longest_gain(site);
    const auto length = static_cast<std::int64_t>(read.bases.size());
    const std::int64_t before = read.start - (site.core_start - kFlankBp);
    const std::int64_t behind = site.core_end + kFlankBp - read.end;
    if (begin < 0 && clips.front > 0 && before > 0) {  // nothing but clipped bases reach the site
        begin = clips.front;
        end = clips.front;
        low = high = read.start - site.slice_start - clips.front;
    }
    if (begin < 0 && clips.back > 0 && behind > 0) {
        begin = length - clips.back;
        end = begin;
        low = high = read.end - site.slice_start - begin;
    }
    if (begin == clips.front && clips.front > 0 && before > 0) {
        begin -= std::min(clips.front, before + gain);
    }
    if (end == length - clips.back && clips.back > 0 && behind > 0) {
        end += std::min(clips.back, behind + gain);
    }
}

bool AlleleCaller::touches_core(const io::Alignment& read, const Site& site) {
    const Clips clips = clips_of(read);
    return read.start - clips.front <= site.core_end && read.end + clips.back >= site.core_start;
}

std::optional<ReadCall> AlleleCaller::call(const io::Alignment& read, const Site& site) {
    if (site.kind == SiteKind::kNone || !touches(read, site)) {
        return std::nullopt;
    }
    if (read.bases.empty()) {
        return dropped(Reason::kNoBases);
    }
    return site.kind == SiteKind::kBase ? call_base(read, site) : call_local(read, site);
}

std::optional<ReadCall> AlleleCaller::call_base(const io::Alignment& read, const Site& site) const {
    std::int64_t at = read.start;
    std::int64_t offset = 0;
    for (const auto& [op, length] : read.cigar) {
        if (on_reference(op) && site.base_position < at + length) {
            if (!on_both(op)) {
                return dropped(op == 'N' ? Reason::kIntron : Reason::kGap);
            }
            const std::int64_t place = offset + site.base_position - at;
            const auto index = static_cast<std::size_t>(place);
            if (index >= read.bases.size()) {
                return dropped(Reason::kNoBases);
            }
            const int quality = read.qualities.empty() ? kUnknownQuality : read.qualities[index];
            if (quality < options_.min_base_quality) {
                return dropped(Reason::kBaseQuality);
            }
            // '=' stands for the base of the reference.
            const char base = read.bases[index] == '=' ? site.bases[0] : read.bases[index];
            const std::size_t allele = site.bases.find(base);
            ReadCall call{.kind = ReadCall::Kind::kOther,
                          .quality = quality,
                          .end_distance = distance_to_end(place, read.bases.size())};
            if (allele != std::string::npos) {
                call.kind = ReadCall::Kind::kAllele;
                call.allele = static_cast<std::uint16_t>(allele);
            }
            return call;
        }
        at += on_reference(op) ? length : 0;
        offset += on_read(op) ? length : 0;
    }
    return std::nullopt;
}

ReadCall AlleleCaller::judge(const io::Alignment& read, const Site& site, const Segment& segment) {
    const auto begin = static_cast<std::size_t>(segment.begin);
    const auto count = static_cast<std::size_t>(segment.end - segment.begin);
    const std::string_view bases = std::string_view(read.bases).substr(begin, count);
    std::span<const std::uint8_t> qualities;
    if (!read.qualities.empty()) {
        qualities = std::span(read.qualities).subspan(begin, count);
    }
    const auto slice_bp = static_cast<std::int64_t>(site.haplotypes.front().size());
    seq::PairAlignment best;
    int next_cost = seq::PairAlignment::kNone;
    std::size_t allele = 0;
    for (std::size_t i = 0; i < site.haplotypes.size(); ++i) {
        if (site.haplotypes[i].empty()) {
            continue;
        }
        const std::int64_t gain = static_cast<std::int64_t>(site.haplotypes[i].size()) - slice_bp;
        const seq::DiagonalBand band{segment.low + std::min<std::int64_t>(0, gain) - kSlackBp,
                                     segment.high + std::max<std::int64_t>(0, gain) + kSlackBp};
        const auto found = aligner_.align(bases, qualities, site.haplotypes[i], band);
        if (found.cost < best.cost) {
            next_cost = best.cost;
            best = found;
            allele = i;
        } else {
            next_cost = std::min(next_cost, found.cost);
        }
    }
    constexpr int kGoodBase = 40;
    if (best.cost > kGoodBase * options_.max_mismatches) {
        return dropped(Reason::kNoFit);
    }
    const std::int64_t place = site.core_start - site.slice_start;
    const std::int64_t reach_before = std::min(options_.min_reach_bp, place);
    if (best.start > place - reach_before || best.end < place + options_.min_reach_bp) {
        return dropped(Reason::kEnd);
    }
    if (next_cost - best.cost < options_.min_difference) {
        return dropped(Reason::kAmbiguous);
    }
    return {.kind = ReadCall::Kind::kAllele,
            .allele = static_cast<std::uint16_t>(allele),
            .quality = std::min(next_cost - best.cost, kMostQuality),
            .end_distance = distance_to_end(segment.begin + place - best.start, read.bases.size())};
}

std::optional<ReadCall> AlleleCaller::call_local(const io::Alignment& read, const Site& site) {
    Segment segment;
    segment.take(read, site);
    if (segment.skips_site) {
        return dropped(Reason::kIntron);
    }
    const auto length = static_cast<std::int64_t>(read.bases.size());
    if (segment.begin < 0 || segment.begin >= segment.end || segment.end > length) {
        return std::nullopt;
    }
    if (segment.end - segment.begin > kMostSegment) {
        return dropped(Reason::kNoFit);
    }
    return judge(read, site, segment);
}

}  // namespace varhush::count
