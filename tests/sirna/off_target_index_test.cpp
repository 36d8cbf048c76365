#include "varhush/sirna/off_target_index.hpp"

#include "off_target_fixture.hpp"
#include "test_paths.hpp"
#include "varhush/core/error.hpp"
#include "varhush/sirna/guide.hpp"
#include "xxhash64.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace varhush::sirna::test {
namespace {

using testing::ElementsAre;

std::span<const std::byte> bytes_of(const std::string& text) {
    return std::as_bytes(std::span(text));
}

TranscriptRecord record(const std::string& name,
                        const std::string& gene,
                        const std::string& bases) {
    TranscriptRecord made;
    made.name = name;
    made.gene_id = gene;
    made.gene_name = gene.empty() ? "" : gene + "_name";
    made.bases = bases;
    return made;
}

/// Message of the Error{kInput} that `call` ends in; fails for anything else.
template <class Call>
std::string refusal(const Call& call) {
    try {
        call();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kInput) << error.what();
        return error.what();
    }
    ADD_FAILURE() << "was accepted";
    return {};
}

// Values of the reference implementation (xxhash.com, seed 0).
TEST(XxHash64, AgreesWithTheReference) {
    EXPECT_EQ(xxhash64(bytes_of("")), 0xEF46DB3751D8E999U);
    EXPECT_EQ(xxhash64(bytes_of("abc")), 0x44BC2CF5AD770999U);
    EXPECT_EQ(xxhash64(bytes_of("Nobody inspects the spammish repetition")), 0xFBCEA83C8A378BF1U);
}

TEST(OffTargetIndex, GivesBackWhatWentIn) {
    TranscriptRecord first = record("ENST1.2", "ENSG1.4", "acgtNacguRYacgtacgtacgtacgt");
    first.species = "human";
    first.cds = Stretch{2, 11};
    TranscriptRecord second = record("ENST2.1", "ENSG1.4", "GGGG");
    second.species = "human";
    TranscriptRecord third = record("other", "", "TTTTACGT");
    third.species = "mouse";
    const OffTargetIndex index = make_index({first, second, third});
    EXPECT_THAT(index.species(), ElementsAre("human", "mouse"));
    EXPECT_THAT(
        index.genes(),
        ElementsAre(IndexedGene{"ENSG1.4", "ENSG1.4_name", 0}, IndexedGene{"other", "other", 1}));
    EXPECT_THAT(index.transcripts(),
                ElementsAre(IndexedTranscript{"ENST1.2", 0, 27, Stretch{2, 11}},
                            IndexedTranscript{"ENST2.1", 0, 4, std::nullopt},
                            IndexedTranscript{"other", 1, 8, std::nullopt}));
    EXPECT_EQ(index.sequence(0), "ACGUNACGUNNACGUACGUACGUACGU");
    EXPECT_EQ(index.sequence(2), "UUUUACGU");
    EXPECT_EQ(index.base(0, 3), 'U');
    EXPECT_EQ(index.base(0, 4), 'N');
    EXPECT_EQ(index.base(0, 27), 'N');
    EXPECT_EQ(index.base(0, -1), 'N');
    EXPECT_EQ(index.find_transcript("ENST1"), 0U);
    EXPECT_EQ(index.find_transcript("ENST1.9"), 0U);
    EXPECT_EQ(index.find_transcript("ENST"), std::nullopt);
    EXPECT_THAT(index.find_genes("ENSG1"), ElementsAre(0));
    EXPECT_THAT(index.find_genes("ENSG1.4_name"), ElementsAre(0));
    EXPECT_THAT(index.find_genes("no"), ElementsAre());
    EXPECT_THAT(index.transcripts_of(0), ElementsAre(0, 1));
    EXPECT_EQ(index.checksum().size(), 16U);
}

TEST(OffTargetIndex, NumbersInNamesAreNotAlwaysVersions) {
    TranscriptRecord first = record("MSTRG.7.1", "MSTRG.7", "ACGTACGTACGT");
    first.gene_name = "RP11-34P13.7";
    TranscriptRecord second = record("NM_000014.6", "ENSG00000000003.14", "ACGTACGTACGT");
    const OffTargetIndex index = make_index({first, second});
    EXPECT_EQ(index.find_transcript("MSTRG.7.1"), 0U);
    EXPECT_EQ(index.find_transcript("MSTRG.7.2"), std::nullopt);
    EXPECT_EQ(index.find_transcript("NM_000014.5"), 1U);
    EXPECT_THAT(index.find_genes("MSTRG.7"), ElementsAre(0));
    EXPECT_THAT(index.find_genes("MSTRG.8"), ElementsAre());
    EXPECT_THAT(index.find_genes("RP11-34P13.7"), ElementsAre(0));
    EXPECT_THAT(index.find_genes("RP11-34P13.8"), ElementsAre());
    EXPECT_THAT(index.find_genes("RP11-34P13"), ElementsAre());
    EXPECT_THAT(index.find_genes("ENSG00000000003.9"), ElementsAre(1));
}

