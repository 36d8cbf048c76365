// Every variant, scorer, width and aggregation that was recorded from the official scoring code,
// within 2e-5 relative + 2e-6.
#include "scorer_fixture.hpp"
#include "varhush/scoring/interval_scorer.hpp"
#include "varhush/scoring/ism.hpp"
#include "varhush/scoring/reverse_complement.hpp"

#include <gtest/gtest.h>

#include <set>

namespace varhush::scoring::test {
namespace {

const ScorerFixture& fixture() {
    static const ScorerFixture loaded;
    return loaded;
}

std::vector<std::string> gene_ids(const ScoreTable& table) {
    std::vector<std::string> ids;
    for (const ScoreRow& row : table.rows) {
        ids.push_back(row.gene->id);
    }
    return ids;
}

ScorerSpec center_spec(const std::string& output,
                       const std::string& width,
                       const std::string& aggregation) {
    return parse_scorers("CenterMask:" + output + ":" + width + ":" + aggregation).at(0);
}

/// Keys of the expected arrays that start with `prefix`.
std::vector<std::string> keys_below(const std::string& prefix) {
    std::vector<std::string> keys;
    for (const auto& [key, entry] : fixture().expected.entries()) {
        if (key.rfind(prefix, 0) == 0) {
            keys.push_back(key);
        }
    }
    return keys;
}

/// The recorded DIFF_SUM and DIFF_SUM_LOG2 are differences of two large sums that were accumulated
/// in float32, row by row (added up that way, the inputs give the recorded numbers bit for bit).
/// Against sums in float64 that costs up to 2e-6 of the larger sum; logarithms in base 2 are at
/// most 1.45 times the value.
std::vector<double> float_rounding(const std::vector<std::string>& parts) {
    std::vector<double> rounding;
    if (parts[4].rfind("DIFF_SUM", 0) == 0) {
        const std::string key = parts[0] + "/center/" + parts[2] + "/" + parts[3] + "/ACTIVE_SUM";
        for (const double sum : numbers(fixture().expected, key)) {
            rounding.push_back(2e-6 * 1.45 * sum);
        }
    }
    return rounding;
}

TEST(ScorerParity, CentreMasksOfEveryWidthAndAggregation) {
    std::size_t compared = 0;
    for (const std::string& name : fixture().variants) {
        for (const std::string& key : keys_below(name + "/center/")) {
            const auto parts = split(key, '/');
            const ScorerSpec spec = center_spec(parts[2], parts[3], parts[4]);
            const ScoreTable table = fixture().score(spec, fixture().variant(name));
            EXPECT_EQ(
                difference(table.values, numbers(fixture().expected, key), float_rounding(parts)),
                "")
                << key;
            EXPECT_EQ(table.status == seq::AlleleStatus::kOk, name != "outside") << key;
            ++compared;
        }
    }
    EXPECT_EQ(compared, 13U * 2 * 4 * 8);
}

TEST(ScorerParity, CentreMasksCoverTheRecordedBins) {
    std::size_t compared = 0;
    for (const std::string& name : fixture().variants) {
        for (const auto& [key, bins] : fixture().cases.at(name).items()) {
            if (key.rfind("mask_", 0) != 0) {
                continue;
            }
            const auto parts = split(key, '_');  // mask 501 res1
            const std::string output = parts[2] == "res1" ? "ATAC" : "CHIP_HISTONE";
            const auto scorer = make_scorer(center_spec(output, parts[1], "DIFF_MEAN"),
                                            fixture().context,
                                            fixture().window,
                                            fixture().variant(name));
            ++compared;
            if (bins.is_null()) {
                EXPECT_TRUE(scorer->needs().empty()) << name << ' ' << key;
                continue;
            }
            ASSERT_EQ(scorer->needs().size(), 1U);
            EXPECT_EQ(scorer->needs()[0].bins.at(0).begin, bins[0]) << name << ' ' << key;
            EXPECT_EQ(scorer->needs()[0].bins.at(0).end, bins[1]) << name << ' ' << key;
        }
    }
    EXPECT_EQ(compared, 13U * 8);
}

/// The final matrix of every recorded scorer but junctions, with blocks cut by `random`.
std::size_t compare_final_scores(std::mt19937* random) {
    std::size_t compared = 0;
    for (const std::string& name : fixture().variants) {
        for (const std::string& key : keys_below(name + "/")) {
            const std::string scorer = key.substr(name.size() + 1);
            if (scorer.find('(') == std::string::npos || scorer == "SpliceJunctionScorer()") {
                continue;
            }
            const ScorerSpec spec = parse_scorers(scorer).at(0);
            EXPECT_EQ(spec.name(), scorer);
            const ScoreTable table = fixture().score(spec, fixture().variant(name), random);
            EXPECT_EQ(difference(table.values, numbers(fixture().expected, key)), "") << key;
            const auto& about = fixture().cases.at(name);
            if (about.contains(scorer + " genes")) {
                auto genes = about.at(scorer + " genes");
                if (spec.kind == ScorerKind::kPolyadenylation) {
                    EXPECT_EQ(table.rows.at(0).num_pas, genes[1]["num_pas"][0]);
                    EXPECT_EQ(table.rows.at(0).min_pas_variant_distance,
                              genes[1]["min_pas_var_distance"][0]);
                    genes.erase(1);
                }
                EXPECT_EQ(gene_ids(table), genes.get<std::vector<std::string>>()) << key;
            }
            ++compared;
        }
    }
    return compared;
}

TEST(ScorerParity, FinalScoresGenesAndSites) {
    EXPECT_EQ(compare_final_scores(nullptr), 94U);
}

TEST(ScorerParity, FinalScoresOfBlocksCutAnywhere) {
    std::mt19937 random(7);
    EXPECT_EQ(compare_final_scores(&random), 94U);
}

TEST(ScorerParity, CuttingBlocksChangesNoBit) {
    std::mt19937 random(11);
    for (const std::string& name : fixture().variants) {
        for (const NamedScorer& scorer : recommended_scorers()) {
            if (fixture().ref.count(scorer.spec.output) == 0) {
                continue;
            }
            const auto whole = fixture().score(scorer.spec, fixture().variant(name)).values;
            const auto cut = fixture().score(scorer.spec, fixture().variant(name), &random).values;
            ASSERT_EQ(whole.size(), cut.size());
            EXPECT_TRUE(whole.empty() ||
                        std::memcmp(whole.data(), cut.data(), whole.size() * sizeof(double)) == 0)
                << name << ' ' << scorer.key;
        }
    }
}

TEST(ScorerParity, WhatTheOfficialCodeRefusesIsAStatus) {
    std::size_t refused = 0;
    for (const std::string& name : fixture().variants) {
        for (const auto& [key, value] : fixture().cases.at(name).items()) {
            if (value != "raises ValueError" && value != "error" && value != "no gene") {
                continue;
            }
            const std::string scorer = key == "contact" ? "ContactMap"
                                       : key == "pas"   ? "Polyadenylation"
                                                        : key;
            const ScoreTable table =
                fixture().score(parse_scorers(scorer).at(0), fixture().variant(name));
            EXPECT_EQ(table.status,
                      value == "no gene" && name != "near_end_del" ? seq::AlleleStatus::kNoGene
                                                                   : seq::AlleleStatus::kEdge)
                << name << ' ' << key;
            EXPECT_TRUE(table.rows.empty() && table.values.empty());
            ++refused;
        }
    }
    EXPECT_EQ(refused, 10U);
}

TEST(ScorerParity, ExonMasks) {
    const auto expected = numbers(fixture().expected, "gene_exon_mask");
    const auto masks = fixture().genes.with_start_in(fixture().window);
    const auto width = static_cast<std::size_t>(fixture().window.width());
    ASSERT_EQ(expected.size(), masks.size() * width);
    std::vector<double> found(expected.size());
    for (std::size_t i = 0; i < masks.size(); ++i) {
        EXPECT_EQ(masks[i].gene->id, fixture().cases["gene_exon_mask_order"][i]);
        for (const seq::Interval& part : masks[i].positions) {
            for (std::int64_t p = part.start; p < part.end; ++p) {
                const auto row = static_cast<std::size_t>(p - fixture().window.start);
                found[row * masks.size() + i] = 1;
            }
        }
    }
    EXPECT_EQ(found, expected);
}

TEST(ScorerParity, AlignedAlternatives) {
    const std::vector<float>& atac = fixture().alt.at(models::OutputType::kAtac);
    const std::vector<models::PositionRange> all{{0, fixture().window.width()}};
    std::size_t compared = 0;
    for (const std::string& name : fixture().variants) {
        const std::string key = name + "/aligned_alt_ATAC_track0";
        const auto alignment = IndelAlignment::make(fixture().window, fixture().variant(name));
        if (fixture().expected.entries().count(key) == 0) {
            EXPECT_TRUE(!alignment || name == "outside") << name;
            continue;
        }
        ASSERT_TRUE(alignment) << name;
        std::vector<float> used;
        for (const models::PositionRange& range : alignment->alt_bins(all)) {
            for (std::int64_t row = range.begin; row < range.end; ++row) {
                used.push_back(atac[static_cast<std::size_t>(row) * 4]);
            }
        }
        EXPECT_EQ(alignment->align(all, used, 1), floats(fixture().expected, key)) << name;
        ++compared;
    }
    EXPECT_EQ(compared, 11U);
}

models::JunctionCounts junction_counts(const std::string& key,
                                       const models::SpliceSiteRows& sites,
                                       const models::SpliceSiteRows& wanted) {
    const auto values = floats(fixture().inputs, key);
    constexpr std::size_t kSites = 12;
    constexpr std::size_t kTissues = 3;
    models::JunctionCounts counts;
    for (std::size_t strand = 0; strand < 2; ++strand) {
        auto& out = strand == 0 ? counts.plus : counts.minus;
        for (const std::int64_t donor : wanted[strand * 2]) {
            for (const std::int64_t acceptor : wanted[strand * 2 + 1]) {
                const auto place = [&](std::size_t row, std::int64_t site) {
                    const auto found = std::find(sites[row].begin(), sites[row].end(), site);
                    return static_cast<std::size_t>(found - sites[row].begin());
                };
                const std::size_t pair =
                    place(strand * 2, donor) * kSites + place(strand * 2 + 1, acceptor);
                for (std::size_t t = 0; t < kTissues; ++t) {
                    out.push_back(values[pair * 2 * kTissues + strand * kTissues + t]);
                }
            }
        }
    }
    return counts;
}

/// Hands the junction scorer probabilities that make the recorded sites the predicted ones, with a
/// weaker site that falls under the threshold.
void feed_sites(VariantScorer& scorer, const models::SpliceSiteRows& sites) {
    for (std::size_t index = 0; index < scorer.needs().size(); ++index) {
        const TrackNeed& need = scorer.needs()[index];
        EXPECT_EQ(need.channels, (std::vector<std::int32_t>{0, 1, 2, 3}));
        for (const models::PositionRange& range : need.bins) {
            std::vector<float> ref(static_cast<std::size_t>(range.size()) * 4, 0.0999F);
            std::vector<float> alt(ref.size(), 0.05F);
            for (std::size_t row = 0; row < 4; ++row) {
                for (std::size_t i = 0; i < sites[row].size(); ++i) {
                    const std::int64_t site = sites[row][i];
                    if (site >= range.begin && site < range.end) {
                        auto& side = i % 2 == 0 ? ref : alt;  // the union of both counts
                        side[static_cast<std::size_t>(site - range.begin) * 4 + row] = 0.1F;
                    }
                }
            }
            scorer.consume(index,
                           {need.output, range.begin, range.size(), ref},
                           {need.output, range.begin, range.size(), alt});
        }
    }
}

TEST(ScorerParity, SpliceJunctions) {
    const models::SpliceSiteRows sites = fixture().junction_sites();
    std::size_t compared = 0;
    for (const std::string& name : fixture().variants) {
        const std::string key = name + "/SpliceJunctionScorer()";
        if (fixture().expected.entries().count(key) == 0) {
            continue;
        }
        const auto scorer = make_scorer(parse_scorers("SpliceJunction").at(0),
                                        fixture().context,
                                        fixture().window,
                                        fixture().variant(name));
        ASSERT_TRUE(scorer->wants_junctions());
        EXPECT_EQ(scorer->junction_tissues().size(), 3U);
        feed_sites(*scorer, sites);
        const models::SpliceSiteRows wanted = scorer->junction_sites();
        scorer->consume_junctions(junction_counts("junction/ref", sites, wanted),
                                  junction_counts("junction/alt", sites, wanted));
        const ScoreTable table = scorer->finish();
        EXPECT_EQ(difference(table.values, numbers(fixture().expected, key)), "") << key;
        const auto& rows = fixture().cases.at(name).at("junction_rows");
        ASSERT_EQ(rows.size(), table.rows.size());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            EXPECT_EQ(table.rows[i].gene->id, rows[i]["gene_id"]);
            EXPECT_EQ(table.rows[i].junction->start, rows[i]["junction_Start"]);
            EXPECT_EQ(table.rows[i].junction->end, rows[i]["junction_End"]);
        }
        ++compared;
    }
    EXPECT_EQ(compared, 3U);
}

TEST(ScorerParity, IntervalScorers) {
    for (const char* const width : {"501", "2001"}) {
        for (const bool mean : {true, false}) {
            IntervalScorerSpec spec;
            spec.width_bp = std::stoll(width);
            spec.mean = mean;
            IntervalScorer scorer(spec, fixture().context, fixture().window);
            for (const TrackNeed& need : scorer.needs()) {
                for (const models::PositionRange& range : need.bins) {
                    const std::vector<float>& all = fixture().ref.at(need.output);
                    const auto rows = std::span(all).subspan(
                        static_cast<std::size_t>(range.begin) * need.channels.size(),
                        static_cast<std::size_t>(range.size()) * need.channels.size());
                    scorer.consume({need.output, range.begin, range.size(), rows});
                }
            }
            const ScoreTable table = scorer.finish();
            const std::string key =
                std::string("interval/RNA_SEQ/") + width + (mean ? "/MEAN" : "/SUM");
            EXPECT_EQ(difference(table.values, numbers(fixture().expected, key)), "") << key;
            const auto& about = fixture().cases.at(std::string("interval_") + width);
            EXPECT_EQ(gene_ids(table), about.at("genes").get<std::vector<std::string>>());
            EXPECT_EQ(resized(fixture().window, spec.width_bp).to_text(), about.at("target"));
        }
    }
}

TEST(ScorerParity, MutagenesisVariantsAndMatrix) {
    const auto& ism = fixture().cases.at("ism");
    const std::string bases = ism.at("sequence");
    const auto variants = ism_variants("chr1", 12000, bases);
    std::vector<std::string> texts;
    for (const ScoredVariant& variant : variants) {
        texts.push_back(variant.to_text());
    }
    EXPECT_EQ(texts, ism.at("variants").get<std::vector<std::string>>());
    const auto scores = numbers(fixture().expected, "ism/scores");
    EXPECT_EQ(
        difference(ism_matrix(bases, scores, false), numbers(fixture().expected, "ism/matrix")),
        "");
    EXPECT_EQ(difference(ism_matrix(bases, scores, true),
                         numbers(fixture().expected, "ism/matrix_times_sequence")),
              "");
}

TEST(ScorerParity, ReverseComplement) {
    const std::string strands = [&] {
        std::string text;
        for (const auto& strand : fixture().cases.at("reverse_complement_strands")) {
            text += strand.get<std::string>();
        }
        return text;
    }();
    std::vector<models::Track> tracks(strands.size());
    for (std::size_t i = 0; i < strands.size(); ++i) {
        tracks[i].strand = strands[i];
    }
    const auto reindex = numbers(fixture().expected, "reverse_complement/reindex");
    const auto permutation = models::strand_permutation(tracks);
    EXPECT_TRUE(std::equal(permutation.begin(), permutation.end(), reindex.begin()));
    const auto in = floats(fixture().inputs, "reverse_complement/in");
    EXPECT_EQ(reversed_tracks(in, tracks, false),
              floats(fixture().expected, "reverse_complement/tracks"));
    EXPECT_EQ(reversed_tracks(in, tracks, true),
              floats(fixture().expected, "reverse_complement/dnase"));
}

}  // namespace
}  // namespace varhush::scoring::test
