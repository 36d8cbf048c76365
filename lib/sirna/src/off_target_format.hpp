#pragma once

#include "varhush/sirna/off_target_index.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace varhush::sirna {

// Layout of an index file, little-endian, without gaps:
//   magic (8 bytes), version (u32), number of sections (u32), file size (u64),
//   checksum of the section table (u64), checksum of the 32 bytes before it (u64);
//   for each section its number (u64), size (u64) and checksum (u64);
//   the sections.
// Another layout or meaning is another version.

constexpr char kIndexMagic[8] = {'V', 'H', 'S', 'I', 'I', 'D', 'X', '\n'};
constexpr std::uint32_t kIndexVersion = 2;
constexpr std::size_t kIndexHeaderBytes = 40;
constexpr std::size_t kSectionEntryBytes = 24;
constexpr std::size_t kTextPadding = 16;
constexpr std::uint32_t kPlacementBinBits = 10;

/// What is known of the copies of a TranscriptVariant, in one number.
constexpr std::uint32_t kOnCopy0 = 1;
constexpr std::uint32_t kOnCopy1 = 2;
constexpr std::uint32_t kPhased = 4;
constexpr std::uint32_t kNoReference = 8;

/// In the order in which they lie in the file.
enum class Section : std::uint32_t {
    kText = 1,
    kPlacements,
    kEdits,
    kSpecies,
    kGenes,
    kTranscripts,
    kVariants,
    kTranscriptVariants,
};
constexpr std::uint32_t kSectionCount = 8;

/// Everything but the text.
struct IndexTables {
    std::uint64_t text_bases = 0;
    std::vector<Placement> placements;
    std::vector<Edit> edits;
    std::vector<std::string> species;
    std::vector<IndexedGene> genes;
    std::vector<IndexedTranscript> transcripts;
    std::vector<IndexedVariant> variants;
    std::vector<TranscriptVariant> transcript_variants;
};

/// Bytes of the text section for so many bases.
[[nodiscard]] constexpr std::uint64_t text_bytes(std::uint64_t bases) noexcept {
    return (bases + 3) / 4 + kTextPadding;
}

/// What a checked file holds.
struct ParsedIndex {
    IndexTables tables;
    std::size_t text_offset = 0;  ///< in the file
    std::uint64_t checksum = 0;
};

/// Checks header, checksums and every number in the tables, so that nothing that uses the index
/// reaches outside the text or a table.
/// @throws Error{kInput} naming `name`.
[[nodiscard]] ParsedIndex parse_index(std::span<const std::byte> file, const std::string& name);

/// The counterpart. `text` has text_bytes(tables.text_bases) bytes.
void write_index(const IndexTables& tables,
                 std::span<const std::byte> text,
                 const std::function<void(std::span<const std::byte>)>& out);

}  // namespace varhush::sirna
