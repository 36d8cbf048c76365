// The comparison itself: a model that replays a fixture passes, and every way of being wrong is
// seen and named.
#include "varhush/models/parity.hpp"

#include "test_paths.hpp"
#include "varhush/core/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <utility>

namespace varhush::models {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const std::string kFolder = std::string(VARHUSH_TEST_DATA) + "/alphagenome/";

struct Activation {
    std::string name;
    std::vector<std::int64_t> shape;
    std::vector<float> values;
};

/// Gives out recorded activations, in an order set by the test.
class ReplayModel final : public SequenceModel {
  public:
    explicit ReplayModel(PairGelu gelu) { config_.pair_gelu = gelu; }

    [[nodiscard]] const AlphaGenomeConfig& config() const override { return config_; }
    std::unique_ptr<SequencePass> run(std::span<const std::uint8_t>, int) override { return {}; }
    std::unique_ptr<SequencePass> run_edited(const SequencePass&,
                                             std::span<const std::uint8_t>,
                                             std::span<const SharedStretch>) override {
        return {};
    }
    JunctionCounts junctions(const SpliceSiteRows&,
                             const SiteEmbeddings&,
                             int,
                             std::span<const std::int32_t>) override {
        return {};
    }
    void trace(std::span<const std::uint8_t>,
               int organism,
               const SpliceSiteRows* sites,
               const ActivationTap& tap) override {
        EXPECT_EQ(sites != nullptr, expect_sites);
        for (const Activation& one : sequences.at(static_cast<std::size_t>(organism))) {
            tap(one.name, one.shape, one.values);
        }
    }

    AlphaGenomeConfig config_;
    std::vector<std::vector<Activation>> sequences;
    bool expect_sites = false;
};

/// Sequence `b` of tiny_forward_c; its organisms are 0 and 1.
std::vector<Activation> recorded(const nn::SafeTensors& fixture, std::size_t b) {
    std::vector<Activation> list;
    for (const auto& [key, entry] : fixture.entries()) {
        if (key.starts_with("in.")) {
            continue;
        }
        const std::size_t count =
            entry.bytes.size() / sizeof(float) / static_cast<std::size_t>(entry.shape[0]);
        Activation one{key, {entry.shape.begin() + 1, entry.shape.end()}, {}};
        one.values.resize(count);
        std::memcpy(one.values.data(),
                    entry.bytes.data() + b * count * sizeof(float),
                    count * sizeof(float));
        if (entry.dtype == "I32") {
            for (float& value : one.values) {
                std::int32_t whole = 0;
                std::memcpy(&whole, &value, sizeof whole);
                value = static_cast<float>(whole);
            }
        }
        list.push_back(std::move(one));
    }
    // tower before out: the order in which a model computes.
    std::stable_partition(list.begin(), list.end(), [](const Activation& one) {
        return one.name.starts_with("tower.");
    });
    return list;
}

class Parity : public testing::Test {
  protected:
    void SetUp() override {
        model_.sequences = {recorded(fixture_, 0), recorded(fixture_, 1)};
        model_.config_.num_splice_sites = 16;
    }
    Activation& activation(std::size_t sequence, const std::string& name) {
        for (Activation& one : model_.sequences[sequence]) {
            if (one.name == name) {
                return one;
            }
        }
        throw std::out_of_range(name);
    }
    void drop(std::size_t sequence, const std::string& name) {
        std::erase_if(model_.sequences[sequence],
                      [&](const Activation& one) { return one.name == name; });
    }
    void expect_miss(const std::string& name, const std::string& text, int misses = 1) {
        const ParityReport report = compare_forward(model_, fixture_);
        EXPECT_FALSE(report.passed());
        EXPECT_EQ(report.first_miss, name);
        EXPECT_THAT(report.miss_text, HasSubstr(text));
        EXPECT_EQ(report.misses, misses);
        EXPECT_GT(report.worst_ratio, 1);
    }

