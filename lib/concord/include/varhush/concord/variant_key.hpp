#pragma once

#include "varhush/io/fasta_reader.hpp"
#include "varhush/seq/contig_alias.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace varhush::concord {

/// Contigs by number, so that two files can be joined. The first file gives the names; another may
/// write them with or without "chr", as MT or M, as RefSeq accessions (seq::ContigAliases).
class ContigNumbers {
  public:
    /// Number of a contig of the first file; new names are added.
    std::uint32_t add(std::string_view name);
    /// Number of a contig of another file; nothing when the first has none of that name.
    [[nodiscard]] std::optional<std::uint32_t> find(std::string_view name);
    [[nodiscard]] const std::vector<std::string>& names() const noexcept { return names_; }

  private:
    std::vector<std::string> names_;
    std::unordered_map<std::string, std::uint32_t> numbers_;
    std::unordered_map<std::string, std::optional<std::uint32_t>> found_;  ///< by find()
    std::optional<seq::ContigAliases> aliases_;
};

/// One text for all spellings of an allele: contig number, position and the bases that change,
/// upper case, common ends trimmed; with a reference insertions and deletions are left-aligned,
/// too, else two spellings that place an indel of a repeat differently have two keys.
class VariantKeys {
  public:
    /// `reference` (may be null) must outlive this object.
    explicit VariantKeys(const io::FastaReader* reference);

    /// `position` is POS, 0-based; `contig_name` is looked up in the reference.
    [[nodiscard]] std::string of(std::uint32_t contig,
                                 std::string_view contig_name,
                                 std::int64_t position,
                                 std::string_view ref,
                                 std::string_view alt) const;

  private:
    const io::FastaReader* reference_;
    seq::ContigAliases aliases_;
};

}  // namespace varhush::concord
