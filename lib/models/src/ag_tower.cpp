#include "ag_tower.hpp"

#include "ag_rows.hpp"
#include "rope.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace varhush::models {

namespace {

constexpr std::int64_t kTokensABin = kPairBp / kTokenBp;
constexpr std::int64_t kQueryRows = 48;  // of a block of attention: 1.6 MB of logits at 1 Mb

nn::Matrix product(const nn::Team& team,
                   const nn::Matrix& in,
                   const nn::PackedMatrix& by,
                   bool relu = false) {
    nn::Matrix out(in.rows(), by.columns());
    nn::multiply(team,
                 {.in = in.view(),
                  .rows = in.rows(),
                  .weights = &by,
                  .residual = {},
                  .relu = relu,
                  .out = out.view()});
    return out;
}

// Norm of each head's part of a row, then, where `rope` is given, the turn by the token's position.
void norm_heads(AgWeights& weights,
                const nn::Team& team,
                const std::string& name,
                int heads,
                const Rope* rope,
                nn::Matrix& values) {
    const std::int64_t width = values.columns() / heads;
    const float* weight = weights.vector(name + ".weight").data();
    const float* bias = weights.vector(name + ".bias").data();
    team.run((values.rows() + 15) / 16, [&](std::int64_t chunk, int) {
        std::vector<float> one(static_cast<std::size_t>(nn::padded_columns(width)));
        std::vector<float> cosines(static_cast<std::size_t>(width / 2));
        std::vector<float> sines(cosines.size());
        for (std::int64_t r = chunk * 16; r < std::min(values.rows(), chunk * 16 + 16); ++r) {
            if (rope != nullptr) {
                rope->angles(r, cosines, sines);
            }
            for (int head = 0; head < heads; ++head) {
                float* part = values.row(r) + head * width;
                layer_norm({part, 0}, 1, width, true, weight, bias, {one.data(), 0});
                std::copy_n(one.data(), width, part);
                if (rope != nullptr) {
                    rotate(cosines, sines, part);
                }
            }
        }
    });
}

struct AttentionInput {
    const nn::Matrix* queries;
    const nn::PackedMatrix* keys;
    const nn::PackedMatrix* values;
    const std::vector<float>* bias;  // [heads, bins, bins]
    int heads;
    std::int64_t qk_dim;
    std::int64_t v_dim;
};

struct AttentionScratch {
    nn::Matrix logits;
    nn::Matrix out;
};

// Queries [first, first + rows) of one head; writes that head's columns of `y`.
void attend(const AttentionInput& in,
            int head,
            std::int64_t first,
            std::int64_t rows,
            AttentionScratch& scratch,
            nn::Matrix& y) {
    const std::int64_t tokens = in.queries->rows();
    const std::int64_t bins = tokens / kTokensABin;
    scratch.logits.reshape(rows, tokens);
    scratch.out.reshape(rows, in.v_dim);
    const auto queries = in.queries->view().from(first);
    nn::multiply(nn::Team(),
                 {.in = {queries.data + head * in.qk_dim, queries.stride},
                  .rows = rows,
                  .weights = in.keys,
                  .residual = {},
                  .out = scratch.logits.view()});
    const float scale = 1.0F / std::sqrt(static_cast<float>(in.qk_dim));
    for (std::int64_t r = 0; r < rows; ++r) {
        const std::int64_t bin = (first + r) / kTokensABin;
        nn::matrix_kernels().capped_softmax(
            scratch.logits.row(r), tokens, scale, in.bias->data() + (head * bins + bin) * bins);
    }
    nn::multiply(nn::Team(),
                 {.in = scratch.logits.view(),
                  .rows = rows,
                  .weights = in.values,
                  .residual = {},
                  .out = scratch.out.view()});
    for (std::int64_t r = 0; r < rows; ++r) {
        std::copy_n(scratch.out.row(r), in.v_dim, y.row(first + r) + head * in.v_dim);
    }
}

nn::Matrix attention(const nn::Team& team, const AttentionInput& in) {
    nn::Matrix y(in.queries->rows(), in.heads * in.v_dim);
    for (std::int64_t r = 0; y.padded() != y.columns() && r < y.rows(); ++r) {
        y.zero_row(r);
    }
    const std::int64_t blocks = (y.rows() + kQueryRows - 1) / kQueryRows;
    std::vector<AttentionScratch> scratch(static_cast<std::size_t>(team.size()));
    team.run(blocks * in.heads, [&](std::int64_t task, int worker) {
        const std::int64_t first = task / in.heads * kQueryRows;
        attend(in,
               static_cast<int>(task % in.heads),
               first,
               std::min(kQueryRows, y.rows() - first),
               scratch[static_cast<std::size_t>(worker)],
               y);
    });
    return y;
}

nn::Matrix attention_branch(AgWeights& weights,
                            const nn::Team& team,
                            const std::string& name,
                            const nn::Matrix& tokens,
                            const std::vector<float>& bias,
                            const Rope& rope) {
    const auto& config = weights.config();
    nn::Matrix normed(tokens.rows(), tokens.columns());
    norm_rows(team,
              weights.batch_norm(name + ".norm"),
              tokens.view(),
              tokens.rows(),
              tokens.columns(),
              normed.view());
    auto queries = product(team, normed, weights.linear(name + ".q_proj", team));
    auto keys = product(team, normed, weights.linear(name + ".k_proj", team));
    auto values = product(team, normed, weights.linear(name + ".v_proj", team));
    norm_heads(weights, team, name + ".norm_q", config.attention_heads, &rope, queries);
    norm_heads(weights, team, name + ".norm_k", 1, &rope, keys);
    norm_heads(weights, team, name + ".norm_v", 1, nullptr, values);
    const auto packed_keys = nn::PackedMatrix::of_rows(keys.view(), keys.rows(), config.qk_dim);
    const auto packed_values =
        nn::PackedMatrix::of_columns(values.view(), values.rows(), config.v_dim);
    const auto y = attention(team,
                             {&queries,
                              &packed_keys,
                              &packed_values,
                              &bias,
                              config.attention_heads,
                              config.qk_dim,
                              config.v_dim});
    auto out = product(team, y, weights.linear(name + ".linear_embedding", team));
    norm_rows(team,
              weights.batch_norm(name + ".final_norm"),
              out.view(),
              out.rows(),
              out.columns(),
              out.view());
    return out;
}

nn::Matrix mlp_branch(AgWeights& weights,
                      const nn::Team& team,
                      const std::string& name,
                      const nn::Matrix& tokens) {
    nn::Matrix normed(tokens.rows(), tokens.columns());
    norm_rows(team,
              weights.batch_norm(name + ".norm"),
              tokens.view(),
              tokens.rows(),
              tokens.columns(),
              normed.view());
    const auto hidden = product(team, normed, weights.linear(name + ".fc1", team), true);
    auto out = product(team, hidden, weights.linear(name + ".fc2", team));
    norm_rows(team,
              weights.batch_norm(name + ".final_norm"),
              out.view(),
              out.rows(),
              out.columns(),
              out.view());
    return out;
}

void trace_tokens(const AgTrace& trace, const std::string& name, const nn::Matrix& tokens) {
    trace.rows(
        name, {tokens.rows(), tokens.columns()}, tokens.view(), tokens.rows(), tokens.columns());
}

}  // namespace

