#pragma once

#include "sequence_table.hpp"
#include "varhush/io/fasta_reader.hpp"
#include "varhush/seq/reference_source.hpp"

#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace varhush::train {

/// Several FASTA files and tables of sequences as one reference. fetch() is safe from several
/// threads.
class ReferenceSet final : public seq::ReferenceSource {
  public:
    /// `tables` must outlive it. @throws Error{kInput} for a contig that two files have.
    explicit ReferenceSet(const std::vector<std::string>& paths,
                          std::span<const SequenceTable> tables = {});

    [[nodiscard]] const std::vector<Contig>& contigs() const override { return contigs_; }
    [[nodiscard]] std::optional<std::int64_t> length_bp(std::string_view name) const override;
    [[nodiscard]] std::string fetch(std::string_view name,
                                    std::int64_t start,
                                    std::int64_t end) const override;

  private:
    void add(const Contig& contig, const std::string& whose);

    std::vector<io::FastaReader> files_;
    std::map<std::string, std::pair<const SequenceTable*, Split>, std::less<>> table_of_;
    std::vector<Contig> contigs_;
    std::map<std::string, std::size_t, std::less<>> file_of_;
};

}  // namespace varhush::train
