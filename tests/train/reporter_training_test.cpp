#include "varhush/train/reporter_training.hpp"

#include "reporter_fit.hpp"
#include "reporter_sequence.hpp"
#include "test_paths.hpp"
#include "train_support.hpp"
#include "varhush/core/correlation.hpp"
#include "varhush/core/error.hpp"
#include "varhush/io/effect_table.hpp"
#include "varhush/models/reporter_mix.hpp"
#include "varhush/seq/alphabet.hpp"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace varhush::train {
namespace {

using ::testing::HasSubstr;

const std::string kDemo = std::string(VARHUSH_SOURCE_DIR) + "/data/demo/reporter.json";

std::string text_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

class ReporterTraining : public testing::Test {
  protected:
    [[nodiscard]] std::string path(const std::string& name) const { return folder_.file(name); }
    [[nodiscard]] ReporterTrainingOptions options(const std::string& output) const {
        ReporterTrainingOptions options;
        options.output = path(output);
        options.report = path(output + ".json");
        return options;
    }
    static ErrorKind kind_of(const std::function<void()>& action, std::string& message) {
        try {
            action();
        } catch (const Error& error) {
            message = error.what();
            return error.kind();
        }
        message.clear();
        return ErrorKind::kInternal;
    }

    const test::TemporaryFolder folder_;
};

bool never() {
    return false;
}

TEST_F(ReporterTraining, HeldOutScoresAreThoseOfTheReport) {
    auto wanted = options("one");
    wanted.held_out = path("held_out.tsv");
    ASSERT_TRUE(train_reporter(read_reporter_training(kDemo), wanted, never));
    std::map<std::string, std::pair<std::vector<double>, std::vector<double>>> elements;
    for (const auto& row : io::read_effect_table(wanted.held_out)) {
        ASSERT_TRUE(row.score);
        EXPECT_TRUE(row.passed && row.primary);
        EXPECT_NE(row.split, "test") << "only with report_test";
        if (!row.alt.empty()) {
            elements[row.element].first.push_back(*row.score);
            elements[row.element].second.push_back(row.effect_log2);
        }
    }
    const auto report = nlohmann::json::parse(text_of(wanted.report));
    EXPECT_EQ(elements.size(), report["elements"].size());
    for (const auto& [name, pairs] : elements) {
        const auto& told = report["elements"][name]["substitutions"];
        EXPECT_EQ(told["variants"].get<std::size_t>(), pairs.first.size()) << name;
        EXPECT_NEAR(told["pearson"].get<double>(),
                    core::pearson_correlation(pairs.first, pairs.second),
                    1e-3)
            << name;
    }
}

TEST_F(ReporterTraining, SameSeedSameBytesAndPartsAreFoundAgain) {
    const auto config = read_reporter_training(kDemo);
    ASSERT_TRUE(train_reporter(config, options("one"), never));
    auto kept = options("two");
    kept.parts = path("parts");
    ASSERT_TRUE(train_reporter(config, kept, never));
    EXPECT_TRUE(text_of(path("one")) == text_of(path("two")));
    const auto stamp = std::filesystem::last_write_time(path("parts/student.safetensors"));
    ASSERT_TRUE(train_reporter(config, kept, never));
    EXPECT_TRUE(text_of(path("one")) == text_of(path("two")));
    EXPECT_EQ(std::filesystem::last_write_time(path("parts/student.safetensors")), stamp);

    auto other = config;
    other.seed = 2;
    std::string message;
    EXPECT_EQ(kind_of([&] { train_reporter(other, kept, never); }, message), ErrorKind::kResume);
    EXPECT_THAT(message, HasSubstr("made with other settings"));

    const models::ReporterMix mix(nn::SafeTensors::open(path("one")));
    EXPECT_EQ(mix.config().motifs.size(), 8U);
    EXPECT_EQ(mix.config().gain_factor, 0.6);
    EXPECT_EQ(mix.identity().id, "demo-reporter");
}

TEST_F(ReporterTraining, StoppedItLeavesNoModel) {
    const auto config = read_reporter_training(kDemo);
    EXPECT_FALSE(train_reporter(config, options("none"), [] { return true; }));
    EXPECT_FALSE(std::filesystem::exists(path("none")));
}

TEST_F(ReporterTraining, SettingsThatCannotBeAreNamed) {
    const std::string good = text_of(kDemo);
    const auto failure = [&](const std::string& from, const std::string& to) {
        std::string text = good;
        const auto at = text.find(from);
        EXPECT_NE(at, std::string::npos) << from;
        text.replace(at, from.size(), to);
        std::ofstream(path("config.json")) << text;
        std::string message;
        kind_of([&] { (void)read_reporter_training(path("config.json")); }, message);
        return message;
    };
    EXPECT_THAT(failure("\"peaks\"", "\"peak\""), HasSubstr("\"peaks\": is missing"));
    EXPECT_THAT(failure("\"steps\"", "\"step\""),
                HasSubstr("\"student.step\": is no key that is known here"));
    EXPECT_THAT(failure("\"steps\": 60", "\"steps\": \"x\""),
                HasSubstr("\"student.steps\": expected a whole number"));
    EXPECT_THAT(failure("\"channels\": 8", "\"channels\": 0"), HasSubstr("student.channels"));
    EXPECT_THAT(failure("chr22:20800001-21000000", "chr22:x"), HasSubstr("chr22:x"));
    EXPECT_THAT(failure("{", ""), HasSubstr("config.json"));
}

TEST_F(ReporterTraining, DataThatDoNotFitAreInputErrors) {
    const auto good = read_reporter_training(kDemo);
    std::string message;
    auto elsewhere = good;
    elsewhere.held_out.contig = "chr1";
    EXPECT_EQ(kind_of([&] { (void)read_labelled_sequence(elsewhere); }, message),
              ErrorKind::kInput);
    EXPECT_THAT(message, HasSubstr("lies on chr1"));
    auto twice = good;
    twice.sequence.push_back(twice.sequence[0]);
    EXPECT_EQ(kind_of([&] { (void)read_labelled_sequence(twice); }, message), ErrorKind::kInput);
    EXPECT_THAT(message, HasSubstr("does not follow base 51304566"));
    auto unknown = good;
    unknown.activators = {"NOSUCH"};
    EXPECT_EQ(kind_of([&] { train_reporter(unknown, options("x"), never); }, message),
              ErrorKind::kInput);
    EXPECT_THAT(message, HasSubstr("NOSUCH"));
    auto wrong = good;
    wrong.data = path("");
    wrong.inserts = "elements.fa";
    wrong.effects = "effects.tsv";
    std::ofstream(path("elements.fa")) << ">E\nACGTACGTACGTACGTACGTACGTACGT\n";
    const std::string head = "element\tsplit\toffset\tref\talt\tlog2_effect\tpass\tprimary\n";
    std::ofstream(path("effects.tsv")) << head << "E\ttrain\t2\tA\tT\t1\t1\t1\n";
    EXPECT_EQ(kind_of([&] { (void)read_elements(wrong); }, message), ErrorKind::kInput);
    EXPECT_THAT(message, HasSubstr("E 2 A>T does not fit"));
    std::ofstream(path("effects.tsv")) << head << "E\ttrain\t1\tA\tT\t1\t1\t1\n"
                                       << "E\ttest\t2\tC\tT\t1\t1\t1\n";
    EXPECT_EQ(kind_of([&] { (void)read_elements(wrong); }, message), ErrorKind::kInput);
    EXPECT_THAT(message, HasSubstr("E is in two splits"));
}

TEST(SharedWords, AreFoundOnBothStrands) {
    std::mt19937 random(2);
    std::string bases;
    for (int i = 0; i < 60; ++i) {
        bases += "ACGT"[random() % 4];
    }
    SharedWords words;
    words.add(seq::base_codes(bases));
    const std::string pad(30, 'A');
    EXPECT_TRUE(words.any_in(seq::base_codes(pad + bases.substr(20, 24) + pad)));
    EXPECT_TRUE(words.any_in(seq::base_codes(pad + seq::reverse_complement(bases.substr(9, 24)))));
    EXPECT_FALSE(words.any_in(seq::base_codes(pad + "C" + bases.substr(20, 22) + "N" + pad)));
    std::string cut = bases.substr(20, 24);
    cut[12] = 'N';
    EXPECT_FALSE(words.any_in(seq::base_codes(cut)));
}

TEST(ReporterSequence, HeldOutBinsAndSharedWordsAreLeftOut) {
    const auto config = read_reporter_training(kDemo);
    const auto sequence = read_labelled_sequence(config);
    EXPECT_EQ(sequence.contig, "chr22");
    EXPECT_THAT(sequence.tracks,
                testing::ElementsAre("demo:CTCF", "demo:SP1", "element:PLS", "start"));
    SharedWords nothing;
    Random random(1);
    const auto all = choose_bins(sequence, config.held_out, nothing, random);
    ASSERT_GT(all.positives, 300U);
    EXPECT_GT(all.bins.size(), all.positives + 200);
    const auto gc = [&](std::size_t begin, std::size_t end) {
        double sum = 0;
        for (std::size_t i = begin; i < end; ++i) {
            for (std::int64_t at = 200 * all.bins[i]; at < 200 * all.bins[i] + 200; ++at) {
                const auto code = sequence.codes[static_cast<std::size_t>(at)];
                sum += code == 1 || code == 2 ? 1 : 0;
            }
        }
        return sum / 200 / static_cast<double>(end - begin);
    };
    EXPECT_NEAR(gc(0, all.positives), gc(all.positives, all.bins.size()), 0.03);
    for (const auto bin : all.bins) {
        EXPECT_LT(200 * bin + 200, 20'800'000 - 499);
    }
    SharedWords some;
    some.add(
        std::span(sequence.codes).subspan(static_cast<std::size_t>(200 * all.bins[5] + 60), 50));
    const auto fewer = choose_bins(sequence, config.held_out, some, random);
    EXPECT_GE(fewer.leaked, 1U);
    EXPECT_EQ(std::count(fewer.bins.begin(), fewer.bins.end(), all.bins[5]), 0);
    std::size_t leaked = 0;
    for (const auto start : choose_windows(sequence, config, some, random, leaked)) {
        EXPECT_LT(start + 200, 20'800'000 - 499);
    }
}

// Random columns of three train elements and a valid one, effects that follow the first motif.
struct MadeUp {
    ElementData data;
    MixColumns columns;
    at::Tensor heads;
    ReporterStudent student;

