// What AlphaGenomeTorch does beyond one whole forward: tiles, edits, batches, gradients, bad
// weights. In float64 where two ways must agree: what differs then is not rounding.
#include "alphagenome_fixtures.hpp"
#include "varhush/core/error.hpp"
#include "varhush/models/alphagenome_torch.hpp"
#include "varhush/models/recipe_weights.hpp"
#include "varhush/nn/safetensors.hpp"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <functional>
#include <new>
#include <string>

namespace varhush::models {
namespace {

using testing::HasSubstr;

constexpr std::int64_t kLength = 16384;

nn::SafeTensors tiny_weights() {
    return nn::SafeTensors::open(fixture_path("tiny_weights.safetensors"));
}

AlphaGenomeTorch exact_model(std::int64_t tile_tokens, bool trainable = false) {
    AlphaGenomeTorchOptions options;
    options.precision = TorchPrecision::kFloat64;
    options.tile_tokens = tile_tokens;
    options.trainable = trainable;
    return {tiny_weights(), tiny_config(PairGelu::kTanh), options};
}

at::Tensor one_hot(std::span<const std::uint8_t> codes) {
    at::Tensor x = at::zeros({1, 4, static_cast<std::int64_t>(codes.size())}, at::kDouble);
    for (std::size_t i = 0; i < codes.size(); ++i) {
        if (codes[i] < 4) {
            x[0][codes[i]][static_cast<std::int64_t>(i)] = 1;
        }
    }
    return x;
}

std::vector<float> floats(const at::Tensor& tensor) {
    const at::Tensor flat = tensor.detach().to(at::kFloat).contiguous();
    return {flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel()};
}

void expect_near(const std::vector<float>& found,
                 const std::vector<float>& expected,
                 double relative) {
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        ASSERT_NEAR(found[i], expected[i], relative * (std::abs(expected[i]) + 1e-3)) << i;
    }
}

/// Rows [bins of the query] and channels of a whole output [positions, channels].
std::vector<float> pick(const at::Tensor& whole, const TrackQuery& query) {
    std::vector<at::Tensor> parts;
    for (const PositionRange& range : query.bins) {
        parts.push_back(whole.narrow(0, range.begin, range.size()));
    }
    at::Tensor rows = at::cat(parts, 0);
    if (!query.channels.empty()) {
        std::vector<at::Tensor> columns;
        for (const std::int32_t channel : query.channels) {
            columns.push_back(rows.select(1, channel));
        }
        rows = at::stack(columns, 1);
    }
    return floats(rows);
}

const std::vector<TrackQuery>& queries() {
    static const std::vector<TrackQuery> kQueries{
        {OutputType::kAtac, 1, {{0, 3}, {126, 131}, {5000, 5600}, {16380, 16384}}, {}},
        {OutputType::kRnaSeq, 1, {{5100, 5101}, {9000, 9300}}, {1, 5}},
        {OutputType::kRnaSeq, 128, {{0, 2}, {60, 61}}, {7}},
        {OutputType::kChipTf, 128, {{127, 128}}, {}},
        {OutputType::kSpliceSites, 1, {{8000, 8200}}, {0, 3}},
        {OutputType::kSpliceSiteUsage, 1, {{8100, 8101}}, {}},
        {OutputType::kCage, 1, {}, {}}};
    return kQueries;
}

TEST(AlphaGenomeTorchPass, TilesEqualTheWhole) {
    const std::vector<std::uint8_t> codes = recipe_sequence("tiles", kLength);
    AlphaGenomeTorch model = exact_model(16);
    const auto pass = model.run(codes, 1);
    EXPECT_EQ(pass->length_bp(), kLength);
    const auto found = pass->tracks(queries());
    ASSERT_EQ(found.size(), queries().size());

    const c10::InferenceMode guard;
    const TorchEmbeddings whole = model.embed(one_hot(codes), 1);
    for (std::size_t q = 0; q + 1 < queries().size(); ++q) {
        const TrackQuery& query = queries()[q];
        SCOPED_TRACE(q);
        expect_near(found[q],
                    pick(model.head(query.output, query.resolution_bp, whole, 1)[0], query),
                    1e-6);
    }
    EXPECT_TRUE(found.back().empty());
    const std::vector<std::int64_t> positions{0, 127, 128, 9999, kLength - 1};
    expect_near(pass->embeddings_1bp(positions),
                floats(whole.one_bp[0].index_select(0, at::tensor(positions))),
                1e-6);
    const std::vector<std::int32_t> channels{2};
    expect_near(
        pass->contact_maps({1, 4}, {0, 8}, channels),
        floats(
            model.head(OutputType::kContactMaps, 2048, whole, 1)[0].narrow(0, 1, 3).select(2, 2)),
        1e-6);
}

/// The sequence with `removed` bases at `at` replaced by `inserted`; N comes in at the end.
std::vector<std::uint8_t> edited(const std::vector<std::uint8_t>& codes,
                                 std::int64_t at,
                                 std::int64_t removed,
                                 const std::vector<std::uint8_t>& inserted) {
    std::vector<std::uint8_t> out(codes.begin(), codes.begin() + at);
    out.insert(out.end(), inserted.begin(), inserted.end());
    out.insert(out.end(), codes.begin() + at + removed, codes.end());
    out.resize(codes.size(), 4);
    return out;
}

TEST(AlphaGenomeTorchPass, EditedSequencesEqualWholeRuns) {
    const std::vector<std::uint8_t> codes = recipe_sequence("edits", kLength);
    AlphaGenomeTorch model = exact_model(32);
    const auto reference = model.run(codes, 0);
    struct Edit {
        std::int64_t at, removed;
        std::vector<std::uint8_t> inserted;
    };
    for (const Edit& edit : {Edit{8000, 1, {static_cast<std::uint8_t>((codes[8000] + 1) % 4)}},
                             Edit{0, 2, {3, 3}},
                             Edit{kLength - 1, 1, {0}},
                             Edit{8000, 1, {0, 1, 2, 3}},
                             Edit{12000, 7, {}},
                             Edit{100, 0, {}}}) {
        SCOPED_TRACE(edit.at);
        const auto other = edited(codes, edit.at, edit.removed, edit.inserted);
        const auto quick = model.run_edited(*reference, other, {});
        const auto whole = model.run(other, 0);
        const auto found = quick->tracks(queries());
        const auto expected = whole->tracks(queries());
        for (std::size_t q = 0; q < queries().size(); ++q) {
            expect_near(found[q], expected[q], 1e-6);
        }
        expect_near(
            quick->contact_maps({0, 8}, {0, 8}, {}), whole->contact_maps({0, 8}, {0, 8}, {}), 1e-6);
    }
}

TEST(AlphaGenomeTorchPass, SeveralEqualSingleRuns) {
    AlphaGenomeTorch model = exact_model(48);
    std::vector<std::vector<std::uint8_t>> sequences;
    for (const int length : {2048, 2048, 2048, 2048, 4096, 16384}) {
        const std::string name = "several " + std::to_string(sequences.size());
        sequences.push_back(recipe_sequence(name, length));
    }
    const TrackQuery query{OutputType::kDnase, 1, {{0, 2048}}, {}};
    const auto passes = model.run_several(sequences, 0);
    ASSERT_EQ(passes.size(), sequences.size());
    for (std::size_t i = 0; i < passes.size(); ++i) {
        SCOPED_TRACE(i);
        const auto single = model.run(sequences[i], 0);
        expect_near(passes[i]->tracks({&query, 1})[0], single->tracks({&query, 1})[0], 1e-6);
    }
}

TEST(AlphaGenomeTorchPass, SomeTissuesEqualThoseOfAll) {
    AlphaGenomeTorch model = exact_model(16);
    const auto pass = model.run(recipe_sequence("tissues", 4096), 0);
    const SpliceSiteRows sites{{{5, 100}, {7, 900, 4000}, {}, {3}}};
    SiteEmbeddings embeddings;
    for (std::size_t row = 0; row < sites.size(); ++row) {
        embeddings[row] = pass->embeddings_1bp(sites[row]);
    }
    const std::vector<std::int32_t> chosen{1, 4};
    const JunctionCounts all = model.junctions(sites, embeddings, 0, {});
    const JunctionCounts some = model.junctions(sites, embeddings, 0, chosen);
    ASSERT_EQ(all.plus.size(), 2U * 3 * 6);
    ASSERT_EQ(some.plus.size(), 2U * 3 * 2);
    EXPECT_TRUE(all.minus.empty());  // no donors
    for (std::size_t pair = 0; pair < 6; ++pair) {
        for (std::size_t t = 0; t < 2; ++t) {
            EXPECT_NEAR(some.plus[pair * 2 + t],
                        all.plus[pair * 6 + static_cast<std::size_t>(chosen[t])],
                        1e-6);
        }
    }
}

/// d/de of sum(weights * output) at one-hot + e * direction, by central differences.
double directional(AlphaGenomeTorch& model,
                   const at::Tensor& x,
                   const at::Tensor& direction,
                   const TrackQuery& query,
                   const std::vector<float>& weights,
                   int organism) {
    const c10::InferenceMode guard;
    const auto value = [&](double step) {
        const TorchEmbeddings whole = model.embed(x + step * direction, organism);
        const at::Tensor output = model.head(query.output, query.resolution_bp, whole, organism)[0];
        const at::Tensor rows =
            output.narrow(0, query.bins.at(0).begin, query.bins.at(0).size())
                .index_select(1,
                              at::tensor(at::ArrayRef<std::int32_t>(query.channels)).to(at::kLong));
        const at::Tensor w = at::tensor(at::ArrayRef<float>(weights)).to(at::kDouble);
        return (rows.reshape({-1}) * w).sum().item<double>();
    };
    constexpr double kStep = 1e-7;
    return (value(kStep) - value(-kStep)) / (2 * kStep);
}

TEST(AlphaGenomeTorchGradient, EqualsDifferencesThroughEveryStage) {
    const std::vector<std::uint8_t> codes = recipe_sequence("gradient", kLength);
    AlphaGenomeTorch model = exact_model(16);
    const at::Tensor x = one_hot(codes);
    at::manual_seed(3);
    for (const TrackQuery& query :
         {TrackQuery{OutputType::kRnaSeq, 1, {{8000, 8300}}, {2, 3}},
          TrackQuery{OutputType::kSpliceSites, 1, {{2047, 2050}}, {0}},
          TrackQuery{OutputType::kChipHistone, 128, {{62, 66}}, {0, 2}}}) {
        SCOPED_TRACE(std::string(output_key(query.output)));
        const auto count = static_cast<std::size_t>(query.bins[0].size()) * query.channels.size();
        std::vector<float> weights;
        for (std::size_t i = 0; i < count; ++i) {
            weights.push_back(static_cast<float>(std::cos(static_cast<double>(i))));
        }
        const std::vector<float> gradient = model.input_gradient(codes, 1, query, weights);
        ASSERT_EQ(gradient.size(), codes.size() * 4);
        const at::Tensor rows =
            at::tensor(at::ArrayRef<float>(gradient)).view({kLength, 4}).to(at::kDouble);
        for (int round = 0; round < 2; ++round) {
            const at::Tensor direction = at::randn({1, 4, kLength}, at::kDouble);
            const double expected = directional(model, x, direction, query, weights, 1);
            const double found = (rows.transpose(0, 1) * direction[0]).sum().item<double>();
            EXPECT_NEAR(found, expected, 1e-4 * std::abs(expected) + 1e-8);
        }
        // Far from the query too, through the tower.
        EXPECT_GT(rows.narrow(0, kLength - 500, 500).abs().sum().item<double>(), 0);
    }
}

TEST(AlphaGenomeTorchGradient, OfNothingIsZero) {
    AlphaGenomeTorch model = exact_model(16);
    const auto codes = recipe_sequence("nothing", 2048);
    const auto gradient = model.input_gradient(codes, 0, {OutputType::kAtac, 1, {}, {}}, {});
    EXPECT_EQ(gradient, std::vector<float>(2048 * 4));
}

TEST(AlphaGenomeTorchTraining, NamedTensorsLearn) {
    AlphaGenomeTorch model = exact_model(0, true);
    ASSERT_EQ(model.tensors().size(), 677U);
    const at::Tensor x = one_hot(recipe_sequence("training", 2048));
    const TorchEmbeddings whole = model.embed(x, 0);
    {
        const c10::InferenceMode guard;
        AlphaGenomeTorch folded = exact_model(0);
        expect_near(floats(whole.one_bp), floats(folded.embed(x, 0).one_bp), 1e-6);
    }
    at::Tensor loss = model.head(OutputType::kAtac, 1, whole, 0).mean() +
                      model.head(OutputType::kContactMaps, 2048, whole, 0).mean();
    loss.backward();
    int with_gradient = 0;
    for (const auto& [name, tensor] : model.tensors()) {
        const bool fixed = name.ends_with(".running_var") || name.ends_with(".track_means");
        EXPECT_EQ(tensor.requires_grad(), !fixed) << name;
        const bool other_head = (name.starts_with("heads.") && !name.starts_with("heads.atac")) ||
                                name.starts_with("splice_") || name.ends_with(".128") ||
                                name.find("convs.128") != std::string::npos;
        EXPECT_EQ(tensor.grad().defined(), !fixed && !other_head) << name;
        with_gradient += tensor.grad().defined() ? 1 : 0;
    }
    EXPECT_GT(with_gradient, 400);
    // A small step against the gradient lowers the loss: the handles are the network's own.
    const at::NoGradGuard no_grad;
    for (const auto& [name, tensor] : model.tensors()) {
        if (tensor.grad().defined()) {
            tensor.sub_(tensor.grad(), 1e-4);
        }
    }
    const TorchEmbeddings after = model.embed(x, 0);
    EXPECT_LT((model.head(OutputType::kAtac, 1, after, 0).mean() +
               model.head(OutputType::kContactMaps, 2048, after, 0).mean())
                  .item<double>(),
              loss.item<double>());
}

/// The tiny weights as a file in memory, stored as `dtype`; `change` edits the list first,
/// `rounded_to` rounds the values to another type on the way.
struct MemoryFile {
    std::string bytes;

