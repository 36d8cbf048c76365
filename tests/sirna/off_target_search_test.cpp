#include "varhush/sirna/off_target_search.hpp"

#include "off_target_fixture.hpp"
#include "varhush/core/error.hpp"
#include "varhush/sirna/guide.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

// The off-target search against comparing every window with every guide.
namespace varhush::sirna::test {
namespace {

/// Guides of 19 to 23 nt against sites of the sequences with 0 to 5 changes, and random ones.
std::vector<std::string> guides_for(std::mt19937& random,
                                    const std::vector<std::string>& sequences,
                                    std::size_t count) {
    std::vector<std::string> guides;
    while (guides.size() < count) {
        const std::size_t length = 19 + random() % 5;
        const std::string& from = sequences[random() % sequences.size()];
        std::string guide;
        if (random() % 4 == 0 || from.size() < length) {
            guide = random_bases(random, length, "ACGU");
        } else {
            const std::string site =
                to_rna(from.substr(random() % (from.size() - length + 1), length));
            guide = random() % 2 == 0 ? site : reverse_complement_rna(site);
            std::replace(guide.begin(), guide.end(), 'N', 'A');
            guide = mutated(random, guide, static_cast<int>(random() % 6));
        }
        if (is_rna(guide)) {
            guides.push_back(guide);
        }
    }
    return guides;
}

void expect_complete(const std::vector<std::string>& sequences,
                     const std::vector<std::string>& guides,
                     int most) {
    const OffTargetIndex index = make_index(sequences);
    for (int k = 0; k <= most; ++k) {
        SearchOptions options;
        options.max_mismatches = k;
        options.passenger_strand = k % 2 == 1;
        options.threads = 1 + k % 2;
        const auto found = search_all(index, guides, options);
        const auto expected = brute_force(sequences, guides, options);
        ASSERT_EQ(describe(found), describe(expected)) << "k = " << k;
    }
}

TEST(OffTargetSearch, FindsWhatComparingEveryWindowFindsInRandomSequence) {
    std::mt19937 random(1);
    std::vector<std::string> sequences;
    for (int i = 0; i < 8; ++i) {
        sequences.push_back(random_bases(random, 200 + random() % 1500));
    }
    expect_complete(sequences, guides_for(random, sequences, 40), 5);
}

TEST(OffTargetSearch, FindsEverythingInRepetitiveSequence) {
    std::mt19937 random(2);
    std::vector<std::string> sequences;
    for (int i = 0; i < 6; ++i) {
        sequences.push_back(repetitive_bases(random, 1500));
    }
    sequences.push_back(std::string(300, 'A'));
    sequences.push_back(sequences[0].substr(0, 900) + sequences[1].substr(300, 900));
    sequences.push_back(sequences[0]);
    auto guides = guides_for(random, sequences, 25);
    guides.emplace_back(19, 'U');
    guides.emplace_back(21, 'A');
    expect_complete(sequences, guides, 5);
}

TEST(OffTargetSearch, NInterruptsAndEdgesCount) {
    std::mt19937 random(3);
    std::vector<std::string> sequences;
    for (int i = 0; i < 20; ++i) {
        // Lengths round a site and round a byte of the text, with N here and there.
        sequences.push_back(repetitive_bases(random, 15 + random() % 60));
        if (i % 2 == 0) {
            sequences.back()[random() % sequences.back().size()] = 'N';
        }
    }
    sequences.push_back("N" + random_bases(random, 19) + "N");
    sequences.push_back(random_bases(random, 18));
    sequences.push_back("N");
    std::vector<std::string> guides = guides_for(random, sequences, 40);
    guides.push_back(reverse_complement_rna(to_rna(sequences[20].substr(1, 19))));
    expect_complete(sequences, guides, 5);
}

TEST(OffTargetSearch, AnyReadingOfAnAmbiguityLetterMatches) {
    std::mt19937 random(4);
    std::vector<std::string> sequences;
    for (int i = 0; i < 6; ++i) {
        sequences.push_back(repetitive_bases(random, 400));
        for (int j = 0; j < 25; ++j) {
            sequences.back()[random() % 400] = "RYSWKMBDHVN"[random() % 11];
        }
    }
    std::vector<std::string> plain = sequences;
    for (std::string& bases : plain) {
        for (char& base : bases) {
            base = std::string_view("ACGT").find(base) == std::string_view::npos ? 'C' : base;
        }
    }
    const auto guides = guides_for(random, plain, 30);
    const OffTargetIndex index = make_index(sequences);
    for (int k = 0; k <= 5; ++k) {
        SearchOptions options;
        options.max_mismatches = k;
        auto found = search_all(index, guides, options);
        auto expected = brute_force(sequences, guides, options);
        ASSERT_FALSE(expected.empty());
        // Which reading a mismatching ambiguity letter has is open, and so its wobble.
        for (auto* list : {&found, &expected}) {
            for (OffTargetHit& hit : *list) {
                hit.wobbles = 0;
                hit.wobble_mask = 0;
            }
        }
        ASSERT_EQ(describe(found), describe(expected)) << "k = " << k;
    }
}

TEST(OffTargetSearch, WobblesAreAmongTheMismatches) {
    //                     position 19 ... 1 of the guide lies opposite the first ... last base
    const std::string site = "ACGTTGCATGCCATTGACA";
    const std::string guide = reverse_complement_rna(to_rna(site));  // UGUCAAUGGCAUGCAACGU
    std::string changed = site;
    changed[18] = 'G';  // opposite position 1, U: a wobble
    changed[16] = 'T';  // opposite position 3, U: U against U
    changed[13] = 'G';  // opposite position 6, A: none
    const OffTargetIndex index = make_index(std::vector<std::string>{"GG" + changed + "CC"});
    const auto hits = search_all(index, {guide}, {});
    ASSERT_EQ(hits.size(), 1U);
    EXPECT_EQ(describe(hits[0]), "0 guide t0:2-21 3 at 1,3,6 wobble 1");
}

TEST(OffTargetSearch, OnlyTheSenseStrandIsATarget) {
    const std::string site = "ACGTTGCATGCCATTGACA";
    const OffTargetIndex index = make_index(std::vector<std::string>{site});
    SearchOptions options;
    options.max_mismatches = 0;
    EXPECT_TRUE(search_all(index, {to_rna(site)}, options).empty());
    options.passenger_strand = true;
    const auto hits = search_all(index, {to_rna(site)}, options);
    ASSERT_EQ(hits.size(), 1U);
    EXPECT_EQ(describe(hits[0]), "0 passenger t0:0-19 0 at . wobble .");
}

TEST(OffTargetSearch, PassengerLeavesAnOverhangOfTwo) {
    EXPECT_EQ(passenger_of("AACCGGUUAACCGGUUAAC"), "GUUAACCGGUUAACCGGUU");
    EXPECT_EQ(passenger_of("AACCGGUUAACCGGUUAACGU"), "GUUAACCGGUUAACCGGUU");
    EXPECT_EQ(passenger_of("AACCGGUUAACCGGUUAACGUCC"), "ACGUUAACCGGUUAACCGGUU");
}

TEST(OffTargetSearch, SmallMemoryAndManyBatchesChangeNothing) {
    std::mt19937 random(5);
    std::vector<std::string> sequences;
    for (int i = 0; i < 4; ++i) {
        sequences.push_back(repetitive_bases(random, 3000));
    }
    const auto guides = guides_for(random, sequences, 60);
    const OffTargetIndex index = make_index(sequences);
    SearchOptions options;
    options.passenger_strand = true;
    const auto whole = search_all(index, guides, options);
    options.hits_in_memory = 10;
    options.threads = 3;
    EXPECT_EQ(search_all(index, guides, options), whole);
}

/// Best alignment with exactly one bulge, by trying each; the least mismatches, none: nullopt.
std::vector<std::string> bulged_by_hand(const std::string& bases,
                                        const std::string& guide,
                                        int max_mismatches) {
    SearchOptions plain;
    plain.max_mismatches = max_mismatches;
    std::set<std::uint32_t> starts;
    std::set<std::uint32_t> ends;
    for (const OffTargetHit& hit : brute_force({bases}, {guide}, plain)) {
        starts.insert(hit.start);
        ends.insert(hit.end);
    }
    const std::string site = reverse_complement_rna(guide.substr(0, 19));
    std::vector<std::string> found;
    const std::string rna = to_rna(bases);
    for (std::uint32_t start = 0; start < rna.size(); ++start) {
        for (const std::uint32_t length : {18U, 20U}) {
            if (start + length > rna.size() || starts.contains(start) ||
                ends.contains(start + length)) {
                continue;
            }
            int best = 99;
            for (std::size_t cut = 1; cut < 19; ++cut) {
                std::string other = rna.substr(start, length);
                std::string own = site;
                if (length == 20) {
                    other.erase(cut, 1);
                } else if (cut < 18) {
                    own.erase(cut, 1);
                } else {
                    continue;
                }
                int mismatches = 0;
                for (std::size_t i = 0; i < own.size(); ++i) {
                    mismatches += own[i] != other[i] ? 1 : 0;
                }
                best = std::min(best, mismatches);
            }
            if (best < max_mismatches) {
                found.push_back(std::to_string(start) + "-" + std::to_string(start + length) + " " +
                                std::to_string(best));
            }
        }
    }
    return found;
}

TEST(OffTargetSearch, BulgesAreComplete) {
    std::mt19937 random(6);
    std::size_t seen = 0;
    for (int round = 0; round < 6; ++round) {
        const std::string bases = repetitive_bases(random, 1200);
        const OffTargetIndex index = make_index(std::vector<std::string>{bases});
        for (std::string guide : guides_for(random, {bases}, 8)) {
            guide.erase(5 + random() % 10, round % 2);  // brings a bulge near
            if (guide.size() < 19) {
                continue;
            }
            for (const int k : {1, 2, 3, 4}) {
                SearchOptions options;
                options.max_mismatches = k;
                options.bulge = true;
                std::vector<std::string> found;
                for (const OffTargetHit& hit : search_all(index, {guide}, options)) {
                    if (hit.bulge != Bulge::kNone) {
                        found.push_back(std::to_string(hit.start) + "-" + std::to_string(hit.end) +
                                        " " + std::to_string(hit.mismatches));
                    }
                }
                ASSERT_EQ(found, bulged_by_hand(bases, guide, k));
                seen += found.size();
            }
        }
    }
    EXPECT_GT(seen, 100U);
}

TEST(OffTargetSearch, SaysWhereTheBulgeIs) {
    const std::string site = "ACGTTGCATGCCATTGACA";
    const std::string guide = reverse_complement_rna(to_rna(site));
    SearchOptions options;
    options.max_mismatches = 1;
    options.bulge = true;
    const OffTargetIndex longer =
        make_index(std::vector<std::string>{site.substr(0, 9) + "A" + site.substr(9)});
    const auto target = search_all(longer, {guide}, options);
    ASSERT_EQ(target.size(), 1U);
    EXPECT_EQ(describe(target[0]), "0 guide t0:0-20 0 at . wobble . target bulge");
    EXPECT_EQ(target[0].bulge_position, 10);  // between positions 10 and 11
    const OffTargetIndex shorter =
        make_index(std::vector<std::string>{site.substr(0, 9) + site.substr(10)});
    const auto strand = search_all(shorter, {guide}, options);
    ASSERT_EQ(strand.size(), 1U);
    EXPECT_EQ(describe(strand[0]), "0 guide t0:0-18 0 at . wobble . strand bulge");
    EXPECT_EQ(strand[0].bulge_position, 10);
}

TEST(OffTargetSearch, RefusesSillyOptions) {
    const OffTargetIndex index = make_index(std::vector<std::string>{"ACGT"});
    SearchOptions options;
    options.max_mismatches = 6;
    EXPECT_THROW(search_all(index, {}, options), Error);
    options.max_mismatches = -1;
    EXPECT_THROW(search_all(index, {}, options), Error);
}

}  // namespace
}  // namespace varhush::sirna::test
