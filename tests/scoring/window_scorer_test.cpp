#include "varhush/scoring/window_scorer.hpp"

#include "half_of.hpp"
#include "test_paths.hpp"
#include "varhush/core/error.hpp"
#include "varhush/models/alphagenome_native.hpp"
#include "varhush/seq/alphabet.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <numeric>
#include <random>
#include <sstream>

namespace varhush::scoring {
namespace {

using models::OutputType;

const std::string kFolder = std::string(VARHUSH_TEST_DATA) + "/alphagenome/";
constexpr std::int64_t kContigBp = 40'000;
constexpr std::int64_t kWindowBp = 4096;

models::AlphaGenomeConfig tiny_config() {
    std::ifstream file(kFolder + "tiny_config.json");
    std::stringstream text;
    text << file.rdbuf();
    auto config = models::AlphaGenomeConfig::from_json(text.str(), "tiny_config.json");
    config.splice_site_threshold = 0.25;  // a few dozen sites in random sequence
    return config;
}

std::string random_bases(std::int64_t length, std::uint_fast32_t seed) {
    std::mt19937 engine(seed);
    std::string bases;
    for (std::int64_t i = 0; i < length; ++i) {
        bases.push_back("ACGT"[engine() % 4]);
    }
    return bases;
}

models::TrackTable tiny_tracks(const models::AlphaGenomeConfig& config) {
    std::vector<models::Track> tracks;
    for (const OutputType output : models::all_output_types()) {
        const int channels = config.channels(output);
        for (int c = 0; c < channels; ++c) {
            models::Track track;
            track.output = output;
            track.channel = c;
            track.name = "track " + std::to_string(c);
            const bool stranded =
                output == OutputType::kRnaSeq || output == OutputType::kSpliceSiteUsage;
            track.strand = stranded ? "+-"[c % 2] : '.';
            if (output == OutputType::kSpliceSites) {
                track.name = c == 4 ? "Padding" : track.name;
            }
            tracks.push_back(track);
        }
    }
    return {std::move(tracks), "test"};
}

seq::Transcript gene(const std::string& id, char strand, std::vector<seq::Interval> exons) {
    seq::Transcript transcript;
    transcript.id = id + "T";
    transcript.gene_id = id;
    transcript.gene_name = id;
    transcript.biotype = "protein_coding";
    transcript.contig = "chr1";
    transcript.strand = strand;
    transcript.span = {exons.front().start, exons.back().end};
    transcript.exons = std::move(exons);
    return transcript;
}

class WindowScorerTest : public testing::Test {
  protected:
    WindowScorerTest() {
        reference_.add("chr1", random_bases(kContigBp, 11));
        selection_ = select_tracks(tracks_, TrackFilter(), {});
        for (const auto& scorer : recommended_scorers()) {
            specs_.push_back(scorer.spec);
        }
    }

    [[nodiscard]] ScorerContext context() const {
        ScorerContext context;
        context.tracks = &tracks_;
        context.selection = &selection_;
        context.genes = &genes_;
        context.pas = &pas_;
        context.splice_sites = &sites_;
        context.num_splice_sites = config_.num_splice_sites;
        context.splice_site_threshold = config_.splice_site_threshold;
        return context;
    }

    // Every track of both sequences whole, laid over each other whole: no sharing, no chunks.
    [[nodiscard]] VariantScores brute_force(const ScoreWindow& window,
                                            const ScoredVariant& variant) {
        return brute_force(window, variant, {&variant, 1});
    }
    // The same of several changes, looked at where `variant` is.
    [[nodiscard]] VariantScores brute_force(const ScoreWindow& window,
                                            const ScoredVariant& variant,
                                            std::span<const ScoredVariant> changes) {
        const auto ref = seq::base_codes(ref_sequence(reference_, window, variant));
        const auto alt = seq::base_codes(alt_sequence(reference_, window, changes));
        const auto ref_pass = model_->run(ref, 0);
        const auto alt_pass = model_->run(alt, 0);
        VariantScores scores;
        for (const auto& spec : specs_) {
            const auto scorer = make_scorer(spec, context(), window, variant, changes);
            feed_tracks(*scorer, *ref_pass, *alt_pass, window, changes);
            feed_pairs(*scorer, *ref_pass, *alt_pass, window, changes);
            scores.push_back(scorer->finish());
        }
        return scores;
    }