    explicit MemoryFile(const std::string& dtype,
                        const std::function<void(std::vector<nn::TensorShape>&)>& change = {},
                        const std::string& rounded_to = {}) {
        const nn::SafeTensors source = tiny_weights();
        std::vector<nn::TensorShape> shapes;
        for (const TensorSpec& spec : alphagenome_layout(tiny_config(PairGelu::kTanh))) {
            shapes.push_back({spec.name, spec.shape, dtype});
        }
        if (change) {
            change(shapes);
        }
        bytes = nn::safetensors_header(shapes, {});
        for (const nn::TensorShape& shape : shapes) {
            std::vector<std::byte> data(shape.bytes());
            const auto found = source.entries().find(shape.name);
            if (found != source.entries().end() && found->second.shape == shape.shape) {
                std::vector<float> values(found->second.bytes.size() / sizeof(float));
                nn::widen(found->second, 0, values);
                if (!rounded_to.empty()) {
                    std::vector<std::byte> half(2 * values.size());
                    nn::narrow(values, rounded_to, half);
                    nn::widen({rounded_to, shape.shape, half}, 0, values);
                }
                nn::narrow(values, dtype, data);
            }
            bytes.append(reinterpret_cast<const char*>(data.data()), data.size());
        }
    }
    [[nodiscard]] nn::SafeTensors open() const {
        return nn::SafeTensors::from_memory(std::as_bytes(std::span(bytes)), "m.safetensors");
    }
};

void expect_refused(const std::function<void(std::vector<nn::TensorShape>&)>& change,
                    const std::string& message) {
    const MemoryFile file("F32", change);
    try {
        const AlphaGenomeTorch model(file.open(), tiny_config(PairGelu::kTanh));
        FAIL() << "accepted";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kModel);
        EXPECT_THAT(error.what(), HasSubstr(message));
    }
}

