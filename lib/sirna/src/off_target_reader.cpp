#include "off_target_format.hpp"
#include "varhush/core/error.hpp"
#include "xxhash64.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <string_view>

namespace varhush::sirna {

namespace {

constexpr const char* kRebuild = "make the index anew with 'varhush siindex'";

[[noreturn]] void fail(const std::string& name, const std::string& what) {
    throw Error(ErrorKind::kInput, name + ": " + what, kRebuild);
}

/// Reads numbers and strings; running past the end is an error, never a read.
class Cursor {
  public:
    Cursor(std::span<const std::byte> bytes, const std::string& name)
        : bytes_(bytes), name_(name) {}

    template <class Number>
    Number number() {
        need(sizeof(Number));
        Number value{};
        std::memcpy(&value, bytes_.data() + at_, sizeof value);
        at_ += sizeof value;
        return value;
    }
    std::uint32_t u32() { return number<std::uint32_t>(); }
    std::uint64_t u64() { return number<std::uint64_t>(); }

    std::string text() {
        const std::uint32_t size = u32();
        need(size);
        std::string value(reinterpret_cast<const char*>(bytes_.data()) + at_, size);
        at_ += size;
        return value;
    }
    /// Number of items that follow, each at least `item_bytes` long.
    std::size_t count(std::size_t item_bytes) {
        const std::uint64_t value = u64();
        if (value > left() / item_bytes) {
            fail(name_, "a table is longer than its section");
        }
        return value;
    }
    void finish() const {
        if (left() != 0) {
            fail(name_, "a section is longer than its table");
        }
    }
    [[nodiscard]] std::size_t left() const { return bytes_.size() - at_; }

  private:
    void need(std::size_t size) const {
        if (left() < size) {
            fail(name_, "a section ends inside a table");
        }
    }