    MadeUp() {
        std::mt19937_64 random(4);
        const auto draw = [&](std::int64_t rows, std::int64_t width) {
            at::Tensor tensor = at::empty({rows, width}, at::kDouble);
            for (std::int64_t i = 0; i < tensor.numel(); ++i) {
                tensor.data_ptr<double>()[i] = static_cast<double>(random() % 2001) / 1000.0 - 1;
            }
            return tensor;
        };
        data.names = {"a", "b", "c", "v"};
        data.splits = {"train", "train", "train", "valid"};
        columns = {draw(200, 3), draw(200, 2), draw(200, 4), draw(200, 5)};
        heads = draw(6, 2).to(at::kFloat);
        student.head = draw(2, 5).to(at::kFloat);
        for (std::int64_t i = 0; i < 200; ++i) {
            ElementVariant variant;
            variant.element = static_cast<std::size_t>(i % 4);
            variant.measured.effect_log2 = 2 * columns.motifs[i][0].item<double>() -
                                           columns.features[i][1].item<double>() +
                                           static_cast<double>(random() % 1000) / 1000.0;
            data.variants.push_back(variant);
        }
    }
    [[nodiscard]] ReporterFit fit(double lambda, double gain = 1) const {
        ReporterMixRecipe recipe;
        recipe.lambda = lambda;
        recipe.gain_factor = gain;
        return fit_reporter_mix(data, columns, {false, true, false}, heads, student, recipe);
    }
};

TEST(ReporterFit, FoldedWeightsGiveThePredictions) {
    const MadeUp made;
    const auto fit = made.fit(3000);
    ASSERT_EQ(fit.gapped.size(), 6U);
    EXPECT_EQ(fit.activators[0], 0);
    EXPECT_NE(fit.activators[1], 0);
    // Word weights are the heads' weights times what each head counts: solve for the latter.
    const at::Tensor gapped = at::empty({6}, at::kDouble);
    std::copy(fit.gapped.begin(), fit.gapped.end(), gapped.data_ptr<double>());
    const at::Tensor heads = made.heads.to(at::kDouble);
    const at::Tensor counts = at::linalg_solve(at::mm(heads.t(), heads), at::mv(heads.t(), gapped));
    for (std::int64_t row = 0; row < 200; row += 13) {
        double sum = 0;
        for (std::int64_t c = 0; c < 3; ++c) {
            const auto at = static_cast<std::size_t>(c);
            sum +=
                (fit.activators[at] + fit.motifs[at]) * made.columns.motifs[row][c].item<double>();
        }
        for (std::int64_t c = 0; c < 4; ++c) {
            sum += fit.four_mers[static_cast<std::size_t>(c)] *
                   made.columns.four_mers[row][c].item<double>();
        }
        for (std::int64_t c = 0; c < 5; ++c) {
            sum += fit.network[static_cast<std::size_t>(c)] *
                   made.columns.features[row][c].item<double>();
        }
        sum += (made.columns.heads[row] * counts).sum().item<double>();
        EXPECT_NEAR(sum, fit.final[static_cast<std::size_t>(row)], 1e-9);
    }
}

TEST(ReporterFit, WithoutPenaltyItIsLeastSquares) {
    // Effects that are a sum of columns in all train elements, up to each one's own size.
    MadeUp made;
    for (std::size_t i = 0; i < 200; ++i) {
        made.data.variants[i].measured.effect_log2 =
            made.columns.motifs[static_cast<std::int64_t>(i)][0].item<double>();
    }
    const auto fit = made.fit(1e-3);
    for (std::size_t i = 0; i < 200; ++i) {
        EXPECT_NEAR(fit.held_out[i], made.data.variants[i].measured.effect_log2, 0.02) << i;
    }
}

TEST(ReporterFit, AnElementsOwnEffectsDoNotMeetItsPredictions) {
    MadeUp made;
    const auto before = made.fit(3000);
    for (std::size_t i = 0; i < 200; ++i) {
        ElementVariant& variant = made.data.variants[i];
        if (variant.element == 0 || variant.element == 3) {
            variant.measured.effect_log2 +=
                2 * made.columns.motifs[static_cast<std::int64_t>(i)][2].item<double>();
        }
    }
    const auto after = made.fit(3000);
    // The common scale may change, nothing else; the valid element's come from the fit on all
    // train elements and do.
    double ratio = 0;
    bool valid_changed = false;
    for (std::size_t i = 0; i < 200; ++i) {
        const double now = after.held_out[i] / before.held_out[i];
        if (made.data.variants[i].element == 0) {
            ratio = ratio == 0 ? now : ratio;
            EXPECT_NEAR(now, ratio, 1e-6 * std::fabs(ratio));
        }
        valid_changed |= made.data.variants[i].element == 3 && std::fabs(now / ratio - 1) > 1e-3;
    }
    EXPECT_TRUE(valid_changed);
}

TEST(ReporterFit, GainsCountLess) {
    const MadeUp made;
    const auto full = made.fit(3000, 1);
    const auto less = made.fit(3000, 0.5);
    double scale = 0;
    for (std::size_t i = 0; i < 200; ++i) {
        const double ratio = less.final[i] / full.final[i];
        const double wanted = full.final[i] > 0 ? ratio / 0.5 : ratio;
        scale = scale == 0 ? wanted : scale;
        EXPECT_NEAR(wanted, scale, 1e-9);
    }
}

}  // namespace
}  // namespace varhush::train
