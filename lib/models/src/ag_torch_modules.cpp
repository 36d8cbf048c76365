// run_torch_module: the layers one by one, with the small weights of the modules fixture.
#include "ag_torch_heads.hpp"
#include "ag_torch_layers.hpp"
#include "varhush/core/error.hpp"
#include "varhush/models/alphagenome_torch.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <functional>

namespace varhush::models {
namespace {

using ag::Scope;

at::Tensor to_torch(const ParityTensor& tensor) {
    return at::tensor(at::ArrayRef<double>(tensor.values)).view(tensor.shape);
}

ParityTensor from_torch(const at::Tensor& tensor) {
    const at::Tensor flat = tensor.to(at::kDouble).contiguous();
    const double* values = flat.data_ptr<double>();
    return {tensor.sizes().vec(), {values, values + flat.numel()}};
}

/// One case: its weights as float32, its inputs, and the outputs it makes.
class Case {
  public:
    Case(const std::string& module, const ParityTensors& weights, const ParityTensors& inputs)
        : inputs_(inputs) {
        for (const auto& [name, tensor] : weights) {
            weights_[name] = to_torch(tensor).to(at::kFloat);
        }
        numerics_.pair_gelu = module.ends_with("_erf") ? PairGelu::kErf : PairGelu::kTanh;
    }

    [[nodiscard]] Scope scope() const { return {weights_, numerics_}; }
    [[nodiscard]] at::Tensor in(const std::string& name) const {
        return to_torch(inputs_.at(name)).to(at::kFloat);
    }
    [[nodiscard]] at::Tensor positions() const {
        return to_torch(inputs_.at("positions")).to(at::kLong);
    }
    void out(const std::string& name, const at::Tensor& value) {
        outputs_[name] = from_torch(value);
    }
    /// Row b of `make(b, organism of b)` for every sequence b of the batch.
    void out_by_organism(const std::string& name,
                         const std::function<at::Tensor(std::int64_t, int)>& make) {
        std::vector<at::Tensor> rows;
        const auto& organisms = inputs_.at("organism").values;
        for (std::size_t b = 0; b < organisms.size(); ++b) {
            rows.push_back(make(static_cast<std::int64_t>(b), static_cast<int>(organisms[b])));
        }
        out(name, at::stack(rows));
    }
    [[nodiscard]] const ParityTensors& outputs() const noexcept { return outputs_; }

