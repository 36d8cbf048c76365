#include "varhush/train/mutate.hpp"

#include "varhush/core/error.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace varhush::train {
namespace {

constexpr std::string_view kLetters = "ACGT";

char other_letter(char base, Random& random) {
    char letter = base;
    while (letter == base) {
        letter = kLetters[static_cast<std::size_t>(random.below(4))];
    }
    return letter;
}

std::string random_letters(std::int64_t count, Random& random) {
    std::string text;
    for (std::int64_t i = 0; i < count; ++i) {
        text += kLetters[static_cast<std::size_t>(random.below(4))];
    }
    return text;
}

/// The letter at `index` that completes AG or GT with a neighbour; the present one when none does.
char dinucleotide_letter(const std::string& bases, std::size_t index) {
    const char next = index + 1 < bases.size() ? bases[index + 1] : 'N';
    const char last = index > 0 ? bases[index - 1] : 'N';
    if (next == 'G' && bases[index] != 'A') {
        return 'A';
    }
    if (last == 'A' && bases[index] != 'G') {
        return 'G';
    }
    if (next == 'T' && bases[index] != 'G') {
        return 'G';
    }
    if (last == 'G' && bases[index] != 'T') {
        return 'T';
    }
    return bases[index];
}

Change draw_one(const std::string& bases,
                std::int64_t index,
                bool background,
                const MutationPlan& plan,
                Random& random) {
    const auto at = static_cast<std::size_t>(index);
    if (!plan.substitutions_only) {
        const double kind = random.uniform();
        if (kind < plan.indel_share / 2) {
            return {index, 0, random_letters(1 + random.below(8), random)};
        }
        if (kind < plan.indel_share) {
            return {index, 1 + random.below(8), ""};
        }
        if (kind < plan.indel_share + plan.shuffle_share) {
            const std::int64_t length = 3 + random.below(8);
            return {index, length, random_letters(length, random)};
        }
    }
    char letter = bases[at];
    if (background && random.chance(0.3)) {
        letter = dinucleotide_letter(bases, at);
    }
    if (letter == bases[at]) {
        letter = other_letter(bases[at], random);
    }
    return {index, 1, std::string(1, letter)};
}

/// A distance from a splice site: two thirds within 10 bases, the rest within 60.
std::int64_t draw_offset(Random& random) {
    const std::int64_t reach = random.chance(0.67) ? 10 : 60;
    return random.below(2 * reach + 1) - reach;
}

}  // namespace

std::vector<Change> draw_changes(const std::string& bases,
                                 std::int64_t first,
                                 std::int64_t last,
                                 const std::vector<std::int64_t>& hot,
                                 const MutationPlan& plan,
                                 Random& random) {
    VARHUSH_CHECK(0 <= first && first <= last && last <= static_cast<std::int64_t>(bases.size()));
    std::vector<Change> drawn;
    for (const std::int64_t site : hot) {
        if (random.chance(plan.site_share)) {
            const std::int64_t index = site + draw_offset(random);
            if (index >= first && index < last) {
                drawn.push_back(draw_one(bases, index, false, plan, random));
            }
        }
    }
    double at = static_cast<double>(first);
    while (true) {  // exponential gaps: a Poisson process
        at += 1.0 - plan.background_bp * std::log(1.0 - random.uniform());
        if (at >= static_cast<double>(last)) {
            break;
        }
        drawn.push_back(draw_one(bases, static_cast<std::int64_t>(at), true, plan, random));
    }
    std::stable_sort(drawn.begin(), drawn.end(), [](const Change& a, const Change& b) {
        return a.index < b.index;
    });
    std::vector<Change> kept;
    std::int64_t free_from = first;
    for (auto& change : drawn) {
        const std::int64_t end = change.index + std::max<std::int64_t>(change.removed, 1);
        const bool clear = change.index >= free_from && end <= last;
        if (clear && bases.substr(static_cast<std::size_t>(change.index),
                                  static_cast<std::size_t>(end - change.index))
                             .find('N') == std::string::npos) {
            free_from = end + 2;
            kept.push_back(std::move(change));
        }
    }
    return kept;
}

Changed apply_changes(const std::string& bases, const std::vector<Change>& changes) {
    Changed out;
    std::size_t copied = 0;
    for (const auto& change : changes) {
        const auto index = static_cast<std::size_t>(change.index);
        VARHUSH_CHECK(index >= copied &&
                      index + static_cast<std::size_t>(change.removed) <= bases.size());
        out.bases.append(bases, copied, index - copied);
        out.indices.push_back(static_cast<std::int64_t>(out.bases.size()));
        out.bases += change.inserted;
        copied = index + static_cast<std::size_t>(change.removed);
    }
    out.bases.append(bases, copied);
    return out;
}

}  // namespace varhush::train
