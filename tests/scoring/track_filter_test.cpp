#include "varhush/core/error.hpp"
#include "varhush/scoring/track_selection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace varhush::scoring {
namespace {

using models::OutputType;
using models::Track;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Track liver() {
    Track track;
    track.output = OutputType::kRnaSeq;
    track.channel = 3;
    track.name = "UBERON:0001114 polyA plus RNA-seq";
    track.strand = '-';
    track.ontology_curie = "UBERON:0001114";
    track.biosample_name = "right lobe of liver";
    track.gtex_tissue = "Liver";
    return track;
}

bool matches(const std::string& text) {
    return TrackFilter(text).matches(liver());
}

std::string refusal(const std::string& text) {
    try {
        const TrackFilter filter(text);
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kUsage);
        return error.what();
    }
    return "";
}

TEST(TrackFilter, ComparesWholeValuesWithoutRegardToCase) {
    EXPECT_TRUE(matches(""));
    EXPECT_TRUE(matches("  "));
    EXPECT_TRUE(matches("output=rna_seq"));
    EXPECT_TRUE(matches("biosample_name = \"Right Lobe of Liver\""));
    EXPECT_FALSE(matches("biosample_name=liver"));
    EXPECT_TRUE(matches("strand=-"));
    EXPECT_TRUE(matches("channel=3"));
    EXPECT_FALSE(matches("strand!=-"));
    EXPECT_TRUE(matches("histone_mark=\"\""));
}

TEST(TrackFilter, TissueIsNameOrGtexOrTerm) {
    EXPECT_TRUE(matches("tissue=liver"));
    EXPECT_TRUE(matches("tissue=UBERON:0001114"));
    EXPECT_TRUE(matches("tissue~lobe"));
    EXPECT_FALSE(matches("tissue!=Liver"));
    EXPECT_TRUE(matches("tissue!=lung"));
}

TEST(TrackFilter, SearchesExpressionsAndWords) {
    EXPECT_TRUE(matches("name~\"polya (plus|minus)\""));
    EXPECT_TRUE(matches("ontology_curie~^UBERON"));
    EXPECT_FALSE(matches("ontology_curie~^0001114"));
    EXPECT_TRUE(matches("ontology_curie!~^CL"));
    EXPECT_TRUE(matches("\"polyA plus\""));
    EXPECT_TRUE(matches("LIVER"));
    EXPECT_FALSE(matches("lung"));
    EXPECT_TRUE(matches("name~\"RNA.seq\""));
    EXPECT_FALSE(matches("name~\"RNA\\.seq\"")) << "a backslash before another letter stays";
}

TEST(TrackFilter, JoinsConditions) {
    EXPECT_TRUE(matches("lung || liver && strand=-"));
    EXPECT_FALSE(matches("(lung || liver) && strand=+"));
    EXPECT_TRUE(matches("liver||lung&&strand=+")) << "&& binds tighter";
    EXPECT_TRUE(matches("!lung&&!strand=+"));
    EXPECT_TRUE(matches("!!liver"));
    EXPECT_FALSE(matches("!(liver || lung)"));
}

TEST(TrackFilter, RefusalsNameTheColumn) {
    EXPECT_THAT(refusal("output=RNA_SEQ && "),
                HasSubstr("column 19: a field or a word is missing"));
    EXPECT_THAT(refusal("tisue=liver"),
                HasSubstr("column 1: there is no field 'tisue'; fields are "
                          "output, channel, name"));
    EXPECT_THAT(refusal("a && (b || c"), HasSubstr("column 6: this '(' is not closed"));
    EXPECT_THAT(refusal("a b"), HasSubstr("column 3: '&&' or '||' is missing here"));
    EXPECT_THAT(refusal("a)"), HasSubstr("column 2: a ')' without '('"));
    EXPECT_THAT(refusal("name=\"liver"), HasSubstr("column 6: this quote is not closed"));
    EXPECT_THAT(refusal("name~[a"), HasSubstr("column 6: '[a' is no regular expression"));
    EXPECT_THAT(refusal("name="), HasSubstr("column 6: a value is missing"));
    EXPECT_THAT(refusal("name~\"\""), HasSubstr("an empty expression"));
    EXPECT_THAT(refusal("=liver"), HasSubstr("column 1: a field or a word is missing"));
    EXPECT_THAT(refusal("\"name\"=x"), HasSubstr("there is no field"));
    EXPECT_THAT(refusal(std::string(200, '(') + "a"), HasSubstr("more than 100 parentheses"));
}

models::TrackTable small_table() {
    std::vector<Track> tracks(6);
    tracks[0].output = tracks[1].output = tracks[2].output = OutputType::kAtac;
    tracks[1].channel = 1;
    tracks[2].channel = 2;
    tracks[0].name = "Padding";
    tracks[1].name = "a";
    tracks[1].ontology_curie = "CL:1";
    tracks[2].name = "b";
    tracks[2].ontology_curie = "CL:2";
    tracks[3].output = tracks[4].output = OutputType::kSpliceSites;
    tracks[3].name = "donor";
    tracks[4].name = "padding";
    tracks[4].channel = 1;
    tracks[5].output = OutputType::kCage;
    tracks[5].name = "c";
    return models::TrackTable(tracks, "test");
}

TEST(SelectTracks, LeavesPaddingOutAlways) {
    const TrackSelection all = select_tracks(small_table(), TrackFilter(), {});
    EXPECT_THAT(all.of(OutputType::kAtac), ElementsAre(1, 2));
    EXPECT_THAT(all.of(OutputType::kSpliceSites), ElementsAre(0));
    EXPECT_THAT(all.of(OutputType::kCage), ElementsAre(0));
    EXPECT_FALSE(all.empty());
}

TEST(SelectTracks, SpliceSitesIgnoreTheTissue) {
    const TrackSelection some = select_tracks(small_table(), TrackFilter(), {"cl:2", "CL:7"});
    EXPECT_THAT(some.of(OutputType::kAtac), ElementsAre(2));
    EXPECT_THAT(some.of(OutputType::kSpliceSites), ElementsAre(0));
    EXPECT_THAT(some.of(OutputType::kCage), IsEmpty());
    EXPECT_TRUE(select_tracks(small_table(), TrackFilter("name=zzz"), {}).empty());
}

}  // namespace
}  // namespace varhush::scoring
