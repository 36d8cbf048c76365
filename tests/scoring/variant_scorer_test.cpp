// What the recorded cases do not reach: missing tables, strands that are never read, sites beyond
// the limits, alignment of everything, half precision.
#include "varhush/scoring/variant_scorer.hpp"

#include "half.hpp"
#include "scorer_fixture.hpp"
#include "varhush/core/error.hpp"
#include "varhush/scoring/interval_scorer.hpp"
#include "varhush/scoring/ism.hpp"
#include "varhush/scoring/reverse_complement.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace varhush::scoring::test {
namespace {

using models::OutputType;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

ScorerSpec spec_of(const std::string& text) {
    return parse_scorers(text).at(0);
}

TEST(VariantScorer, WithoutTablesGeneScorersSayNoGene) {
    const ScorerFixture fixture;
    ScorerContext bare = fixture.context;
    bare.genes = nullptr;
    bare.pas = nullptr;
    for (const NamedScorer& scorer : recommended_scorers()) {
        const auto job = make_scorer(scorer.spec, bare, fixture.window, fixture.variant("snv"));
        EXPECT_EQ(job->status() == seq::AlleleStatus::kNoGene, scorer.spec.needs_genes())
            << scorer.key;
        if (scorer.spec.needs_genes()) {
            EXPECT_THAT(job->needs(), IsEmpty());
            EXPECT_FALSE(job->wants_junctions());
            EXPECT_THAT(job->finish().rows, IsEmpty());
        }
    }
}

TEST(VariantScorer, AsksForTheTracksOfTheGenesStrandAlone) {
    const ScorerFixture fixture;
    const auto scorer =
        make_scorer(spec_of("RNA_SEQ"), fixture.context, fixture.window, fixture.variant("snv"));
    ASSERT_EQ(scorer->needs().size(), 2U);
    EXPECT_THAT(scorer->needs()[0].channels, ElementsAre(0, 2, 3));  // + . +
    EXPECT_THAT(scorer->needs()[1].channels, ElementsAre(1, 2));     // - .
    EXPECT_FALSE(scorer->needs()[0].aligned);
    const auto indel =
        make_scorer(spec_of("RNA_SEQ"), fixture.context, fixture.window, fixture.variant("ins3"));
    EXPECT_TRUE(indel->needs()[0].aligned);
    EXPECT_FALSE(
        make_scorer(spec_of("ATAC"), fixture.context, fixture.window, fixture.variant("ins3"))
            ->needs()[0]
            .aligned);
}

TEST(VariantScorer, NoSelectedTracksMeansNoNeeds) {
    const ScorerFixture fixture;
    const TrackSelection nothing;
    ScorerContext context = fixture.context;
    context.selection = &nothing;
    for (const NamedScorer& scorer : recommended_scorers()) {
        const auto job = make_scorer(scorer.spec, context, fixture.window, fixture.variant("snv"));
        EXPECT_THAT(job->needs(), IsEmpty()) << scorer.key;
        EXPECT_FALSE(job->contact());
        EXPECT_FALSE(job->wants_junctions());
        EXPECT_THAT(job->finish().values, IsEmpty()) << scorer.key;
    }
}

TEST(VariantScorer, RefusesBlocksOutOfPlace) {
    const ScorerFixture fixture;
    const auto scorer =
        make_scorer(spec_of("ATAC"), fixture.context, fixture.window, fixture.variant("snv"));
    const std::vector<float> row(4);
    const TrackBlock elsewhere{OutputType::kAtac, 0, 1, row};
    EXPECT_THROW(scorer->consume(0, elsewhere, elsewhere), Error);
    EXPECT_THROW(static_cast<void>(scorer->finish()), Error) << "bins are missing";
    EXPECT_THROW(scorer->consume_contacts(row, row), Error);
    EXPECT_THROW(scorer->consume_junctions({}, {}), Error);
    const auto genes =
        make_scorer(spec_of("RNA_SEQ"), fixture.context, fixture.window, fixture.variant("snv"));
    EXPECT_THROW(static_cast<void>(genes->finish()), Error) << "bins are missing";
    EXPECT_THROW(genes->consume(0, elsewhere, elsewhere), Error);
    const auto junctions = make_scorer(
        spec_of("SpliceJunction"), fixture.context, fixture.window, fixture.variant("snv"));
    EXPECT_THROW(static_cast<void>(junctions->junction_sites()), Error) << "bins are missing";
    EXPECT_THROW(static_cast<void>(junctions->finish()), Error) << "counts are missing";
}

TEST(AlignAll, CentreMasksCompareTheSameBases) {
    ScorerFixture fixture;
    // ALT is REF with three bases more behind the variant: aligned, nothing but them can differ.
    const ScoredVariant insertion = fixture.variant("ins3");
    const std::int64_t anchor = insertion.start - fixture.window.start;
    const std::vector<float>& ref = fixture.ref.at(OutputType::kAtac);
    std::vector<float> alt = ref;
    for (std::size_t i = static_cast<std::size_t>(anchor + 4) * 4; i < alt.size(); ++i) {
        alt[i] = ref[i - 12];
    }
    for (std::size_t i = 0; i < 12; ++i) {
        alt[static_cast<std::size_t>(anchor + 1) * 4 + i] = 0;
    }
    fixture.alt[OutputType::kAtac] = alt;
    const ScorerSpec spec = spec_of("CenterMask:ATAC:501:L2_DIFF");
    const ScoreTable official = fixture.score(spec, insertion);
    EXPECT_FALSE(official.aligned);
    EXPECT_GT(official.values[0], 1);
    fixture.context.align = AlignMode::kAll;
    const ScoreTable corrected = fixture.score(spec, insertion);
    EXPECT_TRUE(corrected.aligned);
    EXPECT_THAT(corrected.values, ElementsAre(0, 0, 0, 0));
}

TEST(AlignAll, CoarseBinsStayWhereTheShiftIsNoWholeNumberOfBins) {
    ScorerFixture fixture;
    fixture.context.align = AlignMode::kAll;
    const ScorerSpec histone = spec_of("CHIP_HISTONE");
    EXPECT_FALSE(fixture.score(histone, fixture.variant("ins3")).aligned);
    EXPECT_TRUE(fixture.score(histone, fixture.variant("snv")).aligned);
    const ScoredVariant by_bins{"chr1", 12000, "A", std::string(129, 'A')};
    const auto scorer = make_scorer(histone, fixture.context, fixture.window, by_bins);
    EXPECT_TRUE(scorer->needs()[0].aligned);
    EXPECT_EQ(scorer->needs()[0].resolution_bp, 128);
    EXPECT_FALSE(fixture.score(spec_of("ContactMap"), by_bins).aligned);
    // A whole bin of 2,048 bp: the second row of ALT runs out of the window.
    const ScoredVariant by_pair_bin{"chr1", 10100, "A", std::string(2049, 'A')};
    const ScoreTable contact = fixture.score(spec_of("ContactMap"), by_pair_bin);
    EXPECT_TRUE(contact.aligned);
    const auto& ref = fixture.ref.at(OutputType::kContactMaps);  // [2, 2, 2], column 0
    const auto& alt = fixture.alt.at(OutputType::kContactMaps);
    EXPECT_NEAR(contact.values[0],
                (std::fabs(std::max(alt[0], alt[4]) - ref[0]) + std::fabs(ref[4])) / 2,
                1e-6);
}

TEST(SpliceJunctionScorer, AnnotatedSitesCountAsCertain) {
    const ScorerFixture fixture;
    const SpliceSiteTable annotated(fixture.models);
    ScorerContext context = fixture.context;
    context.splice_sites = &annotated;
    context.num_splice_sites = 4;
    const auto scorer =
        make_scorer(spec_of("SpliceJunction"), context, fixture.window, fixture.variant("snv"));
    const TrackNeed& need = scorer->needs()[0];
    for (const models::PositionRange& range : need.bins) {
        std::vector<float> quiet(static_cast<std::size_t>(range.size()) * 4, 0.2F);
        scorer->consume(0,
                        {need.output, range.begin, range.size(), quiet},
                        {need.output, range.begin, range.size(), quiet});
    }
    // Of '+' genes: exon ends 10700, 11620, 11700 and exon starts 11500, 12000, 13000. The fourth
    // best is the lowest of many equal positions, which lies before the protein-coding gene and
    // needs no junction.
    EXPECT_THAT(scorer->junction_sites()[0], ElementsAre(699, 1619, 1699));
    EXPECT_THAT(scorer->junction_sites()[1], ElementsAre(1500, 2000, 3000));
}

TEST(SpliceJunctionScorer, LooksAtTheFirst256Sites) {
    const ScorerFixture fixture;
    const auto scorer = make_scorer(
        spec_of("SpliceJunction"), fixture.context, fixture.window, fixture.variant("outside"));
    const TrackNeed& need = scorer->needs()[0];
    ASSERT_EQ(need.bins.size(), 1U);
    const models::PositionRange range = need.bins[0];
    const std::vector<float> all(static_cast<std::size_t>(range.size()) * 4, 0.5F);
    scorer->consume(0,
                    {need.output, range.begin, range.size(), all},
                    {need.output, range.begin, range.size(), all});
    const models::SpliceSiteRows sites = scorer->junction_sites();
    EXPECT_THAT(sites[0], IsEmpty()) << "no gene of that strand";
    EXPECT_EQ(sites[2].size(), 256U);
    EXPECT_EQ(sites[2].front(), range.begin);
}

TEST(RoundToHalf, AgreesWithIeee754) {
    EXPECT_EQ(round_to_half(0.1F), 0.0999755859375F);
    EXPECT_EQ(round_to_half(1.0F + 1.0F / 2048), 1.0F) << "ties to even";
    EXPECT_EQ(round_to_half(1.0F + 3.0F / 2048), 1.0F + 2.0F / 1024);
    EXPECT_EQ(round_to_half(-3.14159F), -3.140625F);
    EXPECT_EQ(round_to_half(65519), 65504);
    EXPECT_TRUE(std::isinf(round_to_half(65520)));
    EXPECT_EQ(round_to_half(std::ldexp(1.0F, -24)), std::ldexp(1.0F, -24));
    EXPECT_EQ(round_to_half(std::ldexp(1.0F, -26)), 0.0F);
    EXPECT_EQ(round_to_half(std::ldexp(1.5F, -24)), std::ldexp(1.0F, -23));
    EXPECT_EQ(round_to_half(0), 0);
}

TEST(IntervalScorer, RefusesMinusAndOtherWidths) {
    const ScorerFixture fixture;
    const auto refusal = [&](IntervalScorerSpec spec, const ScoreWindow& window) -> std::string {
        try {
            const IntervalScorer scorer(spec, fixture.context, window);
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::kUsage);
            return error.what();
        }
        return "";
    };
    ScoreWindow minus = fixture.window;
    minus.strand = '-';
    EXPECT_THAT(refusal({OutputType::kRnaSeq, 2001}, minus), HasSubstr("'-' strand"));
    EXPECT_THAT(refusal({OutputType::kRnaSeq, 2000}, fixture.window), HasSubstr("width 2000"));
    EXPECT_THAT(refusal({}, fixture.window), HasSubstr("larger than the window"));
    EXPECT_THAT(refusal({OutputType::kContactMaps, 501}, fixture.window),
                HasSubstr("CONTACT_MAPS"));
    EXPECT_EQ(refusal({OutputType::kRnaSeq, 2001}, fixture.window), "");
}

