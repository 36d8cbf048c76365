#include "varhush/models/adapter.hpp"

#include "low_rank.hpp"
#include "track_material.hpp"
#include "track_network.hpp"
#include "track_support.hpp"
#include "varhush/core/error.hpp"
#include "varhush/models/alphagenome_native.hpp"
#include "varhush/train/track_trainer.hpp"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <sstream>

namespace varhush::train {
namespace {

using models::OutputType;
using testing::HasSubstr;

std::string bytes_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

void expect_refused(const std::function<void()>& act, ErrorKind kind, const std::string& message) {
    try {
        act();
        FAIL() << "accepted; expected: " << message;
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), kind) << error.what();
        EXPECT_THAT(std::string(error.what()) + " " + error.hint(), HasSubstr(message));
    }
}

/// What a model says of all channels of an output on a fixed sequence.
std::vector<float> values_of(const models::AlphaGenomeFile& file, OutputType output, int bp) {
    const auto model = models::make_native_alphagenome(file, 1);
    const std::string bases = test::random_bases(2048, 3);
    std::vector<std::uint8_t> codes;
    for (const char base : bases) {
        codes.push_back(static_cast<std::uint8_t>(std::string("ACGT").find(base)));
    }
    const auto pass = model->run(codes, 0);
    const models::TrackQuery query{output, bp, {{0, 2048 / bp}}, {}};
    return pass->tracks({&query, 1}).front();
}

/// Column `channel` of [bins, width] values.
std::vector<float> column(const std::vector<float>& values,
                          std::size_t channel,
                          std::size_t width) {
    std::vector<float> out;
    for (std::size_t i = channel; i < values.size(); i += width) {
        out.push_back(values[i]);
    }
    return out;
}

/// A base model with a ChIP and a CAGE track, and new labels to adapt it to.
class Adapter : public testing::Test {
  protected:
    Adapter() {
        TrackRun run;
        run.output = file("base.safetensors");
        train_tracks(config_, run, never);
        config_.tracks = {config_.tracks[1]};
        config_.tracks[0].track.output = OutputType::kChipTf;
        config_.tracks[0].track.name = "new";
        config_.tracks[0].resolutions = {128};
        config_.test = config_.validation;
        config_.validation.clear();
    }
    static bool never() { return false; }

    [[nodiscard]] std::string file(const std::string& name) const { return folder_.file(name); }
    [[nodiscard]] models::AlphaGenomeFile base() const {
        return models::load_alphagenome(file("base.safetensors"));
    }
    [[nodiscard]] TrackRun run_of(const std::string& name, int rank) const {
        TrackRun run;
        run.output = file(name + ".safetensors");
        run.start = file("base.safetensors");
        run.adapter.emplace();
        run.adapter->name = name;
        run.adapter->rank = rank;
        run.adapter->alpha = 4;
        run.adapter->layers = rank > 0 ? "all" : "";
        return run;
    }
    models::AdapterFile adapt(const std::string& name, int rank) {
        const TrackRun run = run_of(name, rank);
        EXPECT_EQ(train_tracks(config_, run, never), TrainOutcome::kFinished);
        return models::read_adapter(run.output);
    }

    test::TrackFolder folder_;
    TrackConfig config_ = folder_.read();
};

TEST_F(Adapter, StartsAsTheBaseToTheBit) {
    const Material material(config_);
    TrackRun run = run_of("a", 3);
    TrackConfig whole = config_;
    whole.model = base().config;
    whole.model.tracks.fill(0);
    const Material wide(whole);
    const auto weights = first_weights(whole, wide, run);
    const auto change =
        std::make_shared<const LowRank>(models::chosen_layers(wide.model, "all"), 3, 2.0, 1, "cpu");
    const std::vector<HeadKey> heads{{OutputType::kChipTf, 128}};
    const at::Tensor bases = at::rand({1, 4, 2048});
    TrackNetwork plain(weights, wide.model, wide.labels, heads, "cpu", {true, nullptr, 0});
    TrackNetwork adapted(weights, wide.model, wide.labels, heads, "cpu", {true, change, 0});
    const at::NoGradGuard no_grad;
    const at::Tensor before = plain.forward(bases).heads.at(heads[0]);
    EXPECT_TRUE(at::equal(before, adapted.forward(bases).heads.at(heads[0])));
    for (const auto& [name, tensor] : change->tensors()) {
        if (name.ends_with(".b")) {
            tensor.detach().fill_(0.3);
        }
    }
    EXPECT_FALSE(at::equal(before, adapted.forward(bases).heads.at(heads[0])));
    adapted.use_low_rank(nullptr);
    EXPECT_TRUE(at::equal(before, adapted.forward(bases).heads.at(heads[0])));
}

