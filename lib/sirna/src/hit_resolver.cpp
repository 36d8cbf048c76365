#include "hit_resolver.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <set>
#include <tuple>
#include <utility>

namespace varhush::sirna {

namespace {

constexpr std::uint64_t kBaseMask = (std::uint64_t{1} << 48U) - 1;
constexpr unsigned kA = 0;
constexpr unsigned kC = 1;
constexpr unsigned kG = 2;
constexpr unsigned kU = 3;

std::uint64_t window_at(const std::byte* text, std::uint64_t base) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, text + base / 4, sizeof word);
    return word >> (2 * (base % 4));
}

/// The strand's base is the complement of what the pattern looks for.
bool is_wobble(unsigned wanted, unsigned there) noexcept {
    return (wanted == kC && there == kU) || (wanted == kA && there == kG);
}

void set_masks(OffTargetHit& hit, const SitePattern& pattern, std::uint64_t window) noexcept {
    std::uint64_t left = differences(pattern, window);
    for (; left != 0; left &= left - 1) {
        const auto shift = static_cast<unsigned>(std::countr_zero(left));
        const std::uint32_t bit = 1U << (pattern.strand_position(shift / 2) - 1);
        hit.mismatch_mask |= bit;
        if (is_wobble(static_cast<unsigned>(pattern.value >> shift) & 3U,
                      static_cast<unsigned>(window >> shift) & 3U)) {
            hit.wobble_mask |= bit;
        }
    }
    hit.mismatches = static_cast<std::uint8_t>(std::popcount(hit.mismatch_mask));
    hit.wobbles = static_cast<std::uint8_t>(std::popcount(hit.wobble_mask));
}

std::uint32_t narrow(std::uint64_t value) noexcept {
    return static_cast<std::uint32_t>(value);
}

}  // namespace

bool touches(const Edit& edit, std::uint64_t start, std::uint64_t end) noexcept {
    if (edit.text_start == edit.text_end) {
        return start < edit.text_start && edit.text_start < end;
    }
    return start < edit.text_end && edit.text_start < end;
}

Stretch on_transcript(const Placement& place,
                      std::span<const Edit> edits,
                      std::uint64_t start,
                      std::uint64_t end) noexcept {
    const auto map = [&](std::uint64_t base) {
        std::uint64_t text = place.text_start;
        std::uint32_t there = place.start;
        for (const Edit& edit : edits) {
            if (base < edit.text_start) {
                break;
            }
            if (base < edit.text_end) {
                const std::uint32_t inside = narrow(base - edit.text_start);
                return Stretch{std::min(edit.start + inside, edit.end),
                               std::min(edit.start + inside + 1, edit.end)};
            }
            text = edit.text_end;
            there = edit.end;
        }
        const std::uint32_t at = there + narrow(base - text);
        return Stretch{at, at + 1};
    };
    return {map(start).start, map(end - 1).end};
}

void HitResolver::add(const SitePattern& pattern,
                      std::uint64_t base,
                      std::vector<Found>& found) const {
    const std::uint64_t end = base + pattern.length;
    if (end > index_.text_bases()) {
        return;
    }
    OffTargetHit hit;
    hit.guide = pattern.guide;
    hit.strand = pattern.strand;
    hit.bulge = pattern.bulge;
    hit.bulge_position = pattern.bulge_position;
    const std::uint64_t window = window_at(index_.text(), base);
    set_masks(hit, pattern, window);
    hit.a_at_end = ((window >> (2U * (pattern.length - 1U))) & 3U) == kA;
    for (const std::uint32_t number : index_.placements_near(base)) {
        const Placement& place = index_.placements()[number];
        if (base < place.text_start || end > place.text_end()) {
            continue;
        }
        Found one{hit, 0};
        const auto edits = std::span(index_.edits()).subspan(place.first_edit, place.edit_count);
        if (!edits.empty()) {
            if (!touches(edits[0], base, end)) {
                continue;
            }
            one.hit.first_edit = place.first_edit;
            one.hit.edit_count = static_cast<std::uint16_t>(
                std::count_if(edits.begin(), edits.end(), [&](const Edit& edit) {
                    return touches(edit, base, end);
                }));
            one.offset = static_cast<std::int64_t>(base - edits[0].text_start);
        }
        const Stretch where = on_transcript(place, edits, base, end);
        one.hit.transcript = place.transcript;
        one.hit.start = where.start;
        one.hit.end = where.end;
        found.push_back(one);
    }
}

