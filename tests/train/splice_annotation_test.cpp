#include "varhush/train/splice_annotation.hpp"

#include "train_support.hpp"
#include "varhush/core/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace varhush::train {
namespace {

using testing::HasSubstr;

class Annotation : public testing::Test {
  protected:
    void write(const char* name, const std::string& text) const {
        std::ofstream(folder_.file(name)) << text;
    }
    [[nodiscard]] SpliceAnnotation read() const {
        return read_splice_annotation(folder_.file("sites"), folder_.file("exons"));
    }
    [[nodiscard]] std::string refusal() const {
        try {
            (void)read();
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::kInput);
            return error.what();
        }
        return "accepted";
    }

    const std::string head_ = "chrom\tpos0\ttype\tstrand\tgene\n";
    test::TemporaryFolder folder_;
};

TEST_F(Annotation, ReadsSitesAndJoinsExonsToGenes) {
    write("sites", head_ + "c\t30\tacceptor\t+\tA\nc\t19\tdonor\t+\tA\nc\t19\tdonor\t+\tA2\n");
    write("exons",
          "c\t10\t20\tA\t0\t+\nc\t30\t40\tA\t0\t+\nc\t5\t50\tB\t0\t-\n"
          "c\t35\t60\tC\t0\t+\nc\t9000000\t9000010\tA\t0\t+\n");
    const auto found = read();
    const auto plus = found.sites_in("c", 0, 100, false);
    ASSERT_EQ(plus.size(), 2U);  // the repeated site once
    EXPECT_EQ(plus[0].position, 19);
    EXPECT_TRUE(plus[0].donor);
    EXPECT_TRUE(found.sites_in("c", 0, 100, true).empty());
    EXPECT_TRUE(found.sites_in("c", 20, 30, false).empty());
    EXPECT_TRUE(found.sites_in("other", 0, 100, false).empty());
    EXPECT_EQ(found.genes.at("c").size(), 4U);  // A, its far copy, B, C
    const auto unions = found.gene_unions("c", 0, 100);
    ASSERT_EQ(unions.size(), 2U);
    EXPECT_EQ(unions[0].start, 10);  // A with C
    EXPECT_EQ(unions[0].end, 60);
    EXPECT_TRUE(unions[1].minus);
}

TEST_F(Annotation, NamesTheBadLine) {
    write("exons", "c\t10\t20\tA\t0\t+\n");
    write("sites", "a\tb\n");
    EXPECT_THAT(refusal(), HasSubstr("expected the header"));
    write("sites", head_ + "c\t-3\tdonor\t+\tA\n");
    EXPECT_THAT(refusal(), HasSubstr("sites:2: expected a position, found \"-3\""));
    write("sites", head_ + "c\t3\tdoner\t+\tA\n");
    EXPECT_THAT(refusal(), HasSubstr("donor or acceptor"));
    write("sites", head_ + "c\t3\tdonor\t.\tA\n");
    EXPECT_THAT(refusal(), HasSubstr("expected the strand"));
    write("sites", head_);
    write("exons", "c\t20\t20\tA\t0\t+\n");
    EXPECT_THAT(refusal(), HasSubstr("ends before it starts"));
    write("exons", "c\t20\n");
    EXPECT_THAT(refusal(), HasSubstr("six columns"));
}

TEST_F(Annotation, RefusesFilesCutInTheirLastLine) {
    write("exons", "c\t10\t20\tA\t0\t+\n");
    write("sites", head_ + "c\t3\tdonor\t+");
    EXPECT_THAT(refusal(), HasSubstr("sites:2: the last line has no line end"));
    write("sites", head_ + "c\t3\tdonor\t+\tA\n");
    EXPECT_EQ(refusal(), "accepted");
    write("exons", "c\t10\t20\tA\t0\t+");
    EXPECT_THAT(refusal(), HasSubstr("exons:1: the last line has no line end"));
}

TEST(AnnotationFromGenes, SitesFollowTheStrand) {
    seq::Transcript plus;
    plus.id = "P";
    plus.contig = "c";
    plus.span = {10, 100};
    plus.exons = {{10, 20}, {40, 50}, {90, 100}};
    seq::Transcript minus = plus;
    minus.id = "M";
    minus.strand = '-';
    const auto found = annotation_from(seq::GeneModels({plus, minus}));
    const auto on_plus = found.sites_in("c", 0, 200, false);
    ASSERT_EQ(on_plus.size(), 4U);
    EXPECT_EQ(on_plus[0].position, 19);
    EXPECT_TRUE(on_plus[0].donor);
    EXPECT_EQ(on_plus[1].position, 40);
    EXPECT_FALSE(on_plus[1].donor);
    const auto on_minus = found.sites_in("c", 0, 200, true);
    ASSERT_EQ(on_minus.size(), 4U);
    EXPECT_EQ(on_minus[0].position, 19);
    EXPECT_FALSE(on_minus[0].donor);  // read backwards the intron ends here
    EXPECT_TRUE(on_minus[1].donor);
}

}  // namespace
}  // namespace varhush::train