    static void feed_tracks(VariantScorer& scorer,
                            models::SequencePass& ref_pass,
                            models::SequencePass& alt_pass,
                            const ScoreWindow& window,
                            std::span<const ScoredVariant> changes) {
        for (std::size_t i = 0; i < scorer.needs().size(); ++i) {
            const TrackNeed& need = scorer.needs()[i];
            const models::PositionRange whole{0, window.width() / need.resolution_bp};
            const models::TrackQuery query{need.output, need.resolution_bp, {whole}, need.channels};
            auto ref = ref_pass.tracks({&query, 1}).front();
            auto alt = alt_pass.tracks({&query, 1}).front();
            if (need.output == OutputType::kSpliceSiteUsage) {
                std::transform(ref.begin(), ref.end(), ref.begin(), half_of);
                std::transform(alt.begin(), alt.end(), alt.begin(), half_of);
            }
            const auto alignment = IndelAlignment::make(window, changes, need.resolution_bp);
            if (need.aligned && alignment) {
                const std::vector<models::PositionRange> bins{whole};
                const auto source = alignment->alt_bins(bins);
                std::vector<float> rows;
                for (const auto& range : source) {
                    const auto width = static_cast<std::int64_t>(need.channels.size());
                    rows.insert(rows.end(),
                                alt.begin() + range.begin * width,
                                alt.begin() + range.end * width);
                }
                alt = alignment->align(bins, rows, static_cast<int>(need.channels.size()));
            }
            const std::size_t width = need.channels.size();
            for (const auto& range : need.bins) {
                const auto first = static_cast<std::size_t>(range.begin) * width;
                const auto count = static_cast<std::size_t>(range.size()) * width;
                scorer.consume(
                    i,
                    {need.output, range.begin, range.size(), std::span(ref).subspan(first, count)},
                    {need.output, range.begin, range.size(), std::span(alt).subspan(first, count)});
            }
        }
    }

    void feed_pairs(VariantScorer& scorer,
                    models::SequencePass& ref_pass,
                    models::SequencePass& alt_pass,
                    const ScoreWindow& window,
                    std::span<const ScoredVariant> changes) {
        if (const auto contact = scorer.contact()) {
            const models::PositionRange rows{0, window.width() / 2048};
            const models::PositionRange column{contact->column, contact->column + 1};
            scorer.consume_contacts(ref_pass.contact_maps(rows, column, contact->channels),
                                    alt_pass.contact_maps(rows, column, contact->channels));
        }
        if (!scorer.wants_junctions()) {
            return;
        }
        const auto sites = scorer.junction_sites();
        junction_sites_ += sites[0].size() + sites[1].size() + sites[2].size() + sites[3].size();
        std::vector<std::int64_t> all(static_cast<std::size_t>(window.width()));
        std::iota(all.begin(), all.end(), 0);
        const auto ref = ref_pass.embeddings_1bp(all);
        const std::vector<models::PositionRange> whole{{0, window.width()}};
        const auto alignment = IndelAlignment::make(window, changes, 1);
        std::vector<std::int64_t> source;
        for (const auto& range : alignment->alt_bins(whole)) {
            for (std::int64_t p = range.begin; p < range.end; ++p) {
                source.push_back(p);
            }
        }
        const int width = config_.embedding_1bp_dim;
        const auto alt = alignment->align(whole, alt_pass.embeddings_1bp(source), width);
        models::SiteEmbeddings ref_rows;
        models::SiteEmbeddings alt_rows;
        for (std::size_t row = 0; row < 4; ++row) {
            for (const std::int64_t site : sites[row]) {
                ref_rows[row].insert(ref_rows[row].end(),
                                     ref.begin() + site * width,
                                     ref.begin() + (site + 1) * width);
                alt_rows[row].insert(alt_rows[row].end(),
                                     alt.begin() + site * width,
                                     alt.begin() + (site + 1) * width);
            }
        }
        scorer.consume_junctions(model_->junctions(sites, ref_rows, 0, scorer.junction_tissues()),
                                 model_->junctions(sites, alt_rows, 0, scorer.junction_tissues()));
    }

