#include "shared_text.hpp"

#include "varhush/sirna/off_target_index.hpp"

#include <algorithm>
#include <utility>

namespace varhush::sirna {

namespace {

constexpr std::uint64_t kWord = PackedBases::kWordBases;
constexpr std::uint64_t kStep = 16;       // every 16th word of the text is remembered
constexpr std::uint64_t kLookAhead = 16;  // words whose slots are fetched in advance
constexpr std::uint64_t kOverlap = kLongestWindow - 1;
constexpr unsigned kFirstBits = 12;

}  // namespace

SharedText::SharedText() : slots_(std::size_t{1} << kFirstBits), shift_(64 - kFirstBits) {}

std::size_t SharedText::slot(std::uint64_t word) const noexcept {
    return (word ^ (word >> 29)) * 0x9E3779B97F4A7C15 >> shift_;
}

std::optional<std::uint64_t> SharedText::find(std::uint64_t word) const noexcept {
    for (std::size_t at = slot(word);; at = (at + 1) & (slots_.size() - 1)) {
        if (slots_[at] == 0) {
            return std::nullopt;
        }
        const std::uint64_t position = (slots_[at] - 1) * kStep;
        if (text_.word_at(position) == word) {
            return position;
        }
    }
}

void SharedText::insert(std::uint64_t position) {
    const std::uint64_t word = text_.word_at(position);
    std::size_t at = slot(word);
    for (; slots_[at] != 0; at = (at + 1) & (slots_.size() - 1)) {
        if (text_.word_at((slots_[at] - 1) * kStep) == word) {
            return;  // the first place is as good
        }
    }
    slots_[at] = static_cast<std::uint32_t>(position / kStep + 1);
    ++used_;
}

void SharedText::grow() {
    const std::vector<std::uint32_t> before =
        std::exchange(slots_, std::vector<std::uint32_t>(slots_.size() * 2));
    --shift_;
    used_ = 0;
    for (const std::uint32_t one : before) {
        if (one != 0) {
            insert((one - 1) * kStep);
        }
    }
}

void SharedText::remember(std::uint64_t text_start, std::uint64_t text_end) {
    for (std::uint64_t at = (text_start + kStep - 1) / kStep * kStep; at + kWord <= text_end;
         at += kStep) {
        if (used_ * 2 >= slots_.size()) {
            grow();
        }
        insert(at);
    }
}

StoredPiece SharedText::store(const PackedBases& added, std::uint64_t start, std::uint64_t end) {
    const std::uint64_t text_start = text_.size();
    text_.append(added, start, end);
    remember(text_start, text_.size());
    return {static_cast<std::uint32_t>(start), static_cast<std::uint32_t>(end - start), text_start};
}

/// The next stretch from `from` on worth pointing at; it may begin before `from`, not before
/// `left_limit`.
std::optional<SharedText::Match> SharedText::next_match(const PackedBases& added,
                                                        std::uint64_t from,
                                                        std::uint64_t left_limit) const {
    for (std::uint64_t at = from; at + kWord <= added.size();) {
        __builtin_prefetch(&slots_[slot(added.word_at(at + kLookAhead))]);
        const auto found = find(added.word_at(at));
        if (!found) {
            ++at;
            continue;
        }
        Match match{at, 0, *found};
        while (match.start > left_limit && match.text_start > 0 &&
               added.code(match.start - 1) == text_.code(match.text_start - 1)) {
            --match.start;
            --match.text_start;
        }
        const std::uint64_t limit = std::min(added.size() - at, text_.size() - *found);
        match.end = at + common_right(added, at, text_, *found, limit);
        const bool is_rest = match.start == left_limit && match.end == added.size();
        if (is_rest || match.end - match.start >= kLeastShared) {
            return match;
        }
        at = std::max(at + 1, match.end - kWord + 1);
    }
    return std::nullopt;
}

std::vector<StoredPiece> SharedText::add(std::span<const std::uint8_t> codes) {
    PackedBases added;
    added.append(codes);
    std::vector<StoredPiece> pieces;
    std::uint64_t start = 0;  // windows that begin before it are in a piece
    while (start < added.size()) {
        const auto match = next_match(added, start, start);
        if (!match) {
            pieces.push_back(store(added, start, added.size()));
            break;
        }
        if (match->start > start) {
            pieces.push_back(store(added, start, match->start + kOverlap));
        }
        pieces.push_back({static_cast<std::uint32_t>(match->start),
                          static_cast<std::uint32_t>(match->end - match->start),
                          match->text_start});
        start = match->end == added.size() ? match->end : match->end - kOverlap;
    }
    return pieces;
}

std::uint64_t SharedText::add_whole(std::span<const std::uint8_t> codes) {
    PackedBases added;
    added.append(codes);
    if (const auto match = next_match(added, 0, 0);
        match && match->start == 0 && match->end == added.size()) {
        return match->text_start;
    }
    return store(added, 0, added.size()).text_start;
}

}  // namespace varhush::sirna
