#include "varhush/models/track_table.hpp"

#include "varhush/core/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <string>

namespace varhush::models {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kHeader =
    "organism\toutput_type\ttrack_index\ttrack_name\tstrand\tnonzero_mean\n";

std::string refusal(const std::string& text) {
    try {
        static_cast<void>(TrackTable::from_tsv(text, "human", "tracks.tsv"));
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kInput);
        return error.what();
    }
    return "";
}

std::vector<std::string> names(std::span<const Track> tracks) {
    std::vector<std::string> result;
    for (const Track& track : tracks) {
        result.push_back(track.name);
    }
    return result;
}

TEST(TrackTable, ReadsOneOrganismInChannelOrder) {
    const TrackTable table = TrackTable::from_tsv(std::string(kHeader) +
                                                      "human\tRNA_SEQ\t1\tminus\t-\t2.5\n"
                                                      "mouse\tRNA_SEQ\t0\tmouse plus\t+\t1\n"
                                                      "human\tATAC\t0\topen\t.\t\r\n"
                                                      "Human\trna_seq\t0\tplus\t+\t0.25\n"
                                                      "\n"
                                                      "human\tATAC\t1\tPadding\tNA\t0\n",
                                                  "human",
                                                  "tracks.tsv");
    EXPECT_THAT(names(table.tracks(OutputType::kRnaSeq)), ElementsAre("plus", "minus"));
    EXPECT_THAT(names(table.tracks(OutputType::kAtac)), ElementsAre("open", "Padding"));
    EXPECT_THAT(table.tracks(OutputType::kCage), IsEmpty());
    EXPECT_EQ(table.all().size(), 4U);
    EXPECT_EQ(table.tracks(OutputType::kRnaSeq)[1].strand, '-');
    EXPECT_EQ(table.tracks(OutputType::kRnaSeq)[1].nonzero_mean, 2.5);
    EXPECT_TRUE(std::isnan(table.tracks(OutputType::kAtac)[0].nonzero_mean));
    EXPECT_THAT(table.to_tsv("human"),
                HasSubstr("human\tATAC\t0\t.\topen" + std::string(12, '\t') + "\n"));
    EXPECT_EQ(table.tracks(OutputType::kAtac)[1].strand, '.');
    EXPECT_FALSE(table.tracks(OutputType::kAtac)[0].padding());
    EXPECT_TRUE(table.tracks(OutputType::kAtac)[1].padding());
}

TEST(TrackTable, TextReadsBackTheSame) {
    Track track;
    track.output = OutputType::kChipHistone;
    track.name = "a\ttab";
    track.strand = '+';
    track.assay_title = "Histone ChIP-seq";
    track.ontology_curie = "CL:0000084";
    track.biosample_name = "T-cell";
    track.biosample_type = "primary_cell";
    track.biosample_life_stage = "adult";
    track.transcription_factor = "CTCF";
    track.histone_mark = "H3K27AC";
    track.gtex_tissue = "Liver";
    track.data_source = "encode";
    track.endedness = "paired";
    track.genetically_modified = "False";
    track.nonzero_mean = 0.1 + 0.2;
    const std::string text = TrackTable({track}, "here").to_tsv("mouse");
    const TrackTable again = TrackTable::from_tsv(text, "mouse", "again.tsv");
    ASSERT_EQ(again.all().size(), 1U);
    EXPECT_EQ(again.all()[0].name, "a tab");
    EXPECT_EQ(again.all()[0].nonzero_mean, 0.1 + 0.2);
    EXPECT_EQ(again.to_tsv("mouse"), text);
    EXPECT_THAT(text,
                HasSubstr("Histone ChIP-seq\tCL:0000084\tT-cell\tprimary_cell\tadult\tCTCF\t"
                          "H3K27AC\tLiver\tencode\tpaired\tFalse\t"));
}

