#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace varhush::seq {

/// Phred-scaled costs (-10 log10 of a probability) of what a read may differ in from the haplotype
/// it comes from. Gaps: the defaults of the pair HMM of GATK (Poplin et al. 2018,
/// bioRxiv 201178), which suit Illumina reads.
struct PairCosts {
    int gap_open = 45;
    int gap_extend = 10;
    int least_mismatch = 3;    ///< a base of any lower quality costs this
    int most_mismatch = 40;    ///< a base of any higher quality costs this
    int without_quality = 30;  ///< of a read without qualities
    int unknown_base = 3;      ///< either letter is no A, C, G or T
};

/// Diagonals (haplotype index - read index) an alignment may use, both included.
struct DiagonalBand {
    std::int64_t low = 0;
    std::int64_t high = 0;
};

/// The cheapest alignment of a whole read to any stretch of a haplotype.
struct PairAlignment {
    static constexpr int kNone = 1 << 18;  ///< the band holds no alignment

    int cost = kNone;
    std::int64_t start = 0;  ///< first haplotype base under the read
    std::int64_t end = 0;    ///< one behind the last
};

/// Aligns reads to haplotypes with affine gaps: every base of the read, free ends in the haplotype.
/// Insertions and deletions do not touch each other. Of equal costs the alignment that starts (then
/// ends) first. Keeps its scratch memory; not for several threads at once.
/// Source: Gotoh 1982 (J Mol Biol 162:705), with the mismatch costs of the base qualities.
class PairAligner {
  public:
    static constexpr std::size_t kMostBases = 8000;  ///< of a read, and of a haplotype

    explicit PairAligner(PairCosts costs = {}) : costs_(costs) {}

    /// `qualities` may be empty, else one a base. Cost O(read * band).
    /// @throws Error{kInternal} for an empty read, an empty haplotype and more than kMostBases.
    [[nodiscard]] PairAlignment align(std::string_view read,
                                      std::span<const std::uint8_t> qualities,
                                      std::string_view haplotype,
                                      DiagonalBand band);

  private:
    /// Cost and start in one number, so that the smaller is the better: cost << 13 | start.
    using Cell = std::uint32_t;

    /// Cells by the number of haplotype bases used.
    struct Row {
        std::vector<Cell> match;   ///< ends with a read base on a haplotype base
        std::vector<Cell> insert;  ///< … with a read base beside the haplotype
        std::vector<Cell> remove;  ///< … with a haplotype base beside the read

        void resize(std::size_t cells);
        void close(std::size_t cell);
        [[nodiscard]] Cell best(std::size_t cell) const;
    };

    void fill_row(std::int64_t at, char base, int mismatch, std::string_view haplotype);
    [[nodiscard]] int mismatch_cost(std::span<const std::uint8_t> qualities,
                                    std::size_t at) const noexcept;

    PairCosts costs_;
    DiagonalBand band_;
    Row former_;
    Row row_;
};

}  // namespace varhush::seq