/// Readings of ambiguity letters are no alleles.
bool HitResolver::same_alleles(const OffTargetHit& a, const OffTargetHit& b) const {
    if (a.edit_count == 0 && b.edit_count == 0) {
        return true;
    }
    const auto alleles = [&](const OffTargetHit& hit) {
        std::vector<std::pair<std::uint32_t, std::uint32_t>> list;
        for (std::uint32_t i = 0; i < hit.edit_count; ++i) {
            const Edit& edit = index_.edits()[hit.first_edit + i];
            if (edit.variant != Edit::kAmbiguity) {
                list.emplace_back(edit.start, edit.variant);
            }
        }
        return list;
    };
    return alleles(a) == alleles(b);
}

bool HitResolver::before(const Found& a, const Found& b) {
    const auto place = [](const OffTargetHit& hit) {
        return std::tuple(hit.strand, std::uint64_t{hit.transcript} << 32U | hit.start);
    };
    if (place(a.hit) != place(b.hit)) {
        return place(a.hit) < place(b.hit);
    }
    const auto rest = [](const Found& one) {
        return std::tuple(one.hit.end,
                          one.hit.edit_count > 0,
                          one.offset,
                          one.hit.mismatches,
                          one.hit.bulge,
                          one.hit.bulge_position,
                          one.hit.edit_count,
                          one.hit.first_edit);
    };
    return rest(a) < rest(b);
}

namespace {

/// Takes out bulged hits where an ungapped one of the strand starts or ends at the same base.
void drop_shadowed_bulges(std::vector<OffTargetHit>& hits) {
    using Place = std::tuple<DuplexStrand, std::uint32_t, std::uint32_t>;
    std::set<Place> starts;
    std::set<Place> ends;
    for (const OffTargetHit& hit : hits) {
        if (hit.bulge == Bulge::kNone) {
            starts.emplace(hit.strand, hit.transcript, hit.start);
            ends.emplace(hit.strand, hit.transcript, hit.end);
        }
    }
    const auto shadowed = [&](const OffTargetHit& hit) {
        return hit.bulge != Bulge::kNone &&
               (starts.contains({hit.strand, hit.transcript, hit.start}) ||
                ends.contains({hit.strand, hit.transcript, hit.end}));
    };
    hits.erase(std::remove_if(hits.begin(), hits.end(), shadowed), hits.end());
}

}  // namespace

bool HitResolver::same_window(const Found& a, const Found& b) {
    const auto where = [](const Found& one) {
        return std::tuple(
            one.hit.strand, one.hit.transcript, one.hit.start, one.hit.end, one.offset);
    };
    return where(a) == where(b);
}

std::vector<OffTargetHit> HitResolver::resolve(std::span<const SitePattern> patterns,
                                               std::span<const std::uint64_t> keys) const {
    std::vector<Found> found;
    found.reserve(keys.size());
    bool bulged = false;
    for (const std::uint64_t key : keys) {
        const SitePattern& pattern = patterns[key >> 48U];
        bulged = bulged || pattern.bulge != Bulge::kNone;
        add(pattern, key & kBaseMask, found);
    }
    std::sort(found.begin(), found.end(), before);
    std::vector<OffTargetHit> hits;
    hits.reserve(found.size());
    std::vector<Found> kept;
    for (const Found& one : found) {
        if (!kept.empty() && !same_window(kept.back(), one)) {
            kept.clear();
        }
        const auto known = [&](const Found& other) { return same_alleles(other.hit, one.hit); };
        if (std::none_of(kept.begin(), kept.end(), known)) {
            kept.push_back(one);
            hits.push_back(one.hit);
        }
    }
    if (bulged) {
        drop_shadowed_bulges(hits);
    }
    return hits;
}

}  // namespace varhush::sirna
