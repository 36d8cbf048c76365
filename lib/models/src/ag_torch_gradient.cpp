// AlphaGenomeTorch::input_gradient: backwards stage by stage. Only the inputs of the stages are
// kept; each stage is computed again with a graph of its own, the convolution stacks tile by tile.
#include "ag_torch_network.hpp"
#include "ag_torch_pass.hpp"
#include "varhush/core/error.hpp"
#include "varhush/models/alphagenome_torch.hpp"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <array>

namespace varhush::models {
namespace {

using torch::autograd::variable_list;

at::Tensor leaf(const at::Tensor& tensor) {
    return tensor.detach().requires_grad_(true);
}

/// Adds the gradient that came (or did not) to `sum`.
void accumulate(at::Tensor sum, const at::Tensor& gradient) {
    if (gradient.defined()) {
        sum.add_(gradient);
    }
}

variable_list gradients(const variable_list& outputs,
                        const variable_list& inputs,
                        const variable_list& from) {
    return torch::autograd::grad(outputs,
                                 inputs,
                                 from,
                                 /*retain_graph=*/{},
                                 /*create_graph=*/false,
                                 /*allow_unused=*/true);
}

/// What the query asks for: bins, and the weights of its result [bins, channels].
struct Target {
    std::vector<std::int64_t> bins;
    at::Tensor weights;
};

class Backward {
  public:
    Backward(const ag::Network& network,
             std::span<const std::uint8_t> codes,
             int organism,
             std::int64_t tile)
        : network_(network), organism_(organism), tile_(tile), one_hot_(network.one_hot(codes)) {
        tokens_ = one_hot_.size(2) / kTokenBp;
    }

    at::Tensor run(const TrackQuery& query, const Target& target) {
        forward();
        gradient_.trunk = at::zeros_like(states_.back().x);  // still [1, L, C], of the tower's end
        for (std::size_t level = 0; level < encoded_.skips.size(); ++level) {
            gradient_.skips[level] = at::zeros_like(encoded_.skips[level]);
        }
        if (query.resolution_bp == 1) {
            through_decoder(query, target);
        } else {
            through_coarse(query, target);
        }
        through_tower();
        return through_encoder();
    }

  private:
    void forward() {
        const at::NoGradGuard no_grad;
        for (std::int64_t begin = 0; begin < tokens_; begin += tile_) {
            const ag::TokenRange part{begin, std::min(begin + tile_, tokens_)};
            put_part(encoded_, encode_range(network_, one_hot_, part), part, tokens_);
        }
        states_.push_back(network_.enter_tower(encoded_.trunk, organism_));
        for (int block = 0; block < network_.config().tower_blocks; ++block) {
            states_.push_back(network_.tower_block(block, states_.back()));
        }
    }

    void through_coarse(const TrackQuery& query, const Target& target) {
        const at::Tensor x = leaf(states_.back().x);
        const at::Tensor rows = network_.embed_128bp(x, organism_)
                                    .select(0, 0)
                                    .index_select(0, network_.index(target.bins));
        const at::Tensor values = network_.values(
            query.output, kTokenBp, rows, organism_, network_.index(query.channels));
        accumulate(gradient_.trunk, gradients({values}, {x}, {target.weights}).at(0));
    }

    void through_decoder(const TrackQuery& query, const Target& target) {
        std::vector<bool> wanted(static_cast<std::size_t>(tokens_));
        for (const std::int64_t at : target.bins) {
            wanted[static_cast<std::size_t>(at / kTokenBp)] = true;
        }
        const std::int64_t halo = network_.decoder_halo();
        std::int64_t done = 0;
        for (const ag::TokenRange range : token_ranges(wanted, 2 * halo, tile_)) {
            const auto last = std::lower_bound(
                target.bins.begin() + done, target.bins.end(), range.end * kTokenBp);
            const std::int64_t end = last - target.bins.begin();
            const std::span<const std::int64_t> rows(target.bins.data() + done,
                                                     static_cast<std::size_t>(end - done));
            decoder_tile(query,
                         range.widened(halo, tokens_),
                         rows,
                         target.weights.narrow(0, done, end - done));
            done = end;
        }
    }

    void decoder_tile(const TrackQuery& query,
                      ag::TokenRange seen,
                      std::span<const std::int64_t> positions,
                      const at::Tensor& weights) {
        variable_list inputs{leaf(states_.back().x.narrow(1, seen.begin, seen.size()))};
        std::array<at::Tensor, kEncoderLevels> skips;
        const ag::Encoded part = encoded_.part(seen);
        for (std::size_t level = 0; level < skips.size(); ++level) {
            skips[level] = leaf(part.skips[level]);
            inputs.push_back(skips[level]);
        }
        const at::Tensor coarse = network_.embed_128bp(inputs[0], organism_).select(0, 0);
        const at::Tensor embedding =
            network_.embed_1bp(network_.decode(inputs[0], skips),
                               embedder_1bp_skip(coarse, network_.root() / "embedder_1bp"),
                               network_.index(positions) - seen.begin * kTokenBp,
                               organism_);
        const at::Tensor values =
            network_.values(query.output, 1, embedding, organism_, network_.index(query.channels));
        const variable_list found = gradients({values}, inputs, {weights});
        accumulate(gradient_.trunk.narrow(1, seen.begin, seen.size()), found[0]);
        const ag::Encoded sums = skips_of(seen);
        for (std::size_t level = 0; level < skips.size(); ++level) {
            accumulate(sums.skips[level], found[level + 1]);
        }
    }

