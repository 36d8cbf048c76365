#pragma once

#include "varhush/sirna/off_target_index.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace varhush::sirna {

/// An allele that a sample carries, on the sense strand of a transcript.
struct CarriedAllele {
    std::uint32_t start = 0;  ///< `alt` replaces [start, end) of the transcript
    std::uint32_t end = 0;
    std::string alt;                 ///< A, C, G, T
    std::uint32_t variant = 0;       ///< what add_variant returned
    bool on_copy[2] = {true, true};  ///< which copies of the chromosome have it
    /// False: heterozygous on an unknown copy, so every combination with its neighbours is
    /// possible (`on_copy` is not looked at).
    bool phased = true;
    static constexpr std::uint32_t kNoRecord = 0xffffffff;
    /// Different alleles of one record (a genotype 1/2) are never on one copy.
    std::uint32_t record = kNoRecord;
    /// The record's genotype has no REF (1/2, and 1/* too): no copy has the transcript's own bases
    /// where the record changes them, though phase may not say which allele it has instead.
    bool no_reference = false;
};

/// One transcript to be indexed.
struct TranscriptRecord {
    std::string name;
    std::string gene_id;    ///< empty: the transcript is its own gene
    std::string gene_name;  ///< may be empty
    std::string species;    ///< may be empty
    std::optional<Stretch> cds;
    std::string bases;                   ///< any case, T or U, IUPAC letters; others count as N
    std::vector<CarriedAllele> alleles;  ///< in any order
};

/// What became of the input.
struct BuildCounts {
    std::uint64_t transcripts = 0;
    std::uint64_t bases = 0;
    std::uint64_t stored_bases = 0;      ///< in the text, after sharing
    std::uint64_t repeated = 0;          ///< transcripts whose sequence was there already
    std::uint64_t n_bases = 0;           ///< N and letters that are none
    std::uint64_t ambiguous_bases = 0;   ///< expanded to their readings
    std::uint64_t ambiguous_as_n = 0;    ///< too many readings in one window
    std::uint64_t too_short = 0;         ///< transcripts shorter than a site
    std::uint64_t readings = 0;          ///< extra stretches for alleles and ambiguity letters
    std::uint64_t alleles = 0;           ///< alleles times transcripts
    std::uint64_t alleles_left_out = 0;  ///< their neighbourhood has too many combinations
};

/// Makes the bytes of an OffTargetIndex. Exact: every window of every transcript (and reading) is
/// in the text once or more, whatever is shared. Memory: a quarter byte a stored base, one more
/// byte a stored base for finding repeats, and the names.
class OffTargetIndexBuilder {
  public:
    OffTargetIndexBuilder();
    ~OffTargetIndexBuilder();
    OffTargetIndexBuilder(const OffTargetIndexBuilder&) = delete;
    OffTargetIndexBuilder& operator=(const OffTargetIndexBuilder&) = delete;

    /// Announces an allele; the number goes into CarriedAllele::variant.
    std::uint32_t add_variant(IndexedVariant variant);

    /// @throws Error{kInput} for a name that is there already, an empty or too long sequence, a CDS
    /// outside it.
    void add(const TranscriptRecord& record);

    [[nodiscard]] const BuildCounts& counts() const noexcept;

    /// Hands the file out in pieces, in order; to be called once, at the end.
    /// @throws Error{kInput} when no transcript was added.
    void write(const std::function<void(std::span<const std::byte>)>& out);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace varhush::sirna
