#include "varhush/models/splice_resnet_torch.hpp"

#include "varhush/core/error.hpp"
#include "varhush/nn/safetensors.hpp"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include <cmath>

namespace varhush::models {
namespace {

// Share of the old running statistics replaced in each training step.
constexpr double kBatchNormMomentum = 0.05;

/// [out, in, W] as a height-1 kernel whose input channels lie next to each other: 3.2 times faster
/// than conv1d on the CPU (docs/DEV.md).
at::Tensor as_conv2d(const at::Tensor& weight) {
    return weight.unsqueeze(2).contiguous(at::MemoryFormat::ChannelsLast);
}

/// The middle `length` positions of [N, C, 1, T].
at::Tensor centre(const at::Tensor& h, std::int64_t length) {
    return h.narrow(3, (h.size(3) - length) / 2, length);
}

at::Tensor pangolin_head(const at::Tensor& logits) {
    std::vector<at::Tensor> parts;
    for (std::int64_t tissue = 0; tissue < 4; ++tissue) {
        parts.push_back(logits.narrow(1, 3 * tissue, 2).softmax(1));
        parts.push_back(logits.narrow(1, 3 * tissue + 2, 1).sigmoid());
    }
    return at::cat(parts, 1);
}

std::string prefixed(int index, const std::string& name) {
    return "model." + std::to_string(index) + "." + name;
}

}  // namespace

std::vector<std::pair<std::string, std::vector<std::int64_t>>> splice_resnet_layout(
    const SpliceResnetConfig& config) {
    const std::int64_t c = config.channels;
    std::vector<std::pair<std::string, std::vector<std::int64_t>>> layout;
    const auto conv = [&](const std::string& name, std::int64_t out, std::int64_t in, int width) {
        layout.push_back({name + ".weight", {out, in, width}});
        layout.push_back({name + ".bias", {out}});
    };
    const auto norm = [&](const std::string& name) {
        for (const char* part : {".weight", ".bias", ".running_mean", ".running_var"}) {
            layout.push_back({name + part, {c}});
        }
    };
    conv("stem", c, 4, 1);
    conv("skip.0", c, c, 1);
    for (int u = 0; u < config.units(); ++u) {
        const std::string unit = "unit." + std::to_string(u);
        const int width = config.kernel_sizes[static_cast<std::size_t>(u)];
        norm(unit + ".bn1");
        conv(unit + ".conv1", c, c, width);
        norm(unit + ".bn2");
        conv(unit + ".conv2", c, c, width);
        if (config.skip_follows(u)) {
            conv("skip." + std::to_string(u / 4 + 1), c, c, 1);
        }
    }
    if (config.head == "softmax3") {
        conv("head", 3, c, 1);
    } else {
        for (int t = 0; t < 4; ++t) {
            conv("head." + std::to_string(2 * t), 2, c, 1);
            conv("head." + std::to_string(2 * t + 1), 1, c, 1);
        }
    }
    return layout;
}

void SpliceResnetTorch::add(const std::string& name, at::Tensor tensor, bool learned) {
    tensor.requires_grad_(learned);
    index_[name] = tensors_.size();
    tensors_.emplace_back(name, std::move(tensor));
}

const at::Tensor& SpliceResnetTorch::get(const std::string& name) const {
    return tensors_[index_.at(name)].second;
}

SpliceResnetTorch::SpliceResnetTorch(SpliceResnetConfig config, std::uint64_t seed)
    : config_(std::move(config)) {
    config_.validate();
    auto generator = at::detail::createCPUGenerator(seed);
    for (const auto& [name, shape] : splice_resnet_layout(config_)) {
        const bool running = name.find(".running_") != std::string::npos;
        at::Tensor tensor = at::zeros(shape);
        if (shape.size() == 3) {
            double scale = std::sqrt(2.0 / static_cast<double>(shape[1] * shape[2]));
            if (name.find(".conv2.") != std::string::npos) {
                scale *= 0.1;
            }
            tensor = at::randn(shape, generator) * scale;
        } else if (name.find(".bn") != std::string::npos &&
                   (name.ends_with(".weight") || name.ends_with(".running_var"))) {
            tensor.fill_(1.0);
        }
        add(name, tensor, !running);
    }
}

SpliceResnetTorch::SpliceResnetTorch(SpliceResnetConfig config,
                                     const nn::SafeTensors& file,
                                     int index)
    : config_(std::move(config)) {
    config_.validate();
    for (const auto& [name, shape] : splice_resnet_layout(config_)) {
        const auto values = file.read_f32(prefixed(index, name), shape);
        at::Tensor tensor = at::empty(shape);
        std::copy(values.begin(), values.end(), tensor.data_ptr<float>());
        add(name, tensor, name.find(".running_") == std::string::npos);
    }
}

void SpliceResnetTorch::to(const at::Device& device) {
    for (auto& [name, tensor] : tensors_) {
        const bool learned = tensor.requires_grad();
        tensor = tensor.detach().to(device);
        tensor.requires_grad_(learned);
    }
}

at::Tensor SpliceResnetTorch::norm_activate(const at::Tensor& h,
                                            const std::string& name,
                                            bool training) const {
    const at::Tensor normed = at::batch_norm(h,
                                             get(name + ".weight"),
                                             get(name + ".bias"),
                                             get(name + ".running_mean"),
                                             get(name + ".running_var"),
                                             training,
                                             kBatchNormMomentum,
                                             config_.batchnorm_eps,
                                             at::globalContext().userEnabledCuDNN());
    if (config_.negative_slope > 0) {
        return at::leaky_relu(normed, config_.negative_slope);
    }
    return at::relu(normed);
}

at::Tensor SpliceResnetTorch::unit(const at::Tensor& h, int index, bool training) const {
    const std::string name = "unit." + std::to_string(index);
    const std::int64_t dilation = config_.dilations[static_cast<std::size_t>(index)];
    at::Tensor r = h;
    for (const char* part : {"1", "2"}) {
        r = norm_activate(r, name + ".bn" + part, training);
        r = at::conv2d(r,
                       as_conv2d(get(name + ".conv" + part + ".weight")),
                       get(name + ".conv" + part + ".bias"),
                       at::IntArrayRef{1, 1},
                       at::IntArrayRef{0, 0},
                       {1, dilation});
    }
    return centre(h, r.size(3)) + r;
}

at::Tensor SpliceResnetTorch::logits(const at::Tensor& x, bool training) {
    const std::int64_t kept = x.size(2) - 2 * config_.half_context();
    VARHUSH_CHECK(x.dim() == 3 && x.size(1) == 4 && kept > 0);
    const auto conv1x1 = [&](const at::Tensor& h, const std::string& name) {
        return at::conv2d(h, as_conv2d(get(name + ".weight")), get(name + ".bias"));
    };
    at::Tensor h = conv1x1(x.unsqueeze(2).contiguous(at::MemoryFormat::ChannelsLast), "stem");
    at::Tensor skip = conv1x1(centre(h, kept), "skip.0");
    for (int u = 0; u < config_.units(); ++u) {
        h = unit(h, u, training);
        if (config_.skip_follows(u)) {
            skip = skip + conv1x1(centre(h, kept), "skip." + std::to_string(u / 4 + 1));
        }
    }
    if (config_.head == "softmax3") {
        return conv1x1(skip, "head").squeeze(2);
    }
    std::vector<at::Tensor> parts;
    for (int part = 0; part < 8; ++part) {
        parts.push_back(conv1x1(skip, "head." + std::to_string(part)));
    }
    return at::cat(parts, 1).squeeze(2);
}

at::Tensor SpliceResnetTorch::probabilities(const at::Tensor& x) {
    const at::NoGradGuard no_grad;
    const at::Tensor out = logits(x, false);
    return config_.head == "softmax3" ? out.softmax(1) : pangolin_head(out);
}

SpliceResnetEnsemble SpliceResnetEnsemble::load(const nn::SafeTensors& file) {
    SpliceResnetEnsemble out;
    out.config = SpliceResnetConfig::from_metadata(file.metadata(), file.name());
    const auto size = file.metadata().find("ensemble_size");
    int members = 0;
    if (size != file.metadata().end() && size->second.size() <= 3 &&
        size->second.find_first_not_of("0123456789") == std::string::npos &&
        !size->second.empty()) {
        members = std::stoi(size->second);
    }
    if (members < 1) {
        throw Error(ErrorKind::kModel, file.name() + ": metadata ensemble_size: expected 1..999");
    }
    std::vector<std::string> used;
    for (int m = 0; m < members; ++m) {
        out.members.emplace_back(out.config, file, m);
        for (const auto& [name, tensor] : out.members.back().tensors()) {
            used.push_back(prefixed(m, name));
        }
    }
    file.check_no_leftovers(used);
    return out;
}

at::Tensor SpliceResnetEnsemble::probabilities(const at::Tensor& x) {
    at::Tensor sum;
    for (auto& member : members) {
        const at::Tensor one = member.probabilities(x);
        sum = sum.defined() ? sum.add_(one) : one.clone();
    }
    return sum.div_(static_cast<double>(members.size()));
}

std::vector<nn::NamedTensor> to_named_tensors(const SpliceResnetTorch& member, int index) {
    std::vector<nn::NamedTensor> out;
    for (const auto& [name, tensor] : member.tensors()) {
        const at::Tensor flat = tensor.detach().cpu().contiguous().to(at::kFloat);
        const float* values = flat.data_ptr<float>();
        out.push_back(
            {prefixed(index, name), tensor.sizes().vec(), {values, values + flat.numel()}});
    }
    return out;
}

}  // namespace varhush::models
