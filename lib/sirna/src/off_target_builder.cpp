#include "varhush/sirna/off_target_builder.hpp"

#include "off_target_format.hpp"
#include "readings.hpp"
#include "shared_text.hpp"
#include "varhush/core/error.hpp"
#include "xxhash64.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace varhush::sirna {

namespace {

constexpr std::size_t kLongestTranscript = std::numeric_limits<std::uint32_t>::max() / 2;

[[noreturn]] void fail(const std::string& what, std::string hint = {}) {
    throw Error(ErrorKind::kInput, what, std::move(hint));
}

void check(const TranscriptRecord& record) {
    if (record.bases.empty()) {
        fail("transcript " + record.name + " has no bases");
    }
    if (record.bases.size() > kLongestTranscript) {
        fail("transcript " + record.name + " is longer than 2 Gb");
    }
    if (record.cds &&
        (record.cds->start >= record.cds->end || record.cds->end > record.bases.size())) {
        fail("the CDS of transcript " + record.name + " lies outside its " +
             std::to_string(record.bases.size()) + " bases");
    }
    for (const CarriedAllele& allele : record.alleles) {
        if (allele.start > allele.end || allele.end > record.bases.size()) {
            throw Error(ErrorKind::kInternal, "an allele lies outside transcript " + record.name);
        }
    }
}

}  // namespace

struct OffTargetIndexBuilder::Impl {
    SharedText text;
    IndexTables tables;
    BuildCounts counts;
    std::unordered_map<std::string, std::uint32_t> species;
    std::unordered_map<std::string, std::uint32_t> genes;  ///< by species and id
    std::unordered_set<std::string> names;
    std::unordered_set<std::uint64_t> sequences;  ///< checksums, only for counting
    std::vector<std::uint8_t> codes;

    std::uint32_t species_number(const std::string& name) {
        const auto [found, is_new] =
            species.emplace(name, static_cast<std::uint32_t>(tables.species.size()));
        if (is_new) {
            tables.species.push_back(name);
        }
        return found->second;
    }

    std::uint32_t gene_number(const TranscriptRecord& record) {
        const std::uint32_t number = species_number(record.species);
        const std::string& id = record.gene_id.empty() ? record.name : record.gene_id;
        const auto [found, is_new] = genes.emplace(std::to_string(number) + "\t" + id,
                                                   static_cast<std::uint32_t>(tables.genes.size()));
        if (is_new) {
            tables.genes.push_back({id, record.gene_name.empty() ? id : record.gene_name, number});
        }
        return found->second;
    }

    void add_run(std::uint32_t transcript, std::uint32_t start) {
        for (const StoredPiece& piece : text.add(codes)) {
            Placement place;
            place.text_start = piece.text_start;
            place.length = piece.length;
            place.transcript = transcript;
            place.start = start + piece.offset;
            tables.placements.push_back(place);
        }
    }

    /// Stretches of A C G T; whatever interrupts them is counted.
    void add_reference(const TranscriptRecord& record, std::uint32_t transcript) {
        std::size_t at = 0;
        while (at < record.bases.size()) {
            codes.clear();
            const std::size_t start = at;
            for (; at < record.bases.size(); ++at) {
                const std::uint8_t code = code_of(record.bases[at]);
                if (code == kNoBase) {
                    break;
                }
                codes.push_back(code);
            }
            if (!codes.empty()) {
                add_run(transcript, static_cast<std::uint32_t>(start));
            }
            for (; at < record.bases.size() && code_of(record.bases[at]) == kNoBase; ++at) {
                ++(readings_of(record.bases[at]).empty() ? counts.n_bases : counts.ambiguous_bases);
            }
        }
    }

    void add_reading(const Reading& reading, std::uint32_t transcript) {
        Placement place;
        place.text_start = text.add_whole(reading.codes);
        place.length = static_cast<std::uint32_t>(reading.codes.size());
        place.transcript = transcript;
        place.start = reading.start;
        place.first_edit = static_cast<std::uint32_t>(tables.edits.size());
        place.edit_count = static_cast<std::uint32_t>(reading.changes.size());
        tables.placements.push_back(place);
        for (const Reading::Change& one : reading.changes) {
            tables.edits.push_back({place.text_start + one.from,
                                    place.text_start + one.to,
                                    one.start,
                                    one.end,
                                    one.variant});
        }
        ++counts.readings;
    }

