#include "varhush/seq/haplotype.hpp"

#include "varhush/core/error.hpp"

#include <algorithm>
#include <cctype>
#include <tuple>
#include <utility>

namespace varhush::seq {

namespace {

char upper(char letter) {
    return static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
}

void trim_front(Change& change) {
    const auto differing =
        std::mismatch(change.ref.begin(), change.ref.end(), change.alt.begin(), change.alt.end());
    const auto same = differing.first - change.ref.begin();
    change.ref.erase(change.ref.begin(), change.ref.begin() + same);
    change.alt.erase(change.alt.begin(), change.alt.begin() + same);
    change.start += same;
}

void trim_behind(Change& change) {
    while (!change.ref.empty() && !change.alt.empty() && change.ref.back() == change.alt.back()) {
        change.ref.pop_back();
        change.alt.pop_back();
    }
}

bool is_pure_indel(const Change& change) {
    return change.ref.empty() != change.alt.empty();
}

/// Lays changes one behind the other, each in its only spelling given those before it.
class Layer {
  public:
    Layer(const ReferenceSource& reference, std::string_view contig)
        : reference_(reference), contig_(contig) {}

    void place(Change change) {
        for (;;) {
            // Behind first, as seq::normalise(): what is left then lies leftmost.
            trim_behind(change);
            trim_front(change);
            if (change.ref.empty() && change.alt.empty()) {
                return;
            }
            if (change.ref.size() == change.alt.size() && change.ref.size() > 1) {
                place_bases(change);
                return;
            }
            if (is_pure_indel(change)) {
                shift_left(change);
            }
            if (!joins_last(change)) {
                changes_.push_back(std::move(change));
                return;
            }
            Change& last = changes_.back();
            change = {last.start, last.ref + change.ref, last.alt + change.alt};
            changes_.pop_back();
        }
    }

    std::vector<Change> take() { return std::move(changes_); }

  private:
    void place_bases(const Change& change) {
        for (std::size_t i = 0; i < change.ref.size(); ++i) {
            if (change.ref[i] != change.alt[i]) {
                place({change.start + static_cast<std::int64_t>(i),
                       change.ref.substr(i, 1),
                       change.alt.substr(i, 1)});
            }
        }
    }

    [[nodiscard]] bool joins_last(const Change& change) const {
        return !changes_.empty() && changes_.back().end() == change.start &&
               (length_change(change) != 0 || length_change(changes_.back()) != 0);
    }

    // Between the change before and this one stands the reference.
    void shift_left(Change& change) const {
        const std::int64_t wall = changes_.empty() ? 0 : changes_.back().end();
        std::string& bases = change.ref.empty() ? change.alt : change.ref;
        constexpr std::int64_t kPieceBp = 256;
        while (change.start > wall) {
            const std::int64_t from = std::max(wall, change.start - kPieceBp);
            const std::string before = reference_.fetch(contig_, from, change.start);
            std::size_t steps = 0;
            while (steps < before.size() && before[before.size() - 1 - steps] ==
                                                bases[bases.size() - 1 - steps % bases.size()]) {
                ++steps;
            }
            const auto turn = static_cast<std::ptrdiff_t>(steps % bases.size());
            std::rotate(bases.begin(), bases.end() - turn, bases.end());
            change.start -= static_cast<std::int64_t>(steps);
            if (steps < before.size()) {
                return;
            }
        }
    }

    const ReferenceSource& reference_;
    std::string_view contig_;
    std::vector<Change> changes_;
};

bool overlap(const Change& first, const Change& second) {
    // An insertion stands before the base at its start; two at one place have no order.
    return second.start < first.end() ||
           (second.start == first.start && first.ref.empty() && second.ref.empty());
}

}  // namespace

Change trimmed_in_place(std::int64_t start, std::string_view ref, std::string_view alt) {
    Change change{start, std::string(ref), std::string(alt)};
    std::transform(change.ref.begin(), change.ref.end(), change.ref.begin(), upper);
    std::transform(change.alt.begin(), change.alt.end(), change.alt.begin(), upper);
    trim_front(change);
    trim_behind(change);
    return change;
}

std::optional<std::vector<Change>> canonical_changes(const ReferenceSource& reference,
                                                     std::string_view contig,
                                                     std::vector<Change> changes) {
    const auto order = [](const Change& one) {
        return std::tuple(one.start, one.end(), std::string_view(one.alt));
    };
    std::sort(changes.begin(), changes.end(), [&](const Change& a, const Change& b) {
        return order(a) < order(b);
    });
    changes.erase(std::unique(changes.begin(), changes.end()), changes.end());
    for (std::size_t i = 1; i < changes.size(); ++i) {
        if (overlap(changes[i - 1], changes[i])) {
            return std::nullopt;
        }
    }
    Layer layer(reference, contig);
    for (Change& change : changes) {
        layer.place(std::move(change));
    }
    return layer.take();
}

Change merged_change(const ReferenceSource& reference,
                     std::string_view contig,
                     std::span<const Change> changes) {
    VARHUSH_CHECK(!changes.empty());
    Change all{changes.front().start, {}, {}};
    for (const Change& change : changes) {
        VARHUSH_CHECK(change.start >= all.end());
        const std::string between = reference.fetch(contig, all.end(), change.start);
        all.ref += between + change.ref;
        all.alt += between + change.alt;
    }
    return all;
}

std::int64_t haplotype_position(std::span<const Change> changes, std::int64_t position) {
    std::int64_t shift = 0;
    for (const Change& change : changes) {
        if (position < change.start) {
            break;
        }
        if (position < change.end()) {
            const auto inserted = static_cast<std::int64_t>(change.alt.size());
            return change.start + shift + std::min(position - change.start, inserted);
        }
        shift += length_change(change);
    }
    return position + shift;
}

}  // namespace varhush::seq
