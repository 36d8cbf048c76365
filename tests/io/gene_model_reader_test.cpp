// What the gene model readers refuse, and how they say it.

#include "varhush/io/gene_model_reader.hpp"

#include "varhush/core/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace varhush::io {
namespace {

using testing::HasSubstr;

class GeneModelFile : public testing::Test {
  protected:
    GeneModelFile()
        : path_((std::filesystem::path(testing::TempDir()) /
                 (std::string("varhush_genes_") +
                  testing::UnitTest::GetInstance()->current_test_info()->name()))
                    .string()) {}
    ~GeneModelFile() override { std::filesystem::remove(path_); }

    seq::GeneModels read(const std::string& text) {
        std::ofstream(path_, std::ios::binary) << text;
        return read_gtf_or_gff3(path_);
    }

    seq::GeneModels read_table(const std::string& text) {
        std::ofstream(path_, std::ios::binary) << text;
        return read_spliceai_table(path_);
    }

    template <class Read>
    void expect_error(Read read_it, int line, const std::string& words) {
        try {
            (void)read_it();
            ADD_FAILURE() << "no error; expected " << words;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::kInput);
            EXPECT_THAT(error.what(), HasSubstr(path_ + ":" + std::to_string(line) + ": "));
            EXPECT_THAT(error.what(), HasSubstr(words));
        }
    }

    void refuse(const std::string& text, int line, const std::string& words) {
        expect_error([&] { return read(text); }, line, words);
    }

    void refuse_table(const std::string& text, int line, const std::string& words) {
        expect_error([&] { return read_table(text); }, line, words);
    }

    std::string path_;
};

const std::string kGtf = "c\ts\texon\t1\t9\t.\t+\t.\tgene_id \"g\"; transcript_id \"t\";\n";
const std::string kGff3 = "c\ts\tmRNA\t1\t9\t.\t+\t.\tID=t\nc\ts\texon\t1\t9\t.\t+\t.\tParent=t\n";

std::string gtf(const std::string& columns) {
    return "c\ts\texon\t" + columns + "\tgene_id \"g\"; transcript_id \"t\";\n";
}

TEST_F(GeneModelFile, RefusesMalformedColumns) {
    refuse("#\n" + kGtf + "c\ts\texon\t1\n", 3, "expected 9 tab-separated columns, found 4");
    refuse(kGtf + kGtf.substr(0, kGtf.size() - 1) + "\tmore\n", 2, "found 10");
    refuse("not a gene file\n", 1, "found 1");
    refuse(gtf("x\t9\t.\t+\t."), 1, "the start is 'x'");
    refuse(gtf("1\t9.5\t.\t+\t."), 1, "the end is '9.5'");
    refuse(gtf("\t9\t.\t+\t."), 1, "the start is ''");
    refuse(gtf("-1\t9\t.\t+\t."), 1, "the start is '-1'");
    refuse(gtf("0\t9\t.\t+\t."), 1, "coordinates start at 1");
    refuse(gtf("10\t9\t.\t+\t."), 1, "ends (9) before it starts (10)");
    refuse(gtf("1\t99999999999999999999\t.\t+\t."), 1, "the end is");
    refuse(gtf("1\t9\t.\tplus\t."), 1, "the strand is 'plus'");
    refuse(gtf("1\t9\t.\t.\t."), 1, "strand '.'");
    refuse("\ts\texon\t1\t9\t.\t+\t.\tgene_id \"g\"; transcript_id \"t\";\n", 1, "empty");
}

TEST_F(GeneModelFile, RefusesAFileCutInItsLastLine) {
    // What is left of the last line would pass for a whole one.
    refuse(kGtf + kGtf.substr(0, kGtf.size() - 1), 2, "the last line has no line end");
    refuse(kGff3.substr(0, kGff3.size() - 1), 2, "the last line has no line end");
    refuse(kGtf + "# comm", 2, "the last line has no line end");
    refuse_table(
        "#NAME\tCHROM\tSTRAND\tTX_START\tTX_END\tEXON_START\tEXON_END\n"
        "A\t22\t-\t10\t90\t50,10,\t90,20",
        2,
        "the last line has no line end");
}

