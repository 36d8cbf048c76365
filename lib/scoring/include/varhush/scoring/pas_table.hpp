#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace varhush::scoring {

/// A polyadenylation site.
struct PasSite {
    std::int64_t start = 0;  ///< 0-based
    std::int64_t end = 0;
    char strand = '+';
};

/// Polyadenylation sites by gene, in the order of the file (which the scorer's splits follow).
class PasTable {
  public:
    /// Tab-separated text with a header line: columns Start, End, pas_strand (or Strand) and
    /// gene_id, in any place, 0-based half-open; more columns are passed over. `file` is for
    /// messages. The official table is a Feather file: docs/scorers.md says how to convert it.
    /// @throws Error{kInput} naming line and column: a column that is missing, a value that is no
    /// number or strand, rows of another length, no row at all, a Feather file.
    static PasTable from_tsv(const std::string& text, const std::string& file);

    /// Sites of a gene, its identifier without version; empty when it has none.
    [[nodiscard]] std::span<const PasSite> sites(std::string_view gene_id) const;
    [[nodiscard]] std::size_t genes() const noexcept { return by_gene_.size(); }

  private:
    std::unordered_map<std::string, std::vector<PasSite>> by_gene_;
};

}  // namespace varhush::scoring
