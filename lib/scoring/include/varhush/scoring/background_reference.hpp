#pragma once

#include "varhush/scoring/window.hpp"
#include "varhush/seq/reference_source.hpp"

#include <string>
#include <vector>

namespace varhush::scoring {

/// A reference on which variants that keep its length have been applied: the background of
/// saturation mutagenesis.
class BackgroundReference final : public seq::ReferenceSource {
  public:
    /// `reference` must outlive this. Of each variant REF must stand in the reference and ALT be
    /// as long; they may not overlap.
    /// @throws Error{kUsage} for a variant that changes the length, or overlaps another one;
    /// Error{kInput} for a contig or REF that the reference does not have.
    BackgroundReference(const seq::ReferenceSource& reference, std::vector<ScoredVariant> variants);

    [[nodiscard]] const std::vector<Contig>& contigs() const override;
    [[nodiscard]] std::optional<std::int64_t> length_bp(std::string_view name) const override;
    [[nodiscard]] std::string fetch(std::string_view name,
                                    std::int64_t start,
                                    std::int64_t end) const override;

  private:
    const seq::ReferenceSource& reference_;
    std::vector<ScoredVariant> variants_;
};

/// A variant as people write it, "chr1:12345:A>C", position 1-based; also "chr1:12345:A:C" and
/// "chr1-12345-A-C". Letters of either case.
/// @throws Error{kUsage} for text that is none of these, and alleles that are not plain bases.
[[nodiscard]] ScoredVariant parse_variant(std::string_view text);

}  // namespace varhush::scoring
