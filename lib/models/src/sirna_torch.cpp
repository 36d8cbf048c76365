#include "varhush/models/sirna_torch.hpp"

#include "varhush/core/error.hpp"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include <cmath>

namespace varhush::models {
namespace {

constexpr double kNormEpsilon = 1e-5;
constexpr double kSplineEnd = 3;

at::Tensor drop(const at::Tensor& x, double share, at::Generator* generator) {
    if (generator == nullptr || share <= 0) {
        return x;
    }
    const at::Tensor kept = at::empty_like(x.detach()).bernoulli_(1 - share, *generator);
    return x * kept / (1 - share);
}

/// Values of `knots` cubic B-splines at x: one more dimension.
at::Tensor spline_basis(const at::Tensor& x, std::int64_t knots) {
    const double step = 2 * kSplineEnd / static_cast<double>(knots - 1);
    const at::Tensor at_knots = at::linspace(-kSplineEnd, kSplineEnd, knots, at::kFloat);
    const at::Tensor u = ((x.unsqueeze(-1) - at_knots) / step).abs();
    const at::Tensor near = 2.0 / 3 - u * u + u * u * u / 2;
    const at::Tensor far = (2 - u).clamp_min(0).pow(3) / 6;
    return at::where(u < 1, near, far);
}

at::Tensor bend(const at::Tensor& splines) {
    const auto n = splines.size(-1);
    const at::Tensor second = splines.narrow(-1, 2, n - 2) - 2 * splines.narrow(-1, 1, n - 2) +
                              splines.narrow(-1, 0, n - 2);
    return second.square().mean();
}

}  // namespace

SirnaTorchNet::SirnaTorchNet(SirnaPart part, std::uint64_t seed) : part_(std::move(part)) {
    VARHUSH_CHECK(part_.kind != "kernel");
    auto generator = at::detail::createCPUGenerator(seed);
    for (const auto& [name, shape] : sirna_member_layout(part_)) {
        at::Tensor tensor = at::zeros(shape);
        if (name == "last.spline" || name == "embed.position") {
            tensor.normal_(0, name == "last.spline" ? 0.02 : 0.1, generator);
        } else if (name.find("norm") != std::string::npos) {
            tensor.fill_(name.ends_with("weight") ? 1 : 0);
        } else if (shape.size() >= 2) {
            std::int64_t inputs = shape[1];
            for (std::size_t d = 2; d < shape.size(); ++d) {
                inputs *= shape[d];
            }
            const double reach = 1 / std::sqrt(static_cast<double>(inputs));
            tensor.uniform_(-reach, reach, generator);
        } else if (name == "out.weight" || name == "last.base") {
            const double reach = 1 / std::sqrt(static_cast<double>(shape[0]));
            tensor.uniform_(-reach, reach, generator);
        }
        tensor.requires_grad_(true);
        index_[name] = tensors_.size();
        tensors_.emplace_back(name, tensor);
    }
    if (part_.kind == "spline") {  // start as a straight line: the splines bend only with cause
        const at::NoGradGuard no_grad;
        const auto lines = static_cast<std::int64_t>(part_.sequence.size() + part_.dense.size());
        const at::Tensor& first = get("first.weight");
        first.detach().narrow(1, lines, first.size(1) - lines).mul_(0.1);
        first.detach().narrow(0, 0, 1).mul_(0.1);
    }
}

const at::Tensor& SirnaTorchNet::get(const std::string& name) const {
    return tensors_[index_.at(name)].second;
}

at::Tensor SirnaTorchNet::head(const at::Tensor& letters,
                               const at::Tensor& dense,
                               const SirnaDropout& dropout,
                               at::Generator* generator) const {
    const at::Tensor in = at::cat({drop(letters, dropout.letters, generator), dense}, 1);
    const at::Tensor hidden = at::gelu(at::linear(in, get("hidden.weight"), get("hidden.bias")));
    return at::mv(drop(hidden, dropout.hidden, generator), get("out.weight")) + get("out.bias");
}

at::Tensor SirnaTorchNet::convolve(const at::Tensor& letters) const {
    const auto positions = static_cast<std::int64_t>(part_.sequence.size() / 4);
    const at::Tensor x = letters.view({letters.size(0), positions, 4}).transpose(1, 2);
    std::vector<at::Tensor> maps;
    for (const std::int64_t width : part_.widths) {
        const std::string name = "conv." + std::to_string(width);
        maps.push_back(at::conv1d(x, get(name + ".weight"), get(name + ".bias"), 1, width / 2));
    }
    return at::relu(at::cat(maps, 1)).transpose(1, 2).flatten(1);
}

at::Tensor SirnaTorchNet::encode(const at::Tensor& letters,
                                 const SirnaDropout& dropout,
                                 at::Generator* generator) const {
    const std::int64_t n = letters.size(0);
    const std::int64_t d = part_.channels;
    const auto positions = static_cast<std::int64_t>(part_.sequence.size() / 4);
    const auto heads = [&](const at::Tensor& t) {
        return t.reshape({n, positions, part_.heads, d / part_.heads}).transpose(1, 2);
    };
    at::Tensor x = at::matmul(letters.view({n, positions, 4}), get("embed.weight").t()) +
                   get("embed.position");
    for (std::int64_t l = 0; l < part_.layers; ++l) {
        const std::string name = "layer." + std::to_string(l) + ".";
        const auto linear = [&](const at::Tensor& in, const char* what) {
            return at::linear(in, get(name + what + ".weight"), get(name + what + ".bias"));
        };
        const auto norm = [&](const at::Tensor& in, const char* what) {
            return at::layer_norm(
                in, {d}, get(name + what + ".weight"), get(name + what + ".bias"), kNormEpsilon);
        };
        const auto qkv = linear(x, "qkv").chunk(3, 2);
        const double scale = 1 / std::sqrt(static_cast<double>(d / part_.heads));
        const at::Tensor weights =
            (at::matmul(heads(qkv[0]), heads(qkv[1]).transpose(2, 3)) * scale).softmax(3);
        const at::Tensor mixed =
            at::matmul(drop(weights, dropout.encoder, generator), heads(qkv[2]))
                .transpose(1, 2)
                .reshape({n, positions, d});
        const at::Tensor y =
            norm(x + drop(linear(mixed, "attended"), dropout.encoder, generator), "norm1");
        const at::Tensor wide = drop(at::relu(linear(y, "up")), dropout.encoder, generator);
        x = norm(y + drop(linear(wide, "down"), dropout.encoder, generator), "norm2");
    }
    return x;
}

at::Tensor SirnaTorchNet::spline(const at::Tensor& letters,
                                 const at::Tensor& dense,
                                 const SirnaDropout& dropout,
                                 at::Generator* generator) const {
    const at::Tensor in = at::cat({letters, dense, spline_basis(dense, part_.knots).flatten(1)}, 1);
    const at::Tensor first = at::linear(in, get("first.weight"), get("first.bias"));
    const at::Tensor units = drop(at::layer_norm(first.narrow(1, 1, part_.hidden),
                                                 {part_.hidden},
                                                 get("norm.weight"),
                                                 get("norm.bias"),
                                                 kNormEpsilon),
                                  dropout.hidden,
                                  generator);
    const at::Tensor bent =
        (spline_basis(units, part_.knots) * get("last.spline")).sum(at::IntArrayRef{1, 2});
    return first.select(1, 0) + at::mv(units, get("last.base")) + bent;
}

at::Tensor SirnaTorchNet::curvature() const {
    const auto lines = static_cast<std::int64_t>(part_.sequence.size() + part_.dense.size());
    const at::Tensor& first = get("first.weight");
    const at::Tensor splines =
        first.narrow(1, lines, first.size(1) - lines).reshape({first.size(0), -1, part_.knots});
    return bend(splines) + bend(get("last.spline"));
}

at::Tensor SirnaTorchNet::forward(const at::Tensor& letters,
                                  const at::Tensor& dense,
                                  const SirnaDropout& dropout,
                                  at::Generator* generator) const {
    if (part_.kind == "spline") {
        return spline(letters, dense, dropout, generator);
    }
    const at::Tensor read =
        part_.kind == "cnn" ? convolve(letters) : encode(letters, dropout, generator).flatten(1);
    return head(read, dense, dropout, generator);
}

}  // namespace varhush::models