void run_tower(AgWeights& weights,
               const nn::Team& team,
               nn::Matrix& tokens,
               PairState& pair,
               const AgTrace& trace) {
    const auto& config = weights.config();
    const Rope rope(config.qk_dim, config.rope_max_position_attention, config.rope_bf16);
    for (int block = 0; block < config.tower_blocks; ++block) {
        const std::string name = "tower.blocks." + std::to_string(block);
        const std::string traced = "tower." + std::to_string(block);
        if (block % 2 == 0) {
            update_pair(weights, team, name + ".pair_update", tokens, pair, trace, traced);
        }
        const auto bias = attention_bias(weights, team, name + ".attn_bias", pair);
        trace.values(traced + ".attn_bias", {config.attention_heads, pair.bins, pair.bins}, bias);
        const auto attended = attention_branch(weights, team, name + ".mha", tokens, bias, rope);
        trace_tokens(trace, traced + ".mha_out", attended);
        add_rows(team, attended.view(), tokens.rows(), tokens.columns(), tokens.view());
        const auto mixed = mlp_branch(weights, team, name + ".mlp", tokens);
        trace_tokens(trace, traced + ".mlp_out", mixed);
        add_rows(team, mixed.view(), tokens.rows(), tokens.columns(), tokens.view());
    }
    trace_tokens(trace, "tower.out_x", tokens);
}

}  // namespace varhush::models
