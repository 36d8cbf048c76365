#include "splice_deltas.hpp"

#include "varhush/core/error.hpp"

#include <algorithm>
#include <iterator>

namespace varhush::scoring {

namespace {

// Element-wise maximum over haplotype rows [from, to) that exist.
void take_maximum(std::span<const float> alt,
                  std::size_t channels,
                  std::int64_t from,
                  std::int64_t to,
                  float* out) {
    const auto rows = static_cast<std::int64_t>(alt.size() / channels);
    for (std::int64_t row = std::max<std::int64_t>(from, 0); row < std::min(to, rows); ++row) {
        for (std::size_t c = 0; c < channels; ++c) {
            const float value = alt[static_cast<std::size_t>(row) * channels + c];
            out[c] = row == std::max<std::int64_t>(from, 0) ? value : std::max(out[c], value);
        }
    }
}

struct Pick {
    std::size_t channel;
    float sign;
};

Delta largest(std::span<const float> ref,
              std::span<const float> alt,
              std::size_t channels,
              std::span<const Pick> picks,
              const BoundaryMask& mask) {
    Delta best;
    best.score = -2;
    for (std::size_t row = 0; row < ref.size() / channels; ++row) {
        for (const Pick& pick : picks) {
            const std::size_t at = row * channels + pick.channel;
            const bool dropped = pick.sign > 0 ? mask.drops_gain(row) : mask.drops_loss(row);
            float score = pick.sign * (alt[at] - ref[at]);
            if (dropped) {
                score = std::min(score, 0.0F);
            }
            if (score > best.score) {
                best = {score, static_cast<std::int64_t>(row), ref[at], alt[at], pick.channel};
            }
        }
    }
    return best;
}

}  // namespace

namespace {

// A change without its bases.
struct Span {
    std::int64_t start;
    std::int64_t removed;
    std::int64_t inserted;

    [[nodiscard]] std::int64_t end() const { return start + removed; }
    // The position that takes the surplus of an insertion: the last pair, else the base before it
    // (behind it at the first base of a contig, which has none before).
    [[nodiscard]] std::int64_t collector() const { return std::max<std::int64_t>(end() - 1, 0); }
};

std::vector<float> lay_over(std::span<const float> alt,
                            std::size_t channels,
                            std::int64_t begin,
                            std::int64_t ref_rows,
                            std::int64_t alt_begin,
                            std::span<const Span> spans) {
    std::vector<float> out(static_cast<std::size_t>(ref_rows) * channels, 0.0F);
    std::int64_t shift = 0;
    auto span = spans.begin();
    // Haplotype positions [first, behind) that position `at` is made of; none: deleted.
    for (std::int64_t at = begin; at < begin + ref_rows; ++at) {
        for (; span != spans.end() && span->end() <= at; ++span) {
            shift += span->inserted - span->removed;
        }
        const bool deleted = span != spans.end() && at >= span->start + span->inserted;
        std::int64_t first = at + shift;
        std::int64_t behind = deleted ? first : first + 1;
        // Of the change that ends behind `at`, or at the contig's start of that before it.
        const bool passed = at == 0 && span != spans.begin() && std::prev(span)->end() == 0;
        const auto change = passed ? std::prev(span) : span;
        if (change != spans.end() && change->inserted > change->removed &&
            change->collector() == at) {
            first = passed ? 0 : first;
            behind = std::max(behind, change->start + change->inserted + (passed ? 0 : shift));
        }
        take_maximum(alt,
                     channels,
                     first - alt_begin,
                     behind - alt_begin,
                     out.data() + static_cast<std::size_t>(at - begin) * channels);
    }
    return out;
}

}  // namespace

std::vector<float> realign(std::span<const float> alt,
                           std::size_t channels,
                           std::int64_t begin,
                           std::int64_t ref_rows,
                           std::int64_t start,
                           std::int64_t removed,
                           std::int64_t inserted) {
    const Span span{start, removed, inserted};
    return lay_over(alt, channels, begin, ref_rows, begin, {&span, 1});
}

std::vector<float> realign(std::span<const float> alt,
                           std::size_t channels,
                           std::int64_t begin,
                           std::int64_t ref_rows,
                           std::int64_t alt_begin,
                           std::span<const seq::Change> changes) {
    std::vector<Span> spans;
    for (const seq::Change& change : changes) {
        spans.push_back({change.start,
                         static_cast<std::int64_t>(change.ref.size()),
                         static_cast<std::int64_t>(change.alt.size())});
    }
    return lay_over(alt, channels, begin, ref_rows, alt_begin, spans);
}

std::set<std::int64_t> exon_boundaries(const seq::Transcript& transcript) {
    std::set<std::int64_t> ends;
    for (const auto& exon : transcript.exons) {
        ends.insert(exon.start);
        ends.insert(exon.end - 1);
    }
    return ends;
}

SpliceDeltas three_class_deltas(std::span<const float> ref,
                                std::span<const float> alt,
                                const BoundaryMask& mask) {
    VARHUSH_CHECK(ref.size() == alt.size() && ref.size() % 3 == 0 && !ref.empty());
    SpliceDeltas deltas;
    for (std::size_t kind = 0; kind < deltas.size(); ++kind) {
        const Pick pick{kind < 2 ? kAcceptor : kDonor, kind % 2 == 0 ? 1.0F : -1.0F};
        deltas[kind] = largest(ref, alt, 3, {&pick, 1}, mask);
    }
    return deltas;
}

std::array<Delta, 2> tissue_deltas(std::span<const float> ref,
                                   std::span<const float> alt,
                                   std::size_t tissues,
                                   const BoundaryMask& mask) {
    VARHUSH_CHECK(ref.size() == alt.size() && ref.size() % tissues == 0 && !ref.empty());
    std::array<Delta, 2> deltas;
    for (std::size_t kind = 0; kind < 2; ++kind) {
        std::vector<Pick> picks;
        for (std::size_t tissue = 0; tissue < tissues; ++tissue) {
            picks.push_back({tissue, kind == 0 ? 1.0F : -1.0F});
        }
        deltas[kind] = largest(ref, alt, tissues, picks, mask);
    }
    return deltas;
}

}  // namespace varhush::scoring
