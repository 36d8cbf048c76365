#include "off_target_fixture.hpp"

#include "varhush/sirna/guide.hpp"

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string_view>

namespace varhush::sirna::test {

std::vector<std::byte> index_bytes(const std::vector<TranscriptRecord>& records) {
    OffTargetIndexBuilder builder;
    for (const TranscriptRecord& record : records) {
        builder.add(record);
    }
    std::vector<std::byte> bytes;
    builder.write([&](std::span<const std::byte> part) {
        bytes.insert(bytes.end(), part.begin(), part.end());
    });
    return bytes;
}

OffTargetIndex make_index(const std::vector<TranscriptRecord>& records) {
    return OffTargetIndex::from_memory(index_bytes(records), "test index");
}

OffTargetIndex make_index(const std::vector<std::string>& sequences) {
    std::vector<TranscriptRecord> records;
    for (const std::string& bases : sequences) {
        TranscriptRecord record;
        record.name = "t" + std::to_string(records.size());
        record.bases = bases;
        records.push_back(record);
    }
    return make_index(records);
}

std::string random_bases(std::mt19937& random, std::size_t length, std::string_view letters) {
    std::string bases(length, 'A');
    for (char& base : bases) {
        base = letters[random() % letters.size()];
    }
    return bases;
}

std::string repetitive_bases(std::mt19937& random, std::size_t length) {
    std::string bases = random_bases(random, 60);
    while (bases.size() < length) {
        const std::size_t from = random() % (bases.size() - 30);
        std::string copy = bases.substr(from, 20 + random() % 200);
        for (int i = 0; i < 3; ++i) {
            copy[random() % copy.size()] = "ACGT"[random() % 4];
        }
        bases += random() % 4 == 0 ? std::string(random() % 40, "ACGT"[random() % 4]) : copy;
    }
    return bases.substr(0, length);
}

std::string mutated(std::mt19937& random, std::string rna, int changes) {
    for (int i = 0; i < changes; ++i) {
        rna[random() % rna.size()] = "ACGU"[random() % 4];
    }
    return rna;
}

std::string describe(const OffTargetHit& hit) {
    std::string text = std::to_string(hit.guide) + " " + std::string(to_text(hit.strand)) + " t" +
                       std::to_string(hit.transcript) + ":" + std::to_string(hit.start) + "-" +
                       std::to_string(hit.end) + " " + std::to_string(hit.mismatches) + " at " +
                       positions_text(hit.mismatch_mask) + " wobble " +
                       positions_text(hit.wobble_mask);
    if (hit.bulge != Bulge::kNone) {
        text += hit.bulge == Bulge::kTarget ? " target bulge" : " strand bulge";
    }
    if (hit.kind != SiteKind::kFull) {
        text += " " + std::string(to_text(hit.kind));
    }
    return text;
}

std::vector<std::string> describe(const std::vector<OffTargetHit>& hits) {
    std::vector<std::string> lines;
    for (const OffTargetHit& hit : hits) {
        lines.push_back(describe(hit));
    }
    return lines;
}

std::vector<OffTargetHit> search_all(const OffTargetIndex& index,
                                     const std::vector<std::string>& guides,
                                     const SearchOptions& options) {
    std::vector<OffTargetHit> all;
    std::uint32_t next = 0;
    search_sites(
        index, guides, options, [&](std::uint32_t guide, std::span<const OffTargetHit> hits) {
            EXPECT_EQ(guide, next++);
            all.insert(all.end(), hits.begin(), hits.end());
        });
    EXPECT_EQ(next, guides.size());
    return all;
}

namespace {

/// Bases that a letter of a transcript can be; empty: none that is known.
std::string_view choices(char letter) {
    constexpr std::string_view kLetters = "ACGTRYSWKMBDHV";
    constexpr std::array<std::string_view, 14> kChoices{
        "A", "C", "G", "U", "AG", "CU", "CG", "AU", "GU", "AC", "CGU", "AGU", "ACU", "ACG"};
    const std::size_t at = kLetters.find(letter);
    return at == std::string_view::npos ? std::string_view{} : kChoices[at];
}

/// The hit of a strand at one window, whatever its mismatches; none for windows with an N.
std::optional<OffTargetHit> compare(const std::string& strand,
                                    const std::string& site,
                                    std::string_view window) {
    OffTargetHit hit;
    for (unsigned position = 1; position <= 19; ++position) {
        const std::string_view there = choices(window[19 - position]);
        if (there.empty()) {
            return std::nullopt;
        }
        const char base = strand[position - 1];
        if (there.find(site[19 - position]) != std::string_view::npos) {
            continue;
        }
        hit.mismatch_mask |= 1U << (position - 1);
        ++hit.mismatches;
        const bool plain = there.size() == 1;  // else any mismatching reading is as good
        if (plain && ((base == 'G' && there[0] == 'U') || (base == 'U' && there[0] == 'G'))) {
            hit.wobble_mask |= 1U << (position - 1);
            ++hit.wobbles;
        }
    }
    return hit;
}

}  // namespace

std::vector<OffTargetHit> brute_force(const std::vector<std::string>& sequences,
                                      const std::vector<std::string>& guides,
                                      const SearchOptions& options) {
    std::vector<OffTargetHit> hits;
    for (std::uint32_t guide = 0; guide < guides.size(); ++guide) {
        for (const DuplexStrand strand : {DuplexStrand::kGuide, DuplexStrand::kPassenger}) {
            const bool wanted =
                strand == DuplexStrand::kGuide ? options.guide_strand : options.passenger_strand;
            const std::string own =
                strand == DuplexStrand::kGuide ? guides[guide] : passenger_of(guides[guide]);
            const std::string site = reverse_complement_rna(own.substr(0, 19));
            for (std::uint32_t t = 0; wanted && t < sequences.size(); ++t) {
                for (std::uint32_t start = 0; start + 19 <= sequences[t].size(); ++start) {
                    auto hit = compare(own, site, std::string_view(sequences[t]).substr(start, 19));
                    if (hit && hit->mismatches <= options.max_mismatches) {
                        hit->guide = guide;
                        hit->strand = strand;
                        hit->transcript = t;
                        hit->start = start;
                        hit->end = start + 19;
                        hits.push_back(*hit);
                    }
                }
            }
        }
    }
    return hits;
}

}  // namespace varhush::sirna::test