    /// The skips' gradients over a range; the trunk's is still that of the tower's end.
    [[nodiscard]] ag::Encoded skips_of(ag::TokenRange range) const {
        ag::Encoded all = gradient_;
        all.trunk = all.trunk.transpose(1, 2);
        return all.part(range);
    }

    void through_tower() {
        at::Tensor pair_gradient;
        at::Tensor x_gradient = gradient_.trunk;
        for (int block = network_.config().tower_blocks; block-- > 0;) {
            const ag::TowerState& before = states_[static_cast<std::size_t>(block)];
            const bool has_pair = before.pair.defined();
            ag::TowerState state{leaf(before.x), has_pair ? leaf(before.pair) : at::Tensor()};
            variable_list inputs{state.x};
            if (has_pair) {
                inputs.push_back(state.pair);
            }
            const ag::TowerState after = network_.tower_block(block, state);
            variable_list outputs{after.x};
            variable_list from{x_gradient};
            const bool updates = block % 2 == 0;
            if (updates && pair_gradient.defined()) {
                outputs.push_back(after.pair);
                from.push_back(pair_gradient);
            }
            const variable_list found = gradients(outputs, inputs, from);
            x_gradient = found[0];
            if (has_pair && !updates && pair_gradient.defined()) {
                pair_gradient = pair_gradient + found[1];  // the pair state goes on unchanged
            } else {
                pair_gradient = has_pair ? found[1] : at::Tensor();
            }
            states_.pop_back();
        }
        gradient_.trunk = x_gradient.transpose(1, 2).contiguous();
    }

    at::Tensor through_encoder() {
        at::Tensor sum = at::zeros_like(one_hot_);
        for (std::int64_t begin = 0; begin < tokens_; begin += tile_) {
            const ag::TokenRange range{begin, std::min(begin + tile_, tokens_)};
            const ag::TokenRange seen = range.widened(network_.encoder_halo(), tokens_);
            const at::Tensor bases =
                leaf(one_hot_.narrow(2, seen.begin * kTokenBp, seen.size() * kTokenBp));
            const ag::Encoded part =
                network_.encode(bases).part({range.begin - seen.begin, range.end - seen.begin});
            const ag::Encoded from = gradient_.part(range);
            variable_list outputs(part.skips.begin(), part.skips.end());
            variable_list weights(from.skips.begin(), from.skips.end());
            outputs.push_back(part.trunk);
            weights.push_back(from.trunk);
            accumulate(sum.narrow(2, seen.begin * kTokenBp, seen.size() * kTokenBp),
                       gradients(outputs, {bases}, weights).at(0));
        }
        return sum.select(0, 0).transpose(0, 1);  // [S, 4]
    }

    const ag::Network& network_;
    int organism_;
    std::int64_t tile_;
    at::Tensor one_hot_;
    std::int64_t tokens_ = 0;
    ag::Encoded encoded_;
    std::vector<ag::TowerState> states_;  // before block 0, 1, … and behind the last
    ag::Encoded gradient_;
};

}  // namespace

std::vector<float> AlphaGenomeTorch::input_gradient(std::span<const std::uint8_t> codes,
                                                    int organism,
                                                    const TrackQuery& query,
                                                    std::span<const float> weights) {
    VARHUSH_CHECK(!codes.empty() && codes.size() % kPairBp == 0);
    VARHUSH_CHECK(organism >= 0 && organism < config().num_organisms);
    check_query(config(), query, static_cast<std::int64_t>(codes.size()));
    Target target;
    for (const PositionRange& range : query.bins) {
        for (std::int64_t at = range.begin; at < range.end; ++at) {
            target.bins.push_back(at);
        }
    }
    const auto bins = static_cast<std::int64_t>(target.bins.size());
    const auto channels = static_cast<std::int64_t>(
        query.channels.empty() ? static_cast<std::size_t>(config().channels(query.output))
                               : query.channels.size());
    VARHUSH_CHECK(static_cast<std::int64_t>(weights.size()) == bins * channels);
    std::vector<float> result(codes.size() * 4);
    if (bins == 0) {
        return result;
    }
    target.weights = at::tensor(at::ArrayRef<float>(weights.data(), weights.size()))
                         .view({bins, channels})
                         .to(network_->device(), network_->numerics().wide);
    const at::AutoGradMode with_gradients(true);
    in_tiles([&](std::int64_t tile) {
        result = to_floats(Backward(*network_, codes, organism, tile).run(query, target));
    });
    return result;
}

}  // namespace varhush::models