    std::span<const std::byte> bytes_;
    const std::string& name_;
    std::size_t at_ = 0;
};

using Sections = std::array<std::span<const std::byte>, kSectionCount>;

void check_header(std::span<const std::byte> file, const std::string& name) {
    if (file.size() < sizeof kIndexMagic ||
        std::memcmp(file.data(), kIndexMagic, sizeof kIndexMagic) != 0) {
        fail(name, "this is no index of varhush siindex");
    }
    if (file.size() < kIndexHeaderBytes) {
        fail(name, "the index is cut");
    }
    Cursor header(file.subspan(sizeof kIndexMagic), name);
    const std::uint32_t version = header.u32();
    if (version != kIndexVersion) {
        fail(name,
             "the index has version " + std::to_string(version) + ", this program reads version " +
                 std::to_string(kIndexVersion));
    }
    const std::uint32_t sections = header.u32();
    const std::uint64_t size = header.u64();
    (void)header.u64();
    if (header.u64() != xxhash64(file.first(kIndexHeaderBytes - 8))) {
        fail(name, "the header of the index is damaged (checksum)");
    }
    if (sections != kSectionCount) {
        fail(name, "the header of the index is damaged (number of sections)");
    }
    if (size != file.size()) {
        fail(name,
             "the index is cut or has bytes behind its end: " + std::to_string(file.size()) +
                 " bytes, expected " + std::to_string(size));
    }
}

/// Sections in their order, their checksums verified; the checksum of all into `checksum`.
Sections check_sections(std::span<const std::byte> file,
                        const std::string& name,
                        std::uint64_t& checksum) {
    constexpr std::size_t kTable = kSectionCount * kSectionEntryBytes;
    if (file.size() < kIndexHeaderBytes + kTable) {
        fail(name, "the index is cut");
    }
    const auto table = file.subspan(kIndexHeaderBytes, kTable);
    checksum = xxhash64(table);
    std::uint64_t expected = 0;
    std::memcpy(&expected, file.data() + kIndexHeaderBytes - 16, sizeof expected);
    if (checksum != expected) {
        fail(name, "the section table of the index is damaged (checksum)");
    }
    Sections sections;
    Cursor entries(table, name);
    std::size_t at = kIndexHeaderBytes + kTable;
    for (std::size_t i = 0; i < sections.size(); ++i) {
        const std::uint64_t number = entries.u64();
        const std::uint64_t size = entries.u64();
        const std::uint64_t sum = entries.u64();
        if (number != i + 1 || size > file.size() - at) {
            fail(name, "the section table of the index is damaged");
        }
        sections[i] = file.subspan(at, size);
        at += size;
        if (xxhash64(sections[i]) != sum) {
            fail(name, "section " + std::to_string(number) + " of the index is damaged (checksum)");
        }
    }
    if (at != file.size()) {
        fail(name, "bytes behind the last section of the index");
    }
    return sections;
}

std::span<const std::byte> section(const Sections& sections, Section which) {
    return sections[static_cast<std::size_t>(which) - 1];
}

void read_placements(IndexTables& tables, Cursor in) {
    tables.placements.resize(in.count(28));
    for (Placement& one : tables.placements) {
        one.text_start = in.u64();
        one.length = in.u32();
        one.transcript = in.u32();
        one.start = in.u32();
        one.first_edit = in.u32();
        one.edit_count = in.u32();
    }
    in.finish();
}

void read_edits(IndexTables& tables, Cursor in) {
    tables.edits.resize(in.count(28));
    for (Edit& one : tables.edits) {
        one.text_start = in.u64();
        one.text_end = in.u64();
        one.start = in.u32();
        one.end = in.u32();
        one.variant = in.u32();
    }
    in.finish();
}

void read_species(IndexTables& tables, Cursor in) {
    tables.species.resize(in.count(4));
    for (std::string& one : tables.species) {
        one = in.text();
    }
    in.finish();
}

void read_genes(IndexTables& tables, Cursor in) {
    tables.genes.resize(in.count(12));
    for (IndexedGene& one : tables.genes) {
        one.id = in.text();
        one.name = in.text();
        one.species = in.u32();
    }
    in.finish();
}

void read_transcripts(IndexTables& tables, Cursor in) {
    tables.transcripts.resize(in.count(20));
    for (IndexedTranscript& one : tables.transcripts) {
        one.name = in.text();
        one.gene = in.u32();
        one.length = in.u32();
        const Stretch cds{in.u32(), in.u32()};
        if (cds.end > 0) {
            one.cds = cds;
        }
    }
    in.finish();
}

void read_variants(IndexTables& tables, Cursor in) {
    tables.variants.resize(in.count(8));
    for (IndexedVariant& one : tables.variants) {
        one.label = in.text();
        one.homozygous = in.u32() != 0;
    }
    in.finish();
}

void read_transcript_variants(IndexTables& tables, Cursor in) {
    tables.transcript_variants.resize(in.count(24));
    for (TranscriptVariant& one : tables.transcript_variants) {
        one.transcript = in.u32();
        one.start = in.u32();
        one.end = in.u32();
        one.variant = in.u32();
        one.record = in.u32();
        const std::uint32_t copies = in.u32();
        one.on_copy[0] = (copies & kOnCopy0) != 0;
        one.on_copy[1] = (copies & kOnCopy1) != 0;
        one.phased = (copies & kPhased) != 0;
        one.no_reference = (copies & kNoReference) != 0;
    }
    in.finish();
}

// From here on: do the numbers make sense together? A file can have good checksums and still be
// hostile.

void check_names(const IndexTables& tables, const std::string& name) {
    for (const IndexedGene& gene : tables.genes) {
        if (gene.species >= tables.species.size()) {
            fail(name, "gene " + gene.id + " has a species that is not there");
        }
    }
    for (const IndexedTranscript& one : tables.transcripts) {
        const bool cds_fits =
            !one.cds || (one.cds->start < one.cds->end && one.cds->end <= one.length);
        if (one.gene >= tables.genes.size() || !cds_fits) {
            fail(name, "transcript " + one.name + " has a gene or a CDS that cannot be");
        }
    }
    const auto* before = static_cast<const TranscriptVariant*>(nullptr);
    for (const TranscriptVariant& one : tables.transcript_variants) {
        const bool fits = one.transcript < tables.transcripts.size() &&
                          one.variant < tables.variants.size() && one.start <= one.end &&
                          one.end <= tables.transcripts[one.transcript].length;
        const bool ascends = before == nullptr || before->transcript < one.transcript ||
                             (before->transcript == one.transcript && before->start <= one.start);
        if (!fits || !ascends) {
            fail(name, "an allele of the index lies outside its transcript");
        }
        before = &one;
    }
}

bool edits_fit(const IndexTables& tables, const Placement& place) {
    std::uint64_t text = place.text_start;
    std::uint64_t base = place.start;
    for (std::uint32_t i = 0; i < place.edit_count; ++i) {
        const Edit& edit = tables.edits[place.first_edit + i];
        const bool fits =
            edit.text_start >= text && edit.text_end >= edit.text_start &&
            edit.text_end <= place.text_end() && edit.end >= edit.start &&
            edit.start == base + (edit.text_start - text) &&
            (edit.variant == Edit::kAmbiguity || edit.variant < tables.variants.size());
        if (!fits) {
            return false;
        }
        text = edit.text_end;
        base = edit.end;
    }
    return base + (place.text_end() - text) <= tables.transcripts[place.transcript].length;
}

void check_placements(const IndexTables& tables, const std::string& name) {
    std::uint64_t before = 0;
    for (const Placement& one : tables.placements) {
        const bool fits =
            one.text_start >= before && one.text_start <= tables.text_bases && one.length > 0 &&
            one.length <= tables.text_bases - one.text_start &&
            one.transcript < tables.transcripts.size() && one.first_edit <= tables.edits.size() &&
            one.edit_count <= tables.edits.size() - one.first_edit &&
            one.edit_count <= std::numeric_limits<std::uint16_t>::max() && edits_fit(tables, one);
        if (!fits) {
            fail(name, "a stretch of the index lies outside its transcript or the text");
        }
        before = one.text_start;
    }
}

void read_tables(IndexTables& tables, const Sections& sections, const std::string& name) {
    const auto cursor = [&](Section which) { return Cursor(section(sections, which), name); };
    read_placements(tables, cursor(Section::kPlacements));
    read_edits(tables, cursor(Section::kEdits));
    read_species(tables, cursor(Section::kSpecies));
    read_genes(tables, cursor(Section::kGenes));
    read_transcripts(tables, cursor(Section::kTranscripts));
    read_variants(tables, cursor(Section::kVariants));
    read_transcript_variants(tables, cursor(Section::kTranscriptVariants));
    check_names(tables, name);
    check_placements(tables, name);
}

}  // namespace

ParsedIndex parse_index(std::span<const std::byte> file, const std::string& name) {
    check_header(file, name);
    ParsedIndex parsed;
    const Sections sections = check_sections(file, name, parsed.checksum);
    const auto text = section(sections, Section::kText);
    parsed.tables.text_bases = Cursor(text, name).u64();
    if (parsed.tables.text_bases / 4 > text.size() ||
        text.size() != 8 + text_bytes(parsed.tables.text_bases)) {
        fail(name, "the text of the index has another size than it says");
    }
    parsed.text_offset = static_cast<std::size_t>(text.data() - file.data()) + 8;
    read_tables(parsed.tables, sections, name);
    return parsed;
}

}  // namespace varhush::sirna
