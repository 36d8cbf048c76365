#include "apps/predict/sequence.hpp"

#include "varhush/core/error.hpp"

#include <algorithm>
#include <iterator>

namespace varhush::apps {

namespace {

/// The haplotype over reference positions [begin, end); changes that reach over an end are taken
/// whole, so `begin` and `end` move outwards where needed.
WindowSequence stretch(const seq::ReferenceSource& reference,
                       const std::string& contig,
                       std::span<const seq::Change> changes,
                       std::int64_t begin,
                       std::int64_t end) {
    for (const seq::Change& change : changes) {
        if (change.start < begin && change.end() > begin) {
            begin = change.start;
        }
        if (change.start < end && change.end() > end) {
            end = change.end();
        }
    }
    const std::string bases = reference.fetch(contig, begin, end);
    WindowSequence out;
    std::int64_t at = begin;
    const auto copy_to = [&](std::int64_t stop) {
        for (; at < stop; ++at) {
            out.bases += bases[static_cast<std::size_t>(at - begin)];
            out.position.push_back(at);
        }
    };
    for (const seq::Change& change : changes) {
        if (change.start < begin || change.start >= end) {
            continue;
        }
        copy_to(change.start);
        for (std::size_t i = 0; i < change.alt.size(); ++i) {
            out.bases += change.alt[i];
            out.position.push_back(i < change.ref.size()
                                       ? change.start + static_cast<std::int64_t>(i)
                                       : WindowSequence::kInserted);
        }
        at = change.end();
    }
    copy_to(end);
    out.begin = begin;
    out.end = end;
    return out;
}

std::span<const seq::Change> near(std::span<const seq::Change> changes,
                                  std::int64_t begin,
                                  std::int64_t end) {
    const auto first = std::partition_point(
        changes.begin(), changes.end(), [&](const auto& one) { return one.end() < begin; });
    const auto last = std::partition_point(
        first, changes.end(), [&](const auto& one) { return one.start <= end; });
    return {first, last};
}

}  // namespace

std::int64_t WindowSequence::index_of(std::int64_t wanted) const {
    // Inserted bases take the place of what stands left of them.
    std::int64_t low = 0;
    auto high = static_cast<std::int64_t>(position.size());
    while (low < high) {
        std::int64_t middle = low + (high - low) / 2;
        std::int64_t probe = middle;
        while (probe < high && position[static_cast<std::size_t>(probe)] == kInserted) {
            ++probe;
        }
        if (probe < high && position[static_cast<std::size_t>(probe)] < wanted) {
            low = probe + 1;
        } else {
            high = middle;
        }
    }
    while (low < static_cast<std::int64_t>(position.size()) &&
           position[static_cast<std::size_t>(low)] == kInserted) {
        ++low;
    }
    return low;
}

bool WindowSequence::holds(std::int64_t wanted) const {
    const std::int64_t index = index_of(wanted);
    return index < static_cast<std::int64_t>(position.size()) &&
           position[static_cast<std::size_t>(index)] == wanted;
}

WindowSequence window_sequence(const seq::ReferenceSource& reference,
                               const std::string& contig,
                               std::span<const seq::Change> changes,
                               std::int64_t centre,
                               std::int64_t window_bp) {
    const std::int64_t half = window_bp / 2;
    for (std::int64_t reach = half;; reach *= 2) {
        const std::int64_t begin = centre - reach;
        const std::int64_t end = centre + reach;
        WindowSequence all = stretch(reference, contig, near(changes, begin, end), begin, end);
        const std::int64_t anchor = all.index_of(centre);
        const auto size = static_cast<std::int64_t>(all.position.size());
        if (anchor < half || size - anchor < window_bp - half) {
            continue;  // deletions took too much
        }
        WindowSequence out;
        out.bases = all.bases.substr(static_cast<std::size_t>(anchor - half),
                                     static_cast<std::size_t>(window_bp));
        const auto first = all.position.begin() + (anchor - half);
        const auto last = first + window_bp;
        out.position.assign(first, last);
        const auto is_held = [](std::int64_t at) { return at != WindowSequence::kInserted; };
        const auto before =
            std::find_if(std::reverse_iterator(first), all.position.rend(), is_held);
        const auto behind = std::find_if(last, all.position.end(), is_held);
        out.begin = before == all.position.rend() ? all.begin : *before + 1;
        out.end = behind == all.position.end() ? all.end : *behind;
        return out;
    }
}

}  // namespace varhush::apps
