#include "apps/bench/composition.hpp"

#include "varhush/core/error.hpp"
#include "varhush/seq/alphabet.hpp"

#include <algorithm>

namespace varhush::apps {

namespace {

constexpr std::string_view kBases = "ACGT";
constexpr int kDraws = 100;
constexpr std::int64_t kPieceBp = 1 << 20;  // read of a reference at a time

std::string with(std::string bases, std::size_t place, const std::string& word) {
    return bases.replace(place, word.size(), word);
}

}  // namespace

NeutralSequence::NeutralSequence() {
    for (auto& row : next_) {
        row = {0.25, 0.5, 0.75, 1};
    }
}

NeutralSequence::NeutralSequence(const seq::ReferenceSource& reference) {
    std::array<std::array<double, 4>, 4> counts{};
    for (const auto& contig : reference.contigs()) {
        const std::int64_t length = reference.length_bp(contig.name).value_or(0);
        for (std::int64_t at = 0; at < length; at += kPieceBp) {
            const std::string bases =
                reference.fetch(contig.name, at, std::min(length, at + kPieceBp + 1));
            for (std::size_t i = 1; i < bases.size(); ++i) {
                const auto first = kBases.find(bases[i - 1]);
                const auto second = kBases.find(bases[i]);
                if (first != std::string_view::npos && second != std::string_view::npos) {
                    counts.at(first).at(second) += 1;
                }
            }
        }
    }
    for (std::size_t first = 0; first < 4; ++first) {
        const auto& row = counts.at(first);
        const double total = row[0] + row[1] + row[2] + row[3];
        if (total == 0) {
            throw Error(
                ErrorKind::kInput,
                std::string("--from: the sequence says nothing of what follows ") + kBases[first]);
        }
        double sum = 0;
        for (std::size_t second = 0; second < 4; ++second) {
            sum += row.at(second) / total;
            next_.at(first).at(second) = sum;
        }
    }
}

std::string NeutralSequence::draw(std::size_t length, train::Random& random) const {
    std::string bases;
    auto last = static_cast<std::size_t>(random.below(4));
    while (bases.size() < length) {
        bases += kBases[last];
        const double point = random.uniform();
        const auto& row = next_.at(last);
        last = 0;
        while (last < 3 && point >= row.at(last)) {
            ++last;
        }
    }
    return bases;
}

Composer::Composer(const NeutralSequence& neutral, std::size_t length, double threshold)
    : neutral_(neutral), length_(length), threshold_(threshold) {}

std::string Composer::background(const std::vector<const Motif*>& motifs,
                                 train::Random& random) const {
    std::string bases = neutral_.draw(length_, random);
    for (std::size_t pass = 0; pass < 20 * length_; ++pass) {
        bool clean = true;
        for (const Motif* motif : motifs) {
            const auto found = motif->instances(bases, threshold_);
            clean = clean && found.empty();
            for (const std::size_t at : found) {
                const auto column = static_cast<std::size_t>(
                    random.below(static_cast<std::int64_t>(motif->size())));
                bases[at + column] = kBases[static_cast<std::size_t>(random.below(4))];
            }
        }
        if (clean) {
            return bases;
        }
    }
    throw Error(ErrorKind::kUsage,
                motifs.front()->name() + ": no sequence of " + std::to_string(length_) +
                    " bases without an instance was found",
                "raise --threshold, or give a longer motif");
}

bool Composer::holds(const std::string& bases,
                     const Motif& motif,
                     std::optional<std::size_t> place) const {
    const auto found = motif.instances(bases, threshold_);
    if (!place) {
        return found.empty();
    }
    bool there = false;
    for (const std::size_t at : found) {
        there = there || at == *place;
        if (at + motif.size() <= *place || *place + motif.size() <= at) {
            return false;
        }
    }
    return there;
}

void Composer::require_length(std::size_t needed) const {
    if (length_ < needed) {
        throw Error(ErrorKind::kUsage,
                    "--length " + std::to_string(length_) + ": the motifs need at least " +
                        std::to_string(needed) + " bases");
    }
}

MotifSequences Composer::motif(const Motif& motif, train::Random& random) const {
    const std::size_t size = motif.size();
    const std::size_t far = length_ / 4;
    require_length(2 * (far + size) + size);
    require_length(2 * (kMoveBp + size));
    MotifSequences out;
    out.place = (length_ - size) / 2;
    out.far_place = out.place + std::max(far, size);
    for (int draw = 0; draw < kDraws; ++draw) {
        out.none = background({&motif}, random);
        out.planted = with(out.none, out.place, motif.best());
        out.broken = with(out.none, out.place, motif.broken(threshold_));
        out.moved = with(out.none, out.place + kMoveBp, motif.best());
        out.moved_far = with(out.none, out.far_place, motif.best());
        out.reversed = with(out.none, out.place, seq::reverse_complement(motif.best()));
        if (holds(out.planted, motif, out.place) && holds(out.broken, motif, std::nullopt) &&
            holds(out.moved, motif, out.place + kMoveBp) &&
            holds(out.moved_far, motif, out.far_place) && holds(out.reversed, motif, out.place)) {
            return out;
        }
    }
    throw Error(ErrorKind::kUsage,
                motif.name() + ": its sequences always hold a second instance",
                "raise --threshold, or give a longer motif");
}

PairSequences Composer::pair(const Motif& a, const Motif& b, train::Random& random) const {
    const std::size_t size = a.size() + kGapBp + b.size();
    require_length(2 * size);
    PairSequences out;
    out.place_a = (length_ - size) / 2;
    out.place_b = out.place_a + a.size() + kGapBp;
    for (int draw = 0; draw < kDraws; ++draw) {
        const std::string bases = background({&a, &b}, random);
        const std::string with_a = with(bases, out.place_a, a.best());
        const std::string without_a = with(bases, out.place_a, a.broken(threshold_));
        const std::string no_b = b.broken(threshold_);
        out.both = with(with_a, out.place_b, b.best());
        out.only_a = with(with_a, out.place_b, no_b);
        out.only_b = with(without_a, out.place_b, b.best());
        out.neither = with(without_a, out.place_b, no_b);
        const auto right = [&](const std::string& one, bool has_a, bool has_b) {
            return holds(one, a, has_a ? std::optional(out.place_a) : std::nullopt) &&
                   holds(one, b, has_b ? std::optional(out.place_b) : std::nullopt);
        };
        if (right(out.both, true, true) && right(out.only_a, true, false) &&
            right(out.only_b, false, true) && right(out.neither, false, false)) {
            return out;
        }
    }
    throw Error(ErrorKind::kUsage,
                a.name() + " and " + b.name() + ": one of them looks like the other",
                "raise --threshold, or choose another pair");
}

}  // namespace varhush::apps
