#include "varhush/models/reporter_mix.hpp"

#include "reporter_mix_test_model.hpp"
#include "varhush/core/worker_pool.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace varhush::models {
namespace {

using test::RandomMix;
using ::testing::HasSubstr;

constexpr double kTolerance = 2e-5;  // float32 against float64
constexpr std::size_t kFlank = MixQuery::kFlank;

std::vector<std::uint8_t> random_codes(std::mt19937& random, std::size_t length, bool unknown) {
    std::vector<std::uint8_t> codes(length);
    for (auto& code : codes) {
        code = static_cast<std::uint8_t>(random() % 4);
        if (unknown && random() % 12 == 0) {
            code = 4;
        }
    }
    return codes;
}

// A change of `removed` bases to `inserted` between random flanks.
MixQuery random_query(std::mt19937& random,
                      std::size_t removed,
                      std::size_t inserted,
                      bool unknown = false) {
    const auto before = random_codes(random, kFlank, unknown);
    const auto after = random_codes(random, kFlank, unknown);
    MixQuery query;
    for (auto [allele, size] :
         {std::pair{&query.reference, removed}, std::pair{&query.alternative, inserted}}) {
        const auto middle = random_codes(random, size, false);
        *allele = before;
        allele->insert(allele->end(), middle.begin(), middle.end());
        allele->insert(allele->end(), after.begin(), after.end());
    }
    if (removed == inserted) {  // the first base changes
        query.alternative[kFlank] = static_cast<std::uint8_t>((query.reference[kFlank] + 1) % 4);
    }
    return query;
}

std::vector<MixQuery> assorted_queries() {
    std::mt19937 random(3);
    std::vector<MixQuery> queries;
    for (const auto& [removed, inserted] :
         {std::pair{1, 1}, {1, 1}, {1, 1}, {3, 3}, {1, 2}, {2, 1}, {1, 9}, {40, 3}, {5, 60}}) {
        for (const bool unknown : {false, true}) {
            queries.push_back(random_query(random,
                                           static_cast<std::size_t>(removed),
                                           static_cast<std::size_t>(inserted),
                                           unknown));
        }
    }
    return queries;
}

TEST(ReporterMix, ScoresAreThoseOfTheDefinition) {
    const RandomMix weights;
    const auto mix = weights.load<ReporterMix>();
    const auto queries = assorted_queries();
    const auto scores = mix->scores(queries, nn::Team());
    int gains = 0;
    for (std::size_t i = 0; i < queries.size(); ++i) {
        const double expected = weights.score(queries[i].reference, queries[i].alternative);
        EXPECT_NEAR(scores[i].total(), expected, kTolerance) << i;
        EXPECT_GT(std::fabs(expected), 100 * kTolerance) << "a test of nothing: " << i;
        gains += expected > 0 ? 1 : 0;
    }
    EXPECT_GT(gains, 2);
    EXPECT_LT(gains, 16);
}

TEST(ReporterMix, BestMotifScoresAreThoseOfAPlainScan) {
    const RandomMix weights;
    const MotifBank bank(weights.values("motif.log_odds"), 10, 0.78);
    std::mt19937 random(5);
    for (const std::size_t length : {35, 36, 69, 70, 137}) {
        const auto codes = random_codes(random, length, length == 70);
        std::vector<float> best(bank.size());
        bank.best(codes, best);
        for (std::size_t m = 0; m < bank.size(); ++m) {
            EXPECT_NEAR(best[m], weights.best(codes, m), 2e-5) << length << " bases, motif " << m;
        }
    }
}

TEST(ReporterMix, UnknownBasesAloneFitNothing) {
    const RandomMix weights;
    const MotifBank bank(weights.values("motif.log_odds"), 10, 0.78);
    std::vector<float> best(bank.size(), 1.0F);
    bank.best(std::vector<std::uint8_t>(69, 4), best);
    EXPECT_THAT(best, testing::Each(0.0F));
}

TEST(ReporterMix, BothStrandsGiveTheSame) {
    const auto mix = RandomMix().load<ReporterMix>();
    const auto queries = assorted_queries();
    std::vector<MixQuery> turned;
    for (const auto& query : queries) {
        turned.push_back({test::reversed_complement(query.reference),
                          test::reversed_complement(query.alternative)});
    }
    const auto scores = mix->scores(queries, nn::Team());
    const auto others = mix->scores(turned, nn::Team());
    for (std::size_t i = 0; i < queries.size(); ++i) {
        EXPECT_NEAR(scores[i].total(), others[i].total(), 1e-5) << i;
        EXPECT_EQ(scores[i].top_motif, others[i].top_motif) << i;
    }
}

TEST(ReporterMix, CompanyAndThreadsDoNotMatter) {
    const auto mix = RandomMix().load<ReporterMix>();
    std::vector<MixQuery> queries;
    std::mt19937 random(9);
    for (int i = 0; i < 100; ++i) {
        queries.push_back(random_query(random, 1, 1));
        if (i % 3 > 0) {  // another ALT of the position before
            queries.back().reference = queries[queries.size() - 2].reference;
            queries.back().alternative = queries.back().reference;
            queries.back().alternative[kFlank] ^= 1U;
        }
    }
    core::WorkerPool pool(3);
    const auto together = mix->scores(queries, nn::Team(pool));
    for (std::size_t i = 0; i < queries.size(); ++i) {
        const auto alone = mix->scores(std::span(queries).subspan(i, 1), nn::Team());
        EXPECT_EQ(alone[0].total(), together[i].total()) << i;
        EXPECT_EQ(alone[0].network, together[i].network) << i;
    }
}

TEST(ReporterMix, AnAlleleThatIsTheReferenceScoresNothing) {
    const auto mix = RandomMix().load<ReporterMix>();
    std::mt19937 random(1);
    const auto codes = random_codes(random, 69, false);
    const MixQuery same{codes, codes};
    EXPECT_EQ(mix->scores({&same, 1}, nn::Team())[0].total(), 0.0);
}

TEST(ReporterMix, SumsOfTheNetworkAreOfBothStrands) {
    const auto mix = RandomMix().load<ReporterMix>();
    std::mt19937 random(1);
    const auto codes = random_codes(random, 40, true);
    const auto sums = network_sums(mix->network(), codes);
    const auto turned = network_sums(mix->network(), test::reversed_complement(codes));
    ASSERT_EQ(sums.size(), RandomMix::kChannels);
    double total = 0;
    for (std::size_t c = 0; c < sums.size(); ++c) {
        EXPECT_NEAR(sums[c], turned[c], 1e-5);
        total += sums[c];
    }
    EXPECT_GT(total, 0.1);
}

TEST(ReporterMix, FilesThatDoNotFitAreRefused) {
    RandomMix missing;
    std::erase_if(missing.tensors, [](const auto& one) { return one.name == "motif.weight"; });
    EXPECT_THAT(missing.failure<ReporterMix>(), HasSubstr("motif.weight"));
    RandomMix left_over;
    left_over.tensors.push_back({"motif.extra", {1}, {0.0F}});
    EXPECT_THAT(left_over.failure<ReporterMix>(), HasSubstr("motif.extra"));
    RandomMix names;
    names.metadata["motif_names"] = "M0,M1";
    EXPECT_THAT(names.failure<ReporterMix>(), HasSubstr("motif.log_odds"));
    RandomMix window;
    window.find("model.0.head.weight") = {
        "model.0.head.weight", {1, 6, 2}, std::vector<float>(12, 0.1F)};
    EXPECT_THAT(window.failure<ReporterMix>(), HasSubstr("one word"));
    RandomMix gain;
    gain.metadata["gain_factor"] = "-1";
    EXPECT_THAT(gain.failure<ReporterMix>(), HasSubstr("gain_factor"));
    RandomMix without;
    without.metadata.erase("occupancy_slope");
    EXPECT_THAT(without.failure<ReporterMix>(), HasSubstr("occupancy_slope"));
}

TEST(ReporterMix, TensorsAloneShowTheFamily) {
    RandomMix weights;
    weights.metadata.erase("varhush.architecture");
    const std::string path = testing::TempDir() + "/mix_family.safetensors";
    weights.save(path);
    EXPECT_EQ(model_architecture(nn::SafeTensors::open(path)), "reporter-mix");
    std::filesystem::remove(path);
}

}  // namespace
}  // namespace varhush::models