    void add_alleles(const TranscriptRecord& record, std::uint32_t transcript) {
        const std::size_t first = tables.transcript_variants.size();
        for (const CarriedAllele& allele : record.alleles) {
            TranscriptVariant one;
            one.transcript = transcript;
            one.start = allele.start;
            one.end = allele.end;
            one.variant = allele.variant;
            one.record = allele.record;
            one.on_copy[0] = allele.on_copy[0];
            one.on_copy[1] = allele.on_copy[1];
            one.phased = allele.phased;
            one.no_reference = allele.no_reference;
            tables.transcript_variants.push_back(one);
        }
        std::sort(tables.transcript_variants.begin() + static_cast<std::ptrdiff_t>(first),
                  tables.transcript_variants.end(),
                  [](const TranscriptVariant& a, const TranscriptVariant& b) {
                      return std::tie(a.start, a.end, a.variant) <
                             std::tie(b.start, b.end, b.variant);
                  });
        counts.alleles += record.alleles.size();
        ReadingLimits limits;
        for (const Reading& reading : readings_of(record, limits)) {
            if (!reading.codes.empty()) {
                add_reading(reading, transcript);
            }
        }
        counts.alleles_left_out += limits.alleles_left_out;
        counts.ambiguous_as_n += limits.ambiguous_as_n;
    }
};

OffTargetIndexBuilder::OffTargetIndexBuilder() : impl_(std::make_unique<Impl>()) {}
OffTargetIndexBuilder::~OffTargetIndexBuilder() = default;

std::uint32_t OffTargetIndexBuilder::add_variant(IndexedVariant variant) {
    impl_->tables.variants.push_back(std::move(variant));
    return static_cast<std::uint32_t>(impl_->tables.variants.size() - 1);
}

void OffTargetIndexBuilder::add(const TranscriptRecord& record) {
    check(record);
    if (!impl_->names.insert(record.name).second) {
        fail("transcript " + record.name + " is there twice",
             "every transcript needs a name of its own, also across species and files");
    }
    Impl& impl = *impl_;
    const auto transcript = static_cast<std::uint32_t>(impl.tables.transcripts.size());
    impl.tables.transcripts.push_back({record.name,
                                       impl.gene_number(record),
                                       static_cast<std::uint32_t>(record.bases.size()),
                                       record.cds});
    BuildCounts& counts = impl.counts;
    ++counts.transcripts;
    counts.bases += record.bases.size();
    counts.too_short += record.bases.size() < kSiteBases ? 1 : 0;
    const auto bytes = std::as_bytes(std::span(record.bases));
    counts.repeated += impl.sequences.insert(xxhash64(bytes)).second ? 0 : 1;
    impl.add_reference(record, transcript);
    impl.add_alleles(record, transcript);
    counts.stored_bases = impl.text.bases().size();
}

const BuildCounts& OffTargetIndexBuilder::counts() const noexcept {
    return impl_->counts;
}

void OffTargetIndexBuilder::write(const std::function<void(std::span<const std::byte>)>& out) {
    IndexTables& tables = impl_->tables;
    if (tables.transcripts.empty()) {
        fail("there is not one transcript to index");
    }
    std::sort(tables.placements.begin(),
              tables.placements.end(),
              [](const Placement& a, const Placement& b) {
                  return std::tie(a.text_start, a.transcript, a.start, a.length, a.first_edit) <
                         std::tie(b.text_start, b.transcript, b.start, b.length, b.first_edit);
              });
    tables.text_bases = impl_->text.bases().size();
    std::vector<std::byte> text(text_bytes(tables.text_bases));
    const auto& words = impl_->text.bases().words();
    if (!words.empty()) {
        std::memcpy(text.data(), words.data(), (tables.text_bases + 3) / 4);
    }
    write_index(tables, text, out);
}

}  // namespace varhush::sirna
