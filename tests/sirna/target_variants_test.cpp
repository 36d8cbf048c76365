#include "varhush/sirna/target_variants.hpp"

#include "varhush/seq/alphabet.hpp"
#include "varhush/sirna/guide.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

namespace varhush::sirna {
namespace {

using seq::Interval;

std::string random_bases(std::mt19937& random, std::size_t length) {
    std::string bases;
    for (std::size_t i = 0; i < length; ++i) {
        bases += "ACGT"[random() % 4];
    }
    return bases;
}

std::string spliced(const std::string& genome, const std::vector<Interval>& exons, char strand) {
    std::string bases;
    for (const Interval& exon : exons) {
        bases += genome.substr(static_cast<std::size_t>(exon.start),
                               static_cast<std::size_t>(exon.end - exon.start));
    }
    return to_rna(strand == '-' ? seq::reverse_complement(bases) : bases);
}

std::string applied(std::string rna, const VariantOnTarget& variant) {
    return rna.replace(variant.start, variant.ref.size(), variant.alt);
}

// The changed genome, spliced, is the transcript with the placed variant: substitutions, insertions
// and deletions of every length up to six, at every place of three exons, on both strands.
TEST(PlaceAllele, SplicingAndChangingCommute) {
    std::mt19937 random(7);
    const std::string genome = random_bases(random, 200);
    const std::vector<Interval> exons{{10, 40}, {60, 75}, {100, 160}};
    int placed = 0;
    for (const char strand : {'+', '-'}) {
        const std::string rna = spliced(genome, exons, strand);
        const GenomePlacement placement("chr1", strand, exons);
        for (std::size_t position = 1; position + 8 < genome.size(); ++position) {
            const std::size_t ref_length = 1 + random() % 6;
            const std::size_t alt_length = 1 + random() % 6;
            const std::string ref = genome.substr(position, ref_length);
            // An anchored indel or a replacement, as VCF writes them.
            std::string alt = random_bases(random, alt_length);
            if (ref_length != alt_length) {
                alt[0] = ref[0];
            }
            // Records over an exon boundary have a test of their own.
            const bool over_boundary =
                std::any_of(exons.begin(), exons.end(), [&](const Interval& exon) {
                    const auto first = static_cast<std::int64_t>(position);
                    const auto end = first + static_cast<std::int64_t>(ref_length);
                    return (first < exon.start && exon.start < end) ||
                           (first < exon.end && exon.end < end);
                });
            if (alt == ref || over_boundary) {
                continue;
            }
            const PlacedAllele got = place_allele(
                rna,
                placement,
                {"chr1", static_cast<std::int64_t>(position), ref, alt, ".", kUnknown});
            ASSERT_NE(got.place, AllelePlace::kRefMismatch) << position;
            ASSERT_NE(got.place, AllelePlace::kNotBases) << position;
            if (got.place != AllelePlace::kOn) {
                continue;
            }
            std::string changed = genome;
            changed.replace(position, ref_length, alt);
            const auto shift =
                static_cast<std::int64_t>(alt.size()) - static_cast<std::int64_t>(ref.size());
            std::vector<Interval> moved = exons;
            // What is inserted right in front of an exon and placed nevertheless belongs to it.
            const bool inserts = ref_length == 1 && alt_length > 1;
            for (Interval& exon : moved) {
                const auto behind = static_cast<std::int64_t>(position) + (inserts ? 1 : 0);
                exon.start += exon.start > behind ? shift : 0;
                exon.end += exon.end > static_cast<std::int64_t>(position) ? shift : 0;
            }
            EXPECT_EQ(applied(rna, got.variant), spliced(changed, moved, strand))
                << strand << position << ref << ">" << alt;
            ++placed;
        }
    }
    EXPECT_GT(placed, 120);
}

// One more A in a run of A with which an exon begins: the leftmost spelling stands in front of it.
TEST(PlaceAllele, InsertionsBesideAnExonLieInItWhereTheyRepeatIt) {
    //                            0         1         2
    //                            012345678901234567890123456789
    const std::string genome = "CCCCCCCCCCAAAGTCTGAGAGCCCCCCCC";
    const std::vector<Interval> exons{{10, 22}};
    for (const char strand : {'+', '-'}) {
        const std::string rna = spliced(genome, exons, strand);
        const GenomePlacement placement("chr1", strand, exons);
        const auto place = [&](std::int64_t position, const char* ref, const char* alt) {
            return place_allele(rna, placement, {"chr1", position, ref, alt, "", kUnknown});
        };
        std::string longer = genome;
        longer.insert(10, "A");
        const PlacedAllele run = place(9, "C", "CA");
        ASSERT_EQ(run.place, AllelePlace::kOn) << strand;
        EXPECT_EQ(applied(rna, run.variant), spliced(longer, {{10, 23}}, strand));
        // The same at the other end, where only an unusual spelling stands behind the exon.
        longer = genome;
        longer.insert(22, "AG");
        const PlacedAllele unit = place(21, "G", "GAG");
        ASSERT_EQ(unit.place, AllelePlace::kOn) << strand;
        EXPECT_EQ(applied(rna, unit.variant), spliced(longer, {{10, 24}}, strand));
        // What does not repeat the exon is beside it.
        EXPECT_EQ(place(9, "C", "CG").place, AllelePlace::kOutside) << strand;
        EXPECT_EQ(place(21, "G", "GC").place, AllelePlace::kOutside) << strand;
    }
}

TEST(PlaceAllele, SaysWhyThereIsNone) {
    //                            0         1         2
    //                            012345678901234567890123456789
    const std::string genome = "AACCGGTTACGTACGTAAACCCGGGTTTAC";
    const GenomePlacement placement("chr1", '-', {{2, 10}, {20, 26}});
    const std::string rna = spliced(genome, {{2, 10}, {20, 26}}, '-');
    const auto place = [&](std::int64_t position, const char* ref, const char* alt) {
        return place_allele(rna, placement, {"chr1", position, ref, alt, "", kUnknown}).place;
    };
    EXPECT_EQ(place(12, "A", "C"), AllelePlace::kOutside);  // intron
    EXPECT_EQ(place(28, "A", "C"), AllelePlace::kOutside);  // behind
    EXPECT_EQ(place(3, "T", "A"), AllelePlace::kRefMismatch);
    EXPECT_EQ(place(3, "C", "<DEL>"), AllelePlace::kNotBases);
    EXPECT_EQ(place(3, "C", "*"), AllelePlace::kNotBases);
    EXPECT_EQ(place(3, "N", "C"), AllelePlace::kNotBases);
    EXPECT_EQ(place(3, "C", "C"), AllelePlace::kNotBases);
    EXPECT_EQ(place(8, "ACGTA", "A"), AllelePlace::kSplit);  // over the splice site at 10
    EXPECT_EQ(place(3, "c", "a"), AllelePlace::kOn);
}

TEST(PlaceAllele, NamesTheVariant) {
    const GenomePlacement placement("chr1", '+', {{0, 8}});
    const auto placed =
        place_allele("ACGUACGU", placement, {"chr1", 4, "A", "G", "rs1", 0.25}).variant;
    EXPECT_EQ(placed.id, "rs1");
    EXPECT_EQ(placed.where, "chr1:5 A>G");
    EXPECT_EQ(placed.frequency, 0.25);
    const auto nameless =
        place_allele("ACGUACGU", placement, {"chr1", 4, "A", "G", ".", 0.25}).variant;
    EXPECT_EQ(nameless.id, "chr1:5 A>G");
}

VariantOnTarget variant(std::size_t start, const char* ref, const char* alt, double frequency) {
    VariantOnTarget made;
    made.start = start;
    made.ref = ref;
    made.alt = alt;
    made.frequency = frequency;
    return made;
}

TEST(SiteVariants, CountsGuidePositionsFromTheSitesEnd) {
    const std::string rna = "GGGGGACGUACGUACGUACGUACGUGGGGG";
    // Site [5, 24): its last base faces guide position 1.
    const std::vector<VariantOnTarget> variants{variant(23, "C", "A", 0.1),
                                                variant(5, "A", "C", 0.1),
                                                variant(24, "G", "A", 0.1),
                                                variant(10, "CG", "AA", 0.1),
                                                variant(14, "", "AA", 0.1)};
    const auto found = variants_in_site(rna, variants, 5, 24);
    ASSERT_EQ(found.size(), 4U);
    EXPECT_EQ(found[0].first_pos, 1U);
    EXPECT_EQ(found[0].last_pos, 1U);
    EXPECT_EQ(found[1].first_pos, 19U);
    EXPECT_EQ(found[2].variant, 3U);
    EXPECT_EQ(found[2].first_pos, 13U);
    EXPECT_EQ(found[2].last_pos, 14U);
    EXPECT_EQ(found[3].first_pos, 10U);  // between the bases facing 10 and 11
    EXPECT_EQ(found[3].last_pos, 11U);
}

// A deletion in a run of one base is the same wherever in the run the VCF puts it: sites that only
// overlap the run are still there, sites across it are not.
TEST(SiteVariants, IndelsInRepeatsTouchOnlyWhatChanges) {
    const std::string rna = "GCGCGCGCGCAAAAAACUCUCUCUCU";
    for (std::size_t at = 10; at < 16; ++at) {
        const VariantOnTarget deletion = variant(at, "A", "", 0.2);
        EXPECT_FALSE(changes_site(rna, deletion, 11, 26)) << at;  // five A and what follows
        EXPECT_TRUE(changes_site(rna, deletion, 10, 26)) << at;   // all six: one of them is the
        EXPECT_TRUE(changes_site(rna, deletion, 5, 20)) << at;    // whole run and both sides
    }
}

TEST(PopulationCoverage, MultipliesPlacesAndAddsAllelesOfOne) {
    const std::vector<VariantOnTarget> variants{variant(3, "A", "C", 0.1),
                                                variant(3, "A", "G", 0.2),
                                                variant(9, "A", "G", 0.5),
                                                variant(12, "A", "G", kUnknown)};
    const auto of = [&](std::vector<std::size_t> numbers) {
        std::vector<VariantInSite> in_site;
        for (const std::size_t number : numbers) {
            in_site.push_back({number, 1, 1});
        }
        return population_coverage(variants, in_site);
    };
    EXPECT_DOUBLE_EQ(of({}), 1);
    EXPECT_DOUBLE_EQ(of({0}), 0.9);
    EXPECT_DOUBLE_EQ(of({0, 1}), 0.7);
    EXPECT_DOUBLE_EQ(of({0, 1, 2}), 0.35);
    EXPECT_TRUE(std::isnan(of({0, 3})));
}

}  // namespace
}  // namespace varhush::sirna
