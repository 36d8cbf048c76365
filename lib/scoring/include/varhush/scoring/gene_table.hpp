#pragma once

#include "varhush/scoring/window.hpp"
#include "varhush/seq/transcript.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace varhush::scoring {

/// A gene with the span of all its transcripts.
struct Gene {
    std::string id;  ///< with its version; the name where the file has no gene_id
    std::string name;
    std::string type;  ///< "protein_coding", …; may be empty
    std::string contig;
    char strand = '+';
    seq::Interval body;
};

/// A gene and the positions of its mask, 0-based genomic, ascending, disjoint, inside the window.
struct GeneMask {
    const Gene* gene = nullptr;
    std::vector<seq::Interval> positions;
};

/// The genes of an annotation as the scorers see them. Genes are told apart by gene_id (gene_name
/// where empty) and contig; their order is that of first appearance in the file.
class GeneTable {
  public:
    explicit GeneTable(const seq::GeneModels& models);
    GeneTable(const GeneTable&) = delete;
    GeneTable& operator=(const GeneTable&) = delete;
    ~GeneTable();

    [[nodiscard]] const std::vector<Gene>& genes() const noexcept { return genes_; }

    /// Genes with a transcript (of any biotype) whose first base lies in the window: its start for
    /// '+', its half-open end for '-', in [start, end). The mask is the union of those transcripts'
    /// exons inside the window; it may be empty.
    [[nodiscard]] std::vector<GeneMask> with_start_in(const ScoreWindow& window) const;

    /// Genes whose body overlaps the variant: [start, max(end, start + length of ALT)).
    [[nodiscard]] std::vector<const Gene*> overlapping(const ScoredVariant& variant) const;

    /// Whether a gene counts as protein-coding; true for all genes of a file without gene types.
    [[nodiscard]] bool protein_coding(const Gene& gene) const noexcept;

  private:
    const seq::GeneModels& models_;
    std::vector<Gene> genes_;
    std::vector<std::size_t> gene_of_;  ///< by transcript
    seq::GeneModels bodies_;            ///< one "transcript" a gene, for overlaps
    bool typed_ = false;
};

/// Intervals joined where they overlap or touch, cut to [start, end), ascending.
[[nodiscard]] std::vector<seq::Interval> clipped_union(std::vector<seq::Interval> intervals,
                                                       std::int64_t start,
                                                       std::int64_t end);

/// A gene identifier without its version: "ENSG00000000001.5" -> "ENSG00000000001". What stands
/// behind the version ("_PAR_Y") goes with it, as in the official tables.
[[nodiscard]] std::string_view without_version(std::string_view gene_id) noexcept;

}  // namespace varhush::scoring