TEST(TrackTable, RefusesMalformedTextNamingThePlace) {
    const std::string header = kHeader;
    EXPECT_THAT(refusal(""), HasSubstr("tracks.tsv:0: the file is empty"));
    EXPECT_THAT(refusal("organism\toutput_type\ttrack_index\tname\n"),
                HasSubstr("tracks.tsv:1: the header has no column strand"));
    EXPECT_THAT(refusal("organism\toutput_type\ttrack_index\tstrand\n"),
                HasSubstr("no column name or track_name"));
    EXPECT_THAT(refusal("organism\torganism\n"), HasSubstr("column organism twice"));
    EXPECT_THAT(refusal(header + "human\tATAC\t0\n"),
                HasSubstr("tracks.tsv:2: expected 6 columns as in the header, found 3"));
    EXPECT_THAT(refusal(header + "human\tATAQ\t0\tx\t.\t1\n"),
                HasSubstr("tracks.tsv:2: column output_type is 'ATAQ'"));
    EXPECT_THAT(refusal(header + "human\tATAC\t-1\tx\t.\t1\n"),
                HasSubstr("column track_index is '-1'"));
    EXPECT_THAT(refusal(header + "human\tATAC\t0\tx\t*\t1\n"), HasSubstr("column strand is '*'"));
    EXPECT_THAT(refusal(header + "human\tATAC\t0\tx\t.\t0\n"),
                HasSubstr("column nonzero_mean is '0'"));
    EXPECT_THAT(refusal(header + "human\tATAC\t0\tx\t.\tinf\n"),
                HasSubstr("nonzero_mean is 'inf'"));
}

TEST(TrackTable, RefusesChannelsThatAreMissingOrTwice) {
    const std::string header = kHeader;
    EXPECT_THAT(refusal(header + "human\tATAC\t0\ta\t.\t1\nhuman\tATAC\t2\tb\t.\t1\n"),
                HasSubstr("the channels of ATAC must run 0, 1, 2, …; found 2 where 1 is due"));
    EXPECT_THAT(refusal(header + "human\tATAC\t0\ta\t.\t1\nhuman\tATAC\t0\tb\t.\t1\n"),
                HasSubstr("found 0 where 1 is due"));
    EXPECT_THAT(refusal(header + "human\tATAC\t0\ta\t.\t1\nhuman\tCAGE\t1\tb\t+\t1\n"),
                HasSubstr("the channels of CAGE"));
}

TEST(TrackTable, UnnamedHasTheChannelsAskedFor) {
    const std::array<std::pair<OutputType, int>, 2> wanted{
        {{OutputType::kContactMaps, 2}, {OutputType::kAtac, 1}}};
    const TrackTable table = TrackTable::unnamed(wanted);
    EXPECT_THAT(names(table.tracks(OutputType::kContactMaps)), ElementsAre("track 0", "track 1"));
    EXPECT_EQ(table.tracks(OutputType::kAtac)[0].strand, '.');
    const std::array<std::pair<OutputType, int>, 1> sites{{{OutputType::kSpliceSites, 5}}};
    const TrackTable splicing = TrackTable::unnamed(sites);
    EXPECT_THAT(names(splicing.all()),
                ElementsAre("donor", "acceptor", "donor", "acceptor", "padding"));
    EXPECT_EQ(splicing.all()[1].strand, '+');
    EXPECT_EQ(splicing.all()[2].strand, '-');
    EXPECT_TRUE(TrackTable().empty());
    EXPECT_THAT(TrackTable().tracks(OutputType::kAtac), IsEmpty());
}

TEST(StrandPermutation, SwapsTheNthOfEachStrandByOrderNotByName) {
    std::vector<Track> tracks(6);
    const std::string strands = "+.-+-.";  // the case of the official code, see the fixtures
    for (std::size_t i = 0; i < tracks.size(); ++i) {
        tracks[i].strand = strands[i];
    }
    EXPECT_THAT(strand_permutation(tracks), ElementsAre(2, 1, 0, 4, 3, 5));
    EXPECT_THAT(strand_permutation({}), IsEmpty());
    tracks[2].strand = '+';
    EXPECT_THROW(static_cast<void>(strand_permutation(tracks)), Error);
}

}  // namespace
}  // namespace varhush::models
