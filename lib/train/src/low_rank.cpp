#include "low_rank.hpp"

#include "track_batch.hpp"
#include "varhush/models/adapter.hpp"
#include "varhush/train/random.hpp"

#include <ATen/ATen.h>

#include <cmath>
#include <map>

namespace varhush::train {
namespace {

constexpr std::uint64_t kPurpose = 9;  ///< of the seed; see seed_for()

at::Tensor first_factor(std::int64_t rank, std::int64_t inputs, Random& random) {
    at::Tensor out = at::empty({rank, inputs}, at::kFloat);
    float* values = out.data_ptr<float>();
    for (std::int64_t i = 0; i < out.numel(); ++i) {
        values[i] = static_cast<float>(random.normal() / std::sqrt(static_cast<double>(inputs)));
    }
    return out;
}

/// The network's own tensors by name.
std::map<std::string, at::Tensor> by_name(const models::AlphaGenomeTorch& network) {
    const NamedTensors& tensors = network.tensors();
    return {tensors.begin(), tensors.end()};
}

}  // namespace

LowRank::LowRank(const std::vector<models::TensorSpec>& layers,
                 int rank,
                 double scale,
                 std::uint64_t seed,
                 const std::string& device)
    : scale_(scale) {
    for (const models::TensorSpec& layer : layers) {
        const models::MatrixSize size = models::matrix_size(layer);
        const std::int64_t inner = models::layer_rank(layer, rank);
        Random random(seed_for(seed, kPurpose, static_cast<std::int64_t>(layers_.size())));
        layers_.push_back(layer.name);
        const auto add = [&](const std::string& name, const at::Tensor& value) {
            tensors_.emplace_back(name, value.to(at::Device(device)).requires_grad_(true));
        };
        add(models::low_rank_a(layer.name), first_factor(inner, size.columns, random));
        add(models::low_rank_b(layer.name), at::zeros({size.rows, inner}, at::kFloat));
    }
}

void LowRank::apply(models::AlphaGenomeTorch& network) const {
    const auto own = by_name(network);
    for (std::size_t i = 0; i < layers_.size(); ++i) {
        const at::Tensor& base = own.at(layers_[i]);
        const at::Tensor change = at::matmul(tensors_[2 * i + 1].second, tensors_[2 * i].second);
        network.replace(layers_[i], base + scale_ * change.view_as(base));
    }
}

void LowRank::restore(models::AlphaGenomeTorch& network) const {
    const auto own = by_name(network);
    for (const std::string& layer : layers_) {
        network.replace(layer, own.at(layer));
    }
}

}  // namespace varhush::train
