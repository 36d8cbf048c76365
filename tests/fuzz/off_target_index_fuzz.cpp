// Fuzzes the off-target index reader. Bytes are either refused as bad input, or everything that
// uses the index stays inside it. Checksums would keep a fuzzer out, so they are put right first;
// the first byte says whether the sizes in the header are too.

#include "off_target_format.hpp"
#include "tests/fuzz/fuzz_input.hpp"
#include "varhush/core/error.hpp"
#include "varhush/sirna/off_target_index.hpp"
#include "varhush/sirna/off_target_risk.hpp"
#include "varhush/sirna/off_target_search.hpp"
#include "xxhash64.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace {

using varhush::Error;
using varhush::ErrorKind;
using namespace varhush::sirna;

constexpr std::size_t kTableBytes = kSectionCount * kSectionEntryBytes;

template <class Number>
Number get(const std::vector<std::byte>& file, std::size_t at) {
    Number value{};
    std::memcpy(&value, file.data() + at, sizeof value);
    return value;
}

template <class Number>
void put(std::vector<std::byte>& file, std::size_t at, Number value) {
    std::memcpy(file.data() + at, &value, sizeof value);
}

void repair_checksums(std::vector<std::byte>& file, bool sizes) {
    if (file.size() < kIndexHeaderBytes + kTableBytes) {
        return;
    }
    if (sizes) {
        std::memcpy(file.data(), kIndexMagic, sizeof kIndexMagic);
        put(file, 8, kIndexVersion);
        put(file, 12, kSectionCount);
        put(file, 16, static_cast<std::uint64_t>(file.size()));
    }
    std::size_t at = kIndexHeaderBytes + kTableBytes;
    for (std::size_t i = 0; i < kSectionCount; ++i) {
        const std::size_t entry = kIndexHeaderBytes + i * kSectionEntryBytes;
        const auto size =
            std::min<std::uint64_t>(get<std::uint64_t>(file, entry + 8), file.size() - at);
        put(file, entry + 16, xxhash64(std::span(file).subspan(at, size)));
        at += size;
    }
    put(file, 24, xxhash64(std::span(file).subspan(kIndexHeaderBytes, kTableBytes)));
    put(file, 32, xxhash64(std::span(file).first(32)));
}

void use(const OffTargetIndex& index) {
    constexpr std::uint32_t kLong = 100000;  // hostile lengths cost memory, not safety
    std::uint64_t bases = 0;
    for (std::uint32_t i = 0; i < index.transcripts().size(); ++i) {
        const auto& one = index.transcripts()[i];
        bases += one.length;
        if (one.length < kLong) {
            VARHUSH_INVARIANT(index.sequence(i).size() == one.length);
        }
        (void)index.find_transcript(one.name);
        VARHUSH_INVARIANT(!index.find_genes(index.genes()[one.gene].id).empty());
        (void)index.base(i, std::int64_t{one.length} - 1);
    }
    SearchOptions options;
    options.max_mismatches = 1;
    options.passenger_strand = true;
    options.bulge = true;
    const std::vector<std::string> guides{"AAAAAAAAAAAAAAAAAAA", "UCCAGCUGCGGCUGCAGGUAG"};
    search_sites(index, guides, options, [&](std::uint32_t, std::span<const OffTargetHit> hits) {
        for (const OffTargetHit& hit : hits) {
            const auto& transcript = index.transcripts()[hit.transcript];
            VARHUSH_INVARIANT(hit.start <= hit.end && hit.end <= transcript.length);
            VARHUSH_INVARIANT(hit.mismatches <= 1);
            (void)allele_share(index, hit);
            (void)seed_in(index, hit);
        }
    });
    if (bases < kLong) {
        search_seed_sites(
            index, guides, options, [](std::uint32_t, std::span<const OffTargetHit>) {});
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const auto* const first = reinterpret_cast<const std::byte*>(data);
    std::vector<std::byte> file(first + 1, first + size);
    if (data[0] % 4 != 0) {
        repair_checksums(file, data[0] % 4 > 1);
    }
    try {
        use(OffTargetIndex::from_memory(std::move(file), "fuzz"));
    } catch (const Error& error) {
        VARHUSH_INVARIANT(error.kind() == ErrorKind::kInput);
    }
    return 0;
}