TEST(OffTargetIndex, SharedStretchesAreStoredOnceAndLoseNothing) {
    std::mt19937 random(7);
    const std::string a = random_bases(random, 1000);
    const std::string b = random_bases(random, 700);
    const std::string c = random_bases(random, 400);
    const std::vector<std::string> isoforms{
        a + b + c, a + c, a + b + c, b, a + b.substr(0, 350) + c};
    OffTargetIndexBuilder builder;
    for (const std::string& bases : isoforms) {
        builder.add(record("t" + std::to_string(builder.counts().transcripts), "g", bases));
    }
    EXPECT_EQ(builder.counts().repeated, 1U);
    // The first is stored; of the others only the seams, with 23 bases on either side.
    EXPECT_LT(builder.counts().stored_bases, 2100U + 4 * 2 * 48);
    std::vector<std::byte> bytes;
    builder.write([&](std::span<const std::byte> part) {
        bytes.insert(bytes.end(), part.begin(), part.end());
    });
    const OffTargetIndex index = OffTargetIndex::from_memory(bytes, "test");
    for (std::uint32_t i = 0; i < isoforms.size(); ++i) {
        EXPECT_EQ(index.sequence(i), to_rna(isoforms[i])) << i;
    }
    // Windows over every seam are found at their place.
    std::vector<std::string> guides;
    for (std::size_t at = 0; at + 19 <= isoforms[4].size(); ++at) {
        guides.push_back(reverse_complement_rna(to_rna(isoforms[4].substr(at, 19))));
    }
    SearchOptions exact;
    exact.max_mismatches = 0;
    EXPECT_EQ(describe(search_all(index, guides, exact)),
              describe(brute_force(isoforms, guides, exact)));
}

TEST(OffTargetIndex, RefusesEveryDamage) {
    std::mt19937 random(8);
    TranscriptRecord one = record("t1", "g1", random_bases(random, 90));
    one.cds = Stretch{3, 33};
    const std::vector<std::byte> good = index_bytes({one, record("t2", "g1", "ACGTN")});
    for (std::size_t i = 0; i < good.size(); ++i) {
        std::vector<std::byte> bad = good;
        bad[i] ^= std::byte{0x10};
        EXPECT_THROW(OffTargetIndex::from_memory(bad, "bad"), Error) << "byte " << i;
        bad = good;
        bad.resize(i);
        EXPECT_THROW(OffTargetIndex::from_memory(bad, "cut"), Error) << "cut at " << i;
    }
    std::vector<std::byte> longer = good;
    longer.push_back(std::byte{0});
    EXPECT_THROW(OffTargetIndex::from_memory(longer, "longer"), Error);
}

// A corpus of an older version would be refused at its first bytes and fuzz nothing behind them.
TEST(OffTargetIndex, TheFuzzingCorpusIsOfThisVersion) {
    for (const char* name : {"good1", "good2", "whole1", "whole2"}) {
        const std::string path = std::string(VARHUSH_TEST_DATA) + "/fuzz/off_target_index/" + name;
        std::ifstream file(path, std::ios::binary);
        const std::string text((std::istreambuf_iterator<char>(file)), {});
        ASSERT_FALSE(text.empty()) << path;
        const auto bytes = bytes_of(text).subspan(1);  // the first byte steers the fuzzer
        const OffTargetIndex index =
            OffTargetIndex::from_memory({bytes.begin(), bytes.end()}, name);
        EXPECT_FALSE(index.transcripts().empty()) << name;
    }
}

TEST(OffTargetIndex, SaysWhatIsWrong) {
    const std::vector<std::byte> good = index_bytes({record("t", "g", "ACGTACGT")});
    std::vector<std::byte> other = good;
    other[8] = std::byte{9};
    EXPECT_THAT(
        refusal([&] { (void)OffTargetIndex::from_memory(other, "x.sidx"); }),
        testing::HasSubstr("x.sidx: the index has version 9, this program reads version 2"));
    other = good;
    other[0] = std::byte{'v'};
    EXPECT_THAT(refusal([&] { (void)OffTargetIndex::from_memory(other, "x.sidx"); }),
                testing::HasSubstr("this is no index of varhush siindex"));
    other = good;
    other[good.size() - 20] ^= std::byte{1};
    EXPECT_THAT(refusal([&] { (void)OffTargetIndex::from_memory(other, "x.sidx"); }),
                testing::HasSubstr("is damaged (checksum)"));
    EXPECT_THAT(refusal([] { (void)OffTargetIndex::open("/no/such/file"); }),
                testing::HasSubstr("cannot open"));
    EXPECT_THAT(refusal([] { (void)OffTargetIndex::open("/"); }),
                testing::HasSubstr("must be a regular file"));
    const std::string empty = testing::TempDir() + "empty.sidx";
    std::ofstream(empty).close();
    EXPECT_THAT(refusal([&] { (void)OffTargetIndex::open(empty); }), testing::HasSubstr("empty"));
    std::filesystem::remove(empty);
}

TEST(OffTargetIndex, RefusesTranscriptsThatCannotBe) {
    OffTargetIndexBuilder builder;
    builder.add(record("t", "g", "ACGT"));
    EXPECT_THAT(refusal([&] { builder.add(record("t", "h", "ACGT")); }),
                testing::HasSubstr("transcript t is there twice"));
    EXPECT_THAT(refusal([&] { builder.add(record("u", "g", "")); }),
                testing::HasSubstr("transcript u has no bases"));
    TranscriptRecord coding = record("v", "g", "ACGT");
    coding.cds = Stretch{1, 5};
    EXPECT_THAT(refusal([&] { builder.add(coding); }), testing::HasSubstr("outside its 4 bases"));
    EXPECT_THAT(refusal([] { OffTargetIndexBuilder().write([](auto) {}); }),
                testing::HasSubstr("not one transcript"));
}

}  // namespace
}  // namespace varhush::sirna::test