TEST_F(GeneModelFile, RefusesMalformedAttributes) {
    const std::string line = "c\ts\texon\t1\t9\t.\t+\t.\t";
    refuse(line + "gene_id \"g\"; transcript_id \"t\n", 1, "is not closed");
    refuse(line + "gene_id \"g\"; transcript_id;\n", 1, "'transcript_id' has no value");
    refuse(line + "gene_id \"g\";\n", 1, "no transcript_id");
    refuse(line + "gene_id \"g\"; transcript_id \"\";\n", 1, "no transcript_id");
    refuse("##gff-version 3\n" + line + "ID\n", 2, "'ID' is not key=value");
    refuse("##gff-version 3\n" + line + "ID=e\n", 2, "the exon has no Parent");
    refuse(kGtf + line + "Parent=t\n", 2, "");
}

TEST_F(GeneModelFile, RefusesTranscriptsInTwoPlaces) {
    refuse(kGtf + "d" + kGtf.substr(1), 2, "lies on c+ above and on d+ here");
    refuse(kGtf + gtf("20\t30\t.\t-\t."), 2, "lies on c+ above and on c- here");
    refuse(kGff3 + "c\ts\texon\t20\t30\t.\t-\t.\tParent=t\n", 3, "exons of t lie on c+ and on c-");
    refuse("c\ts\tmRNA\t1\t9\t.\t-\t.\tID=t\nc\ts\texon\t1\t9\t.\t+\t.\tParent=t\n",
           2,
           "the exon lies on c+, its parent t on c-");
    refuse("c\ts\tmRNA\t1\t9\t.\t-\t.\tID=t\nd\ts\tmRNA\t1\t9\t.\t-\t.\tID=t\n",
           2,
           "transcript t lies on c- in line 1 and on d- here");
}

TEST_F(GeneModelFile, RefusesParentsThatAreNotThereOrRunInACircle) {
    refuse(kGff3 + "c\ts\texon\t1\t9\t.\t+\t.\tParent=nobody\n", 3, "Parent 'nobody' is not in");
    refuse(kGff3 + "c\ts\tmRNA\t1\t9\t.\t+\t.\tID=u;Parent=g\n", 3, "Parent 'g' is not in");
    refuse("c\ts\tmRNA\t1\t9\t.\t+\t.\tID=a;Parent=b\nc\ts\tmRNA\t1\t9\t.\t+\t.\tID=b;Parent=a\n",
           1,
           "run in a circle");
}

TEST_F(GeneModelFile, RefusesFilesWithoutAnyTranscript) {
    refuse("", 0, "no transcript and no exon");
    refuse("##gff-version 3\n#only comments\n", 2, "no transcript and no exon");
    refuse("c\ts\tgene\t1\t9\t.\t+\t.\tgene_id \"g\";\n", 1, "no transcript and no exon");
    refuse("##gff-version 3\n##FASTA\n>c\nACGT\n", 4, "no transcript and no exon");
}

TEST_F(GeneModelFile, ReadsChildrenBeforeParentsAndSharedExons) {
    const seq::GeneModels models = read(
        "c\ts\texon\t5\t9\t.\t-\t.\tParent=t,u\n"
        "c\ts\tmRNA\t1\t9\t.\t-\t.\tID=t;Parent=g\n"
        "c\ts\tmRNA\t5\t9\t.\t-\t.\tID=u;Parent=g\n"
        "c\ts\tgene\t1\t9\t.\t-\t.\tID=g;Name=GENE%2C1\n"
        "c\ts\texon\t1\t3\t.\t-\t.\tParent=t\n"
        "##FASTA\n>c\nACGT\n");
    ASSERT_EQ(models.transcripts().size(), 2U);
    EXPECT_EQ(models.transcripts()[0].exons, (std::vector<seq::Interval>{{0, 3}, {4, 9}}));
    EXPECT_EQ(models.transcripts()[1].exons, (std::vector<seq::Interval>{{4, 9}}));
    EXPECT_EQ(models.transcripts()[1].gene_name, "GENE,1");
}