    static void expect_equal(const VariantScores& got,
                             const VariantScores& want,
                             const std::string& what) {
        ASSERT_EQ(got.size(), want.size());
        for (std::size_t s = 0; s < got.size(); ++s) {
            ASSERT_EQ(got[s].status, want[s].status) << what << " scorer " << s;
            ASSERT_EQ(got[s].rows.size(), want[s].rows.size()) << what << " scorer " << s;
            ASSERT_EQ(got[s].values.size(), want[s].values.size());
            for (std::size_t i = 0; i < got[s].values.size(); ++i) {
                const double a = got[s].values[i];
                const double b = want[s].values[i];
                ASSERT_TRUE(a == b || (std::isnan(a) && std::isnan(b)))
                    << what << " scorer " << s << " value " << i << ": " << a << " " << b;
            }
        }
    }

    models::AlphaGenomeConfig config_ = tiny_config();
    std::unique_ptr<models::SequenceModel> model_ = models::make_native_alphagenome(
        nn::SafeTensors::open(kFolder + "tiny_weights.safetensors"), config_, 2);
    models::TrackTable tracks_ = tiny_tracks(config_);
    TrackSelection selection_;
    seq::GeneModels models_{std::vector<seq::Transcript>{
        gene("G1", '+', {{18'900, 19'100}, {19'600, 19'800}, {20'200, 21'500}}),
        gene("G2", '-', {{19'500, 19'700}, {20'300, 20'800}}),
        gene("G3", '+', {{35'000, 36'000}})}};
    GeneTable genes_{models_};
    SpliceSiteTable sites_{models_};
    PasTable pas_ = PasTable::from_tsv(
        "Chromosome\tStart\tEnd\tpas_strand\tgene_id\nchr1\t19090\t19091\t+"
        "\tG1\nchr1\t20900\t20901\t+\tG1\n",
        "pas");
    seq::StringReference reference_;
    std::vector<ScorerSpec> specs_;
    std::size_t junction_sites_ = 0;
};

ScoredVariant variant_of(const seq::StringReference& reference,
                         std::int64_t start,
                         std::int64_t removed,
                         const std::string& inserted) {
    // As a record is written: with the base before where something comes or goes.
    ScoredVariant variant;
    variant.contig = "chr1";
    const bool anchored = removed != static_cast<std::int64_t>(inserted.size());
    variant.start = start - (anchored ? 1 : 0);
    variant.ref = reference.fetch("chr1", variant.start, start + removed);
    variant.alt = (anchored ? variant.ref.substr(0, 1) : std::string()) + inserted;
    return variant;
}

TEST_F(WindowScorerTest, EqualsTheWholeEvaluationOfBothSequencesBitForBit) {
    const ScorerContext all = context();
    WindowScorer fast(*model_, 0, reference_, all, specs_, {.chunk_bp = 700});
    std::mt19937 engine(3);
    int indels = 0;
    for (int round = 0; round < 16; ++round) {
        const std::int64_t start = 19'000 + static_cast<std::int64_t>(engine() % 2000);
        const std::int64_t removed = round % 3 == 0 ? 1 : static_cast<std::int64_t>(engine() % 40);
        const auto inserted = random_bases(
            round % 3 == 0 ? 1 : static_cast<std::int64_t>(engine() % 40), engine() % 1000);
        const auto variant = variant_of(reference_, start, removed, inserted);
        if (variant.ref == variant.alt) {
            continue;
        }
        indels += variant.inserted_bp() != 0 ? 1 : 0;
        const auto window = window_round(variant, kWindowBp);
        expect_equal(fast.score(window, variant, round % 2 == 0),
                     brute_force(window, variant),
                     "round " + std::to_string(round) + " " + variant.to_text());
    }
    EXPECT_GT(indels, 5);
    EXPECT_GT(junction_sites_, 20U) << "the test would say nothing of junctions";
}

// All scorers, with insertions and deletions of one haplotype on both sides of where is looked.
TEST_F(WindowScorerTest, SeveralChangesEqualTheWholeEvaluationBitForBit) {
    const ScorerContext all = context();
    WindowScorer fast(*model_, 0, reference_, all, specs_, {.chunk_bp = 700});
    std::mt19937 engine(5);
    for (int round = 0; round < 6; ++round) {
        std::vector<ScoredVariant> changes;
        std::string bases = reference_.fetch("chr1", 0, kContigBp);
        for (std::int64_t start = 18'100 + static_cast<std::int64_t>(engine() % 300);
             start < 21'500;
             start += 300 + static_cast<std::int64_t>(engine() % 900)) {
            const auto removed = static_cast<std::int64_t>(engine() % 20);
            const auto change = variant_of(
                reference_, start, removed, random_bases(1 + engine() % 20, engine() % 1000));
            if (change.ref != change.alt) {
                changes.push_back(change);
            }
        }
        ASSERT_GT(changes.size(), 2U);
        for (auto change = changes.rbegin(); change != changes.rend(); ++change) {
            bases.replace(static_cast<std::size_t>(change->start), change->ref.size(), change->alt);
        }
        const ScoredVariant& place = changes[changes.size() / 2];
        const auto window = window_round(place, kWindowBp);
        if (window.start < changes.front().start) {
            EXPECT_EQ(alt_sequence(reference_, window, changes),
                      bases.substr(static_cast<std::size_t>(window.start), kWindowBp));
        }
        expect_equal(fast.score(window, place, changes, round % 2 == 0),
                     brute_force(window, place, changes),
                     "round " + std::to_string(round));
    }
}

TEST_F(WindowScorerTest, SharingAWindowChangesNothing) {
    const ScorerContext all = context();
    WindowScorer shared(*model_, 0, reference_, all, specs_, {.chunk_bp = 5000});
    WindowScorer small(
        *model_, 0, reference_, all, specs_, {.chunk_bp = 999, .kept_bytes = 30'000});
    const ScoreWindow window{"chr1", 18'000, 18'000 + kWindowBp, '.'};
    for (const std::int64_t start : {19'000, 19'650, 20'250, 19'001, 18'010, 22'090}) {
        for (const std::string inserted : {"A", "", "GATTACA"}) {
            auto variant = variant_of(reference_, start, inserted == "GATTACA" ? 0 : 1, inserted);
            if (variant.ref == variant.alt) {
                variant.alt = "C";
            }
            const auto want = brute_force(window, variant);
            expect_equal(shared.score(window, variant, true), want, "shared " + variant.to_text());
            expect_equal(small.score(window, variant, true), want, "small " + variant.to_text());
            expect_equal(small.score(window, variant, false), want, "alone " + variant.to_text());
        }
    }
}

TEST_F(WindowScorerTest, OutputsThatTheModelLacksAreAUsageError) {
    auto config = config_;
    config.contact_tracks = 0;
    const auto small = models::make_native_alphagenome(
        nn::SafeTensors::open(kFolder + "tiny_weights.safetensors"), config, 1);
    const ScorerContext all = context();
    try {
        const WindowScorer scorer(*small, 0, reference_, all, specs_, {});
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kUsage);
        EXPECT_NE(std::string(error.what()).find("CONTACT_MAPS"), std::string::npos);
    }
}

TEST(SharedStretches, AreEqualInBothAndCoverAllButTheChange) {
    seq::StringReference reference;
    reference.add("chr1", random_bases(9000, 5));
    for (const std::int64_t removed : {0, 1, 7, 30}) {
        for (const std::int64_t added : {0, 1, 7, 30}) {
            if (removed == 0 && added == 0) {
                continue;
            }
            const auto variant = variant_of(reference, 4000, removed, random_bases(added, 77));
            const auto window = window_round(variant, 2048);
            const auto ref = seq::base_codes(ref_sequence(reference, window, variant));
            const auto alt = seq::base_codes(alt_sequence(reference, window, variant));
            std::int64_t covered = 0;
            for (const auto& stretch : shared_stretches(ref, alt, window, variant)) {
                covered += stretch.length;
                for (std::int64_t i = 0; i < stretch.length; ++i) {
                    ASSERT_EQ(alt[static_cast<std::size_t>(stretch.edited_begin + i)],
                              ref[static_cast<std::size_t>(stretch.reference_begin + i)]);
                }
            }
            EXPECT_GE(covered, 2048 - added - std::max<std::int64_t>(removed - added, 0));
        }
    }
}

}  // namespace
}  // namespace varhush::scoring
