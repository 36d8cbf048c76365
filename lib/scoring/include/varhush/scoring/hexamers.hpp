#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace varhush::scoring {

/// Whether six upper-case bases are a polyadenylation signal: AATAAA, ATTAAA or one of the ten
/// weaker variants that differ from AATAAA by one base. Source: Beaudoing et al. 2000 (Genome
/// Research 10:1001) and Tian et al. 2005 (Nucleic Acids Research 33:201).
[[nodiscard]] bool is_hexamer(std::string_view bases) noexcept;

/// A stretch of reference and what a change makes of it, along one strand: the `removed` bases from
/// `start` of `ref` are `inserted` bases in `alt`.
struct StrandPair {
    std::string ref;
    std::string alt;
    std::int64_t start = 0;
    std::int64_t removed = 0;
    std::int64_t inserted = 0;
};

/// First bases of one polyadenylation site in both haplotypes: of the hexamer where there is one,
/// else of where it was or will be.
struct Frame {
    std::int64_t ref = 0;
    std::int64_t alt = 0;

    auto operator<=>(const Frame&) const = default;
};

/// Frames of all hexamers of either haplotype whose windows, `offset` bases before the hexamer and
/// `window` bases long, differ between the two; ascending, each once. `ref` and `alt` must hold
/// `window` bases on both sides of the change.
[[nodiscard]] std::vector<Frame> frames_of(const StrandPair& pair,
                                           std::int64_t window,
                                           std::int64_t offset);

}  // namespace varhush::scoring
