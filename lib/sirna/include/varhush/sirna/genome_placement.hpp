#pragma once

#include "varhush/seq/transcript.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace varhush::sirna {

/// Where the bases of a transcript lie on the genome.
class GenomePlacement {
  public:
    /// `exons` in genome order, on either strand. @throws Error{kInput} for overlapping, empty or
    /// no exons.
    GenomePlacement(std::string contig, char strand, std::vector<seq::Interval> exons);

    [[nodiscard]] const std::string& contig() const noexcept { return contig_; }
    [[nodiscard]] char strand() const noexcept { return strand_; }
    [[nodiscard]] const std::vector<seq::Interval>& exons() const noexcept { return exons_; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }  ///< bases of all exons

    /// The genome position of base `base` of the transcript (counted from its 5' end).
    [[nodiscard]] std::int64_t to_genome(std::size_t base) const;
    /// The base of the transcript at a genome position; nothing in introns and outside.
    [[nodiscard]] std::optional<std::size_t> to_transcript(std::int64_t position) const;
    /// Bases [start, end) of the transcript as pieces of the genome, in genome order.
    [[nodiscard]] std::vector<seq::Interval> pieces(std::size_t start, std::size_t end) const;

  private:
    std::string contig_;
    char strand_;
    std::vector<seq::Interval> exons_;
    std::vector<std::size_t> before_;  ///< bases of the exons in front, in genome order
    std::size_t size_ = 0;
};

/// Whether `bases` inserted in front of genome position `position` lie inside an exon. Right beside
/// one they are the same change as inside it where the exon goes on as they do (the leftmost
/// spelling of one more repeat stands in front of the exon): then both are changed to the spelling
/// inside. `rna` are the transcript's bases, T or U in any case; `bases` A C G T.
[[nodiscard]] bool insert_into_exon(const GenomePlacement& placement,
                                    std::string_view rna,
                                    std::int64_t& position,
                                    std::string& bases);

}  // namespace varhush::sirna
