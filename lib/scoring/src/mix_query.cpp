#include "varhush/scoring/mix_query.hpp"

#include "varhush/seq/alphabet.hpp"

#include <algorithm>

namespace varhush::scoring {

namespace {

// How far a pure insertion or deletion could be moved right, at most kMostMixBases + 1.
std::int64_t slack_of(const seq::Change& change, const std::string& behind) {
    if (!change.ref.empty() && !change.alt.empty()) {
        return 0;
    }
    const std::string unit = change.ref + change.alt;  // one of them is empty
    std::int64_t slack = 0;
    const auto size = static_cast<std::int64_t>(unit.size());
    while (slack < static_cast<std::int64_t>(behind.size())) {
        const auto at = static_cast<std::size_t>(slack);
        const char expected =
            slack < size ? unit[at] : behind[static_cast<std::size_t>(slack - size)];
        if (behind[at] != expected || behind[at] == 'N') {
            break;
        }
        ++slack;
    }
    return slack;
}

}  // namespace

std::optional<models::MixQuery> mix_query(const seq::ReferenceSource& reference,
                                          const std::string& contig,
                                          const seq::Change& change) {
    const auto removed = static_cast<std::int64_t>(change.ref.size());
    const auto inserted = static_cast<std::int64_t>(change.alt.size());
    if (removed > kMostMixBases || inserted > kMostMixBases) {
        return std::nullopt;
    }
    const std::string behind =
        removed == 0 || inserted == 0
            ? reference.fetch(contig, change.end(), change.end() + kMostMixBases + 1)
            : std::string();
    const std::int64_t slack = slack_of(change, behind);
    if (slack > kMostMixBases) {
        return std::nullopt;
    }
    constexpr std::int64_t kFlank = models::MixQuery::kFlank;
    const std::string before = reference.fetch(contig, change.start - kFlank, change.start);
    const std::string after = reference.fetch(contig, change.end(), change.end() + slack + kFlank);
    models::MixQuery query;
    query.reference = seq::base_codes(before + change.ref + after);
    query.alternative = seq::base_codes(before + change.alt + after);
    return query;
}

}  // namespace varhush::scoring
