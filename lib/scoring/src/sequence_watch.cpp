#include "varhush/scoring/sequence_watch.hpp"

#include "record_change.hpp"

#include <algorithm>
#include <limits>
#include <variant>

namespace varhush::scoring {

SequenceWatch::SequenceWatch(const seq::ReferenceSource& reference, std::int64_t window_bp)
    : reference_(reference), aliases_(seq::aliases_of(reference)), window_bp_(window_bp) {}

std::optional<SeenSequence> SequenceWatch::look(const VariantInput& record,
                                                std::size_t allele) const {
    const auto found =
        change_of(record, allele, reference_, aliases_, std::numeric_limits<std::int64_t>::max());
    const auto* one = std::get_if<RecordChange>(&found);
    if (one == nullptr) {
        return std::nullopt;
    }
    const std::int64_t anchor = anchor_of(one->change);
    const std::int64_t start = anchor - window_bp_ / 2;
    const std::string bases = reference_.fetch(one->contig, start, start + window_bp_);
    SeenSequence seen;
    seen.unknown_share = 1 - known_share(bases);
    seen.ref = profile_features(bases);
    if (one->change.alt.size() >= kLongInsertion) {
        const auto inside = static_cast<std::size_t>(one->change.start - start);
        std::string alt = bases.substr(0, inside) + one->change.alt;
        if (inside + one->change.ref.size() < bases.size()) {
            alt += bases.substr(inside + one->change.ref.size());
        }
        // The middle of the inserted bases stays in the middle of the window.
        const std::size_t surplus = alt.size() > bases.size() ? alt.size() - bases.size() : 0;
        seen.alt = profile_features(std::string_view(alt).substr(surplus / 2, bases.size()));
    }
    return seen;
}

double unlikeness(const SequenceProfile& profile, const SeenSequence& seen) {
    double worst = std::min(1.0, 2 * seen.unknown_share);
    for (const auto& features : {seen.ref, seen.alt}) {
        if (features) {
            worst = std::max(worst, profile.rank(*features));
        }
    }
    return worst;
}

std::vector<ProfileFeatures> spread_windows(const seq::ReferenceSource& reference,
                                            std::int64_t window_bp,
                                            std::size_t most) {
    std::int64_t windows = 0;
    for (const auto& contig : reference.contigs()) {
        windows += contig.length_bp / window_bp;
    }
    // Every step-th of all windows, counted through the contigs.
    const std::int64_t step = std::max<std::int64_t>(1, windows / static_cast<std::int64_t>(most));
    std::vector<ProfileFeatures> features;
    std::int64_t passed = 0;
    for (const auto& contig : reference.contigs()) {
        const std::int64_t here = contig.length_bp / window_bp;
        for (std::int64_t w = (step - passed % step) % step; w < here; w += step) {
            if (const auto one = profile_features(
                    reference.fetch(contig.name, w * window_bp, (w + 1) * window_bp))) {
                features.push_back(*one);
            }
        }
        passed += here;
    }
    return features;
}

}  // namespace varhush::scoring