TEST_F(Adapter, MergedFileAndBaseWithAdapterSayTheSame) {
    const auto adapter = adapt("mine", 2);
    ASSERT_TRUE(adapter.changes_trunk());
    models::write_merged(base(), adapter, file("merged.safetensors"));
    const auto merged = models::load_alphagenome(file("merged.safetensors"));
    const auto joined = models::with_adapters(base(), {&adapter, 1});
    ASSERT_EQ(joined.parts.size(), 2U);
    ASSERT_EQ(joined.config.channels(OutputType::kChipTf), 2);
    EXPECT_EQ(joined.tracks[0].tracks(OutputType::kChipTf)[1].name, "mine/new");
    const auto a = values_of(joined, OutputType::kChipTf, 128);
    const auto b = values_of(merged, OutputType::kChipTf, 128);
    const auto old = values_of(base(), OutputType::kChipTf, 128);
    EXPECT_EQ(column(a, 1, 2), column(b, 1, 2));  // to the bit
    EXPECT_EQ(column(a, 0, 2), old);              // nothing is forgotten beside one another
    EXPECT_NE(column(b, 0, 2), old);              // but on one trunk
    EXPECT_EQ(values_of(joined, OutputType::kCage, 1), values_of(base(), OutputType::kCage, 1));
}

TEST_F(Adapter, MergedWeightsAreTheProductAddedByHand) {
    const auto adapter = adapt("mine", 2);
    models::write_merged(base(), adapter, file("merged.safetensors"));
    const auto merged = nn::SafeTensors::open(file("merged.safetensors"));
    const std::string layer = "tower.blocks.0.mlp.fc1.weight";
    const auto shape = merged.entries().at(layer).shape;
    const auto w = base().file.read_f32(layer, shape);
    const auto found = merged.read_f32(layer, shape);
    const auto a = adapter.file.read_f32(models::low_rank_a(layer), {2, shape[1]});
    const auto b = adapter.file.read_f32(models::low_rank_b(layer), {shape[0], 2});
    const auto columns = static_cast<std::size_t>(shape[1]);
    double most = 0;
    for (std::size_t i = 0; i < w.size(); ++i) {
        const std::size_t row = i / columns;
        const std::size_t at = i % columns;
        const float change = b[2 * row] * a[at] + b[2 * row + 1] * a[columns + at];
        EXPECT_NEAR(found[i], w[i] + 4.0F / 2.0F * change, 1e-6);
        most = std::max(most, static_cast<double>(std::abs(change)));
    }
    EXPECT_GT(most, 1e-6);  // something was learned
}

TEST_F(Adapter, HeadsOnlyKeepTheTrunkToTheBit) {
    const auto adapter = adapt("heads", 0);
    EXPECT_FALSE(adapter.changes_trunk());
    for (const auto& [name, entry] : adapter.file.entries()) {
        EXPECT_TRUE(name.starts_with("heads.chip_tf.")) << name;
    }
    models::write_merged(base(), adapter, file("merged.safetensors"));
    const auto merged = models::load_alphagenome(file("merged.safetensors"));
    const auto first = base();
    for (const auto& [name, entry] : first.file.entries()) {
        if (!name.starts_with("heads.")) {
            EXPECT_TRUE(first.file.read_f32(name, entry.shape) ==
                        merged.file.read_f32(name, entry.shape))
                << name;
        }
    }
    const auto joined = models::with_adapters(first, {&adapter, 1});
    EXPECT_TRUE(joined.parts.empty());
    const auto values = values_of(joined, OutputType::kChipTf, 128);
    EXPECT_EQ(values, values_of(merged, OutputType::kChipTf, 128));
    EXPECT_EQ(column(values, 0, 2), values_of(first, OutputType::kChipTf, 128));
}

