#include "varhush/seq/contig_alias.hpp"

#include <gtest/gtest.h>

namespace varhush::seq {
namespace {

TEST(ContigAliases, AddsAndRemovesChr) {
    const ContigAliases ucsc({"chr1", "chrX", "chrM", "chrUn_KI270302v1"});
    EXPECT_EQ(ucsc.find("1"), "chr1");
    EXPECT_EQ(ucsc.find("chr1"), "chr1");
    EXPECT_EQ(ucsc.find("X"), "chrX");
    EXPECT_EQ(ucsc.find("2"), std::nullopt);
    const ContigAliases ensembl({"1", "MT"});
    EXPECT_EQ(ensembl.find("chr1"), "1");
    EXPECT_EQ(ensembl.find("Chr1"), std::nullopt);
}

TEST(ContigAliases, KnowsTheFourNamesOfTheMitochondrion) {
    for (const std::string listed : {"M", "MT", "chrM", "chrMT"}) {
        const ContigAliases aliases({"1", listed});
        for (const std::string asked : {"M", "MT", "chrM", "chrMT", "NC_012920.1"}) {
            EXPECT_EQ(aliases.find(asked), listed) << asked << " among " << listed;
        }
    }
}

TEST(ContigAliases, ExactNamesWin) {
    const ContigAliases both({"chr1", "1"});
    EXPECT_EQ(both.find("1"), "1");
    EXPECT_EQ(both.find("chr1"), "chr1");
    EXPECT_EQ(both.find("NC_000001.10"), "chr1");  // the first of two that would fit
}

TEST(ContigAliases, KnowsRefSeqAccessionsOfHumanChromosomes) {
    const ContigAliases ucsc({"chr1", "chr22", "chrX", "chrY", "chrM"});
    EXPECT_EQ(ucsc.find("NC_000001.10"), "chr1");
    EXPECT_EQ(ucsc.find("NC_000001.11"), "chr1");
    EXPECT_EQ(ucsc.find("NC_000022"), "chr22");
    EXPECT_EQ(ucsc.find("NC_000023.11"), "chrX");
    EXPECT_EQ(ucsc.find("NC_000024.10"), "chrY");
    const ContigAliases refseq({"NC_000001.11", "NC_012920.1"});
    EXPECT_EQ(refseq.find("chr1"), "NC_000001.11");
    EXPECT_EQ(refseq.find("MT"), "NC_012920.1");
}

TEST(ContigAliases, LeavesOtherAccessionsAlone) {
    const ContigAliases aliases({"1", "chr25", "0"});
    for (const std::string name : {"NC_000025.1",
                                   "NC_000000.1",
                                   "NC_00001.1",
                                   "NC_000001.x",
                                   "NC_0000001.1",
                                   "NW_000001.1",
                                   "NC_000067.7",
                                   "chr",
                                   ""}) {
        EXPECT_EQ(aliases.find(name), std::nullopt) << name;
    }
}

}  // namespace
}  // namespace varhush::seq
