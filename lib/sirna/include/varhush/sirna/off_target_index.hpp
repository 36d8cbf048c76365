#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace varhush::sirna {

/// Bases of a site that are compared: it pairs with positions 1 to 19 of a strand.
constexpr std::uint32_t kSiteBases = 19;
/// No window that any search looks at is longer (19 bases, a bulge, and room to spare). Stored
/// stretches overlap by one base less, so that no window is lost at a seam.
constexpr std::uint32_t kLongestWindow = 24;

/// Positions [start, end) of a transcript, 0-based half-open, 5'->3'.
struct Stretch {
    std::uint32_t start = 0;
    std::uint32_t end = 0;

    bool operator==(const Stretch&) const = default;
};

struct IndexedGene {
    std::string id;    ///< as the input names it, with its version; the transcript's name if none
    std::string name;  ///< symbol; the id when there is none
    std::uint32_t species = 0;  ///< number in OffTargetIndex::species()

    bool operator==(const IndexedGene&) const = default;
};

struct IndexedTranscript {
    std::string name;
    std::uint32_t gene = 0;
    std::uint32_t length = 0;    ///< bases
    std::optional<Stretch> cds;  ///< where annotated; behind it lies the 3' UTR

    bool operator==(const IndexedTranscript&) const = default;
};

/// One allele of the patient, as the VCF has it.
struct IndexedVariant {
    std::string label;  ///< "chr22:20030880:T>C", 1-based
    bool homozygous = false;

    bool operator==(const IndexedVariant&) const = default;
};

/// Bases [text_start, text_end) of the text stand for [start, end) of the transcript.
struct Edit {
    static constexpr std::uint32_t kAmbiguity = 0xffffffff;

    std::uint64_t text_start = 0;
    std::uint64_t text_end = 0;
    std::uint32_t start = 0;
    std::uint32_t end = 0;
    std::uint32_t variant = kAmbiguity;  ///< or one reading of an ambiguity letter

    bool operator==(const Edit&) const = default;
};

/// Bases [text_start, text_start + length) of the text are a part of a transcript. With edits, only
/// windows that touch the first edit count: the others stand elsewhere.
struct Placement {
    std::uint64_t text_start = 0;
    std::uint32_t length = 0;
    std::uint32_t transcript = 0;
    std::uint32_t start = 0;  ///< of the transcript, of the first base
    std::uint32_t first_edit = 0;
    std::uint32_t edit_count = 0;

    [[nodiscard]] std::uint64_t text_end() const noexcept { return text_start + length; }
    bool operator==(const Placement&) const = default;
};

/// An allele of the patient where it changes a transcript.
struct TranscriptVariant {
    static constexpr std::uint32_t kNoRecord = 0xffffffff;

    std::uint32_t transcript = 0;
    std::uint32_t start = 0;  ///< reference bases [start, end) of the transcript
    std::uint32_t end = 0;
    std::uint32_t variant = 0;
    std::uint32_t record = kNoRecord;  ///< alleles of one record are never on one copy
    bool on_copy[2] = {true, true};    ///< when phased
    bool phased = true;
    bool no_reference = false;  ///< the record's genotype has no REF: both copies have an ALT

    /// Whether copy 0 or 1 may have the allele, and whether it must.
    [[nodiscard]] bool possible(std::size_t copy) const noexcept {
        return !phased || on_copy[copy];
    }
    [[nodiscard]] bool certain(std::size_t copy) const noexcept { return phased && on_copy[copy]; }
};

/// A transcriptome in a memory-mapped file: packed text (2 bits a base, every shared stretch once),
/// transcripts, genes, coding regions, the patient's alleles. Immutable; safe from several threads.
class OffTargetIndex {
  public:
    /// Maps the file and checks its version, size and every checksum (about 0.1 s for a gigabase).
    /// @throws Error{kInput} for a file that is missing, no index, of another version, cut or
    /// damaged.
    [[nodiscard]] static OffTargetIndex open(const std::string& path);

    /// The same for bytes in memory; `name` is for messages.
    [[nodiscard]] static OffTargetIndex from_memory(std::vector<std::byte> bytes,
                                                    const std::string& name);

    ~OffTargetIndex();
    OffTargetIndex(OffTargetIndex&&) noexcept;
    OffTargetIndex& operator=(OffTargetIndex&&) noexcept;

    [[nodiscard]] const std::vector<std::string>& species() const noexcept;
    [[nodiscard]] const std::vector<IndexedGene>& genes() const noexcept;
    [[nodiscard]] const std::vector<IndexedTranscript>& transcripts() const noexcept;
    [[nodiscard]] const std::vector<IndexedVariant>& variants() const noexcept;
    /// Ascending by transcript and start.
    [[nodiscard]] const std::vector<TranscriptVariant>& transcript_variants() const noexcept;

    /// The transcript called `name`, exactly or with another or no version (".2") behind it;
    /// nullopt when there is none or several would do.
    [[nodiscard]] std::optional<std::uint32_t> find_transcript(std::string_view name) const;

    /// Genes whose id (with or without version) or name is `text`, ascending.
    [[nodiscard]] std::vector<std::uint32_t> find_genes(std::string_view text) const;

    /// Transcripts of a gene, ascending.
    [[nodiscard]] std::span<const std::uint32_t> transcripts_of(std::uint32_t gene) const;

    /// The reference sequence of a transcript as RNA (A C G U; N where it has another letter).
    [[nodiscard]] std::string sequence(std::uint32_t transcript) const;

    /// One reference base of a transcript (A C G U, else N); N outside it.
    [[nodiscard]] char base(std::uint32_t transcript, std::int64_t position) const;

    /// The patient's alleles that change bases of [start, end) of a transcript, or insert between
    /// two of them.
    [[nodiscard]] std::vector<TranscriptVariant> variants_in(std::uint32_t transcript,
                                                             std::uint32_t start,
                                                             std::uint32_t end) const;

    /// 64-bit checksum of the whole content as hex, for provenance lines.
    [[nodiscard]] std::string checksum() const;

    /// For the search: base i is bits 2i and 2i + 1 (A 0, C 1, G 2, T 3) of the little-endian text,
    /// behind which 16 zero bytes follow. Stretches lie side by side without a gap.
    [[nodiscard]] const std::byte* text() const noexcept;
    [[nodiscard]] std::uint64_t text_bases() const noexcept;
    /// Ascending by text_start, then transcript, then start.
    [[nodiscard]] const std::vector<Placement>& placements() const noexcept;
    /// Numbers of all placements that may hold text position `base`, ascending: those that touch
    /// its stretch of 1,024 bases.
    [[nodiscard]] std::span<const std::uint32_t> placements_near(std::uint64_t base) const noexcept;
    [[nodiscard]] const std::vector<Edit>& edits() const noexcept;

  private:
    struct Impl;
    explicit OffTargetIndex(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace varhush::sirna