TEST_F(Adapter, SeveralStandSideBySide) {
    const std::vector<models::AdapterFile> all{adapt("one", 2), adapt("two", 0), adapt("three", 1)};
    const auto joined = models::with_adapters(base(), all);
    ASSERT_EQ(joined.parts.size(), 3U);
    std::vector<std::string> names;
    for (const auto& track : joined.tracks[0].tracks(OutputType::kChipTf)) {
        names.push_back(track.name);
    }
    EXPECT_THAT(names, testing::ElementsAre("m", "two/new", "one/new", "three/new"));
    const auto values = values_of(joined, OutputType::kChipTf, 128);
    for (const std::size_t i : {0U, 2U}) {
        const auto alone = models::with_adapters(base(), {&all[i], 1});
        EXPECT_EQ(column(values, i == 0 ? 2 : 3, 4),
                  column(values_of(alone, OutputType::kChipTf, 128), 1, 2));
    }
    const std::vector<models::AdapterFile> twice{all[0], all[0]};
    expect_refused([&] { static_cast<void>(models::with_adapters(base(), twice)); },
                   ErrorKind::kUsage,
                   "two adapters are called one");
}

TEST_F(Adapter, AnotherBaseIsRefused) {
    const auto adapter = adapt("mine", 2);
    config_.fit.seed = 2;
    TrackRun run;
    run.output = file("other.safetensors");
    train_tracks(config_, run, never);
    const auto other = models::load_alphagenome(run.output);
    expect_refused(
        [&] {
            static_cast<void>(models::with_adapters(other, {&adapter, 1}));
        },
        ErrorKind::kModel,
        "was made for another model than other");
    expect_refused([&] { models::write_merged(other, adapter, file("x.safetensors")); },
                   ErrorKind::kModel,
                   "was made for another model");
    EXPECT_FALSE(std::filesystem::exists(file("x.safetensors")));
}

TEST_F(Adapter, CutAndForeignFilesAreRefused) {
    adapt("mine", 2);
    const std::string whole = bytes_of(file("mine.safetensors"));
    for (const std::size_t size : {whole.size() - 1, whole.size() / 2, std::size_t{5}}) {
        std::ofstream(file("cut.safetensors"), std::ios::binary) << whole.substr(0, size);
        EXPECT_THROW(static_cast<void>(models::read_adapter(file("cut.safetensors"))), Error)
            << size;
    }
    expect_refused([&] { static_cast<void>(models::read_adapter(file("base.safetensors"))); },
                   ErrorKind::kModel,
                   "is a model (alphagenome), not an adapter");
    expect_refused([&] { static_cast<void>(models::load_alphagenome(file("mine.safetensors"))); },
                   ErrorKind::kModel,
                   "is a alphagenome-adapter model");
}

TEST_F(Adapter, StoppedAndResumedIsTheSameToTheByte) {
    const TrackRun whole = run_of("mine", 2);
    train_tracks(config_, whole, never);
    const std::string bytes = bytes_of(whole.output);
    std::filesystem::remove(whole.output);
    int steps = 3;
    EXPECT_EQ(train_tracks(config_, whole, [&] { return steps-- == 0; }), TrainOutcome::kStopped);
    EXPECT_FALSE(std::filesystem::exists(whole.output));
    TrackRun other = whole;
    other.resume = true;
    other.adapter->alpha = 8;
    expect_refused([&] { train_tracks(config_, other, never); },
                   ErrorKind::kResume,
                   "other options or labels");
    TrackRun resumed = whole;
    resumed.resume = true;
    EXPECT_EQ(train_tracks(config_, resumed, never), TrainOutcome::kFinished);
    EXPECT_TRUE(bytes_of(whole.output) == bytes);
}

TEST_F(Adapter, ALeakEndsTheRunBeforeAnythingIsWritten) {
    config_.test = {{"c", 30'700, 40'960}};
    EXPECT_THROW(train_tracks(config_, run_of("mine", 2), never), Error);
    EXPECT_FALSE(std::filesystem::exists(file("mine.safetensors")));
}

