// One gene file in each dialect people use, and the shared fixtures where they are at hand.

#include "test_paths.hpp"
#include "varhush/io/gene_model_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace varhush::io {
namespace {

using seq::GeneModels;
using seq::Interval;
using seq::Transcript;
using testing::ElementsAre;

std::string data(const std::string& name) {
    return std::string(VARHUSH_TEST_DATA) + "/genes/" + name;
}

std::string text_of(const Transcript& transcript) {
    std::string text = transcript.id + ' ' + transcript.gene_id + ' ' + transcript.gene_name + ' ' +
                       transcript.biotype + ' ' + transcript.contig + transcript.strand +
                       (transcript.canonical ? " canonical " : " ") +
                       std::to_string(transcript.span.start) + '-' +
                       std::to_string(transcript.span.end);
    for (const Interval& exon : transcript.exons) {
        text += ' ' + std::to_string(exon.start) + '-' + std::to_string(exon.end);
    }
    return text;
}

std::vector<std::string> texts(const GeneModels& models) {
    std::vector<std::string> result;
    for (const Transcript& transcript : models.transcripts()) {
        result.push_back(text_of(transcript));
    }
    return result;
}

std::vector<std::string> canonical_ids(const GeneModels& models) {
    std::vector<std::string> result;
    const GeneModels reduced = models.canonical_only();
    for (const Transcript& transcript : reduced.transcripts()) {
        result.push_back(transcript.id);
    }
    return result;
}

TEST(GeneModelDialect, GencodeGtfAndGff3SayTheSame) {
    const GeneModels gtf = read_gtf_or_gff3(data("gencode.gtf"));
    EXPECT_THAT(
        texts(gtf),
        ElementsAre("ENST00000000011.2 ENSG00000000001.5 PLUSGENE protein_coding chr1+ 1000-5000 "
                    "1000-1100 2000-2200 4500-5000",
                    "ENST00000000012.4 ENSG00000000001.5 PLUSGENE protein_coding chr1+ canonical "
                    "1050-4600 1050-1100 4500-4600",
                    "ENST00000000021.1 ENSG00000000002.1 MINUSGENE lncRNA chr1- canonical "
                    "7000-9000 7000-7500 8800-9000"));
    EXPECT_EQ(texts(read_gtf_or_gff3(data("gencode.gff3"))), texts(gtf));
    EXPECT_THAT(canonical_ids(gtf), ElementsAre("ENST00000000012.4", "ENST00000000021.1"));
}

TEST(GeneModelDialect, EnsemblGtfAndGff3SayTheSame) {
    const GeneModels gtf = read_gtf_or_gff3(data("ensembl.gtf"));
    EXPECT_THAT(texts(gtf),
                ElementsAre("ENST00000000011 ENSG00000000001 PLUSGENE protein_coding 1+ 1000-5000 "
                            "1000-1100 2000-2200 4500-5000",
                            "ENST00000000012 ENSG00000000001 PLUSGENE protein_coding 1+ canonical "
                            "1050-4600 1050-1100 4500-4600",
                            "ENST00000000021 ENSG00000000002 MINUSGENE lncRNA 1- canonical "
                            "7000-9000 7000-7500 8800-9000"));
    EXPECT_EQ(texts(read_gtf_or_gff3(data("ensembl.gff3"))), texts(gtf));
    EXPECT_THAT(gtf.overlapping("chr1", 1040, 1060), ElementsAre(0, 1));
}

TEST(GeneModelDialect, RefSeqGff3FollowsParentsToTheGene) {
    const GeneModels models = read_gtf_or_gff3(data("refseq.gff3"));
    EXPECT_THAT(
        texts(models),
        ElementsAre("NM_000011.2 PLUSGENE PLUSGENE mRNA NC_000001.11+ 1000-5000 1000-1100 "
                    "2000-2200 4500-5000",
                    "NM_000012.4 PLUSGENE PLUSGENE mRNA NC_000001.11+ canonical 1050-4600 "
                    "1050-1100 4500-4600",
                    "NR_000031.1 MIR1 MIR1 primary_transcript NC_000001.11- 6000-6080 6000-6080",
                    "MIR1 MIR1 MIR1 miRNA NC_000001.11- 6009-6031 6009-6031",
                    "PSEUDO1 PSEUDO1 PSEUDO1 transcribed_pseudogene NC_000001.11+ 6500-6900 "
                    "6500-6600 6700-6900",
                    "IGKV1 IGKV1 IGKV1 V_gene_segment NC_000001.11- 7000-7400 7000-7200 7300-7400",
                    "NR_000041.1 PARGENE PARGENE lnc_RNA NC_000023.11+ 500-900 500-900",
                    "NR_000041.1 PARGENE-2 PARGENE lnc_RNA NC_000024.10+ 500-900 500-900",
                    "TRNF TRNF TRNF tRNA NC_012920.1+ 576-647 576-647"));
    EXPECT_THAT(canonical_ids(models),
                ElementsAre("NM_000012.4",
                            "NR_000031.1",
                            "PSEUDO1",
                            "IGKV1",
                            "NR_000041.1",
                            "NR_000041.1",
                            "TRNF"));
    EXPECT_THAT(models.overlapping("chr1", 4999, 5000), ElementsAre(0));
    EXPECT_THAT(models.overlapping("chrY", 500, 501), ElementsAre(7));
    EXPECT_THAT(models.overlapping("chrM", 600, 601), ElementsAre(8));
}

TEST(GeneModelDialect, RefSeqGtfMayUseOneTranscriptNameInManyGenes) {
    EXPECT_THAT(
        texts(read_gtf_or_gff3(data("refseq.gtf"))),
        ElementsAre("NM_000011.2 PLUSGENE PLUSGENE mRNA NC_000001.11+ 1000-5000 1000-1100 "
                    "2000-2200 4500-5000",
                    "NM_000012.4 PLUSGENE PLUSGENE mRNA NC_000001.11+ canonical 1050-4600 "
                    "1050-1100 4500-4600",
                    "unknown_transcript_1 TRNF TRNF tRNA NC_012920.1+ 576-647 576-647",
                    "unknown_transcript_1 TRNP TRNP tRNA NC_012920.1- 15955-16023 15955-16023"));
}

TEST(GeneModelDialect, KeepsTheTypeOfTheGeneBesideThatOfTheTranscript) {
    for (const char* const name : {"gencode.gtf", "gencode.gff3", "ensembl.gtf", "ensembl.gff3"}) {
        std::vector<std::string> types;
        const GeneModels models = read_gtf_or_gff3(data(name));
        for (const Transcript& transcript : models.transcripts()) {
            types.push_back(transcript.gene_biotype);
        }
        EXPECT_THAT(types, ElementsAre("protein_coding", "protein_coding", "lncRNA")) << name;
    }
    for (const char* const name : {"refseq.gtf", "refseq.gff3"}) {
        const GeneModels models = read_gtf_or_gff3(data(name));
        EXPECT_EQ(models.transcripts().front().biotype, "mRNA");
        EXPECT_EQ(models.transcripts().front().gene_biotype, "protein_coding");
        EXPECT_EQ(models.transcripts().back().gene_biotype, "tRNA") << name;
    }
}

std::filesystem::path shared_dir() {
    const char* const set = std::getenv("VARHUSH_SHARED");
    return set != nullptr ? set : std::filesystem::path(VARHUSH_SOURCE_DIR) / ".." / "shared";
}

// The coding span goes to the end of the stop codon, which GTF writes apart and GFF3 does not.
TEST(GeneModelDialect, CodingSpanHoldsTheStopCodon) {
    const auto write = [](const std::string& name, const std::string& text) {
        const std::string path = testing::TempDir() + name;
        std::ofstream(path) << text;
        return path;
    };
    const std::string gtf =
        write("cds.gtf",
              "chr1\t.\texon\t101\t200\t.\t-\t.\tgene_id \"g\"; transcript_id \"t\";\n"
              "chr1\t.\texon\t301\t400\t.\t-\t.\tgene_id \"g\"; transcript_id \"t\";\n"
              "chr1\t.\tCDS\t154\t200\t.\t-\t0\tgene_id \"g\"; transcript_id \"t\";\n"
              "chr1\t.\tCDS\t301\t350\t.\t-\t0\tgene_id \"g\"; transcript_id \"t\";\n"
              "chr1\t.\tstop_codon\t151\t153\t.\t-\t0\tgene_id \"g\"; transcript_id \"t\";\n"
              "chr1\t.\texon\t901\t950\t.\t+\t.\tgene_id \"n\"; transcript_id \"u\";\n");
    const std::string gff3 = write("cds.gff3",
                                   "##gff-version 3\n"
                                   "chr1\t.\tgene\t101\t400\t.\t-\t.\tID=g\n"
                                   "chr1\t.\tmRNA\t101\t400\t.\t-\t.\tID=t;Parent=g\n"
                                   "chr1\t.\tCDS\t151\t200\t.\t-\t0\tID=c;Parent=t\n"
                                   "chr1\t.\tCDS\t301\t350\t.\t-\t0\tID=c;Parent=t\n"
                                   "chr1\t.\texon\t101\t200\t.\t-\t.\tParent=t\n"
                                   "chr1\t.\texon\t301\t400\t.\t-\t.\tParent=t\n");
    for (const std::string& path : {gtf, gff3}) {
        const GeneModels models = read_gtf_or_gff3(path);
        ASSERT_TRUE(models.transcripts()[0].cds) << path;
        EXPECT_EQ(*models.transcripts()[0].cds, (Interval{150, 350})) << path;
    }
    EXPECT_FALSE(read_gtf_or_gff3(gtf).transcripts()[1].cds);
}

TEST(SharedGeneModels, GtfAndSpliceAiTableHoldTheSameFifteenModels) {
    const std::filesystem::path splice = shared_dir() / "fixtures" / "splice";
    if (!std::filesystem::exists(splice / "genes.gtf")) {
        GTEST_SKIP() << "no shared fixtures at " << splice;
    }
    const GeneModels gtf = read_gtf_or_gff3((splice / "genes.gtf").string());
    const GeneModels table = read_spliceai_table((splice / "genes.tsv").string());
    ASSERT_EQ(table.transcripts().size(), 15U);
    ASSERT_EQ(gtf.transcripts().size(), 15U);
    for (std::size_t i = 0; i < 15; ++i) {
        const Transcript& a = gtf.transcripts()[i];
        const Transcript& b = table.transcripts()[i];
        EXPECT_EQ(a.gene_name, b.gene_name);
        EXPECT_EQ(a.strand, b.strand);
        EXPECT_EQ(a.span, b.span) << a.gene_name;
        EXPECT_EQ(a.exons, b.exons) << a.gene_name;
        EXPECT_TRUE(a.canonical && b.canonical);
    }
    EXPECT_EQ(std::count_if(gtf.transcripts().begin(),
                            gtf.transcripts().end(),
                            [](const Transcript& t) { return t.id.rfind("SYN_", 0) == 0; }),
              3);
    // Contig names differ on purpose: 22 in the table, chr22 in the GTF and in VCFs.
    EXPECT_EQ(gtf.overlapping("chr22", 104'000, 104'001),
              table.overlapping("chr22", 104'000, 104'001));
    EXPECT_EQ(gtf.overlapping("22", 104'000, 104'001).size(), 2U);
}

TEST(SharedGeneModels, TheDemoAnnotationReads) {
    const std::filesystem::path demo = shared_dir() / "data" / "demo" / "genes.gtf.gz";
    if (!std::filesystem::exists(demo)) {
        GTEST_SKIP() << "no shared data at " << demo;
    }
    const GeneModels models = read_gtf_or_gff3(demo.string());
    EXPECT_EQ(models.transcripts().size(), 63U);
    EXPECT_EQ(models.canonical_only().transcripts().size(), 63U);
    EXPECT_EQ(models.transcripts().front().id, "ARVCF.union");
}

}  // namespace
}  // namespace varhush::io