TEST(AlphaGenomeTorchLoading, MissingMisshapenAndLeftOverTensorsAreNamed) {
    expect_refused([](auto& shapes) { shapes.erase(shapes.begin() + 100); },
                   "is missing (expected [");
    expect_refused(
        [](auto& shapes) {
            shapes[0].shape = {24, 4, 13};
        },
        "\"encoder.dna_embedder.conv1.weight\" has the shape [24,4,13], expected "
        "[24,4,15]");
    expect_refused(
        [](auto& shapes) {
            shapes.push_back({"heads.extra.weight", {3}});
        },
        "heads.extra.weight");
}

TEST(AlphaGenomeTorchLoading, HeadsMayBeAbsent) {
    AlphaGenomeConfig config = tiny_config(PairGelu::kTanh);
    config.tracks = {0, 4, 0, 0, 0, 0, 0};
    config.contact_tracks = 0;
    config.junction_tissues = 0;
    config.splice_usage_tracks = 0;
    const MemoryFile file("F32", [&](std::vector<nn::TensorShape>& shapes) {
        shapes.clear();
        for (const TensorSpec& spec : alphagenome_layout(config)) {
            shapes.push_back({spec.name, spec.shape});
        }
    });
    AlphaGenomeTorch few(file.open(), config);
    AlphaGenomeTorch all(tiny_weights(), tiny_config(PairGelu::kTanh));
    const auto codes = recipe_sequence("few", 2048);
    const TrackQuery query{OutputType::kDnase, 1, {{10, 20}}, {}};
    EXPECT_EQ(few.run(codes, 0)->tracks({&query, 1}), all.run(codes, 0)->tracks({&query, 1}));
    const TrackQuery absent{OutputType::kAtac, 1, {{10, 20}}, {}};
    EXPECT_THROW((void)few.run(codes, 0)->tracks({&absent, 1}), Error);
    int traced = 0;
    few.trace(codes, 0, nullptr, [&](const std::string& name, const auto&, auto) {
        ++traced;
        EXPECT_FALSE(name.starts_with("out.atac") || name.starts_with("out.splice_j")) << name;
    });
    EXPECT_EQ(traced, 72);
}