TEST_F(Adapter, SpliceSitesAreRefused) {
    std::ofstream(file("sites.tsv")) << "chrom\tpos0\ttype\tstrand\nc\t500\tdonor\t+\n";
    TrackSource splice;
    splice.kind = LabelKind::kSpliceSites;
    splice.file = file("sites.tsv");
    splice.track.output = OutputType::kSpliceSites;
    splice.resolutions = {1};
    config_.tracks.push_back(splice);
    expect_refused([&] { train_tracks(config_, run_of("mine", 0), never); },
                   ErrorKind::kInput,
                   "an adapter has genome tracks");
}

/// Mean of a column of a TSV.
double mean_of(const std::string& path, const std::string& name) {
    std::istringstream in(bytes_of(path));
    std::string line;
    std::getline(in, line);
    std::istringstream header(line);
    int wanted = 0;
    for (std::string field; header >> field && field != name;) {
        ++wanted;
    }
    double sum = 0;
    double count = 0;
    while (std::getline(in, line)) {
        std::istringstream fields(line);
        std::string field;
        for (int i = 0; i <= wanted; ++i) {
            fields >> field;
        }
        sum += std::stod(field);
        count += 1;
    }
    return sum / count;
}

TEST_F(Adapter, RehearsalForgetsLess) {
    config_.fit.steps = 40;
    config_.fit.learning_rate = 2e-2;
    const auto kept = [&](double weight) {
        TrackRun run = run_of("mine", 4);
        run.adapter->rehearse = weight;
        run.adapter->forgetting = file("old.tsv");
        train_tracks(config_, run, never);
        EXPECT_DOUBLE_EQ(mean_of(run.adapter->forgetting, "before"), 1);
        return mean_of(run.adapter->forgetting, "after");
    };
    const double without = kept(0);
    const double with = kept(100);
    EXPECT_LT(without, 0.98);
    EXPECT_GT(with, without + 0.01);
}

TEST_F(Adapter, OldDataTellsWhatIsForgotten) {
    TrackRun run = run_of("mine", 2);
    run.adapter->rehearse = 1;
    run.adapter->forgetting = file("old.tsv");
    run.adapter->old = folder_.read();
    train_tracks(config_, run, never);
    const std::string report = bytes_of(file("old.tsv"));
    EXPECT_THAT(report, HasSubstr("CHIP_TF\t128\tm\t.\tauroc\t"));
    EXPECT_THAT(report, HasSubstr("CAGE\t1\ts\t.\tpearson\t"));
    run.adapter->old->tracks[0].track.name = "unknown";
    expect_refused([&] { train_tracks(config_, run, never); },
                   ErrorKind::kModel,
                   "are not the tracks of the old data");
}

TEST_F(Adapter, ReportsWhatHeldOutWindowsSay) {
    TrackRun run = run_of("mine", 2);
    run.report = file("r.tsv");
    train_tracks(config_, run, never);
    const std::string report = bytes_of(run.report);
    EXPECT_THAT(report, HasSubstr("CHIP_TF\tnew\t.\tbase "));
    EXPECT_THAT(report, HasSubstr("CHIP_TF\tnew\t.\tadapted\t"));
    EXPECT_THAT(report, HasSubstr("\t4\t64\n"));  // 4 windows of 16 bins
}

TEST_F(Adapter, LayersAreChosenByName) {
    const auto config = base().config;
    EXPECT_EQ(models::chosen_layers(config, "q_proj").size(), 1U);
    EXPECT_EQ(models::chosen_layers(config, "mlp").size(), 2U);
    EXPECT_EQ(models::chosen_layers(config, "attention").size(), 4U);
    EXPECT_EQ(models::chosen_layers(config, "all").size(), models::adaptable_layers(config).size());
    expect_refused([&] { static_cast<void>(models::chosen_layers(config, "mlp,nothing")); },
                   ErrorKind::kUsage,
                   "no layer of the model is called nothing");
}

}  // namespace
}  // namespace varhush::train