    nn::SafeTensors fixture_ = nn::SafeTensors::open(kFolder + "tiny_forward_c.safetensors");
    ReplayModel model_{PairGelu::kErf};
};

TEST_F(Parity, TheRecordedNumbersPass) {
    const ParityReport report = compare_forward(model_, fixture_);
    EXPECT_TRUE(report.passed()) << report.first_miss << ": " << report.miss_text;
    // 22 tensors less two inputs and the mask, two sequences
    EXPECT_EQ(report.activations, 2 * 21);
    EXPECT_EQ(report.worst_ratio, 0);
}

TEST_F(Parity, NamesTheFirstLayerThatDiffers) {
    activation(0, "tower.8.pair").values[3] += 1.0F;
    activation(0, "out.atac.1").values[7] += 100.0F;
    expect_miss("tower.8.pair", "element 3 is ", 2);
}

TEST_F(Parity, NamesTheSequence) {
    activation(1, "out.cage.128").values[0] = -5;
    expect_miss("out.cage.128 (sequence 1)", "element 0 is -5, expected ");
}

TEST_F(Parity, IsTenTimesStricterBeforeTowerBlock4) {
    const auto scaled = [&](const std::string& name, float factor) {
        for (float& value : activation(0, name).values) {
            value *= 1 + factor;
        }
    };
    scaled("tower.8.pair", 9e-5F);  // relative part: 1e-4
    EXPECT_TRUE(compare_forward(model_, fixture_).passed());
    scaled("tower.0.seq2pair_y", 9e-3F);
    expect_miss("tower.0.seq2pair_y", "");
}

TEST_F(Parity, ValuesThatAreNoNumbersDiffer) {
    activation(0, "out.dnase.1").values[100] = std::numeric_limits<float>::quiet_NaN();
    expect_miss("out.dnase.1", "element 100 is nan");
}

TEST_F(Parity, SeesWhatIsMissing) {
    drop(0, "out.contact_maps");
    expect_miss("out.contact_maps", "was not computed");
}

TEST_F(Parity, SeesAnotherShape) {
    activation(0, "out.rna_seq.128").shape = {8, 32};
    expect_miss("out.rna_seq.128", "has the shape [8,32], the fixture [2,32,8]");
}

TEST_F(Parity, SitesMustBeTheSame) {
    activation(0, "out.splice_junctions.splice_site_positions").values[1] += 1;
    expect_miss("out.splice_junctions.splice_site_positions", "is 2478, expected 2477");
}

TEST_F(Parity, CountsOutsideTheSitesMustBeZero) {
    Activation& counts = activation(0, "out.splice_junctions.pred_counts");
    ASSERT_EQ(counts.values.back(), 0);
    counts.values.back() = 1;
    expect_miss("out.splice_junctions.pred_counts", "is 1, expected 0");
}

TEST_F(Parity, TheNumberOfSlotsIsTheModelsOwn) {
    Activation& counts = activation(0, "out.splice_junctions.pred_counts");
    const std::vector<float> small = counts.values;
    counts.shape = {17, 17, 12};
    counts.values.assign(17 * 17 * 12, 0);
    for (std::size_t d = 0; d < 16; ++d) {
        for (std::size_t i = 0; i < 16 * 12; ++i) {
            counts.values[d * 17 * 12 + i] = small[d * 16 * 12 + i];
        }
    }
    const ParityReport report = compare_forward(model_, fixture_);
    EXPECT_TRUE(report.passed()) << report.first_miss << ": " << report.miss_text;
}

TEST_F(Parity, AttentionBiasMayComeByPairBin) {
    Activation& bias = activation(1, "tower.0.attn_bias");
    const std::vector<float> full = bias.values;
    bias.shape = {4, 2, 2};
    bias.values.clear();
    for (std::size_t h = 0; h < 4; ++h) {
        for (const std::size_t i : {0U, 16U}) {
            for (const std::size_t j : {0U, 16U}) {
                bias.values.push_back(full[(h * 32 + i) * 32 + j]);
            }
        }
    }
    EXPECT_TRUE(compare_forward(model_, fixture_).passed());
    bias.values[5] += 0.1F;
    expect_miss("tower.0.attn_bias (sequence 1)", "256 of 4096 values differ");
}

TEST_F(Parity, DoubtfulSitesAreGivenToTheModel) {
    // A probability equal to the threshold: rounding decides whether it is a site.
    const auto& entry = fixture_.entries().at("out.splice_sites.probs");
    float p = 0;
    std::memcpy(&p, entry.bytes.data(), sizeof p);
    model_.config_.splice_site_threshold = p;
    model_.expect_sites = true;
    EXPECT_TRUE(compare_forward(model_, fixture_).passed());
}

TEST(ParityFixture, OthersAreRefused) {
    const auto weights = nn::SafeTensors::open(kFolder + "tiny_weights.safetensors");
    try {
        (void)fixture_pair_gelu(weights);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kInput);
        EXPECT_THAT(error.what(), HasSubstr("has no \"pair_gelu\""));
    }
}

/// Every 3rd position and 2nd channel of a tensor whose statistics are known.
class SubsampledParity : public testing::Test {
  protected:
    static constexpr std::int64_t kLength = 50;
    static constexpr std::int64_t kChannels = 200;

