#include "varhush/models/reporter_network.hpp"

#include "reporter_test_network.hpp"
#include "varhush/core/worker_pool.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>

namespace varhush::models {
namespace {

using test::RandomReporter;
using testing::HasSubstr;

constexpr double kTolerance = 5e-6;  // float32 against float64; values are about 1

std::vector<std::uint8_t> random_codes(std::size_t length, unsigned seed, unsigned letters = 4) {
    std::mt19937 random(seed);
    std::vector<std::uint8_t> codes(length);
    for (auto& code : codes) {
        code = static_cast<std::uint8_t>(random() % letters);
    }
    return codes;
}

std::vector<std::uint8_t> edited(const std::vector<std::uint8_t>& codes, const SequenceEdit& edit) {
    std::vector<std::uint8_t> out(codes.begin(), codes.begin() + edit.start);
    out.insert(out.end(), edit.inserted.begin(), edit.inserted.end());
    out.insert(out.end(), codes.begin() + edit.start + edit.removed, codes.end());
    return out;
}

class Reporter : public testing::Test {
  protected:
    const RandomReporter weights_;
    const std::shared_ptr<const ReporterNetwork> network_ = weights_.load<ReporterNetwork>();
    const std::int64_t window_ = weights_.window();

    // The difference by running every window of both haplotypes whole.
    [[nodiscard]] std::vector<double> brute_force(const ReporterQuery& query) const {
        auto alt = weights_.mean(
            edited(query.codes, query.edit), query.starts.begin, query.starts.end - 1);
        const auto ref = weights_.mean(query.codes, query.starts.begin, query.starts.end - 1);
        for (std::size_t t = 0; t < alt.size(); ++t) {
            alt[t] -= ref[t];
        }
        return alt;
    }

    void expect_difference(const ReporterQuery& query, const std::string& what) const {
        const auto found = network_->differences({&query, 1}, nn::Team());
        const auto expected = brute_force(query);
        ASSERT_EQ(found.size(), expected.size());
        double largest = 0;
        for (std::size_t t = 0; t < found.size(); ++t) {
            EXPECT_NEAR(found[t], expected[t], kTolerance) << what << ", task " << t;
            largest = std::max(largest, std::fabs(expected[t]));
        }
        seen_ += largest > 100 * kTolerance ? 1 : 0;
    }

