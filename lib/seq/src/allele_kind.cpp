#include "varhush/seq/allele_kind.hpp"

#include "varhush/seq/allele.hpp"
#include "varhush/seq/alphabet.hpp"

#include <algorithm>

namespace varhush::seq {
namespace {

bool equal_base(char a, char b) noexcept {
    const char plain = to_acgtn(a);
    return plain != 'N' ? plain == to_acgtn(b) : a == b;
}

}  // namespace

std::string_view kind_text(AlleleKind kind) noexcept {
    static constexpr std::array<std::string_view, kAlleleKindCount> kTexts{
        "SNV", "MNV", "insertion", "deletion", "delins", "same", "other"};
    return kTexts[static_cast<std::size_t>(kind)];
}

AlleleKind kind_of(std::string_view ref, std::string_view alt) noexcept {
    if (classify_alt(alt) != AlleleStatus::kOk) {
        return AlleleKind::kOther;
    }
    while (!ref.empty() && !alt.empty() && equal_base(ref.back(), alt.back())) {
        ref.remove_suffix(1);
        alt.remove_suffix(1);
    }
    while (!ref.empty() && !alt.empty() && equal_base(ref.front(), alt.front())) {
        ref.remove_prefix(1);
        alt.remove_prefix(1);
    }
    if (ref.empty() || alt.empty()) {
        return ref.size() == alt.size() ? AlleleKind::kSame
               : ref.empty()            ? AlleleKind::kInsertion
                                        : AlleleKind::kDeletion;
    }
    if (ref.size() != alt.size()) {
        return AlleleKind::kDelins;
    }
    return ref.size() == 1 ? AlleleKind::kSnv : AlleleKind::kMnv;
}

}  // namespace varhush::seq
