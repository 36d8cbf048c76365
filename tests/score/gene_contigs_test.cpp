#include "apps/score/gene_contigs.hpp"

#include <gmock/gmock.h>

namespace varhush::apps {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

seq::GeneModels genes_on(const std::string& contig) {
    seq::Transcript transcript;
    transcript.id = "t";
    transcript.contig = contig;
    transcript.span = {0, 100};
    return seq::GeneModels({transcript});
}

TEST(GeneContigWarning, OnlyWhenNoContigIsShared) {
    const std::vector<io::VariantHeader::Contig> contigs{{"21", {}}, {"22", {}}};
    EXPECT_THAT(gene_contig_warning(contigs, genes_on("22")), IsEmpty());
    EXPECT_THAT(gene_contig_warning(contigs, genes_on("chr22")), IsEmpty());  // an alias
    EXPECT_THAT(gene_contig_warning({}, genes_on("chr22")), IsEmpty());       // not known yet
    EXPECT_THAT(gene_contig_warning(contigs, genes_on("scaffold_7")), HasSubstr("scaffold_7"));
    EXPECT_THAT(gene_contig_warning(contigs, genes_on("scaffold_7")), HasSubstr("NO_GENE"));
    EXPECT_THAT(gene_contig_warning(contigs, {}), HasSubstr("none"));
}

}  // namespace
}  // namespace varhush::apps