TEST(AlphaGenomeTorchLoading, HalfTypesEqualTheirValuesInFloat32) {
    const auto codes = recipe_sequence("half", 2048);
    const TrackQuery query{OutputType::kDnase, 1, {{0, 2048}}, {}};
    const auto dnase = [&](const nn::SafeTensors& file) {
        AlphaGenomeTorch model(file, tiny_config(PairGelu::kTanh));
        return model.run(codes, 0)->tracks({&query, 1})[0];
    };
    const auto exact = dnase(tiny_weights());
    for (const char* dtype : {"F16", "BF16"}) {
        const MemoryFile half(dtype);
        const MemoryFile widened("F32", {}, dtype);
        const auto found = dnase(half.open());
        EXPECT_EQ(found, dnase(widened.open())) << dtype;
        EXPECT_NE(found, exact) << dtype;
    }
}

TEST(AlphaGenomeTorchMemory, SizesAreHalvedUntilTheyFit) {
    std::vector<std::int64_t> tried;
    const auto worked = with_halving(1000, 16, "tokens", [&](std::int64_t size) {
        tried.push_back(size);
        if (size > 130) {
            throw c10::OutOfMemoryError({__func__, __FILE__, __LINE__}, "CUDA out of memory");
        }
    });
    EXPECT_EQ(worked, 125);
    EXPECT_EQ(tried, (std::vector<std::int64_t>{1000, 500, 250, 125}));
}

