#include "off_target_fixture.hpp"
#include "varhush/sirna/guide.hpp"
#include "varhush/sirna/off_target_risk.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>

// A sample's alleles in the index against the whole haplotypes written out.
namespace varhush::sirna::test {
namespace {

/// One base of a haplotype: where it comes from.
struct Base {
    char letter = 'A';
    std::uint32_t start = 0;
    std::uint32_t end = 0;
    int allele = -1;  ///< number in the record
};

/// The transcript with some of its alleles; those that overlap an earlier one are not taken.
std::vector<Base> haplotype(const TranscriptRecord& record,
                            const std::vector<bool>& taken,
                            std::vector<std::pair<std::size_t, int>>& deletions) {
    std::vector<Base> bases;
    std::uint32_t at = 0;
    const auto length = static_cast<std::uint32_t>(record.bases.size());
    for (std::size_t i = 0; i <= record.alleles.size(); ++i) {
        const bool is_end = i == record.alleles.size();
        if (!is_end && !taken[i]) {
            continue;
        }
        const std::uint32_t to = is_end ? length : record.alleles[i].start;
        for (; at < to; ++at) {
            bases.push_back({record.bases[at], at, at + 1, -1});
        }
        if (is_end) {
            break;
        }
        const CarriedAllele& allele = record.alleles[i];
        if (allele.alt.empty()) {
            deletions.emplace_back(bases.size(), static_cast<int>(i));
        }
        for (std::uint32_t k = 0; k < allele.alt.size(); ++k) {
            bases.push_back({allele.alt[k],
                             std::min(allele.start + k, allele.end),
                             std::min(allele.start + k + 1, allele.end),
                             static_cast<int>(i)});
        }
        at = allele.end;
    }
    return bases;
}

/// start, end, mismatches, alleles
using Site = std::tuple<std::uint32_t, std::uint32_t, int, std::vector<std::uint32_t>>;

void collect(const TranscriptRecord& record,
             const std::vector<bool>& taken,
             const std::string& guide,
             int k,
             std::set<Site>& sites) {
    std::vector<std::pair<std::size_t, int>> deletions;
    const auto bases = haplotype(record, taken, deletions);
    std::string letters;
    for (const Base& base : bases) {
        letters += base.letter;
    }
    SearchOptions options;
    options.max_mismatches = k;
    for (const OffTargetHit& hit : brute_force({letters}, {guide}, options)) {
        std::vector<std::uint32_t> alleles;
        for (std::uint32_t i = hit.start; i < hit.end; ++i) {
            for (const auto& [place, number] : deletions) {
                if (place == i && i > hit.start) {
                    alleles.push_back(record.alleles[static_cast<std::size_t>(number)].variant);
                }
            }
            if (bases[i].allele >= 0) {
                alleles.push_back(
                    record.alleles[static_cast<std::size_t>(bases[i].allele)].variant);
            }
        }
        alleles.erase(std::unique(alleles.begin(), alleles.end()), alleles.end());
        sites.emplace(bases[hit.start].start, bases[hit.end - 1].end, hit.mismatches, alleles);
    }
}

TranscriptRecord random_record(std::mt19937& random, OffTargetIndexBuilder& builder, bool phased) {
    TranscriptRecord record;
    record.name = "t";
    record.bases = repetitive_bases(random, 400);
    std::uint32_t at = 0;
    std::uint32_t number = 0;
    while (record.alleles.size() < 12) {
        // Far enough apart not to overlap, near enough to meet in one window.
        at += 2 + static_cast<std::uint32_t>(random() % 20);
        CarriedAllele allele;
        allele.start = at;
        const auto kind = random() % 4;
        const auto size = static_cast<std::uint32_t>(1 + random() % 3);
        allele.end = kind == 0 ? at : at + (kind == 1 ? size : 1);
        if (kind == 0) {
            allele.alt = random_bases(random, random() % 3 == 0 ? 30 : size);
        } else if (kind > 1) {
            allele.alt = "ACGT"[random() % 4];
            if (allele.alt[0] == record.bases[at]) {
                continue;
            }
        }
        at = allele.end + 1;
        allele.record = number++;
        const auto copies = random() % 3;
        allele.on_copy[0] = copies != 1;
        allele.on_copy[1] = copies != 0;
        allele.phased = phased || copies == 2;
        allele.variant = builder.add_variant({"v", copies == 2});
        // A genotype 1/2: the other copy has another base here.
        if (kind > 1 && copies != 2 && random() % 2 == 0) {
            allele.no_reference = true;
            CarriedAllele other = allele;
            for (const char base : {'A', 'C', 'G', 'T'}) {
                other.alt = base != record.bases[allele.start] && base != allele.alt[0]
                                ? std::string(1, base)
                                : other.alt;
            }
            std::swap(other.on_copy[0], other.on_copy[1]);
            other.variant = builder.add_variant({"w", false});
            record.alleles.push_back(other);
        }
        record.alleles.push_back(allele);
    }
    return record;
}

/// Whether a copy has at most one allele of each record, and one where there is no reference.
bool one_of_each_record(const TranscriptRecord& record, const std::vector<bool>& taken) {
    for (const CarriedAllele& allele : record.alleles) {
        int count = 0;
        for (std::size_t i = 0; i < taken.size(); ++i) {
            count += taken[i] && record.alleles[i].record == allele.record ? 1 : 0;
        }
        if (count > 1 || (count == 0 && allele.no_reference)) {
            return false;
        }
    }
    return true;
}

/// Every choice of alleles that the sample's two copies may have.
std::vector<std::vector<bool>> possible(const TranscriptRecord& record) {
    std::vector<std::vector<bool>> all;
    for (const std::size_t copy : {0U, 1U}) {
        std::vector<std::vector<bool>> some{{}};
        for (const CarriedAllele& allele : record.alleles) {
            std::vector<std::vector<bool>> longer;
            for (const auto& one : some) {
                for (const bool taken : {false, true}) {
                    if (!allele.phased || taken == allele.on_copy[copy]) {
                        longer.push_back(one);
                        longer.back().push_back(taken);
                    }
                }
            }
            some = longer;
        }
        all.insert(all.end(), some.begin(), some.end());
    }
    std::erase_if(all, [&](const auto& taken) { return !one_of_each_record(record, taken); });
    return all;
}

OffTargetIndex finish(OffTargetIndexBuilder& builder) {
    std::vector<std::byte> bytes;
    builder.write([&](std::span<const std::byte> part) {
        bytes.insert(bytes.end(), part.begin(), part.end());
    });
    return OffTargetIndex::from_memory(bytes, "test");
}

Site site_of(const OffTargetIndex& index, const OffTargetHit& hit) {
    std::vector<std::uint32_t> alleles;
    for (std::uint32_t i = 0; i < hit.edit_count; ++i) {
        alleles.push_back(index.edits()[hit.first_edit + i].variant);
    }
    return {hit.start, hit.end, hit.mismatches, alleles};
}

void compare_with_haplotypes(bool phased, unsigned seed) {
    std::mt19937 random(seed);
    std::size_t with_alleles = 0;
    for (int round = 0; round < 10; ++round) {
        OffTargetIndexBuilder builder;
        const TranscriptRecord record = random_record(random, builder, phased);
        builder.add(record);
        const OffTargetIndex index = finish(builder);
        const auto choices = possible(record);
        for (int i = 0; i < 6; ++i) {
            // A guide against a window of one haplotype, so that alleles make hits.
            std::vector<std::pair<std::size_t, int>> deletions;
            const auto bases = haplotype(record, choices[random() % choices.size()], deletions);
            std::string site;
            const std::size_t from = random() % 250;
            for (std::size_t k = from; k < from + 19; ++k) {
                site += bases[k].letter;
            }
            const std::string guide = mutated(
                random, reverse_complement_rna(to_rna(site)), static_cast<int>(random() % 2));
            std::set<Site> expected;
            collect(record, std::vector<bool>(record.alleles.size(), false), guide, 2, expected);
            std::map<Site, int> copies;
            for (const auto& taken : choices) {
                std::set<Site> sites;
                collect(record, taken, guide, 2, sites);
                expected.insert(sites.begin(), sites.end());
                for (const Site& one : sites) {
                    ++copies[one];
                }
            }
            SearchOptions options;
            options.max_mismatches = 2;
            std::set<Site> found;
            for (const OffTargetHit& hit : search_all(index, {guide}, options)) {
                found.insert(site_of(index, hit));
                with_alleles += hit.edit_count > 0 ? 1 : 0;
                if (phased) {
                    ASSERT_EQ(choices.size(), 2U);
                    EXPECT_EQ(allele_share(index, hit), copies[site_of(index, hit)] / 2.0)
                        << "round " << round << " at " << hit.start << ", " << hit.edit_count;
                } else {
                    EXPECT_EQ(allele_share(index, hit) > 0, copies[site_of(index, hit)] > 0)
                        << "round " << round << " at " << hit.start << ", " << hit.edit_count;
                }
            }
            ASSERT_EQ(found, expected) << "round " << round;
        }
    }
    EXPECT_GT(with_alleles, 30U);
}

TEST(OffTargetAlleles, PhasedAllelesGiveTheSitesOfBothCopies) {
    compare_with_haplotypes(true, 11);
}

TEST(OffTargetAlleles, UnphasedAllelesGiveEveryCombination) {
    compare_with_haplotypes(false, 12);
}

TEST(OffTargetAlleles, SharesOfTheCopies) {
    std::mt19937 random(13);
    OffTargetIndexBuilder builder;
    TranscriptRecord record;
    record.name = "t";
    record.bases = random_bases(random, 60);
    record.bases[30] = 'A';
    for (const bool homozygous : {false, true}) {
        CarriedAllele allele;
        allele.start = homozygous ? 50 : 30;
        allele.end = allele.start + 1;
        record.bases[allele.start] = 'A';
        allele.alt = "G";
        allele.on_copy[1] = homozygous;
        allele.variant = builder.add_variant({homozygous ? "hom" : "het", homozygous});
        record.alleles.push_back(allele);
    }
    builder.add(record);
    const OffTargetIndex index = finish(builder);
    const auto share = [&](std::size_t from, char base, std::size_t at) {
        std::string site = record.bases.substr(from, 19);
        site[at - from] = base;
        SearchOptions exact;
        exact.max_mismatches = 0;
        const auto hits = search_all(index, {reverse_complement_rna(to_rna(site))}, exact);
        EXPECT_EQ(hits.size(), 1U);
        return hits.empty() ? -1 : allele_share(index, hits[0]);
    };
    EXPECT_EQ(share(0, record.bases[0], 0), 1.0);
    EXPECT_EQ(share(20, 'A', 30), 0.5);
    EXPECT_EQ(share(20, 'G', 30), 0.5);
    EXPECT_EQ(share(40, 'A', 50), 0.0);
    EXPECT_EQ(share(40, 'G', 50), 1.0);
}

/// The shares of the reference and of both ALT alleles of one place.
std::vector<double> shares_at_one_place(bool phased, bool second_is_star) {
    std::mt19937 random(17);
    OffTargetIndexBuilder builder;
    TranscriptRecord record;
    record.name = "t";
    record.bases = random_bases(random, 60);
    record.bases[30] = 'A';
    for (const char base : {'C', 'G'}) {
        CarriedAllele allele;
        allele.start = 30;
        allele.end = 31;
        allele.alt = base;
        allele.on_copy[0] = base == 'C';
        allele.on_copy[1] = base == 'G';
        allele.phased = phased;
        allele.record = 4;
        allele.no_reference = true;
        allele.variant = builder.add_variant({std::string("v") + base, false});
        if (base == 'C' || !second_is_star) {
            record.alleles.push_back(allele);
        }
    }
    builder.add(record);
    const OffTargetIndex index = finish(builder);
    std::vector<double> shares;
    for (const char base : {'A', 'C', 'G'}) {
        std::string site = record.bases.substr(20, 19);
        site[10] = base;
        SearchOptions exact;
        exact.max_mismatches = 0;
        for (const auto& hit : search_all(index, {reverse_complement_rna(to_rna(site))}, exact)) {
            shares.push_back(allele_share(index, hit));
        }
    }
    return shares;
}

TEST(OffTargetAlleles, NoCopyHasTheReferenceWhereBothHaveOtherAlleles) {
    const std::vector<double> both{0, 0.5, 0.5};
    EXPECT_EQ(shares_at_one_place(true, false), both);
    EXPECT_EQ(shares_at_one_place(false, false), both);
    const std::vector<double> one{0, 0.5};  // 1/*: a deletion has the other copy
    EXPECT_EQ(shares_at_one_place(true, true), one);
    EXPECT_EQ(shares_at_one_place(false, true), one);
}

/// The kind of the seed site whose core begins at `at`; kFull for none.
SiteKind seed_by_hand(const std::string& rna,
                      std::size_t utr,
                      const std::string& guide,
                      std::size_t at) {
    const std::string seed = reverse_complement_rna(guide.substr(1, 7));
    if (at < utr || rna.compare(at, 6, seed, 1, 6) != 0) {
        return SiteKind::kFull;
    }
    const bool m8 = at > utr && rna[at - 1] == seed[0];
    const bool a1 = at + 6 < rna.size() && rna[at + 6] == 'A';
    if (m8) {
        return a1 ? SiteKind::k8mer : SiteKind::k7merM8;
    }
    return a1 ? SiteKind::k7merA1 : SiteKind::k6mer;
}

using CoreKind = std::pair<std::size_t, SiteKind>;

std::set<CoreKind> cores_of(const OffTargetIndex& index, const std::string& guide, bool alleles) {
    std::set<CoreKind> cores;
    search_seed_sites(index, std::vector{guide}, SearchOptions{}, [&](std::uint32_t, auto hits) {
        for (const OffTargetHit& hit : hits) {
            const bool m8 = hit.kind == SiteKind::k7merM8 || hit.kind == SiteKind::k8mer;
            if (alleles == (hit.first_edit != OffTargetHit::kReference)) {
                EXPECT_EQ(alleles, hit.edit_count > 0);
                cores.emplace(hit.start + (m8 ? 1 : 0), hit.kind);
            }
        }
    });
    return cores;
}

// Alleles at the first bases of the UTR, in sites and beside them.
TEST(OffTargetAlleles, SeedSitesAreThoseOfTheHaplotypes) {
    constexpr std::uint32_t kUtr = 60;
    std::mt19937 random(14);
    std::size_t changed = 0;
    for (int round = 0; round < 400; ++round) {
        OffTargetIndexBuilder builder;
        TranscriptRecord record;
        record.name = "t";
        record.bases = random_bases(random, 110);
        record.cds = Stretch{3, kUtr};
        std::vector<std::string> copies(2, record.bases);
        for (std::uint32_t at = kUtr - 2 + static_cast<std::uint32_t>(random() % 9); at < 105;
             at += 9 + static_cast<std::uint32_t>(random() % 6)) {
            CarriedAllele allele;
            allele.start = at;
            allele.end = at + 1;
            allele.alt = record.bases[at] == 'A' ? "C" : "A";
            const auto copy = random() % 3;
            allele.on_copy[0] = copy != 1;
            allele.on_copy[1] = copy != 0;
            allele.variant = builder.add_variant({"v", copy == 2});
            for (std::size_t i = 0; i < 2; ++i) {
                copies[i][at] = allele.on_copy[i] ? allele.alt[0] : copies[i][at];
            }
            record.alleles.push_back(allele);
        }
        builder.add(record);
        const OffTargetIndex index = finish(builder);
        const std::string reference = to_rna(record.bases);
        const std::string from = to_rna(round % 3 == 2 ? record.bases : copies[round % 3]);
        const std::string guide =
            reverse_complement_rna(from.substr(kUtr - 12 + random() % 35, 19));
        const auto plain = cores_of(index, guide, false);
        const auto alt = cores_of(index, guide, true);
        std::set<CoreKind> possible;
        for (const std::string& copy : copies) {
            const std::string rna = to_rna(copy);
            for (std::size_t at = kUtr; at + 6 <= rna.size(); ++at) {
                const SiteKind kind = seed_by_hand(rna, kUtr, guide, at);
                if (kind == SiteKind::kFull) {
                    continue;
                }
                possible.emplace(at, kind);
                const bool other = kind != seed_by_hand(reference, kUtr, guide, at);
                EXPECT_TRUE((other ? alt : plain).contains({at, kind}))
                    << "round " << round << " at " << at << " " << to_text(kind);
                changed += other ? 1 : 0;
            }
        }
        for (const CoreKind& one : alt) {
            EXPECT_TRUE(possible.contains(one)) << "round " << round << " at " << one.first;
        }
    }
    EXPECT_GT(changed, 100U);
}

TEST(OffTargetAlleles, LettersWithTooManyReadingsAreCountedOnce) {
    OffTargetIndexBuilder builder;
    TranscriptRecord record;
    record.name = "t";
    record.bases = std::string(33, 'Y');
    builder.add(record);
    EXPECT_EQ(builder.counts().ambiguous_bases, 33U);
    EXPECT_EQ(builder.counts().ambiguous_as_n, 21U);  // 12 bases or fewer follow the others
}

}  // namespace
}  // namespace varhush::sirna::test
