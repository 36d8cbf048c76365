#include "varhush/models/aparent_torch.hpp"

#include "varhush/core/error.hpp"
#include "varhush/nn/conv32.hpp"
#include "varhush/nn/safetensors.hpp"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include <array>
#include <cmath>

namespace varhush::models {

namespace {

// Share of the old running statistics replaced in each training step.
constexpr double kBatchNormMomentum = 0.05;

using Layout = std::vector<std::pair<std::string, std::vector<std::int64_t>>>;

Layout layout_of(const AparentConfig& config) {
    constexpr std::int64_t kC = nn::kRowChannels;
    Layout layout;
    const auto conv = [&](const std::string& name, std::int64_t out, std::int64_t in, int width) {
        layout.push_back({name + ".weight", {out, in, width}});
        layout.push_back({name + ".bias", {out}});
    };
    conv("stem", kC, 4, 1);
    for (std::size_t group = 0; group < config.groups(); ++group) {
        conv("skip." + std::to_string(group), kC, kC, 1);
    }
    for (std::size_t unit = 0; unit < config.dilations.size(); ++unit) {
        for (const char* part : {"1", "2"}) {
            const std::string name = "unit." + std::to_string(unit);
            for (const char* value : {".weight", ".bias", ".running_mean", ".running_var"}) {
                layout.push_back({name + ".bn" + part + value, {kC}});
            }
            conv(name + ".conv" + part, kC, kC, 3);
        }
    }
    conv("last", kC, kC, 1);
    conv("head", 1, kC, 1);
    layout.push_back({"library.weight", {config.window_bp + 1, 1}});
    layout.push_back({"library.bias", {config.window_bp + 1}});
    return layout;
}

// One-hot columns, 0.25 everywhere for an unknown base, nothing where there is none.
at::Tensor columns_of(const at::Tensor& codes) {
    const at::Tensor letters = at::arange(4, at::kByte).view({1, 4, 1});
    const at::Tensor rows = codes.unsqueeze(1);
    return rows.eq(letters).to(at::kFloat) + rows.eq(kUnknownBase).to(at::kFloat) * 0.25;
}

}  // namespace

AparentTorch::AparentTorch(AparentConfig config, std::uint64_t seed) : config_(std::move(config)) {
    config_.validate("a network to train");
    if (config_.libraries != 1) {
        throw Error(ErrorKind::kModel, "a network to train has one library");
    }
    auto generator = at::detail::createCPUGenerator(seed);
    for (const auto& [name, shape] : layout_of(config_)) {
        at::Tensor tensor = at::zeros(shape);
        if (shape.size() == 3) {
            const double inputs = shape[1] == 4 ? 1 : static_cast<double>(shape[1]);
            double scale = std::sqrt(2.0 / (inputs * static_cast<double>(shape[2])));
            if (name.find(".conv2.") != std::string::npos) {
                scale *= 0.3;
            }
            tensor = at::randn(shape, generator) * scale;
        } else if (name.find(".bn") != std::string::npos &&
                   (name.ends_with(".weight") || name.ends_with(".running_var"))) {
            tensor.fill_(1.0);
        }
        // With one library its weight and its bias are the same thing: one of them learns.
        tensor.requires_grad_(name.find(".running_") == std::string::npos &&
                              name != "library.weight");
        index_[name] = tensors_.size();
        tensors_.emplace_back(name, std::move(tensor));
    }
}

const at::Tensor& AparentTorch::get(const std::string& name) const {
    return tensors_[index_.at(name)].second;
}

// Height-1 images with their channels next to each other: half as long again as fast as conv1d on a
// processor.
at::Tensor AparentTorch::conv(const at::Tensor& h, const std::string& name, int dilation) const {
    const at::Tensor& weight = get(name + ".weight");
    const std::array<std::int64_t, 2> padding{0, dilation * (weight.size(2) / 2)};
    const std::array<std::int64_t, 2> steps{1, dilation};
    return at::conv2d(h,
                      weight.unsqueeze(2).contiguous(at::MemoryFormat::ChannelsLast),
                      get(name + ".bias"),
                      at::IntArrayRef{1, 1},
                      at::IntArrayRef(padding),
                      at::IntArrayRef(steps));
}

at::Tensor AparentTorch::activate(const at::Tensor& h,
                                  const std::string& name,
                                  bool training) const {
    return at::batch_norm(h,
                          get(name + ".weight"),
                          get(name + ".bias"),
                          get(name + ".running_mean"),
                          get(name + ".running_var"),
                          training,
                          kBatchNormMomentum,
                          config_.batchnorm_eps,
                          false)
        .relu();
}

at::Tensor AparentTorch::logits(const at::Tensor& codes, bool training) const {
    VARHUSH_CHECK(codes.dim() == 2 && codes.size(1) == config_.window_bp);
    at::Tensor h =
        conv(columns_of(codes).unsqueeze(2).contiguous(at::MemoryFormat::ChannelsLast), "stem", 1);
    at::Tensor total;
    for (std::size_t u = 0; u < config_.dilations.size(); ++u) {
        if (u % 4 == 0) {
            const at::Tensor skip = conv(h, "skip." + std::to_string(u / 4), 1);
            total = total.defined() ? total + skip : skip;
        }
        at::Tensor r = h;
        for (const char* part : {"1", "2"}) {
            const std::string unit = "unit." + std::to_string(u);
            r = conv(activate(r, unit + ".bn" + part, training),
                     unit + ".conv" + part,
                     config_.dilations[u]);
        }
        h = h + r;
    }
    const at::Tensor each = conv(total + conv(h, "last", 1), "head", 1).flatten(1);
    return at::cat({each, at::zeros({codes.size(0), 1})}, 1) + get("library.weight").squeeze(1) +
           offsets();
}

std::vector<nn::NamedTensor> to_named_tensors(const AparentTorch& network) {
    std::vector<nn::NamedTensor> out;
    for (const auto& [name, tensor] : network.tensors()) {
        const at::Tensor flat = tensor.detach().contiguous();
        const float* values = flat.data_ptr<float>();
        out.push_back({"model.0." + name, tensor.sizes().vec(), {values, values + flat.numel()}});
    }
    return out;
}

}  // namespace varhush::models
