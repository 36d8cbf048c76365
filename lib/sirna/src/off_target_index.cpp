#include "varhush/sirna/off_target_index.hpp"

#include "mapped_file.hpp"
#include "off_target_format.hpp"
#include "varhush/sirna/accession.hpp"

#include <algorithm>
#include <array>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace varhush::sirna {

namespace {

/// For each of `buckets` numbers the items in it, in their order.
struct Buckets {
    std::vector<std::uint64_t> starts;
    std::vector<std::uint32_t> items;

    [[nodiscard]] std::span<const std::uint32_t> at(std::size_t bucket) const {
        return std::span(items).subspan(starts[bucket], starts[bucket + 1] - starts[bucket]);
    }
};

/// `range(i)` gives the first and the last bucket of item i.
template <class Range>
Buckets make_buckets(std::size_t buckets, std::size_t items, Range range) {
    Buckets made;
    made.starts.assign(buckets + 1, 0);
    for (std::size_t i = 0; i < items; ++i) {
        const auto [first, last] = range(i);
        for (std::uint64_t bucket = first; bucket <= last; ++bucket) {
            ++made.starts[bucket + 1];
        }
    }
    for (std::size_t bucket = 0; bucket < buckets; ++bucket) {
        made.starts[bucket + 1] += made.starts[bucket];
    }
    made.items.resize(made.starts.back());
    std::vector<std::uint64_t> next(made.starts.begin(), made.starts.end() - 1);
    for (std::size_t i = 0; i < items; ++i) {
        const auto [first, last] = range(i);
        for (std::uint64_t bucket = first; bucket <= last; ++bucket) {
            made.items[next[bucket]++] = static_cast<std::uint32_t>(i);
        }
    }
    return made;
}

/// Numbers by name, and by name without version.
struct Names {
    std::unordered_map<std::string, std::vector<std::uint32_t>> exact;
    std::unordered_map<std::string, std::vector<std::uint32_t>> bare;

    void add(const std::string& name, std::uint32_t number) {
        exact[name].push_back(number);
        bare[std::string(without_version(name))].push_back(number);
    }
    /// For symbols: "RP11-34P13.7" and "RP11-34P13.8" are two genes.
    void add_exactly(const std::string& name, std::uint32_t number) {
        exact[name].push_back(number);
    }
    [[nodiscard]] const std::vector<std::uint32_t>* find(std::string_view name) const {
        if (const auto found = exact.find(std::string(name)); found != exact.end()) {
            return &found->second;
        }
        const auto found = bare.find(std::string(without_version(name)));
        return found == bare.end() ? nullptr : &found->second;
    }
};

}  // namespace

struct OffTargetIndex::Impl {
    std::unique_ptr<MappedFile> file;
    std::vector<std::byte> memory;
    const std::byte* text = nullptr;
    IndexTables tables;
    std::uint64_t checksum = 0;
    Buckets near;           ///< placements by stretch of the text
    Buckets by_transcript;  ///< placements without edits
    Buckets by_gene;        ///< transcripts
    std::once_flag named;   ///< names are looked up seldom
    Names transcript_names;
    Names gene_names;

    void parse(std::span<const std::byte> bytes, const std::string& name) {
        ParsedIndex parsed = parse_index(bytes, name);
        tables = std::move(parsed.tables);
        checksum = parsed.checksum;
        text = bytes.data() + parsed.text_offset;
        const auto& places = tables.placements;
        near = make_buckets(
            (tables.text_bases >> kPlacementBinBits) + 1, places.size(), [&](std::size_t i) {
                return std::pair(places[i].text_start >> kPlacementBinBits,
                                 (places[i].text_end() - 1) >> kPlacementBinBits);
            });
        by_transcript =
            make_buckets(tables.transcripts.size() + 1, places.size(), [&](std::size_t i) {
                const std::uint64_t bucket =
                    places[i].edit_count == 0 ? places[i].transcript : tables.transcripts.size();
                return std::pair(bucket, bucket);
            });
        by_gene = make_buckets(tables.genes.size(), tables.transcripts.size(), [&](std::size_t i) {
            const std::uint64_t bucket = tables.transcripts[i].gene;
            return std::pair(bucket, bucket);
        });
    }

    [[nodiscard]] char letter(std::uint64_t base) const {
        constexpr std::array<char, 4> kLetters{'A', 'C', 'G', 'U'};
        return kLetters[(static_cast<unsigned>(text[base / 4]) >> (2 * (base % 4))) & 3U];
    }

    void make_names() {
        for (std::uint32_t i = 0; i < tables.transcripts.size(); ++i) {
            transcript_names.add(tables.transcripts[i].name, i);
        }
        for (std::uint32_t i = 0; i < tables.genes.size(); ++i) {
            gene_names.add(tables.genes[i].id, i);
            if (tables.genes[i].name != tables.genes[i].id) {
                gene_names.add_exactly(tables.genes[i].name, i);
            }
        }
    }
};

