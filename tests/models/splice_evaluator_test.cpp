#include "splice_test_network.hpp"
#include "varhush/core/error.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace varhush::models {
namespace {

using test::random_codes;
using test::RandomNetwork;

std::shared_ptr<const SpliceNetwork> build(const RandomNetwork& weights) {
    const auto path = std::filesystem::path(testing::TempDir()) /
                      ("network." + std::to_string(::getpid()) + ".safetensors");
    nn::write_safetensors(path.string(), weights.tensors, weights.metadata);
    auto network = std::make_shared<const SpliceNetwork>(nn::SafeTensors::open(path.string()));
    std::filesystem::remove(path);
    return network;
}

std::vector<std::uint8_t> edited(std::vector<std::uint8_t> codes, const SequenceEdit& edit) {
    const auto at = codes.begin() + edit.start;
    codes.erase(at, at + edit.removed);
    codes.insert(codes.begin() + edit.start, edit.inserted.begin(), edit.inserted.end());
    return codes;
}

// The plain definition: the edited sequence run whole, as if it were a reference.
std::vector<float> run_whole(SpliceEvaluator& evaluator,
                             const std::vector<std::uint8_t>& codes,
                             PositionRange outputs) {
    SpliceQuery query;
    query.ref_outputs = outputs;
    query.edit.start = outputs.begin;
    query.alt_outputs = {outputs.begin, outputs.begin};
    return evaluator.evaluate({codes}, {&query, 1}).front().ref;
}

class EvaluatorShapes : public testing::TestWithParam<const char*> {};

// Substitutions, insertions, deletions and replacements, small and larger than the output window,
// inside it and at the far edge of what the outputs can see.
TEST_P(EvaluatorShapes, ConeEqualsTheWholePassBitForBit) {
    const bool pangolin = std::string(GetParam()) == "pangolin12";
    const auto network =
        build(RandomNetwork("5,3,5,3,7", "1,2,3,1,4", pangolin ? 4 : 2, GetParam()));
    const std::int64_t half = network->config().half_context();
    const auto evaluator = make_native_evaluator(network, 2);
    const SpliceTile tile{random_codes(700, 3)};
    std::vector<SpliceQuery> queries;
    for (const std::int64_t start : {250, 299, 300, 330, 350, 351, 390}) {
        for (const std::int64_t removed : {0, 1, 3, 45}) {
            for (const std::size_t inserted : {0, 1, 2, 70}) {
                SpliceQuery query;
                query.ref_outputs = {300, 351};
                query.edit = {start, removed, random_codes(inserted, static_cast<unsigned>(start))};
                query.alt_outputs = {300, 351 + std::max<std::int64_t>(query.edit.shift(), -50)};
                if (query.edit.start < 300) {  // outputs right of the edit move with it
                    query.alt_outputs = {300 + query.edit.shift(), 351 + query.edit.shift()};
                }
                queries.push_back(query);
            }
        }
    }
    const auto results = evaluator->evaluate(tile, queries);
    const auto reference = run_whole(*evaluator, tile.codes, {300, 351});
    int moved = 0;
    for (std::size_t q = 0; q < queries.size(); ++q) {
        EXPECT_EQ(results[q].ref, reference);
        const auto expected =
            run_whole(*evaluator, edited(tile.codes, queries[q].edit), queries[q].alt_outputs);
        ASSERT_EQ(results[q].alt, expected)
            << "edit at " << queries[q].edit.start << " -" << queries[q].edit.removed << " +"
            << queries[q].edit.inserted.size() << ", half context " << half;
        moved += results[q].alt != reference ? 1 : 0;
    }
    EXPECT_GT(moved, 60);  // the edits do reach the outputs: the comparison is not of constants
}

INSTANTIATE_TEST_SUITE_P(Heads, EvaluatorShapes, testing::Values("softmax3", "pangolin12"));

TEST(SpliceEvaluator, ThreadsAndGroupingDoNotChangeABit) {
    const auto network =
        build(RandomNetwork("11,11,11,11,11,11,11,11", "1,1,1,1,4,4,4,4", 3, "softmax3"));
    const SpliceTile tile{random_codes(5000, 5)};
    std::vector<SpliceQuery> queries;
    for (std::int64_t centre = 300; centre < 4600; centre += 173) {
        SpliceQuery query;
        query.ref_outputs = {centre - 50, centre + 51};
        query.edit = {centre, 1, {static_cast<std::uint8_t>(centre % 4)}};
        query.alt_outputs = query.ref_outputs;
        queries.push_back(query);
    }
    const auto together = make_native_evaluator(network, 3)->evaluate(tile, queries);
    const auto alone = make_native_evaluator(network, 1);
    for (std::size_t q = 0; q < queries.size(); ++q) {
        // The same window cut out of the tile and run by itself.
        const std::int64_t from = queries[q].ref_outputs.begin - network->config().half_context();
        const std::int64_t to = queries[q].ref_outputs.end + network->config().half_context();
        const SpliceTile window{{tile.codes.begin() + from, tile.codes.begin() + to}};
        SpliceQuery query = queries[q];
        for (auto* value : {&query.ref_outputs.begin,
                            &query.ref_outputs.end,
                            &query.alt_outputs.begin,
                            &query.alt_outputs.end,
                            &query.edit.start}) {
            *value -= from;
        }
        const auto result = alone->evaluate(window, {&query, 1}).front();
        EXPECT_EQ(result.ref, together[q].ref);
        EXPECT_EQ(result.alt, together[q].alt);
    }
}

// Short tiles go to a thread each, the long one in the middle is shared.
TEST(SpliceEvaluator, ManyTilesAtOnceEqualEachAlone) {
    const auto network = build(RandomNetwork("5,5,5,5", "1,2,3,4", 2, "softmax3"));
    std::vector<SpliceTask> tasks;
    for (std::int64_t i = 0; i < 40; ++i) {
        const std::size_t length = i == 17 ? 6000 : 150 + 10 * static_cast<std::size_t>(i);
        SpliceTask& task = tasks.emplace_back();
        task.tile.codes = random_codes(length, static_cast<unsigned>(i));
        for (std::int64_t at = 60; at < 70 + i % 4; at += 5) {
            task.queries.push_back(
                {{50, 90}, {at, 1, {static_cast<std::uint8_t>(i % 4)}}, {50, 90}});
        }
    }
    const auto alone = make_native_evaluator(network, 1);
    for (const int threads : {1, 4}) {
        const auto together = make_native_evaluator(network, threads)->evaluate_all(tasks);
        ASSERT_EQ(together.size(), tasks.size());
        for (std::size_t t = 0; t < tasks.size(); ++t) {
            const auto expected = alone->evaluate(tasks[t].tile, tasks[t].queries);
            ASSERT_EQ(together[t].size(), expected.size());
            for (std::size_t q = 0; q < expected.size(); ++q) {
                EXPECT_EQ(together[t][q].ref, expected[q].ref);
                EXPECT_EQ(together[t][q].alt, expected[q].alt);
            }
        }
    }
}

TEST(SpliceEvaluator, RefusesOutputsTooNearTheTileEnds) {
    const auto network = build(RandomNetwork("3,3,3,3", "1,1,1,1", 1, "softmax3"));
    const auto evaluator = make_native_evaluator(network, 1);
    SpliceQuery query;
    query.ref_outputs = {3, 10};
    query.alt_outputs = {3, 10};
    query.edit.start = 5;
    EXPECT_THROW((void)evaluator->evaluate({random_codes(40, 1)}, {&query, 1}), Error);
}

TEST(SpliceEvaluator, ProbabilitiesSumToOne) {
    const auto network = build(RandomNetwork("3,3,3,3", "1,1,1,1", 2, "softmax3"));
    const auto evaluator = make_native_evaluator(network, 1);
    const auto values = run_whole(*evaluator, random_codes(60, 1), {20, 40});
    for (std::size_t row = 0; row < 20; ++row) {
        EXPECT_NEAR(values[row * 3] + values[row * 3 + 1] + values[row * 3 + 2], 1.0, 1e-6);
    }
}

}  // namespace
}  // namespace varhush::models