    mutable int seen_ = 0;  // differences that a wrong one would not be taken for
};

TEST_F(Reporter, ReadsItsShapeFromTheTensors) {
    EXPECT_EQ(network_->config().word_bp(), RandomReporter::kWord);
    EXPECT_EQ(network_->config().window_bp, 31);
    EXPECT_EQ(network_->config().words(), 22);
    EXPECT_THAT(network_->config().tasks, testing::ElementsAre("liver", "brain", "heart"));
    EXPECT_EQ(network_->identity().id, "random-reporter");
}

TEST_F(Reporter, EveryWindowOfOnePassIsTheForwardOfThatWindow) {
    const auto codes = random_codes(50, 3, 5);  // unknown bases among them
    const auto all = network_->windows(codes);
    ASSERT_EQ(all.size(), (50 - 31 + 1) * RandomReporter::kTasks);
    for (std::size_t start = 0; start + 31 <= 50; ++start) {
        const auto base = codes.begin() + static_cast<std::ptrdiff_t>(start);
        const auto expected = weights_.forward({base, base + 31});
        for (std::size_t t = 0; t < expected.size(); ++t) {
            EXPECT_NEAR(all[start * expected.size() + t], expected[t], kTolerance);
        }
    }
}

TEST_F(Reporter, ActivityIsTheMeanOfStrandsAndWindows) {
    const auto codes = random_codes(70, 4, 5);
    for (const PositionRange starts : {PositionRange{0, 1}, {3, 20}, {0, 40}}) {
        const auto expected = weights_.mean(codes, starts.begin, starts.end - 1);
        const auto found = network_->activity(codes, starts);
        for (std::size_t t = 0; t < expected.size(); ++t) {
            EXPECT_NEAR(found[t], expected[t], kTolerance);
        }
    }
}

TEST_F(Reporter, DifferencesAreThoseOfWholeWindows) {
    std::mt19937 random(5);
    for (int round = 0; round < 60; ++round) {
        ReporterQuery query;
        query.codes = random_codes(110, static_cast<unsigned>(round), round % 5 == 4 ? 5 : 4);
        query.edit.start = 40 + static_cast<std::int64_t>(random() % 8);
        query.edit.removed = static_cast<std::int64_t>(round % 4 == 0 ? 1 : random() % 7);
        const std::size_t inserted = round % 4 == 0 ? 1 : random() % 9;
        query.edit.inserted = random_codes(inserted, 1000U + static_cast<unsigned>(round));
        if (edited(query.codes, query.edit) == query.codes) {
            continue;
        }
        const std::int64_t o = query.edit.start;
        // All placements, few of them, those at one end: as near the end of an insert.
        for (const PositionRange starts : {PositionRange{o - window_ + 1, o + 1},
                                           {o - 9, o - 2},
                                           {o - window_ + 1, o - window_ + 4},
                                           {o, o + 1}}) {
            query.starts = starts;
            expect_difference(query,
                              "round " + std::to_string(round) + " starts " +
                                  std::to_string(starts.begin - o) + ".." +
                                  std::to_string(starts.end - o));
        }
    }
    EXPECT_GT(seen_, 200);  // a change may begin with the base that was there
}

TEST_F(Reporter, AnInsertionLongerThanTheWindowIsJudgedByWhatWindowsSee) {
    ReporterQuery query;
    query.codes = random_codes(140, 8);
    query.edit = {60, 0, random_codes(45, 9)};
    query.starts = {60 - window_, 60};
    expect_difference(query, "45 bases in");
    query.edit = {60, 40, {}};
    expect_difference(query, "40 bases out");
    EXPECT_EQ(seen_, 2);
}

TEST_F(Reporter, QueriesTogetherAndThreadsChangeNoBit) {
    std::vector<ReporterQuery> queries;
    for (unsigned i = 0; i < 75; ++i) {
        ReporterQuery query;
        query.codes = random_codes(90, i % 7);
        query.edit = {40, 1, random_codes(i % 5 == 3 ? 3 : 1, i)};
        query.starts = {40 - window_ + 1, 41};
        queries.push_back(query);
    }
    core::WorkerPool pool(3);
    const auto together = network_->differences(queries, nn::Team(pool));
    for (std::size_t i = 0; i < queries.size(); ++i) {
        const auto alone = network_->differences({&queries[i], 1}, nn::Team());
        ASSERT_EQ(
            std::memcmp(
                alone.data(), together.data() + i * alone.size(), alone.size() * sizeof(double)),
            0)
            << i;
    }
}

TEST_F(Reporter, ReadsNoFurtherThanItsContext) {
    ReporterQuery query;
    query.codes = random_codes(120, 12);
    query.edit = {50, 1, {static_cast<std::uint8_t>((query.codes[50] + 1) % 4)}};
    query.starts = {50 - window_ + 1, 51};
    const auto context = network_->context_of(query.edit, query.starts);
    EXPECT_EQ(context, (PositionRange{50 - 9, 50 + 10}));  // 2 * word - 1 bases
    const auto whole = network_->differences({&query, 1}, nn::Team());
    for (std::int64_t at = 0; at < 120; ++at) {
        if (at < context.begin || at >= context.end) {
            query.codes[static_cast<std::size_t>(at)] = 4;
        }
    }
    EXPECT_EQ(network_->differences({&query, 1}, nn::Team()), whole);
}

TEST_F(Reporter, TheTrackAddsUpToTheDifferenceOverAllPlacements) {
    ReporterQuery query;
    query.codes = random_codes(120, 13);
    query.edit = {50, 1, {static_cast<std::uint8_t>((query.codes[50] + 1) % 4)}};
    query.starts = {50 - window_ + 1, 51};
    const auto ref = network_->track(query.codes);
    const auto alt = network_->track(edited(query.codes, query.edit));
    const auto expected = network_->differences({&query, 1}, nn::Team());
    ASSERT_EQ(ref.size(), (120 - 9) * RandomReporter::kTasks);
    std::vector<double> sums(RandomReporter::kTasks);
    for (std::size_t i = 0; i < ref.size(); ++i) {
        sums[i % sums.size()] += alt[i] - ref[i];
    }
    for (std::size_t t = 0; t < sums.size(); ++t) {
        EXPECT_NEAR(sums[t], expected[t], kTolerance);
    }
}

TEST(ReporterFile, NamesWhatIsWrong) {
    EXPECT_EQ(RandomReporter().failure<ReporterNetwork>(), "");
    const auto failure = [](const auto& change) {
        RandomReporter weights;
        change(weights);
        return weights.template failure<ReporterNetwork>();
    };
    EXPECT_THAT(failure([](RandomReporter& w) {
                    std::erase_if(w.tensors,
                                  [](const auto& t) { return t.name == "model.0.bn.1.bias"; });
                }),
                HasSubstr("model.0.bn.1.bias"));
    EXPECT_THAT(failure([](RandomReporter& w) {
                    w.find("model.0.conv.1.weight").shape = {7, 4, 7};
                }),
                HasSubstr("model.0.conv.1.weight"));
    EXPECT_THAT(failure([](RandomReporter& w) {
                    w.tensors.push_back({"model.0.dense.weight", {1}, {1.0F}});
                }),
                HasSubstr("model.0.dense.weight"));
    EXPECT_THAT(
        failure([](RandomReporter& w) { w.find("model.0.bn.2.running_var").values[3] = -1; }),
        HasSubstr("bn.2.running_var"));
    EXPECT_THAT(
        failure([](RandomReporter& w) { w.metadata["unit_order"] = "conv,batchnorm,relu"; }),
        HasSubstr("unit_order"));
    EXPECT_THAT(failure([](RandomReporter& w) { w.metadata["batchnorm_eps"] = "small"; }),
                HasSubstr("batchnorm_eps"));
    EXPECT_THAT(failure([](RandomReporter& w) { w.metadata["ensemble_size"] = "2"; }),
                HasSubstr("ensemble_size"));
    EXPECT_THAT(failure([](RandomReporter& w) { w.metadata["output_channels"] = "liver"; }),
                HasSubstr("output_channels"));
    EXPECT_THAT(failure([](RandomReporter& w) { w.tensors.clear(); }), HasSubstr("conv.0"));
}

TEST(ReporterFile, IsKnownByItsTensors) {
    RandomReporter weights;
    weights.metadata.clear();
    const std::string path = testing::TempDir() + "plain_reporter.safetensors";
    weights.save(path);
    const auto file = nn::SafeTensors::open(path);
    EXPECT_EQ(model_architecture(file), "reporter-cnn");
    EXPECT_THAT(ReporterNetwork(file).config().tasks,
                testing::ElementsAre("task_0", "task_1", "task_2"));
    std::filesystem::remove(path);
}

}  // namespace
}  // namespace varhush::models