    void SetUp() override {
        Activation whole{"emb.embeddings_128bp", {kLength, kChannels}, {}};
        for (std::int64_t i = 0; i < kLength * kChannels; ++i) {
            whole.values.push_back(static_cast<float>(std::sin(static_cast<double>(i))));
        }
        model_.sequences = {{whole}};
        std::vector<float> sample;
        for (std::int64_t at = 0; at < kLength; at += 3) {
            for (std::int64_t c = 0; c < kChannels; c += 2) {
                sample.push_back(whole.values[static_cast<std::size_t>(at * kChannels + c)]);
            }
        }
        double sum = 0, squares = 0, magnitudes = 0;
        for (const float value : whole.values) {
            sum += value;
            magnitudes += std::abs(value);
        }
        const double count = kLength * kChannels;
        for (const float value : whole.values) {
            squares += std::pow(value - sum / count, 2);
        }
        const auto [low, high] = std::minmax_element(whole.values.begin(), whole.values.end());
        const std::vector<float> five{static_cast<float>(sum / count),
                                      static_cast<float>(std::sqrt(squares / (count - 1))),
                                      *low,
                                      *high,
                                      static_cast<float>(magnitudes)};
        const std::vector<nn::TensorShape> shapes{{"emb.embeddings_128bp", {1, 17, 100}},
                                                  {"in.codes", {1, 2048}},
                                                  {"in.organism", {1}},
                                                  {"stat.emb.embeddings_128bp", {5}}};
        bytes_ = nn::safetensors_header(shapes, {{"pair_gelu", "tanh"}});
        const auto append = [&](const std::vector<float>& values) {
            bytes_.append(reinterpret_cast<const char*>(values.data()), 4 * values.size());
        };
        append(sample);
        append(std::vector<float>(2048));
        append({0});
        append(five);
    }
    ParityReport compare() {
        const auto fixture =
            nn::SafeTensors::from_memory(std::as_bytes(std::span(bytes_)), "subsampled");
        return compare_forward(model_, fixture);
    }

    std::string bytes_;
    ReplayModel model_{PairGelu::kTanh};
};

TEST_F(SubsampledParity, TheWholeTensorPasses) {
    const ParityReport report = compare();
    EXPECT_TRUE(report.passed()) << report.miss_text;
    EXPECT_EQ(report.values, 1700);
}

TEST_F(SubsampledParity, StatisticsSeeWhatTheSampleDoesNot) {
    model_.sequences[0][0].values[1] = 9;  // position 0, channel 1: not in the sample
    const ParityReport report = compare();
    EXPECT_FALSE(report.passed());
    EXPECT_EQ(report.first_miss, "emb.embeddings_128bp");
    EXPECT_THAT(report.miss_text, StartsWith("its "));
}

TEST_F(SubsampledParity, SampledValuesAreCompared) {
    std::swap(model_.sequences[0][0].values[2], model_.sequences[0][0].values[4]);
    const ParityReport report = compare();
    EXPECT_THAT(report.miss_text, StartsWith("element 1 is "));
}

TEST(ModuleParity, ComparesEveryOutputOfEveryCase) {
    const auto fixture = nn::SafeTensors::open(kFolder + "modules.safetensors");
    std::map<std::string, ParityTensors> outputs;
    for (const auto& [key, entry] : fixture.entries()) {
        const auto at = key.find("/out/");
        if (at != std::string::npos && entry.dtype == "F32") {
            ParityTensor tensor{entry.shape, {}};
            for (std::size_t i = 0; i < entry.bytes.size(); i += sizeof(float)) {
                float value = 0;
                std::memcpy(&value, entry.bytes.data() + i, sizeof value);
                tensor.values.push_back(value);
            }
            outputs[key.substr(0, at)][key.substr(at + 5)] = tensor;
        }
    }
    outputs["mlp"]["y"].values[5] += 1;
    std::size_t runs = 0;
    const auto report = compare_modules(
        [&](const std::string& name,
            const ParityTensors& weights,
            const ParityTensors&) -> std::optional<ParityTensors> {
            ++runs;
            EXPECT_EQ(weights.contains("fc1.weight"), name == "mlp");
            return name == "max_pool2" ? std::nullopt : std::optional(outputs[name]);
        },
        fixture);
    EXPECT_GT(runs, 40U);
    EXPECT_EQ(report.first_miss, "max_pool2/y");
    EXPECT_EQ(report.miss_text, "this engine has no such module or output");
    // max_pool2, mlp, and the outputs that are not F32
    EXPECT_EQ(report.misses, 2 + 5);
}

}  // namespace
}  // namespace varhush::models
