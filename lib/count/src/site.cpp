#include "varhush/count/site.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

namespace varhush::count {

namespace {

using seq::AlleleStatus;
using seq::Change;

/// How far a pure insertion or deletion, leftmost already, can be moved to the right.
std::int64_t room_to_the_right(const seq::ReferenceSource& reference,
                               std::string_view contig,
                               const Change& change) {
    if (!change.ref.empty() && !change.alt.empty()) {
        return 0;
    }
    constexpr std::int64_t kStep = 64;
    constexpr std::int64_t kMost = 1000;
    const std::string& unit = change.ref.empty() ? change.alt : change.ref;
    std::int64_t moved = 0;
    while (moved < kMost) {
        const std::string bases =
            reference.fetch(contig, change.end() + moved, change.end() + moved + kStep);
        for (const char base : bases) {
            const auto place = static_cast<std::size_t>(moved) % unit.size();
            if (base != unit[place] || base == 'N') {
                return moved;
            }
            ++moved;
        }
    }
    return moved;
}

bool is_single_base(const Change& change, std::int64_t position) {
    return change.ref.size() == 1 && change.alt.size() == 1 && change.start == position;
}

std::variant<Change, AlleleStatus> judge(const seq::ReferenceSource& reference,
                                         const Site& site,
                                         std::string_view ref,
                                         std::string_view alt,
                                         const SiteOptions& options) {
    if (site.contig_id < 0 || !reference.length_bp(site.contig)) {
        return AlleleStatus::kContigMissing;
    }
    auto judged = seq::normalise(reference, site.contig, site.position, ref, alt);
    if (const auto* change = std::get_if<Change>(&judged)) {
        const auto limit = static_cast<std::size_t>(options.max_change_bp);
        // A change that moves further than alignments look cannot be told apart by any read.
        const bool far = change->start + options.max_change_bp < site.position;
        if (change->ref.size() > limit || change->alt.size() > limit || far) {
            return AlleleStatus::kTooLong;
        }
    }
    return judged;
}

/// Cuts the slice of the reference around all changes and makes the haplotype of each.
void build_haplotypes(const seq::ReferenceSource& reference, Site& site) {
    bool first = true;
    std::int64_t loss = 0;  // clipped bases may lie behind all that is deleted
    for (const auto& change : site.changes) {
        if (!change) {
            continue;
        }
        loss = std::max(loss,
                        static_cast<std::int64_t>(change->ref.size()) -
                            static_cast<std::int64_t>(change->alt.size()));
        const std::int64_t end = change->end() + room_to_the_right(reference, site.contig, *change);
        site.core_start = first ? change->start : std::min(site.core_start, change->start);
        site.core_end = first ? end : std::max(site.core_end, end);
        first = false;
    }
    const std::int64_t length = *reference.length_bp(site.contig);
    site.slice_start = std::max<std::int64_t>(0, site.core_start - kFlankBp - kSlackBp - loss);
    site.slice_end = std::min(length, site.core_end + kFlankBp + kSlackBp + loss);
    const std::string slice = reference.fetch(site.contig, site.slice_start, site.slice_end);
    site.haplotypes.push_back(slice);
    for (const auto& change : site.changes) {
        site.haplotypes.emplace_back();
        if (change) {
            site.haplotypes.back() = slice;
            site.haplotypes.back().replace(
                static_cast<std::size_t>(change->start - site.slice_start),
                change->ref.size(),
                change->alt);
        }
    }
}

}  // namespace

Site make_site(const seq::ReferenceSource& reference,
               std::string_view contig,
               int contig_id,
               std::int64_t position,
               std::string_view ref,
               std::span<const std::string> alts,
               const SiteOptions& options) {
    Site site;
    site.contig = contig;
    site.contig_id = contig_id;
    site.position = position;
    std::vector<std::optional<Change>>& changes = site.changes;
    for (const std::string& alt : alts) {
        const auto judged = judge(reference, site, ref, alt, options);
        const auto* change = std::get_if<Change>(&judged);
        changes.push_back(change != nullptr ? std::optional(*change) : std::nullopt);
        site.status.push_back(change != nullptr ? AlleleStatus::kOk
                                                : std::get<AlleleStatus>(judged));
    }
    const auto first = std::find_if(
        changes.begin(), changes.end(), [](const auto& one) { return one.has_value(); });
    if (first == changes.end()) {
        site.core_start = position;
        site.core_end = position;
        return site;
    }
    const std::int64_t place = (*first)->start;
    const bool only_bases = std::all_of(changes.begin(), changes.end(), [&](const auto& one) {
        return !one || is_single_base(*one, place);
    });
    if (only_bases && !options.realign_all) {
        site.kind = SiteKind::kBase;
        site.base_position = place;
        site.bases = (*first)->ref;
        for (const auto& change : changes) {
            site.bases += change ? change->alt : ".";
        }
        return site;
    }
    site.kind = SiteKind::kLocal;
    build_haplotypes(reference, site);
    return site;
}

}  // namespace varhush::count