TEST(AlphaGenomeTorchMemory, WhatNeverFitsIsOutOfMemory) {
    const auto never = [](std::int64_t) {
        throw c10::OutOfMemoryError({__func__, __FILE__, __LINE__}, "CUDA out of memory");
    };
    EXPECT_THROW(with_halving(100, 16, "tokens", never), std::bad_alloc);
    const auto wrong = [](std::int64_t) { throw std::runtime_error("something else"); };
    EXPECT_THROW(with_halving(100, 16, "tokens", wrong), std::runtime_error);
}

TEST(AlphaGenomeTorchPass, MistakesOfTheCallerAreCaught) {
    AlphaGenomeTorch model = exact_model(16);
    const auto codes = recipe_sequence("wrong", 2048);
    EXPECT_THROW((void)model.run(std::span(codes).first(1000), 0), Error);
    EXPECT_THROW((void)model.run(codes, 2), Error);
    const auto pass = model.run(codes, 0);
    for (const TrackQuery& query : {TrackQuery{OutputType::kAtac, 1, {{2040, 2049}}, {}},
                                    TrackQuery{OutputType::kChipTf, 1, {{0, 1}}, {}},
                                    TrackQuery{OutputType::kAtac, 1, {{5, 9}, {8, 12}}, {}},
                                    TrackQuery{OutputType::kAtac, 1, {{5, 9}}, {5}},
                                    TrackQuery{OutputType::kContactMaps, 128, {{0, 1}}, {}}}) {
        EXPECT_THROW((void)pass->tracks({&query, 1}), Error);
    }
    EXPECT_THROW((void)pass->contact_maps({0, 2}, {0, 1}, {}), Error);
    EXPECT_THROW((void)pass->embeddings_1bp(std::vector<std::int64_t>{7, 7}), Error);
    AlphaGenomeTorch other = exact_model(16);
    EXPECT_THROW((void)other.run_edited(*pass, codes, {}), Error);
}

}  // namespace
}  // namespace varhush::models