  private:
    const ParityTensors& inputs_;
    ag::TensorMap weights_;
    ag::Numerics numerics_;
    ParityTensors outputs_;
};

bool elementary(const std::string& name, Case& one) {
    if (name == "activations") {
        const at::Tensor x = one.in("x");
        one.out("gelu_sigmoid", ag::gelu_sigmoid(x));
        one.out("gelu_tanh", ag::gelu_pair(x, PairGelu::kTanh));
        one.out("gelu_erf", ag::gelu_pair(x, PairGelu::kErf));
        one.out("softplus", at::softplus(x));
        one.out("softcap5", ag::softcap(x));
    } else if (name == "rms_batch_norm_NCL" || name == "rms_batch_norm_NLC") {
        const int axis = name.ends_with("NCL") ? 1 : 2;
        one.out("y", ag::rms_batch_norm(one.in("x"), one.scope(), axis));
    } else if (name == "layer_norm_centered" || name == "layer_norm_rms") {
        one.out("y", ag::layer_norm(one.in("x"), one.scope(), name == "layer_norm_centered"));
    } else if (name == "standardized_conv") {
        one.out("y", ag::convolution(one.in("x"), one.scope()));
        one.out("folded_weight",
                ag::standardized_weight(one.scope().wide("weight"), one.scope().wide("scale")));
    } else if (name == "standardized_conv_tiny_variance") {
        one.out("y", ag::convolution(one.in("x"), one.scope()));
    } else if (name == "conv_block_k5" || name == "conv_block_k1") {
        one.out("y", ag::conv_block(one.in("x"), one.scope()));
    } else if (name == "max_pool2") {
        one.out("y", ag::max_pool2(one.in("x")));
    } else if (name == "mean_pool16") {
        one.out("y", ag::mean_pool16(one.in("x").transpose(1, 2)).transpose(1, 2));
    } else if (name == "dna_embedder") {
        one.out("y", ag::dna_embedder(one.in("x"), one.scope()));
    } else if (name == "down_res_block") {
        one.out("y", ag::down_block(one.in("x"), one.scope()));
    } else if (name == "up_res_block") {
        one.out("y", ag::up_block(one.in("x"), one.in("skip"), one.scope()));
    } else {
        return false;
    }
    return true;
}

constexpr std::int64_t kAttentionPositions = 8192;
constexpr std::int64_t kJunctionPositions = 1048576;

/// `x` [1, n, heads, width] turned by the positions.
at::Tensor turn(const at::Tensor& x, const at::Tensor& positions, std::int64_t most) {
    const ag::RopeTable table = ag::rope_table(positions, x.size(3), most, false);
    return ag::rotate(x.transpose(1, 2), table).transpose(1, 2);
}

bool position_codes(const std::string& name, Case& one) {
    const std::string features = "central_mask_features_P";
    if (name == "rope_attention_c128") {
        const at::Tensor x = one.in("x");
        one.out("y", turn(x, at::arange(x.size(1)), kAttentionPositions));
    } else if (name == "rope_attention_c128_positions") {
        one.out("y", turn(one.in("x"), one.positions().select(0, 0), kAttentionPositions));
    } else if (name == "rope_junction_c768") {
        one.out("y", turn(one.in("x"), one.positions().select(0, 0), kJunctionPositions));
    } else if (name == "rope_inverse_frequency_attention") {
        one.out("y", at::tensor(ag::rope_inverse_frequencies(128, kAttentionPositions)));
    } else if (name == "rope_inverse_frequency_junction") {
        one.out("y", at::tensor(ag::rope_inverse_frequencies(768, kJunctionPositions)));
    } else if (name.starts_with(features)) {
        const at::Tensor all =
            ag::distance_features(std::stoll(name.substr(features.size())), 32, 512);
        if (name.ends_with("P512")) {
            one.out("row_sum", all.sum(1));
            one.out("col_sum", all.sum(0));
        } else {
            one.out("y", all);
        }
    } else if (name == "shift_P5") {
        one.out("y", ag::by_pair(one.in("x")));
    } else {
        return false;
    }
    return true;
}

bool tower(const std::string& name, Case& one) {
    if (name.starts_with("seq_to_pair_")) {
        one.out("y", ag::seq_to_pair(one.in("x"), one.scope()));
    } else if (name.starts_with("attention_bias_")) {
        one.out("y", ag::attention_bias(one.in("pair"), one.scope()));
    } else if (name.starts_with("row_attention_")) {
        one.out("y", ag::row_attention(one.in("pair"), one.scope()));
    } else if (name.starts_with("pair_mlp_")) {
        one.out("y", ag::pair_mlp(one.in("pair"), one.scope()));
    } else if (name.starts_with("pair_update_")) {
        one.out("y", ag::pair_update(one.in("x"), one.in("pair"), one.scope(), {}));
    } else if (name.starts_with("mha_")) {
        one.out("y", ag::attention(one.in("x"), one.in("bias"), one.scope()));
    } else if (name == "mlp") {
        one.out("y", ag::mlp(one.in("x"), one.scope()));
    } else {
        return false;
    }
    return true;
}

bool embedders(const std::string& name, Case& one) {
    const auto rows = [&](const std::string& input, std::int64_t b) {
        return one.in(input).select(0, b).transpose(0, 1);
    };
    if (name == "output_embedder_128bp") {
        one.out_by_organism("y", [&](std::int64_t b, int organism) {
            return ag::embedder_128bp(rows("x", b), organism, one.scope()).transpose(0, 1);
        });
    } else if (name == "output_embedder_1bp") {
        one.out_by_organism("y", [&](std::int64_t b, int organism) {
            const at::Tensor skip = ag::embedder_1bp_skip(rows("skip", b), one.scope());
            return ag::embedder_1bp(
                       rows("x", b), skip.repeat_interleave(kTokenBp, 0), organism, one.scope())
                .transpose(0, 1);
        });
    } else if (name == "output_pair") {
        one.out_by_organism("y", [&](std::int64_t b, int organism) {
            return ag::embedder_pair(one.in("pair").narrow(0, b, 1), organism, one.scope())
                .select(0, 0);
        });
    } else {
        return false;
    }
    return true;
}

void genome_head(Case& one) {
    for (const int resolution : {1, kTokenBp}) {
        const std::string text = std::to_string(resolution);
        const auto tracks = [&](std::int64_t b, int organism) {
            const at::Tensor rows =
                one.in("embedding_" + text + "_NCL").select(0, b).transpose(0, 1);
            return ag::genome_tracks(rows, one.scope(), resolution, organism, {});
        };
        one.out_by_organism("model_space_" + text, tracks);
        one.out_by_organism("predictions_" + text, [&](std::int64_t b, int organism) {
            return ag::unscale(
                tracks(b, organism), ag::track_means(one.scope(), organism, {}), resolution, true);
        });
    }
}

/// Targets to model space, as in training: the inverse of unscale().
at::Tensor scale_targets(const at::Tensor& targets,
                         const at::Tensor& means,
                         int resolution,
                         bool squashed) {
    at::Tensor x = targets / (means * resolution + 1e-8);
    if (squashed) {
        x = x.pow(0.75);
    }
    return at::where(x > 10, 2 * (10 * x).sqrt() - 10, x);
}

void scaling(const std::string& name, Case& one) {
    const bool squashed = name.find("_sq1_") != std::string::npos;
    const int resolution = name.ends_with("res128") ? kTokenBp : 1;
    const at::Tensor means = one.in("track_means");
    const at::Tensor y = ag::unscale(one.in("x"), means, resolution, squashed);
    one.out("y", y);
    one.out("targets_back", scale_targets(y, means, resolution, squashed));
}

/// [B, donors, acceptors, 2 * tissues] as the reference pads it.
at::Tensor junctions(const Case& one, std::int64_t b, int organism, bool mask) {
    const at::Tensor rows = one.in("x_NCL").select(0, b).transpose(0, 1);
    const at::Tensor hidden = ag::organism_linear(rows, one.scope() / "conv", organism, {});
    const at::Tensor sites = one.positions().select(0, b);
    std::vector<at::Tensor> strands;
    for (const bool plus : {true, false}) {
        const std::int64_t donors = plus ? 0 : 2;
        const auto side = [&](std::int64_t row) {
            const at::Tensor at = sites.select(0, row).clamp_min(0);
            return ag::JunctionSide{hidden.index_select(0, at), at};
        };
        const at::Tensor counts = ag::junction_counts(
            side(donors), side(donors + 1), one.scope(), plus, organism, {}, kJunctionPositions);
        const at::Tensor real = (sites.select(0, donors) >= 0).unsqueeze(1) &
                                (sites.select(0, donors + 1) >= 0).unsqueeze(0);
        const at::Tensor factor = real.unsqueeze(2).to(at::kFloat).expand_as(counts);
        strands.push_back(mask ? factor : counts * factor);
    }
    return at::cat(strands, 2);
}

bool heads(const std::string& name, Case& one) {
    if (name == "genome_tracks_head_squash") {
        genome_head(one);
    } else if (name.starts_with("predictions_scaling_")) {
        scaling(name, one);
    } else if (name == "contact_maps_head") {
        one.out_by_organism("y", [&](std::int64_t b, int organism) {
            return ag::contact_maps(one.in("pair").select(0, b), one.scope(), organism, {});
        });
    } else if (name == "splice_classification_head" || name == "splice_usage_head") {
        const bool sites = name == "splice_classification_head";
        const auto logits = [&](std::int64_t b, int organism) {
            const at::Tensor rows = one.in("x_NCL").select(0, b).transpose(0, 1);
            return ag::organism_linear(rows, one.scope() / "conv", organism, {});
        };
        one.out_by_organism("logits", logits);
        one.out_by_organism(sites ? "probs" : "predictions", [&](std::int64_t b, int organism) {
            const at::Tensor x = logits(b, organism);
            return sites ? x.softmax(-1) : x.sigmoid();
        });
    } else if (name == "splice_junction_head") {
        one.out_by_organism("pred_counts", [&](std::int64_t b, int organism) {
            return junctions(one, b, organism, false);
        });
        one.out_by_organism("mask", [&](std::int64_t b, int organism) {
            return junctions(one, b, organism, true);
        });
    } else {
        return false;
    }
    return true;
}

bool site_choice(const std::string& name, Case& one) {
    AlphaGenomeConfig config;
    config.num_splice_sites = 8;
    std::int64_t slots = 8;
    at::Tensor probabilities;
    if (name == "splice_site_positions_k8") {
        probabilities = one.in("probs");
    } else if (name == "splice_site_positions_union") {
        slots = 10;  // two stay empty
        probabilities = at::maximum(at::maximum(one.in("ref"), one.in("alt")), one.in("annotated"));
    } else {
        return false;
    }
    const at::Tensor flat = probabilities.contiguous();
    const float* values = flat.data_ptr<float>();
    const SpliceSiteRows rows =
        choose_splice_sites({values, static_cast<std::size_t>(flat.numel())}, 0, config);
    at::Tensor table = at::full({1, 4, slots}, -1.0, at::kDouble);
    for (std::size_t row = 0; row < rows.size(); ++row) {
        for (std::size_t k = 0; k < rows[row].size(); ++k) {
            table[0][static_cast<std::int64_t>(row)][static_cast<std::int64_t>(k)] =
                static_cast<double>(rows[row][k]);
        }
    }
    one.out("y", table);
    return true;
}

}  // namespace

std::optional<ParityTensors> run_torch_module(const std::string& module,
                                              const ParityTensors& weights,
                                              const ParityTensors& inputs) {
    const at::NoGradGuard no_grad;
    Case one(module, weights, inputs);
    const bool known = elementary(module, one) || position_codes(module, one) ||
                       tower(module, one) || embedders(module, one) || heads(module, one) ||
                       site_choice(module, one);
    return known ? std::optional(one.outputs()) : std::nullopt;
}

}  // namespace varhush::models
