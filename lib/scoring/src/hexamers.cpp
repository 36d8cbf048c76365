#include "varhush/scoring/hexamers.hpp"

#include "varhush/core/error.hpp"

#include <algorithm>
#include <array>

namespace varhush::scoring {

namespace {

constexpr std::int64_t kLength = 6;
constexpr std::array<std::string_view, 12> kHexamers{"AATAAA",
                                                     "ATTAAA",
                                                     "AGTAAA",
                                                     "TATAAA",
                                                     "CATAAA",
                                                     "GATAAA",
                                                     "AATATA",
                                                     "AATACA",
                                                     "AATAGA",
                                                     "ACTAAA",
                                                     "AAGAAA",
                                                     "AATGAA"};

// A position of one haplotype in the other, where `there` bases stand for `here` bases from
// `start`. Inside the change it stays as far from its start as the other allele is long.
std::int64_t counterpart(std::int64_t at,
                         std::int64_t start,
                         std::int64_t here,
                         std::int64_t there) {
    if (at < start) {
        return at;
    }
    return at >= start + here ? at - here + there : start + std::min(at - start, there);
}

// First bases of the hexamers of `bases` that start in [begin, end).
std::vector<std::int64_t> hexamers_in(const std::string& bases,
                                      std::int64_t begin,
                                      std::int64_t end) {
    std::vector<std::int64_t> found;
    for (std::int64_t at = begin; at < end; ++at) {
        if (is_hexamer(std::string_view(bases).substr(static_cast<std::size_t>(at), kLength))) {
            found.push_back(at);
        }
    }
    return found;
}

}  // namespace

bool is_hexamer(std::string_view bases) noexcept {
    return std::find(kHexamers.begin(), kHexamers.end(), bases) != kHexamers.end();
}

std::vector<Frame> frames_of(const StrandPair& pair, std::int64_t window, std::int64_t offset) {
    const auto right = static_cast<std::int64_t>(pair.ref.size()) - pair.start - pair.removed;
    VARHUSH_CHECK(pair.start >= window && right >= window &&
                  pair.alt.size() ==
                      pair.ref.size() + static_cast<std::size_t>(pair.inserted - pair.removed));
    // A hexamer further away than this has its window beside the change.
    const std::int64_t first = pair.start - window + offset;
    std::vector<Frame> frames;
    for (const auto at : hexamers_in(pair.ref, first, pair.start + pair.removed + offset + 1)) {
        frames.push_back({at, counterpart(at, pair.start, pair.removed, pair.inserted)});
    }
    for (const auto at : hexamers_in(pair.alt, first, pair.start + pair.inserted + offset + 1)) {
        frames.push_back({counterpart(at, pair.start, pair.inserted, pair.removed), at});
    }
    std::sort(frames.begin(), frames.end());
    frames.erase(std::unique(frames.begin(), frames.end()), frames.end());
    std::erase_if(frames, [&](const Frame& frame) {
        return pair.ref.compare(static_cast<std::size_t>(frame.ref - offset),
                                static_cast<std::size_t>(window),
                                pair.alt,
                                static_cast<std::size_t>(frame.alt - offset),
                                static_cast<std::size_t>(window)) == 0;
    });
    return frames;
}

}  // namespace varhush::scoring
