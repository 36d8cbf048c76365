#include "varhush/models/alphagenome_native.hpp"

#include "test_paths.hpp"
#include "varhush/models/parity.hpp"
#include "varhush/models/recipe_weights.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>
#include <sstream>

namespace varhush::models {
namespace {

const std::string kFolder = std::string(VARHUSH_TEST_DATA) + "/alphagenome/";

AlphaGenomeConfig read_config(const std::string& name) {
    std::ifstream file(kFolder + name);
    std::stringstream text;
    text << file.rdbuf();
    return AlphaGenomeConfig::from_json(text.str(), name);
}

AlphaGenomeConfig tiny_config(PairGelu gelu = PairGelu::kTanh) {
    auto config = read_config("tiny_config.json");
    config.pair_gelu = gelu;
    return config;
}

nn::SafeTensors tiny_weights() {
    return nn::SafeTensors::open(kFolder + "tiny_weights.safetensors");
}

std::unique_ptr<SequenceModel> tiny_model(int threads = 2) {
    return make_native_alphagenome(tiny_weights(), tiny_config(), threads);
}

// A fixture of the repository, or of ../shared where it is too large for it; empty: not there.
std::string fixture_path(const std::string& name) {
    if (std::filesystem::exists(kFolder + name)) {
        return kFolder + name;
    }
    const char* shared = std::getenv("VARHUSH_SHARED");
    const std::string path =
        std::string(shared != nullptr ? shared : VARHUSH_SOURCE_DIR "/../shared") +
        "/fixtures/alphagenome/" + name;
    return std::filesystem::exists(path) ? path : "";
}

class TinyForward : public testing::TestWithParam<const char*> {};

TEST_P(TinyForward, EveryLayerAgreesWithTheReference) {
    const auto path = fixture_path(std::string(GetParam()) + ".safetensors");
    if (path.empty()) {
        GTEST_SKIP() << "needs ../shared";
    }
    const auto fixture = nn::SafeTensors::open(path);
    const auto model =
        make_native_alphagenome(tiny_weights(), tiny_config(fixture_pair_gelu(fixture)), 2);
    const auto report = compare_forward(*model, fixture);
    EXPECT_TRUE(report.passed()) << report.first_miss << ": " << report.miss_text;
    EXPECT_GT(report.activations, 30);
    std::cerr << GetParam() << ": " << report.activations << " activations, worst " << report.worst
              << " at " << report.worst_ratio << " of the tolerance\n";
}

INSTANTIATE_TEST_SUITE_P(Fixtures,
                         TinyForward,
                         testing::Values("tiny_layers_a",
                                         "tiny_forward_a",
                                         "tiny_forward_b",
                                         "tiny_forward_c",
                                         "tiny_forward_d"));

TEST(FullForward, AgreesWithTheReferenceOn2048Bases) {
    if (VARHUSH_SANITIZED) {
        GTEST_SKIP() << "instrumented products take minutes; the tiny networks run the same code";
    }
    const auto fixture = nn::SafeTensors::open(kFolder + "full_forward_2048.safetensors");
    const auto config = read_config("full_config.json");
    const RecipeWeights weights(config, 2);
    const auto model = make_native_alphagenome(weights.file(), config, 2);
    const auto report = compare_forward(*model, fixture);
    EXPECT_TRUE(report.passed()) << report.first_miss << ": " << report.miss_text;
    std::cerr << "full 2048: " << report.activations << " activations, worst " << report.worst
              << " at " << report.worst_ratio << " of the tolerance\n";
}

std::vector<std::uint8_t> random_codes(std::int64_t length, std::uint_fast32_t seed) {
    std::mt19937 engine(seed);
    std::vector<std::uint8_t> codes(static_cast<std::size_t>(length));
    for (auto& code : codes) {
        code = static_cast<std::uint8_t>(engine() % 4);
    }
    return codes;
}

std::vector<TrackQuery> all_queries(std::int64_t length) {
    return {{OutputType::kAtac, 1, {{0, length}}, {}},
            {OutputType::kRnaSeq, 1, {{0, length}}, {}},
            {OutputType::kChipTf, 128, {{0, length / 128}}, {}},
            {OutputType::kSpliceSites, 1, {{0, length}}, {}},
            {OutputType::kSpliceSiteUsage, 1, {{0, length}}, {}}};
}

// The sequence with `removed` bases at `at` replaced, cut or filled up to its length.
struct Edited {
    std::vector<std::uint8_t> codes;
    std::vector<SharedStretch> shared;
};

Edited edit(const std::vector<std::uint8_t>& codes,
            std::int64_t at,
            std::int64_t removed,
            const std::vector<std::uint8_t>& inserted) {
    const auto length = static_cast<std::int64_t>(codes.size());
    const auto added = static_cast<std::int64_t>(inserted.size());
    Edited result;
    result.codes.assign(codes.begin(), codes.begin() + at);
    result.codes.insert(result.codes.end(), inserted.begin(), inserted.end());
    result.codes.insert(result.codes.end(), codes.begin() + at + removed, codes.end());
    result.shared.push_back({0, 0, at});
    const std::int64_t rest = std::min(length - at - removed, length - at - added);
    if (rest > 0) {
        result.shared.push_back({at + added, at + removed, rest});
    }
    result.codes.resize(codes.size(), 2);
    return result;
}

TEST(NativeAlphaGenome, EditedPassesEqualWholeRunsBitForBit) {
    const auto model = tiny_model();
    constexpr std::int64_t kLength = 6144;
    const auto codes = random_codes(kLength, 1);
    const auto reference = model->run(codes, 0);
    std::mt19937 engine(2);
    const auto queries = all_queries(kLength);
    for (int round = 0; round < 24; ++round) {
        const std::int64_t removed = round % 4 == 0 ? 1 : static_cast<std::int64_t>(engine() % 70);
        // Round 0 and 1 at the very ends, the others anywhere.
        const std::int64_t at = round == 0 ? 0
                                : round == 1
                                    ? kLength - removed
                                    : static_cast<std::int64_t>(engine()) % (kLength - removed);
        const std::size_t added = round % 4 == 0 ? 1 : engine() % 70;
        const auto edited =
            edit(codes, at, removed, random_codes(static_cast<std::int64_t>(added), engine()));
        const auto fast = model->run_edited(*reference, edited.codes, edited.shared);
        const auto whole = model->run(edited.codes, 0);
        const auto got = fast->tracks(queries);
        const auto want = whole->tracks(queries);
        for (std::size_t q = 0; q < queries.size(); ++q) {
            ASSERT_EQ(got[q], want[q]) << "round " << round << " at " << at << " -" << removed
                                       << " +" << added << " query " << q;
        }
        ASSERT_EQ(fast->contact_maps({0, 3}, {1, 2}, {}), whole->contact_maps({0, 3}, {1, 2}, {}));
    }
}

TEST(NativeAlphaGenome, AnEditOfAnEditedPassIsExactToo) {
    const auto model = tiny_model();
    const auto codes = random_codes(4096, 3);
    const auto reference = model->run(codes, 1);
    const auto first = edit(codes, 1000, 0, {0, 1, 2, 3});
    const auto second = edit(first.codes, 2500, 2, {});
    const auto middle = model->run_edited(*reference, first.codes, first.shared);
    const auto fast = model->run_edited(*middle, second.codes, second.shared);
    const auto whole = model->run(second.codes, 1);
    const auto queries = all_queries(4096);
    EXPECT_EQ(fast->tracks(queries), whole->tracks(queries));
}

TEST(NativeAlphaGenome, PiecesOfATrackEqualTheWholeBitForBit) {
    const auto model = tiny_model();
    constexpr std::int64_t kLength = 4096;
    const auto pass = model->run(random_codes(kLength, 4), 0);
    const TrackQuery whole{OutputType::kCage, 1, {{0, kLength}}, {}};
    const auto all = pass->tracks({&whole, 1}).front();
    const std::vector<TrackQuery> pieces{
        {OutputType::kCage, 1, {{0, 1}, {5, 9}, {700, 1300}, {kLength - 3, kLength}}, {1, 4}},
        {OutputType::kCage, 1, {{2047, 2049}}, {}},
        {OutputType::kAtac, 128, {{3, 5}}, {0}}};
    const auto got = pass->tracks(pieces);
    std::size_t row = 0;
    for (const auto& range : pieces[0].bins) {
        for (std::int64_t p = range.begin; p < range.end; ++p, ++row) {
            ASSERT_EQ(got[0][2 * row], all[static_cast<std::size_t>(p * 6 + 1)]) << p;
            ASSERT_EQ(got[0][2 * row + 1], all[static_cast<std::size_t>(p * 6 + 4)]) << p;
        }
    }
    for (std::size_t c = 0; c < 12; ++c) {
        ASSERT_EQ(got[1][c], all[2047 * 6 + c]);
    }
    EXPECT_EQ(got[2].size(), 2U);
}

TEST(NativeAlphaGenome, ThreadsDoNotChangeABit) {
    const auto codes = random_codes(4096, 5);
    const auto queries = all_queries(4096);
    const auto one = tiny_model(1);
    const auto three = tiny_model(3);
    EXPECT_EQ(one->run(codes, 1)->tracks(queries), three->run(codes, 1)->tracks(queries));
}

TEST(NativeAlphaGenome, BasesThatAreNoneGiveNumbersAndDifferFromA) {
    const auto model = tiny_model();
    auto codes = random_codes(2048, 6);
    std::fill(codes.begin() + 1000, codes.begin() + 1020, std::uint8_t{0});
    const TrackQuery query{OutputType::kDnase, 1, {{1000, 1020}}, {}};
    const auto adenine = model->run(codes, 0)->tracks({&query, 1}).front();
    std::fill(codes.begin() + 1000, codes.begin() + 1020, std::uint8_t{4});
    const auto unknown = model->run(codes, 0)->tracks({&query, 1}).front();
    EXPECT_NE(adenine, unknown);
    for (const float value : unknown) {
        EXPECT_TRUE(std::isfinite(value));
    }
}

TEST(NativeAlphaGenome, JunctionsOfChosenTissuesEqualThoseOfAll) {
    const auto model = tiny_model();
    const auto pass = model->run(random_codes(2048, 7), 0);
    const SpliceSiteRows sites{{{100, 900}, {300, 700, 1500}, {}, {40}}};
    SiteEmbeddings embeddings;
    for (std::size_t i = 0; i < 4; ++i) {
        embeddings[i] = pass->embeddings_1bp(sites[i]);
    }
    const auto all = model->junctions(sites, embeddings, 0, {});
    const std::vector<std::int32_t> some{1, 4};
    const auto chosen = model->junctions(sites, embeddings, 0, some);
    ASSERT_EQ(all.plus.size(), 2U * 3U * 6U);
    EXPECT_TRUE(all.minus.empty());
    for (std::size_t pair = 0; pair < 6; ++pair) {
        EXPECT_EQ(chosen.plus[2 * pair], all.plus[6 * pair + 1]);
        EXPECT_EQ(chosen.plus[2 * pair + 1], all.plus[6 * pair + 4]);
    }
}

TEST(ChooseSpliceSites, TakesTheBestAboveTheThresholdAndTheLowerOfEquals) {
    AlphaGenomeConfig config;
    config.num_splice_sites = 2;
    std::vector<float> p(6 * 5, 0.0F);
    const auto set = [&](std::size_t position, std::size_t klass, float value) {
        p[position * 5 + klass] = value;
    };
    set(0, 0, 0.3F);
    set(2, 0, 0.9F);
    set(4, 0, 0.3F);  // as good as position 0, but later
    set(1, 1, 0.0999F);
    set(3, 2, 0.1F);
    set(5, 4, 1.0F);  // "none" is no site
    const auto rows = choose_splice_sites(p, 1000, config);
    EXPECT_EQ(rows[0], (std::vector<std::int64_t>{1000, 1002}));
    EXPECT_TRUE(rows[1].empty());
    EXPECT_EQ(rows[2], (std::vector<std::int64_t>{1003}));
    EXPECT_TRUE(rows[3].empty());
}

}  // namespace
}  // namespace varhush::models
