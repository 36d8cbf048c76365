#include "varhush/seq/allele.hpp"

#include "varhush/core/error.hpp"
#include "varhush/seq/alphabet.hpp"

#include <algorithm>
#include <cstddef>

namespace varhush::seq {
namespace {

constexpr std::int64_t kFirstPieceBp = 64;
constexpr std::int64_t kLargestPieceBp = 1 << 16;

bool is_letter(char text) {
    return (text >= 'A' && text <= 'Z') || (text >= 'a' && text <= 'z');
}

std::string upper(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), [](char letter) {
        return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
    });
    return result;
}

/// Common bases behind, then common bases in front: what is left of a deletion or insertion that
/// could lie at several places is then its leftmost place within the record.
void trim(Change& change) {
    std::size_t behind = 0;
    const std::size_t shorter = std::min(change.ref.size(), change.alt.size());
    while (behind < shorter && change.ref[change.ref.size() - 1 - behind] ==
                                   change.alt[change.alt.size() - 1 - behind]) {
        ++behind;
    }
    change.ref.resize(change.ref.size() - behind);
    change.alt.resize(change.alt.size() - behind);
    const auto differing =
        std::mismatch(change.ref.begin(), change.ref.end(), change.alt.begin(), change.alt.end());
    const auto front = differing.first - change.ref.begin();
    change.ref.erase(change.ref.begin(), change.ref.begin() + front);
    change.alt.erase(change.alt.begin(), change.alt.begin() + front);
    change.start += front;
}

/// How many bases a pure insertion or deletion of `bases` in front of (or at) `start` can be moved
/// to the left. A step is possible while the base in front equals the last base of the inserted or
/// deleted text; the text then turns by one, so its last base after k steps is bases[L-1 - k mod
/// L].
std::int64_t left_shift(const ReferenceSource& reference,
                        std::string_view contig,
                        std::int64_t start,
                        const std::string& bases) {
    std::int64_t steps = 0;
    std::int64_t piece_bp = kFirstPieceBp;
    while (steps < start) {
        const std::int64_t piece_end = start - steps;
        const std::int64_t piece_start = std::max<std::int64_t>(piece_end - piece_bp, 0);
        const std::string piece = reference.fetch(contig, piece_start, piece_end);
        for (auto base = piece.rbegin(); base != piece.rend(); ++base, ++steps) {
            const std::size_t turned = static_cast<std::size_t>(steps) % bases.size();
            if (*base != bases[bases.size() - 1 - turned]) {
                return steps;
            }
        }
        piece_bp = std::min(2 * piece_bp, kLargestPieceBp);
    }
    return steps;
}

void shift_left(const ReferenceSource& reference, std::string_view contig, Change& change) {
    std::string& bases = change.ref.empty() ? change.alt : change.ref;
    const std::int64_t steps = left_shift(reference, contig, change.start, bases);
    const std::size_t turn = static_cast<std::size_t>(steps) % bases.size();
    std::rotate(bases.begin(), bases.end() - static_cast<std::ptrdiff_t>(turn), bases.end());
    change.start -= steps;
}

}  // namespace

AlleleStatus classify_alt(std::string_view alt) noexcept {
    if (alt == "*") {
        return AlleleStatus::kStar;
    }
    if (alt.find_first_of("<>[].") != std::string_view::npos) {
        return AlleleStatus::kSymbolic;
    }
    return is_acgt(alt) ? AlleleStatus::kOk : AlleleStatus::kNonAcgt;
}

bool ref_agrees(const ReferenceSource& reference,
                std::string_view contig,
                std::int64_t position,
                std::string_view ref) {
    const std::optional<std::int64_t> length_bp = reference.length_bp(contig);
    VARHUSH_CHECK(length_bp.has_value());
    // The sizes are compared before anything is fetched: POS and REF come from the file.
    const auto ref_bp = static_cast<std::int64_t>(ref.size());
    if (position < 0 || position > *length_bp || ref_bp > *length_bp - position) {
        return false;
    }
    const std::string found = reference.fetch(contig, position, position + ref_bp);
    return std::equal(ref.begin(), ref.end(), found.begin(), [](char ours, char theirs) {
        return to_acgtn(ours) == theirs;
    });
}

std::variant<Change, AlleleStatus> normalise(const ReferenceSource& reference,
                                             std::string_view contig,
                                             std::int64_t position,
                                             std::string_view ref,
                                             std::string_view alt) {
    const AlleleStatus kind = classify_alt(alt);
    if (kind == AlleleStatus::kStar || kind == AlleleStatus::kSymbolic) {
        return kind;
    }
    if (!reference.length_bp(contig)) {
        return AlleleStatus::kContigMissing;
    }
    if (!std::all_of(ref.begin(), ref.end(), is_letter) ||
        !std::all_of(alt.begin(), alt.end(), is_letter)) {
        return AlleleStatus::kNonAcgt;
    }
    if (!ref_agrees(reference, contig, position, ref)) {
        return AlleleStatus::kRefMismatch;
    }
    Change change{position, upper(ref), upper(alt)};
    if (change.ref == change.alt) {
        return AlleleStatus::kSkipped;
    }
    trim(change);
    // Only what is left counts: "NA" -> "NG" beside an assembly gap is A -> G, as "A" -> "G" is.
    if ((!change.ref.empty() && !is_acgt(change.ref)) ||
        (!change.alt.empty() && !is_acgt(change.alt))) {
        return AlleleStatus::kNonAcgt;
    }
    if (change.ref.empty() || change.alt.empty()) {
        shift_left(reference, contig, change);
    }
    return change;
}

}  // namespace varhush::seq
