#include "varhush/seq/transcript.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace varhush::seq {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Transcript make(std::string id, std::string gene, std::string contig, Interval span) {
    Transcript transcript;
    transcript.id = std::move(id);
    transcript.gene_id = std::move(gene);
    transcript.contig = std::move(contig);
    transcript.span = span;
    return transcript;
}

std::vector<std::string> ids(const GeneModels& models) {
    std::vector<std::string> result;
    for (const Transcript& transcript : models.transcripts()) {
        result.push_back(transcript.id);
    }
    return result;
}

TEST(GeneModels, FindsOverlapsUnderEveryAliasInFileOrder) {
    const GeneModels models({make("late", "g1", "22", {100, 200}),
                             make("wide", "g2", "22", {0, 1000}),
                             make("other", "g3", "21", {0, 1000}),
                             make("early", "g4", "22", {50, 101})});
    EXPECT_THAT(models.overlapping("chr22", 100, 101), ElementsAre(0, 1, 3));
    EXPECT_THAT(models.overlapping("22", 200, 201), ElementsAre(1));
    EXPECT_THAT(models.overlapping("NC_000022.11", 999, 2000), ElementsAre(1));
    EXPECT_THAT(models.overlapping("22", 1000, 2000), IsEmpty());
    EXPECT_THAT(models.overlapping("22", 150, 150), IsEmpty());
    EXPECT_THAT(models.overlapping("23", 0, 5000), IsEmpty());
    EXPECT_THAT(GeneModels().overlapping("22", 0, 5000), IsEmpty());
}

TEST(GeneModels, OverlapAgreesWithAScanOfAllTranscripts) {
    std::mt19937 random(7);
    std::uniform_int_distribution<std::int64_t> place(0, 300);
    for (int round = 0; round < 200; ++round) {
        std::vector<Transcript> transcripts;
        for (int i = 0; i < 20; ++i) {
            const std::int64_t start = place(random);
            const std::int64_t length = i % 7 == 0 ? 250 : 1 + place(random) / 10;
            transcripts.push_back(make(std::to_string(i), "g", "c", {start, start + length}));
        }
        const GeneModels models(transcripts);
        const std::int64_t start = place(random);
        const std::int64_t end = start + 1 + place(random) / 20;
        std::vector<std::size_t> expected;
        for (std::size_t i = 0; i < transcripts.size(); ++i) {
            if (transcripts[i].span.start < end && transcripts[i].span.end > start) {
                expected.push_back(i);
            }
        }
        EXPECT_EQ(models.overlapping("c", start, end), expected);
    }
}

TEST(GeneModels, GivesTranscriptsWithoutExonsOneAndSortsTheOthers) {
    Transcript minus = make("minus", "g", "c", {10, 90});
    minus.strand = '-';
    minus.exons = {{70, 90}, {10, 20}};
    const GeneModels models({make("bare", "g", "c", {5, 9}), minus});
    EXPECT_THAT(models.transcripts()[0].exons, ElementsAre(Interval{5, 9}));
    EXPECT_THAT(models.transcripts()[1].exons, ElementsAre(Interval{10, 20}, Interval{70, 90}));
}

TEST(CanonicalOnly, TakesTheMarkedTranscriptEvenWhenAnotherIsLonger) {
    Transcript marked = make("marked", "g", "c", {0, 10});
    marked.canonical = true;
    const GeneModels models({make("long", "g", "c", {0, 100}), marked});
    EXPECT_THAT(ids(models.canonical_only()), ElementsAre("marked"));
    EXPECT_THAT(ids(models), ElementsAre("long", "marked"));
}

TEST(CanonicalOnly, CountsExonicBasesOnceWhereExonsOverlap) {
    Transcript overlapping = make("overlapping", "g", "c", {0, 100});
    overlapping.exons = {{0, 60}, {10, 60}, {20, 60}};
    Transcript longer = make("longer", "g", "c", {0, 100});
    longer.exons = {{0, 30}, {60, 100}};
    Transcript equal = make("equal", "g", "c", {0, 100});
    equal.exons = {{0, 70}};
    EXPECT_THAT(ids(GeneModels({overlapping, longer, equal}).canonical_only()),
                ElementsAre("longer"));
}

TEST(CanonicalOnly, TellsGenesApartByIdThenNameAndByContig) {
    Transcript by_name = make("t3", "", "c", {0, 9});
    by_name.gene_name = "NAME";
    Transcript same_name = make("t4", "", "c", {0, 10});
    same_name.gene_name = "NAME";
    const GeneModels models({make("x", "par", "X", {0, 9}),
                             make("y", "par", "Y", {0, 9}),
                             by_name,
                             same_name,
                             make("alone1", "", "c", {0, 9}),
                             make("alone2", "", "c", {0, 9})});
    EXPECT_THAT(ids(models.canonical_only()), ElementsAre("x", "y", "t4", "alone1", "alone2"));
}

}  // namespace
}  // namespace varhush::seq
