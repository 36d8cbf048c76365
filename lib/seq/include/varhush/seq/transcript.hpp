#pragma once

#include "varhush/seq/contig_alias.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace varhush::seq {

/// An interval of the genome, 0-based half-open.
struct Interval {
    std::int64_t start = 0;
    std::int64_t end = 0;

    bool operator==(const Interval&) const = default;
};

/// One gene model: a transcript with its exons in genome order (ascending, on either strand).
struct Transcript {
    std::string id;         ///< transcript identifier; the gene name in a SpliceAI table
    std::string gene_id;    ///< may be empty
    std::string gene_name;  ///< symbol; falls back to gene_id, then to id
    std::string biotype;    ///< may be empty
    std::string contig;     ///< as the gene file writes it
    char strand = '+';      ///< '+' or '-'
    Interval span;          ///< first to last transcribed base
    std::vector<Interval> exons;
    bool canonical = false;
    std::string gene_biotype;  ///< of the gene, where the file says it apart; may be empty
    /// First to last base of CDS and stop codon, where the file has them.
    std::optional<Interval> cds = std::nullopt;
};

/// `whole` widened so that it covers `part`.
void widen(std::optional<Interval>& whole, const Interval& part);

/// Transcripts of one file with overlap lookup; contig names are matched through ContigAliases.
class GeneModels {
  public:
    GeneModels() = default;

    /// Keeps file order. Transcripts without exons get one exon as wide as their span; exons are
    /// put in genome order.
    explicit GeneModels(std::vector<Transcript> transcripts);

    [[nodiscard]] const std::vector<Transcript>& transcripts() const noexcept {
        return transcripts_;
    }
    [[nodiscard]] bool empty() const noexcept { return transcripts_.empty(); }

    /// Indices (ascending, that is file order) of the transcripts whose span overlaps [start, end)
    /// of `contig`, which may be written with another alias. An empty interval overlaps nothing.
    /// Cost O(log T + hits) for well-behaved files (a running maximum of ends bounds the scan).
    [[nodiscard]] std::vector<std::size_t> overlapping(std::string_view contig,
                                                       std::int64_t start,
                                                       std::int64_t end) const;

    /// A copy with one transcript a gene: the one marked canonical (see io::read_gtf_or_gff3);
    /// without a mark, or with several, the longest exonic length, then the earliest in the file.
    /// File order is kept. Genes are told apart by gene_id (gene_name when empty) and contig.
    [[nodiscard]] GeneModels canonical_only() const;

  private:
    struct ContigIndex {
        std::vector<std::size_t> by_start;
        std::vector<std::int64_t> running_max_end;
    };

    std::vector<Transcript> transcripts_;
    std::unordered_map<std::string, ContigIndex> by_contig_;
    ContigAliases aliases_;
};

}  // namespace varhush::seq
