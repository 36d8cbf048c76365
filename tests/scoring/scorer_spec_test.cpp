#include "varhush/scoring/scorer_spec.hpp"

#include "varhush/core/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace varhush::scoring {
namespace {

using models::OutputType;
using seq::Modality;
using testing::HasSubstr;

std::string refusal(const std::string& text) {
    try {
        static_cast<void>(parse_scorers(text));
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kUsage);
        return error.what();
    }
    return "";
}

TEST(RecommendedScorers, AreNineteenDifferentOnes) {
    std::set<std::string> keys, names;
    int with_sign = 0;
    for (const NamedScorer& scorer : recommended_scorers()) {
        keys.emplace(scorer.key);
        names.insert(scorer.spec.name());
        with_sign += scorer.spec.is_signed() ? 1 : 0;
    }
    EXPECT_EQ(keys.size(), 19U);
    EXPECT_EQ(names.size(), 19U);
    EXPECT_EQ(with_sign, 7);
    EXPECT_TRUE(
        names.count("CenterMaskScorer(requested_output=CHIP_HISTONE, width=2001, "
                    "aggregation_type=ACTIVE_SUM)"));
    EXPECT_TRUE(
        names.count("GeneMaskSplicingScorer(requested_output=SPLICE_SITE_USAGE, width=None)"));
    EXPECT_TRUE(names.count("PolyadenylationScorer()"));
}

TEST(RecommendedScorers, CountForTheFlatTagsOfTheirOutput) {
    const std::vector<std::pair<const char*, std::optional<Modality>>> wanted{
        {"ATAC", Modality::kAccessibility},
        {"DNASE", Modality::kAccessibility},
        {"CHIP_TF", Modality::kTf},
        {"CHIP_HISTONE", Modality::kHistone},
        {"CAGE", Modality::kTss},
        {"PROCAP", Modality::kTss},
        {"RNA_SEQ", Modality::kExpression},
        {"SPLICE_SITES", Modality::kSplicing},
        {"SPLICE_SITE_USAGE", Modality::kSplicing},
        {"SPLICE_JUNCTIONS", Modality::kSplicing},
        {"POLYADENYLATION", Modality::kPas},
        {"CONTACT_MAPS", Modality::kContact},
        {"ATAC_ACTIVE", std::nullopt},
        {"CHIP_HISTONE_ACTIVE", std::nullopt},
        {"RNA_SEQ_ACTIVE", std::nullopt},
        {"CenterMask:ATAC:501:L2_DIFF", Modality::kAccessibility},
    };
    for (const auto& [text, modality] : wanted) {
        EXPECT_EQ(parse_scorers(text).at(0).modality(), modality) << text;
    }
}

TEST(ParseScorers, TakesKeysShortFormsAndPrintedNames) {
    EXPECT_EQ(parse_scorers("recommended").size(), 19U);
    EXPECT_EQ(parse_scorers("atac, recommended ,ATAC").size(), 19U);
    EXPECT_EQ(parse_scorers("rna_seq").at(0).name(), "GeneMaskLFCScorer(requested_output=RNA_SEQ)");
    const ScorerSpec spec = parse_scorers("CenterMask:dnase:10001:diff_mean").at(0);
    EXPECT_EQ(spec.output, OutputType::kDnase);
    EXPECT_EQ(spec.width_bp, 10001);
    EXPECT_EQ(spec.aggregation, Aggregation::kDiffMean);
    EXPECT_FALSE(parse_scorers("CenterMask:CAGE:None:L2_DIFF_LOG1P").at(0).width_bp.has_value());
    EXPECT_EQ(parse_scorers("centermaskscorer(width=501,requested_output=OutputType.ATAC, "
                            "aggregation_type=AggregationType.DIFF_LOG2_SUM), ContactMap()")
                  .at(0),
              recommended_scorers().front().spec);
    EXPECT_EQ(parse_scorers("GeneMaskSplicing:SPLICE_SITES:101").at(0).name(),
              "GeneMaskSplicingScorer(requested_output=SPLICE_SITES, width=101)");
}

TEST(ParseScorers, ReadsBackEveryNameItPrints) {
    for (const NamedScorer& scorer : recommended_scorers()) {
        EXPECT_EQ(parse_scorers(scorer.spec.name()), std::vector<ScorerSpec>{scorer.spec});
        EXPECT_EQ(parse_scorers(scorer.key), std::vector<ScorerSpec>{scorer.spec});
    }
}

TEST(ParseScorers, RefusesWhatCannotBeRun) {
    EXPECT_THAT(refusal("ATAQ"), HasSubstr("scorer 'ATAQ': there is no such scorer"));
    EXPECT_THAT(refusal(""), HasSubstr("no such scorer"));
    EXPECT_THAT(refusal("ATAC,"), HasSubstr("no such scorer"));
    EXPECT_THAT(refusal("CenterMask"), HasSubstr("'' is no output"));
    EXPECT_THAT(refusal("CenterMask:ATAC"), HasSubstr("a width is missing"));
    EXPECT_THAT(refusal("CenterMask:ATAC:500:DIFF_MEAN"), HasSubstr("the width is '500'"));
    EXPECT_THAT(refusal("CenterMask:ATAC:501"), HasSubstr("'' is no aggregation"));
    EXPECT_THAT(refusal("CenterMask:ATAC:501:MEAN"), HasSubstr("'MEAN' is no aggregation"));
    EXPECT_THAT(refusal("CenterMask:ATAC:501:DIFF_MEAN:1"), HasSubstr("too many parts"));
    EXPECT_THAT(refusal("CenterMask:CONTACT_MAPS:501:DIFF_MEAN"), HasSubstr("cannot be used on"));
    EXPECT_THAT(refusal("GeneMaskLFC:CHIP_TF"), HasSubstr("cannot be used on CHIP_TF"));
    EXPECT_THAT(refusal("GeneMaskSplicing:RNA_SEQ"), HasSubstr("cannot be used on RNA_SEQ"));
    EXPECT_THAT(refusal("ContactMap(width=501)"), HasSubstr("'width=501' is no argument of it"));
    EXPECT_THAT(refusal("CenterMaskScorer(width=501"), HasSubstr("the parenthesis is not closed"));
}

}  // namespace
}  // namespace varhush::scoring