TEST_F(GeneModelFile, ReadsExonsWithoutTranscriptLinesAndTheOtherWayRound) {
    const seq::GeneModels models = read(
        "c\ts\texon\t11\t19\t.\t+\t.\ttranscript_id t; gene_id g\r\n"
        "c\ts\texon\t1\t5\t.\t+\t.\ttranscript_id t; gene_id g\r\n"
        "c\ts\texon\t1\t5\t.\t+\t.\ttranscript_id t; gene_id g\r\n"
        "c\ts\ttranscript\t31\t40\t.\t+\t.\ttranscript_id \"bare\"; gene_id \"g; with \";\r\n");
    ASSERT_EQ(models.transcripts().size(), 2U);
    EXPECT_EQ(models.transcripts()[0].span, (seq::Interval{0, 19}));
    EXPECT_EQ(models.transcripts()[0].exons, (std::vector<seq::Interval>{{0, 5}, {10, 19}}));
    EXPECT_EQ(models.transcripts()[0].gene_name, "g");
    EXPECT_EQ(models.transcripts()[1].exons, (std::vector<seq::Interval>{{30, 40}}));
    EXPECT_EQ(models.transcripts()[1].gene_id, "g; with ");
}

TEST_F(GeneModelFile, MarksOnlyTheStrongestTagOfAGene) {
    const auto line = [](const std::string& id, const std::string& tags) {
        return "c\ts\texon\t1\t9\t.\t+\t.\tgene_id \"g\"; transcript_id \"" + id + "\"; " + tags +
               "\n";
    };
    const seq::GeneModels models = read(
        line("principal", "tag \"appris_principal_1\";") +
        line("canonical", "tag \"basic\"; tag \"Ensembl_canonical\";") +
        line("mane", "tag \"MANE_Select\";") + line("clinical", "tag \"MANE_Plus_Clinical\";"));
    std::vector<std::string> marked;
    for (const seq::Transcript& transcript : models.transcripts()) {
        if (transcript.canonical) {
            marked.push_back(transcript.id);
        }
    }
    EXPECT_THAT(marked, testing::ElementsAre("mane"));
}

const std::string kHeader = "#NAME\tCHROM\tSTRAND\tTX_START\tTX_END\tEXON_START\tEXON_END\n";

TEST_F(GeneModelFile, ReadsASpliceAiTable) {
    const seq::GeneModels models =
        read_table(kHeader + "A\t22\t-\t10\t90\t50,10,\t90,20,\nB\tX\t+\t5\t9\t5\t9\r\n");
    ASSERT_EQ(models.transcripts().size(), 2U);
    const seq::Transcript& a = models.transcripts()[0];
    EXPECT_EQ(a.id, "A");
    EXPECT_EQ(a.gene_name, "A");
    EXPECT_EQ(a.strand, '-');
    EXPECT_EQ(a.span, (seq::Interval{10, 90}));
    EXPECT_EQ(a.exons, (std::vector<seq::Interval>{{10, 20}, {50, 90}}));
    EXPECT_TRUE(a.canonical);
    EXPECT_EQ(models.transcripts()[1].exons, (std::vector<seq::Interval>{{5, 9}}));
}

TEST_F(GeneModelFile, RefusesMalformedSpliceAiTables) {
    refuse_table("A\t22\t-\t10\t90\t10,\t90,\n", 1, "header line");
    refuse_table("", 0, "holds no gene");
    refuse_table(kHeader, 1, "holds no gene");
    refuse_table(kHeader + "A\t22\t-\t10\t90\t10,\n", 2, "expected 7 tab-separated columns");
    refuse_table(kHeader + "A\t22\t*\t10\t90\t10,\t90,\n", 2, "STRAND is '*'");
    refuse_table(kHeader + "A\t22\t+\t90\t10\t10,\t90,\n", 2, "TX_END is not behind TX_START");
    refuse_table(kHeader + "A\t22\t+\t10\t90\t10,20,\t90,\n", 2, "EXON_START lists 2");
    refuse_table(kHeader + "A\t22\t+\t10\t90\t\t\n", 2, "EXON_START lists 0");
    refuse_table(kHeader + "A\t22\t+\t10\t90\t30,\t20,\n", 2, "exon 1 ends at 20");
    refuse_table(kHeader + "A\t22\t+\t10\t90\t1x,\t20,\n", 2, "EXON_START is '1x'");
    refuse_table(kHeader + "\t22\t+\t10\t90\t10,\t20,\n", 2, "NAME or CHROM is empty");
}

}  // namespace
}  // namespace varhush::io
