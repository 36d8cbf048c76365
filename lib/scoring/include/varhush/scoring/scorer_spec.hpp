#pragma once

#include "varhush/models/output_type.hpp"
#include "varhush/seq/annotation.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace varhush::scoring {

enum class ScorerKind {
    kCenterMask,
    kContactMap,
    kGeneMaskLfc,
    kGeneMaskActive,
    kGeneMaskSplicing,
    kPolyadenylation,
    kSpliceJunction,
};

/// How a centre mask is reduced to a number; formulas in docs/scorers.md.
enum class Aggregation {
    kDiffMean,
    kDiffSum,
    kDiffSumLog2,
    kDiffLog2Sum,
    kL2Diff,
    kL2DiffLog1p,
    kActiveMean,
    kActiveSum,
};

/// "DIFF_LOG2_SUM", …
[[nodiscard]] std::string_view aggregation_name(Aggregation aggregation) noexcept;

/// One scorer with its parameters.
struct ScorerSpec {
    ScorerKind kind = ScorerKind::kCenterMask;
    models::OutputType output = models::OutputType::kAtac;
    std::optional<std::int64_t> width_bp;  ///< centre masks; none: the whole window. Splicing gene
                                           ///< masks print it, and look at the whole gene
    Aggregation aggregation = Aggregation::kDiffLog2Sum;

    /// The name the official tables print:
    /// "CenterMaskScorer(requested_output=ATAC, width=501, aggregation_type=DIFF_LOG2_SUM)".
    [[nodiscard]] std::string name() const;
    /// Whether the sign says something.
    [[nodiscard]] bool is_signed() const noexcept;
    /// Which flat VCF tag its values count for; none for the ACTIVE scorers, which give a level and
    /// not an effect.
    [[nodiscard]] std::optional<seq::Modality> modality() const noexcept;
    [[nodiscard]] bool needs_genes() const noexcept;
    bool operator==(const ScorerSpec&) const = default;
};

struct NamedScorer {
    std::string_view key;  ///< "ATAC", "RNA_SEQ_ACTIVE", …
    ScorerSpec spec;
};

/// The 19 recommended scorers. Polyadenylation is for human alone.
[[nodiscard]] const std::vector<NamedScorer>& recommended_scorers();

/// Scorers of a `--scorers` text: a comma-separated list of "recommended", keys of recommended
/// scorers, "CenterMask:OUTPUT:WIDTH|None:AGGREGATION", "GeneMaskLFC:OUTPUT",
/// "GeneMaskActive:OUTPUT", "GeneMaskSplicing:OUTPUT", "ContactMap", "Polyadenylation",
/// "SpliceJunction", and the names the official tables print; any case. Repeats count once.
/// @throws Error{kUsage} with the part that is none of these, or cannot be run (unknown width,
/// aggregation or output; a gene mask on an output that has no 1 bp resolution).
[[nodiscard]] std::vector<ScorerSpec> parse_scorers(std::string_view text);

}  // namespace varhush::scoring
