#include "varhush/train/evaluate.hpp"

#include "../models/splice_test_network.hpp"
#include "test_paths.hpp"
#include "train_support.hpp"
#include "varhush/core/error.hpp"
#include "varhush/io/fasta_reader.hpp"
#include "varhush/io/gene_model_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace varhush::train {
namespace {

std::shared_ptr<const models::SpliceNetwork> random_network(const test::TemporaryFolder& folder) {
    models::test::RandomNetwork random("5,5", "1,2", 1, "softmax3");
    nn::write_safetensors(folder.file("net"), random.tensors, random.metadata);
    return std::make_shared<const models::SpliceNetwork>(nn::SafeTensors::open(folder.file("net")));
}

TEST(EvaluateSites, CountsSitesAndPositionsOnceAndCutsAtTheRegion) {
    const test::TemporaryFolder folder;
    test::ToyGenome toy(9'000);
    toy.annotation.genes["c"].push_back({"inner", 1'000, 2'000, false});  // no second count
    const auto found =
        evaluate_sites(random_network(folder), toy.reference, toy.annotation, {"c", 450, 3'000}, 1);
    EXPECT_EQ(found.genes, 1);
    EXPECT_EQ(found.positions, 2'550);
    EXPECT_EQ(found.donors, 4);
    EXPECT_EQ(found.acceptors, 4);
    for (const auto& m : {found.acceptor_auprc, found.donor_auprc}) {
        EXPECT_GT(m.value, 0.0);
        EXPECT_LT(m.value, 0.5);  // random weights know nothing
    }
}

TEST(EvaluateSites, ARegionWithoutSitesIsAnError) {
    const test::TemporaryFolder folder;
    const test::ToyGenome toy(9'000);
    EXPECT_THROW(
        evaluate_sites(random_network(folder), toy.reference, toy.annotation, {"c", 0, 450}, 1),
        Error);
}

TEST(CompareDeltas, UsesCommonKeysOnly) {
    const DeltaScores expected{{"a", "b", "c", "d"},
                               {{0.9, 0, 0, 0}, {0, 0.5, 0, 0}, {0, 0, 0.1, 0}, {1, 1, 1, 1}}};
    const DeltaScores found{{"c", "b", "a", "x", "d"},
                            {{0, 0, 0.2, 0}, {0, 0.6, 0, 0}, {1.0, 0, 0, 0}, {1, 0, 0, 0}, {}}};
    const auto agreement = compare_deltas(expected, found);
    EXPECT_EQ(agreement.pairs, 3);
    EXPECT_NEAR(agreement.largest_pearson.value, 1.0, 1e-9);
    EXPECT_NEAR(agreement.largest_spearman.value, 1.0, 1e-9);
    EXPECT_NEAR(compare_deltas(expected, expected).all_pearson.value, 1.0, 1e-12);
    EXPECT_THROW(compare_deltas(expected, {{"a"}, {{1, 0, 0, 0}}}), Error);
}

TEST(DeltaScores, MoreSubstitutionsThanABatchKeepTheirOrder) {
    const test::TemporaryFolder folder;
    const test::ToyGenome toy(9'000);
    seq::Transcript gene;
    gene.id = gene.gene_name = "T";
    gene.contig = "c";
    gene.span = {400, 8'900};
    const seq::GeneModels genes({gene});
    std::vector<Substitution> all;
    for (std::int64_t position = 1'000; position < 1'520; ++position) {
        const std::string ref = toy.reference.fetch("c", position, position + 1);
        all.push_back({"c", position, ref, ref == "A" ? "C" : "A"});
    }
    const auto network = random_network(folder);
    const auto together = delta_scores(network, toy.reference, genes, all, 1);
    ASSERT_EQ(together.keys.size(), all.size());
    for (const std::size_t i :
         {std::size_t{0}, std::size_t{511}, std::size_t{512}, all.size() - 1}) {
        const auto alone = delta_scores(network, toy.reference, genes, {all[i]}, 1);
        EXPECT_EQ(together.keys[i], alone.keys.at(0));
        ASSERT_EQ(together.deltas[i].size(), 4U);
        for (std::size_t k = 0; k < 4; ++k) {
            EXPECT_NEAR(together.deltas[i][k], alone.deltas.at(0).at(k), 2e-6);
        }
    }
}

TEST(DeltaScores, EqualTheReferenceToolOnAGoldenSubstitution) {
    namespace fs = std::filesystem;
    const char* variable = std::getenv("VARHUSH_SHARED");
    const fs::path shared =
        variable != nullptr ? fs::path(variable) : fs::path(VARHUSH_SOURCE_DIR) / "../shared";
    if (!fs::exists(shared / "models")) {
        GTEST_SKIP() << "needs the shared models (VARHUSH_SHARED)";
    }
    const auto network = models::load_splice_network(
        (shared / "models/openspliceai-mane-80nt.safetensors").string());
    const test::TemporaryFolder folder;
    fs::copy_file(shared / "fixtures/splice/chr22_20-21M.fa", folder.file("a.fa"));
    const io::FastaReader reference(folder.file("a.fa"));
    const auto genes = io::read_spliceai_table((shared / "fixtures/splice/genes.tsv").string());
    const auto scores = delta_scores(network, reference, genes, {{"chr22", 74206, "G", "A"}}, 1);
    ASSERT_EQ(scores.keys.size(), 1U);
    EXPECT_EQ(scores.keys[0], "chr22:74207:G>A:DGCR8");
    // golden_80nt.expected.vcf, snv_DGCR8_D+1
    const std::vector<double> expected{0.000002, 0.000253, 0.000008, 0.773191};
    ASSERT_EQ(scores.deltas[0].size(), 4U);
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_NEAR(scores.deltas[0][i], expected[i], 2e-5);
    }
}

}  // namespace
}  // namespace varhush::train
