#include "apps/siindex/fasta_header.hpp"

#include <gtest/gtest.h>

namespace varhush::apps {
namespace {

std::string text_of(std::string_view header) {
    const sirna::TranscriptRecord record = parse_fasta_header(header);
    std::string text = record.name + " " + record.gene_id + " " + record.gene_name;
    if (record.cds) {
        text += " " + std::to_string(record.cds->start) + "-" + std::to_string(record.cds->end);
    }
    return text;
}

TEST(FastaHeader, ReadsTheFormsOfTheArchives) {
    EXPECT_EQ(text_of("ENST00000641515.2|ENSG00000186092.7|OTTHUMG1|OTTHUMT1|OR4F5-201|OR4F5|2618|"
                      "UTR5:1-60|CDS:61-1041|UTR3:1042-2618|"),
              "ENST00000641515.2 ENSG00000186092.7 OR4F5 60-1041");
    EXPECT_EQ(text_of("ENST00000456328.2|ENSG00000223972.5|-|-|DDX11L1-202|DDX11L1|1657|lncRNA|"),
              "ENST00000456328.2 ENSG00000223972.5 DDX11L1");
    EXPECT_EQ(text_of("ENST00000631435.1 cdna chromosome:GRCh38:CHR_HSCHR7_2:142847306:142847317:1 "
                      "gene:ENSG00000282253.1 gene_biotype:TR_D_gene gene_symbol:TRBD1 "
                      "description:T cell receptor beta diversity 1"),
              "ENST00000631435.1 ENSG00000282253.1 TRBD1");
    EXPECT_EQ(text_of("NM_000014.6 Homo sapiens alpha-2-macroglobulin (A2M), transcript variant 1, "
                      "mRNA"),
              "NM_000014.6 A2M A2M");
    EXPECT_EQ(
        text_of("NR_001.1 Homo sapiens a gene (with (nested) words) (ABC), long non-coding RNA"),
        "NR_001.1 ABC ABC");
    EXPECT_EQ(text_of("tx1 gene=XYZ CDS=10-45"), "tx1 XYZ  9-45");
    EXPECT_EQ(text_of("lcl|NC_1_cds [gene=dnaA] [protein=x]"), "lcl dnaA ");
    EXPECT_EQ(text_of("plain"), "plain  ");
    EXPECT_EQ(text_of("tx CDS=45-10"), "tx  ");
    EXPECT_EQ(text_of("tx CDS=0-10"), "tx  ");
    EXPECT_EQ(text_of(""), "  ");
}

}  // namespace
}  // namespace varhush::apps