TEST(IntervalScorer, AtCoarseResolutionABinCountsWhenAnyBaseDoes) {
    const ScorerFixture fixture;
    const IntervalScorer scorer({OutputType::kChipHistone, 2001}, fixture.context, fixture.window);
    // The target is 11047-13048. Transcripts that start there have the exons 11400-11700,
    // 13000-13048 (AAA), 11800-12100 and 12500-12600 (BBB).
    ASSERT_EQ(scorer.needs().size(), 1U);
    EXPECT_THAT(scorer.needs()[0].bins,
                ElementsAre(models::PositionRange{10, 17},
                            models::PositionRange{19, 21},
                            models::PositionRange{23, 24}));
}

TEST(Mutagenesis, AnUnknownBaseGetsAllFourLettersAndNoContribution) {
    const auto variants = ism_variants("chr1", 5, "aN");
    ASSERT_EQ(variants.size(), 7U);
    EXPECT_EQ(variants[0].to_text(), "chr1:6:A>C");
    EXPECT_EQ(variants[3].to_text(), "chr1:7:N>A");
    const std::vector<double> scores{1, 2, 6, 9, 9, 9, 9};
    const auto matrix = ism_matrix("AN", scores, false);
    EXPECT_EQ(matrix[0], -3);
    EXPECT_EQ(matrix[3], 3);
    EXPECT_TRUE(std::isnan(matrix[4]) && std::isnan(matrix[7]));
    EXPECT_THROW(static_cast<void>(ism_matrix("A", scores, false)), Error);
}

TEST(ReverseComplement, TwiceIsOnce) {
    const models::SpliceSiteRows sites{{{1, 5}, {7}, {2}, {3, 9}}};
    EXPECT_EQ(reversed_sites(reversed_sites(sites, 10), 10), sites);
    EXPECT_THAT(reversed_sites(sites, 10)[0], ElementsAre(7));
    EXPECT_THAT(reversed_sites(sites, 10)[1], ElementsAre(0, 6));
    const models::JunctionCounts counts{{1, 2, 3, 4}, {5, 6, 7, 8}};
    const models::JunctionCounts turned = reversed_junctions(counts, sites, 2);
    EXPECT_THAT(turned.plus, ElementsAre(7, 8, 5, 6));
    EXPECT_THAT(turned.minus, ElementsAre(3, 4, 1, 2));
    EXPECT_EQ(reversed_junctions(turned, reversed_sites(sites, 10), 2).plus, counts.plus);
    EXPECT_THAT(reversed_contacts(std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8}, 2, 2),
                ElementsAre(7, 8, 5, 6, 3, 4, 1, 2));
}

}  // namespace
}  // namespace varhush::scoring::test