OffTargetIndex::OffTargetIndex(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
OffTargetIndex::~OffTargetIndex() = default;
OffTargetIndex::OffTargetIndex(OffTargetIndex&&) noexcept = default;
OffTargetIndex& OffTargetIndex::operator=(OffTargetIndex&&) noexcept = default;

OffTargetIndex OffTargetIndex::open(const std::string& path) {
    auto impl = std::make_unique<Impl>();
    impl->file = std::make_unique<MappedFile>(path);
    impl->parse(impl->file->bytes(), path);
    return OffTargetIndex(std::move(impl));
}

OffTargetIndex OffTargetIndex::from_memory(std::vector<std::byte> bytes, const std::string& name) {
    auto impl = std::make_unique<Impl>();
    impl->memory = std::move(bytes);
    impl->parse(impl->memory, name);
    return OffTargetIndex(std::move(impl));
}

const std::vector<std::string>& OffTargetIndex::species() const noexcept {
    return impl_->tables.species;
}
const std::vector<IndexedGene>& OffTargetIndex::genes() const noexcept {
    return impl_->tables.genes;
}
const std::vector<IndexedTranscript>& OffTargetIndex::transcripts() const noexcept {
    return impl_->tables.transcripts;
}
const std::vector<IndexedVariant>& OffTargetIndex::variants() const noexcept {
    return impl_->tables.variants;
}
const std::vector<TranscriptVariant>& OffTargetIndex::transcript_variants() const noexcept {
    return impl_->tables.transcript_variants;
}

std::optional<std::uint32_t> OffTargetIndex::find_transcript(std::string_view name) const {
    std::call_once(impl_->named, [&] { impl_->make_names(); });
    const auto* const found = impl_->transcript_names.find(name);
    return found != nullptr && found->size() == 1 ? std::optional(found->front()) : std::nullopt;
}

std::vector<std::uint32_t> OffTargetIndex::find_genes(std::string_view text) const {
    std::call_once(impl_->named, [&] { impl_->make_names(); });
    const auto* const found = impl_->gene_names.find(text);
    if (found == nullptr) {
        return {};
    }
    std::vector<std::uint32_t> genes = *found;  // ascending; a gene may answer by id and by name
    genes.erase(std::unique(genes.begin(), genes.end()), genes.end());
    return genes;
}

std::span<const std::uint32_t> OffTargetIndex::transcripts_of(std::uint32_t gene) const {
    return impl_->by_gene.at(gene);
}

std::string OffTargetIndex::sequence(std::uint32_t transcript) const {
    std::string bases(impl_->tables.transcripts.at(transcript).length, 'N');
    for (const std::uint32_t number : impl_->by_transcript.at(transcript)) {
        const Placement& place = impl_->tables.placements[number];
        for (std::uint32_t i = 0; i < place.length; ++i) {
            bases[place.start + i] = impl_->letter(place.text_start + i);
        }
    }
    return bases;
}

char OffTargetIndex::base(std::uint32_t transcript, std::int64_t position) const {
    for (const std::uint32_t number : impl_->by_transcript.at(transcript)) {
        const Placement& place = impl_->tables.placements[number];
        if (position >= place.start && position < std::int64_t{place.start} + place.length) {
            return impl_->letter(place.text_start + static_cast<std::uint64_t>(position) -
                                 place.start);
        }
    }
    return 'N';
}

std::vector<TranscriptVariant> OffTargetIndex::variants_in(std::uint32_t transcript,
                                                           std::uint32_t start,
                                                           std::uint32_t end) const {
    const auto& all = impl_->tables.transcript_variants;
    auto at = std::lower_bound(
        all.begin(), all.end(), transcript, [](const TranscriptVariant& one, std::uint32_t number) {
            return one.transcript < number;
        });
    std::vector<TranscriptVariant> found;
    for (; at != all.end() && at->transcript == transcript && at->start < end; ++at) {
        const bool inserts = at->start == at->end && at->start > start;
        if (inserts || (at->start < at->end && at->end > start)) {
            found.push_back(*at);
        }
    }
    return found;
}

std::string OffTargetIndex::checksum() const {
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string text;
    for (int shift = 60; shift >= 0; shift -= 4) {
        text += kHex[(impl_->checksum >> static_cast<unsigned>(shift)) & 15U];
    }
    return text;
}

const std::byte* OffTargetIndex::text() const noexcept {
    return impl_->text;
}
std::uint64_t OffTargetIndex::text_bases() const noexcept {
    return impl_->tables.text_bases;
}
const std::vector<Placement>& OffTargetIndex::placements() const noexcept {
    return impl_->tables.placements;
}
std::span<const std::uint32_t> OffTargetIndex::placements_near(std::uint64_t base) const noexcept {
    return impl_->near.at(base >> kPlacementBinBits);
}
const std::vector<Edit>& OffTargetIndex::edits() const noexcept {
    return impl_->tables.edits;
}

}  // namespace varhush::sirna
