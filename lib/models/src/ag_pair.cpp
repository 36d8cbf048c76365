#include "ag_pair.hpp"

#include "ag_rows.hpp"

#include <algorithm>
#include <cmath>

namespace varhush::models {

namespace {

constexpr std::int64_t kTokensABin = kPairBp / kTokenBp;

void gelu(const AlphaGenomeConfig& config,
          nn::Rows rows,
          std::int64_t count,
          std::int64_t columns) {
    if (config.pair_gelu == PairGelu::kTanh) {
        nn::matrix_kernels().gelu_tanh(rows, count, nn::padded_columns(columns));
        return;
    }
    for (std::int64_t r = 0; r < count; ++r) {
        float* row = rows.row(r);
        for (std::int64_t c = 0; c < columns; ++c) {
            row[c] = 0.5F * row[c] * (1.0F + std::erf(row[c] * 0.70710678118654752F));
        }
    }
}

nn::Matrix linear(AgWeights& weights,
                  const nn::Team& team,
                  const std::string& name,
                  const nn::Matrix& in) {
    const auto& matrix = weights.linear(name, team);
    nn::Matrix out(in.rows(), matrix.columns());
    nn::multiply(team,
                 {.in = in.view(),
                  .rows = in.rows(),
                  .weights = &matrix,
                  .residual = {},
                  .out = out.view()});
    return out;
}

// Mean over the 16 tokens of each bin, then the root-mean-square norm.
nn::Matrix pooled_tokens(AgWeights& weights,
                         const std::string& name,
                         const nn::Matrix& tokens,
                         std::int64_t bins) {
    nn::Matrix pooled(bins, tokens.columns());
    for (std::int64_t bin = 0; bin < bins; ++bin) {
        float* row = pooled.row(bin);
        pooled.zero_row(bin);
        for (std::int64_t token = 0; token < kTokensABin; ++token) {
            const float* from = tokens.row(bin * kTokensABin + token);
            for (std::int64_t c = 0; c < tokens.columns(); ++c) {
                row[c] += from[c];
            }
        }
        for (std::int64_t c = 0; c < tokens.columns(); ++c) {
            row[c] /= static_cast<float>(kTokensABin);
        }
    }
    layer_norm(pooled.view(),
               bins,
               pooled.columns(),
               false,
               weights.vector(name + ".norm_seq2pair.weight").data(),
               weights.vector(name + ".norm_seq2pair.bias").data(),
               pooled.view());
    return pooled;
}

// Rows of one head, with a bias added.
nn::Matrix head_rows(const nn::Matrix& all, int head, std::int64_t width, const float* bias) {
    nn::Matrix rows(all.rows(), width);
    for (std::int64_t r = 0; r < all.rows(); ++r) {
        const float* from = all.row(r) + head * width;
        rows.zero_row(r);
        for (std::int64_t c = 0; c < width; ++c) {
            rows.row(r)[c] = from[c] + (bias != nullptr ? bias[c] : 0.0F);
        }
    }
    return rows;
}

nn::Matrix dot_rows(const nn::Matrix& left, const nn::PackedMatrix& right) {
    nn::Matrix out(left.rows(), right.columns());
    nn::multiply(nn::Team(),
                 {.in = left.view(),
                  .rows = left.rows(),
                  .weights = &right,
                  .residual = {},
                  .out = out.view()});
    return out;
}

struct PairLogits {
    const nn::Matrix* queries;
    const nn::Matrix* keys;
    const nn::Matrix* distances;
    const std::vector<float>* query_bias;
    const std::vector<float>* key_bias;
    std::int64_t width;
};

// a[i, j] = q_i . k_j + ((q_i + b) . e(j - i) + (k_j + c) . e(i - j)) / 2 of one head, into column
// `head` of `out`.
void pair_logits(const PairLogits& in, int head, nn::Matrix& out) {
    const std::int64_t bins = in.queries->rows();
    const std::int64_t width = in.width;
    const auto keys = head_rows(*in.keys, head, width, nullptr);
    const auto distances = head_rows(*in.distances, head, width, nullptr);
    const auto packed = nn::PackedMatrix::of_rows(distances.view(), distances.rows(), width);
    const auto product = dot_rows(head_rows(*in.queries, head, width, nullptr),
                                  nn::PackedMatrix::of_rows(keys.view(), bins, width));
    const auto from_query =
        dot_rows(head_rows(*in.queries, head, width, in.query_bias->data() + head * width), packed);
    const auto from_key =
        dot_rows(head_rows(*in.keys, head, width, in.key_bias->data() + head * width), packed);
    for (std::int64_t i = 0; i < bins; ++i) {
        for (std::int64_t j = 0; j < bins; ++j) {
            out.row(i * bins + j)[head] =
                product.row(i)[j] +
                0.5F * (from_query.row(i)[bins + j - i] + from_key.row(j)[bins + i - j]);
        }
    }
}

nn::Matrix sequence_to_pair(AgWeights& weights,
                            const nn::Team& team,
                            const std::string& name,
                            const nn::Matrix& tokens) {
    const auto& config = weights.config();
    const std::int64_t bins = tokens.rows() / kTokensABin;
    auto pooled = pooled_tokens(weights, name, tokens, bins);
    const auto queries = linear(weights, team, name + ".linear_q", pooled);
    const auto keys = linear(weights, team, name + ".linear_k", pooled);
    const auto distances = linear(
        weights,
        team,
        name + ".linear_pos_features",
        relative_features(
            bins, config.seq2pair_heads, static_cast<int>(config.max_relative_distance / 16)));
    const PairLogits in{&queries,
                        &keys,
                        &distances,
                        &weights.vector(name + ".q_r_bias"),
                        &weights.vector(name + ".k_r_bias"),
                        config.seq2pair_head_dim};
    nn::Matrix logits(bins * bins, config.seq2pair_heads);
    for (std::int64_t r = 0; r < logits.rows(); ++r) {
        logits.zero_row(r);
    }
    team.run(config.seq2pair_heads,
             [&](std::int64_t head, int) { pair_logits(in, static_cast<int>(head), logits); });
    auto pair = linear(weights, team, name + ".linear_pair", logits);

    gelu(config, pooled.view(), bins, pooled.columns());
    const auto by_query = linear(weights, team, name + ".linear_y_q", pooled);
    const auto by_key = linear(weights, team, name + ".linear_y_k", pooled);
    team.run(bins, [&](std::int64_t i, int) {
        for (std::int64_t j = 0; j < bins; ++j) {
            float* row = pair.row(i * bins + j);
            for (std::int64_t c = 0; c < pair.columns(); ++c) {
                row[c] += by_query.row(i)[c] + by_key.row(j)[c];
            }
        }
    });
    return pair;
}

struct RowScratch {
    nn::Matrix normed;
    nn::Matrix queries;
    nn::Matrix keys;
    nn::Matrix values;
    nn::Matrix logits;
    nn::Matrix out;
};

struct RowWeights {
    const float* norm_weight;
    const float* norm_bias;
    const nn::PackedMatrix* query;
    const nn::PackedMatrix* key;
    const nn::PackedMatrix* value;
};

nn::Rows product_rows(nn::Matrix& out,
                      nn::ConstRows in,
                      std::int64_t rows,
                      const nn::PackedMatrix& by,
                      bool relu = false) {
    out.reshape(rows, by.columns());
    nn::multiply(
        nn::Team(),
        {.in = in, .rows = rows, .weights = &by, .residual = {}, .relu = relu, .out = out.view()});
    return out.view();
}

// Attention along the columns of pair row `i`; the result is in scratch.out.
void attend_row(const RowWeights& w,
                nn::ConstRows pair_row,
                std::int64_t bins,
                std::int64_t width,
                RowScratch& s) {
    s.normed.reshape(bins, width);
    layer_norm(pair_row, bins, width, false, w.norm_weight, w.norm_bias, s.normed.view());
    const auto queries = product_rows(s.queries, s.normed.view(), bins, *w.query);
    const auto keys = product_rows(s.keys, s.normed.view(), bins, *w.key);
    const auto values = product_rows(s.values, s.normed.view(), bins, *w.value);
    product_rows(s.logits, queries, bins, nn::PackedMatrix::of_rows(keys, bins, width));
    const float scale = 1.0F / std::sqrt(static_cast<float>(width));
    for (std::int64_t r = 0; r < bins; ++r) {
        nn::matrix_kernels().softmax(s.logits.row(r), bins, scale);
    }
    product_rows(s.out, s.logits.view(), bins, nn::PackedMatrix::of_columns(values, bins, width));
}

/// Adds what `branch(rows, scratch)` leaves in scratch.out to each row of the pair state, all rows
/// at once, and traces it: the residual branches look at one row alone.
template <class Branch>
void add_by_row(const nn::Team& team,
                PairState& pair,
                const AgTrace& trace,
                const std::string& trace_name,
                const Branch& branch) {
    const std::int64_t width = pair.rows.columns();
    std::vector<RowScratch> scratch(static_cast<std::size_t>(team.size()));
    nn::Matrix kept;
    if (trace.wanted()) {
        kept.reshape(pair.rows.rows(), width);
    }
    team.run(pair.bins, [&](std::int64_t i, int worker) {
        auto& s = scratch[static_cast<std::size_t>(worker)];
        const auto rows = pair.rows.view().from(i * pair.bins);
        branch(rows, s);
        for (std::int64_t j = 0; trace.wanted() && j < pair.bins; ++j) {
            std::copy_n(s.out.row(j), width, kept.row(i * pair.bins + j));
        }
        add_rows(nn::Team(), s.out.view(), pair.bins, width, rows);
    });
    trace.rows(trace_name, {pair.bins, pair.bins, width}, kept.view(), kept.rows(), width);
}

void row_attention(AgWeights& weights,
                   const nn::Team& team,
                   const std::string& name,
                   PairState& pair,
                   const AgTrace& trace,
                   const std::string& trace_name) {
    const std::int64_t width = pair.rows.columns();
    const RowWeights w{weights.vector(name + ".norm.weight").data(),
                       weights.vector(name + ".norm.bias").data(),
                       &weights.linear(name + ".linear_q", team),
                       &weights.linear(name + ".linear_k", team),
                       &weights.linear(name + ".linear_v", team)};
    add_by_row(team, pair, trace, trace_name, [&](nn::Rows rows, RowScratch& s) {
        attend_row(w, rows, pair.bins, width, s);
    });
}

void pair_mlp(AgWeights& weights,
              const nn::Team& team,
              const std::string& name,
              PairState& pair,
              const AgTrace& trace,
              const std::string& trace_name) {
    const std::int64_t width = pair.rows.columns();
    const float* norm_weight = weights.vector(name + ".norm.weight").data();
    const float* norm_bias = weights.vector(name + ".norm.bias").data();
    const auto& widen = weights.linear(name + ".linear1", team);
    const auto& narrow = weights.linear(name + ".linear2", team);
    add_by_row(team, pair, trace, trace_name, [&](nn::Rows rows, RowScratch& s) {
        s.normed.reshape(pair.bins, width);
        layer_norm(rows, pair.bins, width, false, norm_weight, norm_bias, s.normed.view());
        const auto hidden = product_rows(s.queries, s.normed.view(), pair.bins, widen, true);
        product_rows(s.out, hidden, pair.bins, narrow);
    });
}

}  // namespace

nn::Matrix relative_features(std::int64_t bins, int heads, int max_distance) {
    nn::Matrix features(2 * bins, 2 * std::int64_t{heads});
    const double last = max_distance - heads + 1;
    for (std::int64_t row = 0; row < 2 * bins; ++row) {
        const std::int64_t distance = row - bins;
        const auto magnitude = static_cast<double>(std::abs(distance));
        const float sign = distance > 0 ? 1.0F : distance < 0 ? -1.0F : 0.0F;
        features.zero_row(row);
        for (int j = 0; j < heads; ++j) {
            const auto width = static_cast<float>(
                static_cast<float>(j) +
                static_cast<float>(std::pow(last, static_cast<double>(j) / heads)));
            const float inside = static_cast<double>(width) > magnitude ? 1.0F : 0.0F;
            features.row(row)[j] = inside;
            features.row(row)[heads + j] = sign * inside;
        }
    }
    return features;
}

void update_pair(AgWeights& weights,
                 const nn::Team& team,
                 const std::string& name,
                 const nn::Matrix& tokens,
                 PairState& pair,
                 const AgTrace& trace,
                 const std::string& trace_name) {
    auto added = sequence_to_pair(weights, team, name + ".seq2pair", tokens);
    pair.bins = tokens.rows() / kTokensABin;
    const std::vector<std::int64_t> shape{pair.bins, pair.bins, added.columns()};
    trace.rows(trace_name + ".seq2pair_y", shape, added.view(), added.rows(), added.columns());
    if (pair.rows.rows() == 0) {
        pair.rows = std::move(added);
    } else {
        add_rows(team, added.view(), added.rows(), added.columns(), pair.rows.view());
    }
    row_attention(weights, team, name + ".row_attn", pair, trace, trace_name + ".row_attn");
    pair_mlp(weights, team, name + ".pair_mlp", pair, trace, trace_name + ".pair_mlp");
    trace.rows(
        trace_name + ".pair", shape, pair.rows.view(), pair.rows.rows(), pair.rows.columns());
}

std::vector<float> attention_bias(AgWeights& weights,
                                  const nn::Team& team,
                                  const std::string& name,
                                  const PairState& pair) {
    const auto& config = weights.config();
    const auto& norm = weights.batch_norm(name + ".norm");
    const auto& projection = weights.linear(name + ".proj", team);
    const std::int64_t bins = pair.bins;
    const std::int64_t width = pair.rows.columns();
    std::vector<float> bias(static_cast<std::size_t>(config.attention_heads * bins * bins));
    std::vector<RowScratch> scratch(static_cast<std::size_t>(team.size()));
    team.run(bins, [&](std::int64_t i, int worker) {
        auto& s = scratch[static_cast<std::size_t>(worker)];
        s.normed.reshape(bins, width);
        norm_rows(nn::Team(), norm, pair.rows.view().from(i * bins), bins, width, s.normed.view());
        gelu(config, s.normed.view(), bins, width);
        product_rows(s.out, s.normed.view(), bins, projection);
        for (std::int64_t head = 0; head < config.attention_heads; ++head) {
            float* row = bias.data() + (head * bins + i) * bins;
            for (std::int64_t j = 0; j < bins; ++j) {
                row[j] = s.out.row(j)[head];
            }
        }
    });
    return bias;
}

}  // namespace varhush::models
