#include "off_target_format.hpp"
#include "xxhash64.hpp"

#include <array>
#include <cstring>
#include <string_view>

namespace varhush::sirna {

namespace {

/// Little-endian numbers and strings one behind the other.
class Bytes {
  public:
    template <class Number>
    void put(Number number) {
        const std::size_t at = bytes_.size();
        bytes_.resize(at + sizeof number);
        std::memcpy(bytes_.data() + at, &number, sizeof number);
    }
    void put(std::string_view text) {
        put(static_cast<std::uint32_t>(text.size()));
        raw(text.data(), text.size());
    }
    void raw(const void* data, std::size_t size) {
        const std::size_t at = bytes_.size();
        bytes_.resize(at + size);
        if (size > 0) {
            std::memcpy(bytes_.data() + at, data, size);
        }
    }
    [[nodiscard]] std::span<const std::byte> view() const { return bytes_; }

  private:
    std::vector<std::byte> bytes_;
};

void put(Bytes& out, const Placement& one) {
    out.put(one.text_start);
    for (const std::uint32_t number :
         {one.length, one.transcript, one.start, one.first_edit, one.edit_count}) {
        out.put(number);
    }
}

void put(Bytes& out, const Edit& one) {
    out.put(one.text_start);
    out.put(one.text_end);
    for (const std::uint32_t number : {one.start, one.end, one.variant}) {
        out.put(number);
    }
}

void put(Bytes& out, const std::string& one) {
    out.put(std::string_view(one));
}

void put(Bytes& out, const IndexedGene& one) {
    out.put(std::string_view(one.id));
    out.put(std::string_view(one.name));
    out.put(one.species);
}

void put(Bytes& out, const IndexedTranscript& one) {
    out.put(std::string_view(one.name));
    const Stretch cds = one.cds.value_or(Stretch{});
    for (const std::uint32_t number : {one.gene, one.length, cds.start, cds.end}) {
        out.put(number);
    }
}

void put(Bytes& out, const IndexedVariant& one) {
    out.put(std::string_view(one.label));
    out.put(static_cast<std::uint32_t>(one.homozygous ? 1 : 0));
}

void put(Bytes& out, const TranscriptVariant& one) {
    const std::uint32_t copies = (one.on_copy[0] ? kOnCopy0 : 0U) |
                                 (one.on_copy[1] ? kOnCopy1 : 0U) | (one.phased ? kPhased : 0U) |
                                 (one.no_reference ? kNoReference : 0U);
    for (const std::uint32_t number :
         {one.transcript, one.start, one.end, one.variant, one.record, copies}) {
        out.put(number);
    }
}

template <class Item>
Bytes table(const std::vector<Item>& items) {
    Bytes out;
    out.put(static_cast<std::uint64_t>(items.size()));
    for (const Item& item : items) {
        put(out, item);
    }
    return out;
}

}  // namespace

void write_index(const IndexTables& tables,
                 std::span<const std::byte> text,
                 const std::function<void(std::span<const std::byte>)>& out) {
    const std::array<Bytes, kSectionCount - 1> sections{table(tables.placements),
                                                        table(tables.edits),
                                                        table(tables.species),
                                                        table(tables.genes),
                                                        table(tables.transcripts),
                                                        table(tables.variants),
                                                        table(tables.transcript_variants)};
    Bytes text_head;  // the text section: number of bases, then the packed bases
    text_head.put(tables.text_bases);
    std::vector<std::byte> text_section(text_head.view().begin(), text_head.view().end());
    text_section.insert(text_section.end(), text.begin(), text.end());

    Bytes entries;
    std::uint64_t size = kIndexHeaderBytes + std::uint64_t{kSectionCount} * kSectionEntryBytes;
    const auto enter = [&](std::uint64_t number, std::span<const std::byte> bytes) {
        entries.put(number);
        entries.put(static_cast<std::uint64_t>(bytes.size()));
        entries.put(xxhash64(bytes));
        size += bytes.size();
    };
    enter(1, text_section);
    for (std::size_t i = 0; i < sections.size(); ++i) {
        enter(i + 2, sections[i].view());
    }
    Bytes header;
    header.raw(kIndexMagic, sizeof kIndexMagic);
    header.put(kIndexVersion);
    header.put(kSectionCount);
    header.put(size);
    header.put(xxhash64(entries.view()));
    header.put(xxhash64(header.view()));
    out(header.view());
    out(entries.view());
    out(text_section);
    for (const Bytes& section : sections) {
        out(section.view());
    }
}

}  // namespace varhush::sirna
