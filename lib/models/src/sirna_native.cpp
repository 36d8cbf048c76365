// The members of a sirna-ensemble, in the operations of lib/nn. Layouts: sirna_member_layout().
#include "sirna_native.hpp"

#include "varhush/core/error.hpp"
#include "varhush/nn/packed_matrix.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace varhush::models {
namespace {

constexpr float kNormEpsilon = 1e-5F;
constexpr float kSplineEnd = 3.0F;

using Tensors = std::map<std::string, std::vector<float>>;

Tensors read_member(const nn::SafeTensors& file,
                    const SirnaPart& part,
                    std::size_t member,
                    std::vector<std::string>& used) {
    Tensors tensors;
    for (const auto& [name, shape] : sirna_member_layout(part)) {
        used.push_back(sirna_member_prefix(member) + name);
        tensors[name] = read_finite(file, used.back(), shape);
    }
    return tensors;
}

/// y = x W^T + b for rows of activations.
class Dense {
  public:
    Dense(const std::vector<float>& weight, const std::vector<float>& bias)
        : outputs_(static_cast<std::int64_t>(bias.size())),
          weights_(
              1,
              static_cast<std::int64_t>(weight.size()) / outputs_,
              outputs_,
              [&](std::int64_t column, float* out) {
                  const auto depth = static_cast<std::int64_t>(weight.size()) / outputs_;
                  std::copy_n(weight.data() + column * depth, depth, out);
              },
              nn::Team()) {
        weights_.set_bias(bias.data());
    }

    void run(nn::ConstRows in,
             std::int64_t rows,
             nn::Matrix& out,
             bool relu = false,
             nn::ConstRows residual = {}) const {
        out.reshape(rows, outputs_);
        nn::Product product;
        product.in = in;
        product.rows = rows;
        product.weights = &weights_;
        product.residual = residual;
        product.residual_columns = residual.data == nullptr ? 0 : outputs_;
        product.relu = relu;
        product.out = out.view();
        nn::multiply(nn::Team(), product);
    }

  private:
    std::int64_t outputs_;
    nn::PackedMatrix weights_;
};

float gelu(float x) {
    return 0.5F * x * (1.0F + std::erf(x * 0.70710678F));
}

void layer_norm(float* row, std::int64_t size, const float* weight, const float* bias) {
    double sum = 0;
    for (std::int64_t i = 0; i < size; ++i) {
        sum += row[i];
    }
    const double mean = sum / static_cast<double>(size);
    double square = 0;
    for (std::int64_t i = 0; i < size; ++i) {
        square += (row[i] - mean) * (row[i] - mean);
    }
    const double scale = 1 / std::sqrt(square / static_cast<double>(size) + kNormEpsilon);
    for (std::int64_t i = 0; i < size; ++i) {
        row[i] = static_cast<float>((row[i] - mean) * scale) * weight[i] + bias[i];
    }
}

/// Hidden layer with GELU, then one output: the end of the CNN and the transformer.
class Head {
  public:
    explicit Head(const Tensors& t)
        : hidden_(t.at("hidden.weight"), t.at("hidden.bias")),
          weight_(t.at("out.weight")),
          bias_(t.at("out.bias")[0]) {}

    void run(const nn::Matrix& in, float* out, std::size_t stride) const {
        nn::Matrix hidden;
        hidden_.run(in.view(), in.rows(), hidden);
        for (std::int64_t r = 0; r < in.rows(); ++r) {
            const float* row = hidden.row(r);
            float sum = bias_;
            for (std::size_t h = 0; h < weight_.size(); ++h) {
                sum += weight_[h] * gelu(row[h]);
            }
            out[static_cast<std::size_t>(r) * stride] = sum;
        }
    }

  private:
    Dense hidden_;
    std::vector<float> weight_;
    float bias_;
};

void gather(const float* from, const std::vector<std::int64_t>& columns, float* to) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
        to[i] = from[columns[i]];
    }
}

/// Values of the cubic B-splines on `knots` even knots over [-3, 3] at x.
void spline_basis(float x, std::int64_t knots, float* out) {
    const float step = 2 * kSplineEnd / static_cast<float>(knots - 1);
    for (std::int64_t k = 0; k < knots; ++k) {
        const float u = std::abs(x + kSplineEnd - static_cast<float>(k) * step) / step;
        const float far = 2 - u;
        out[k] = u < 1 ? 2.0F / 3 - u * u + u * u * u / 2 : u < 2 ? far * far * far / 6 : 0.0F;
    }
}

class SplineNet final : public SirnaMemberNet {
  public:
    SplineNet(const SirnaPart& part, const Tensors& t)
        : part_(part),
          first_(t.at("first.weight"), t.at("first.bias")),
          norm_weight_(t.at("norm.weight")),
          norm_bias_(t.at("norm.bias")),
          last_base_(t.at("last.base")),
          last_spline_(t.at("last.spline")) {}

    void run(const SirnaBatch& batch, float* out, std::size_t stride) const override {
        const auto letters = static_cast<std::int64_t>(part_.sequence.size());
        const auto dense = static_cast<std::int64_t>(part_.dense.size());
        nn::Matrix in(batch.count, letters + dense * (1 + part_.knots));
        for (std::int64_t r = 0; r < batch.count; ++r) {
            float* row = in.row(r);
            gather(batch.raw_row(r), part_.sequence, row);
            gather(batch.standard_row(r), part_.dense, row + letters);
            for (std::int64_t d = 0; d < dense; ++d) {
                spline_basis(
                    row[letters + d], part_.knots, row + letters + dense + d * part_.knots);
            }
        }
        nn::Matrix first;
        first_.run(in.view(), batch.count, first);
        for (std::int64_t r = 0; r < batch.count; ++r) {
            out[static_cast<std::size_t>(r) * stride] = finish(first.row(r));
        }
    }

  private:
    /// The additive value stands first, the hidden units of the interactions behind it.
    [[nodiscard]] float finish(float* row) const {
        float sum = row[0];
        layer_norm(row + 1, part_.hidden, norm_weight_.data(), norm_bias_.data());
        std::vector<float> basis(static_cast<std::size_t>(part_.knots));
        for (std::int64_t h = 0; h < part_.hidden; ++h) {
            const float x = row[1 + h];
            spline_basis(x, part_.knots, basis.data());
            sum += last_base_[static_cast<std::size_t>(h)] * x;
            for (std::int64_t k = 0; k < part_.knots; ++k) {
                sum += last_spline_[static_cast<std::size_t>(h * part_.knots + k)] *
                       basis[static_cast<std::size_t>(k)];
            }
        }
        return sum;
    }

    SirnaPart part_;
    Dense first_;
    std::vector<float> norm_weight_, norm_bias_, last_base_, last_spline_;
};

class CnnNet final : public SirnaMemberNet {
  public:
    CnnNet(const SirnaPart& part, const Tensors& t)
        : part_(part),
          widest_(*std::max_element(part.widths.begin(), part.widths.end())),
          maps_(part.channels * static_cast<std::int64_t>(part.widths.size())),
          head_(t) {
        std::vector<float> bias;
        for (const std::int64_t width : part.widths) {
            const auto& one = t.at("conv." + std::to_string(width) + ".bias");
            bias.insert(bias.end(), one.begin(), one.end());
        }
        conv_ = nn::PackedMatrix(
            static_cast<int>(widest_),
            4,
            maps_,
            [&](std::int64_t map, float* out) { fill_map(t, map, out); },
            nn::Team());
        conv_.set_bias(bias.data());
    }

    void run(const SirnaBatch& batch, float* out, std::size_t stride) const override {
        const auto positions = static_cast<std::int64_t>(part_.sequence.size() / 4);
        const std::int64_t rows_a_guide = positions + widest_ - 1;
        nn::Matrix letters(batch.count * rows_a_guide, 4);
        for (std::int64_t r = 0; r < letters.rows(); ++r) {
            letters.zero_row(r);
        }
        for (std::int64_t g = 0; g < batch.count; ++g) {
            for (std::int64_t p = 0; p < positions; ++p) {
                float* row = letters.row(g * rows_a_guide + widest_ / 2 + p);
                for (std::int64_t c = 0; c < 4; ++c) {
                    row[c] = batch.raw_row(g)[part_.sequence[static_cast<std::size_t>(4 * p + c)]];
                }
            }
        }
        nn::Matrix maps(letters.rows() - widest_ + 1, maps_);
        nn::Product product;
        product.in = letters.view();
        product.rows = maps.rows();
        product.weights = &conv_;
        product.relu = true;
        product.out = maps.view();
        nn::multiply(nn::Team(), product);
        const auto dense = static_cast<std::int64_t>(part_.dense.size());
        nn::Matrix flat(batch.count, positions * maps_ + dense);
        for (std::int64_t g = 0; g < batch.count; ++g) {
            for (std::int64_t p = 0; p < positions; ++p) {
                std::copy_n(maps.row(g * rows_a_guide + p), maps_, flat.row(g) + p * maps_);
            }
            gather(batch.standard_row(g), part_.dense, flat.row(g) + positions * maps_);
        }
        head_.run(flat, out, stride);
    }

  private:
    /// Map `map` of all widths side by side, with zeros around the narrower ones.
    void fill_map(const Tensors& t, std::int64_t map, float* out) const {
        const std::int64_t width = part_.widths[static_cast<std::size_t>(map / part_.channels)];
        const auto& weight = t.at("conv." + std::to_string(width) + ".weight");
        std::fill_n(out, widest_ * 4, 0.0F);
        for (std::int64_t letter = 0; letter < 4; ++letter) {
            for (std::int64_t tap = 0; tap < width; ++tap) {
                out[((widest_ - width) / 2 + tap) * 4 + letter] = weight[static_cast<std::size_t>(
                    (map % part_.channels * 4 + letter) * width + tap)];
            }
        }
    }

    SirnaPart part_;
    std::int64_t widest_;
    std::int64_t maps_;
    nn::PackedMatrix conv_;
    Head head_;
};

class TransformerNet final : public SirnaMemberNet {
  public:
    TransformerNet(const SirnaPart& part, const Tensors& t)
        : part_(part),
          positions_(static_cast<std::int64_t>(part.sequence.size() / 4)),
          embed_(t.at("embed.weight")),
          position_(t.at("embed.position")),
          head_(t) {
        for (std::int64_t l = 0; l < part.layers; ++l) {
            const std::string name = "layer." + std::to_string(l) + ".";
            const auto dense = [&](const char* what) {
                return Dense(t.at(name + what + ".weight"), t.at(name + what + ".bias"));
            };
            layers_.push_back({dense("qkv"),
                               dense("attended"),
                               dense("up"),
                               dense("down"),
                               t.at(name + "norm1.weight"),
                               t.at(name + "norm1.bias"),
                               t.at(name + "norm2.weight"),
                               t.at(name + "norm2.bias")});
        }
    }

    void run(const SirnaBatch& batch, float* out, std::size_t stride) const override {
        const std::int64_t d = part_.channels;
        nn::Matrix x(batch.count * positions_, d);
        for (std::int64_t g = 0; g < batch.count; ++g) {
            embed(batch.raw_row(g), x, g * positions_);
        }
        for (const Layer& layer : layers_) {
            run_layer(layer, batch.count, x);
        }
        const auto dense = static_cast<std::int64_t>(part_.dense.size());
        nn::Matrix flat(batch.count, positions_ * d + dense);
        for (std::int64_t g = 0; g < batch.count; ++g) {
            for (std::int64_t p = 0; p < positions_; ++p) {
                std::copy_n(x.row(g * positions_ + p), d, flat.row(g) + p * d);
            }
            gather(batch.standard_row(g), part_.dense, flat.row(g) + positions_ * d);
        }
        head_.run(flat, out, stride);
    }

  private:
    struct Layer {
        Dense qkv, attended, up, down;
        std::vector<float> norm1_weight, norm1_bias, norm2_weight, norm2_bias;
    };

    void embed(const float* raw, nn::Matrix& x, std::int64_t first) const {
        const auto d = static_cast<std::size_t>(part_.channels);
        for (std::int64_t p = 0; p < positions_; ++p) {
            float* row = x.row(first + p);
            std::copy_n(position_.data() + p * part_.channels, d, row);
            for (std::size_t letter = 0; letter < 4; ++letter) {
                const float one = raw[part_.sequence[4 * static_cast<std::size_t>(p) + letter]];
                if (one != 0) {
                    for (std::size_t c = 0; c < d; ++c) {
                        row[c] += one * embed_[c * 4 + letter];
                    }
                }
            }
        }
    }

    /// Self-attention and feed-forward, each followed by a sum with its input and a layer norm.
    void run_layer(const Layer& layer, std::int64_t guides, nn::Matrix& x) const {
        const std::int64_t rows = guides * positions_;
        nn::Matrix qkv;
        layer.qkv.run(x.view(), rows, qkv);
        nn::Matrix mixed(rows, part_.channels);
        for (std::int64_t g = 0; g < guides; ++g) {
            attend(qkv, g * positions_, mixed);
        }
        nn::Matrix y;
        layer.attended.run(mixed.view(), rows, y, false, x.view());
        norm_rows(y, layer.norm1_weight, layer.norm1_bias);
        nn::Matrix wide;
        layer.up.run(y.view(), rows, wide, true);
        layer.down.run(wide.view(), rows, x, false, y.view());
        norm_rows(x, layer.norm2_weight, layer.norm2_bias);
    }

    static void norm_rows(nn::Matrix& rows,
                          const std::vector<float>& weight,
                          const std::vector<float>& bias) {
        for (std::int64_t r = 0; r < rows.rows(); ++r) {
            layer_norm(rows.row(r), rows.columns(), weight.data(), bias.data());
        }
    }

    void attend(const nn::Matrix& qkv, std::int64_t first, nn::Matrix& out) const {
        const std::int64_t d = part_.channels;
        const std::int64_t width = d / part_.heads;
        const float scale = 1 / std::sqrt(static_cast<float>(width));
        std::vector<float> weights(static_cast<std::size_t>(positions_));
        for (std::int64_t head = 0; head < part_.heads; ++head) {
            const std::int64_t at = head * width;
            for (std::int64_t p = 0; p < positions_; ++p) {
                const float* q = qkv.row(first + p) + at;
                float* row = out.row(first + p) + at;
                weigh(qkv, first, d + at, width, scale, q, weights);
                std::fill_n(row, width, 0.0F);
                for (std::int64_t o = 0; o < positions_; ++o) {
                    const float w = weights[static_cast<std::size_t>(o)];
                    const float* v = qkv.row(first + o) + 2 * d + at;
                    for (std::int64_t c = 0; c < width; ++c) {
                        row[c] += w * v[c];
                    }
                }
            }
        }
    }

    /// Softmax of the products of query `q` with the keys at column `key`.
    void weigh(const nn::Matrix& qkv,
               std::int64_t first,
               std::int64_t key,
               std::int64_t width,
               float scale,
               const float* q,
               std::vector<float>& weights) const {
        float largest = -INFINITY;
        for (std::int64_t o = 0; o < positions_; ++o) {
            const float* k = qkv.row(first + o) + key;
            float dot = 0;
            for (std::int64_t c = 0; c < width; ++c) {
                dot += q[c] * k[c];
            }
            weights[static_cast<std::size_t>(o)] = dot * scale;
            largest = std::max(largest, dot * scale);
        }
        float sum = 0;
        for (float& w : weights) {
            w = std::exp(w - largest);
            sum += w;
        }
        for (float& w : weights) {
            w /= sum;
        }
    }

    SirnaPart part_;
    std::int64_t positions_;
    std::vector<float> embed_, position_;
    std::vector<Layer> layers_;
    Head head_;
};

float square_sum(const float* row, std::int64_t size) {
    float sum = 0;
    for (std::int64_t i = 0; i < size; ++i) {
        sum += row[i] * row[i];
    }
    return sum;
}

/// One term of a kernel with its support points, scaled.
class KernelTerm {
  public:
    KernelTerm(const SirnaKernelTerm& term,
               const Tensors& t,
               const std::vector<float>& alpha,
               std::vector<float> support)
        : term_(term),
          scale_(t.at("scale." + term.name)),
          width_(static_cast<std::int64_t>(term.columns.size())) {
        const auto count = static_cast<std::int64_t>(alpha.size());
        for (std::int64_t s = 0; s < count; ++s) {
            float* point = support.data() + s * width_;
            scale_row(point);
            squares_.push_back(square_sum(point, width_));
        }
        points_ = nn::PackedMatrix::of_rows({support.data(), width_}, count, width_);
        for (const float a : alpha) {
            weights_.push_back(a * t.at("amplitude." + term.name)[0]);
        }
    }

    /// Adds sum of weight * exp(-distance^2 / 2) over the support points.
    void add(const SirnaBatch& batch, std::vector<double>& sums) const {
        nn::Matrix in(batch.count, width_);
        for (std::int64_t r = 0; r < batch.count; ++r) {
            gather(term_.raw ? batch.raw_row(r) : batch.standard_row(r), term_.columns, in.row(r));
            scale_row(in.row(r));
        }
        nn::Matrix dots(batch.count, points_.columns());
        nn::Product product;
        product.in = in.view();
        product.rows = batch.count;
        product.weights = &points_;
        product.out = dots.view();
        nn::multiply(nn::Team(), product);
        for (std::int64_t r = 0; r < batch.count; ++r) {
            const float own = square_sum(in.row(r), width_);
            const float* row = dots.row(r);
            double sum = 0;
            for (std::size_t s = 0; s < weights_.size(); ++s) {
                if (weights_[s] != 0) {
                    const float exponent = row[s] - (own + squares_[s]) / 2;
                    sum += weights_[s] * std::exp(std::min(exponent, 0.0F));
                }
            }
            sums[static_cast<std::size_t>(r)] += sum;
        }
    }

  private:
    void scale_row(float* row) const {
        for (std::size_t i = 0; i < scale_.size(); ++i) {
            row[i] *= scale_[i];
        }
    }

    SirnaKernelTerm term_;
    std::vector<float> scale_;
    std::int64_t width_;
    nn::PackedMatrix points_;
    std::vector<float> squares_;
    std::vector<float> weights_;
};

class KernelNet final : public SirnaMemberNet {
  public:
    KernelNet(const SirnaPart& part, const Tensors& t, const nn::SafeTensors& file)
        : part_(part), linear_(t.at("linear")), bias_(t.at("bias")[0]) {
        for (const SirnaKernelTerm& term : part.terms) {
            terms_.emplace_back(
                term,
                t,
                t.at("alpha"),
                read_finite(file,
                            sirna_support_name(part, term),
                            {part.support, static_cast<std::int64_t>(term.columns.size())}));
        }
    }

    void run(const SirnaBatch& batch, float* out, std::size_t stride) const override {
        std::vector<double> sums(static_cast<std::size_t>(batch.count), bias_);
        for (const KernelTerm& term : terms_) {
            term.add(batch, sums);
        }
        std::vector<float> row(linear_.size());
        for (std::int64_t r = 0; r < batch.count; ++r) {
            gather(batch.raw_row(r), part_.sequence, row.data());
            gather(batch.standard_row(r), part_.dense, row.data() + part_.sequence.size());
            double sum = sums[static_cast<std::size_t>(r)];
            for (std::size_t i = 0; i < row.size(); ++i) {
                sum += static_cast<double>(row[i]) * linear_[i];
            }
            out[static_cast<std::size_t>(r) * stride] = static_cast<float>(sum);
        }
    }

  private:
    SirnaPart part_;
    std::vector<float> linear_;
    float bias_;
    std::vector<KernelTerm> terms_;
};

}  // namespace

std::vector<float> read_finite(const nn::SafeTensors& file,
                               const std::string& name,
                               const std::vector<std::int64_t>& shape) {
    std::vector<float> values = file.read_f32(name, shape);
    if (!std::all_of(values.begin(), values.end(), [](float x) { return std::isfinite(x); })) {
        throw Error(ErrorKind::kModel,
                    file.name() + ": tensor \"" + name + "\" holds a value that is not finite");
    }
    return values;
}

std::unique_ptr<SirnaMemberNet> make_sirna_net(const nn::SafeTensors& file,
                                               const SirnaPart& part,
                                               std::size_t member,
                                               std::vector<std::string>& used) {
    const Tensors tensors = read_member(file, part, member, used);
    if (part.kind == "spline") {
        return std::make_unique<SplineNet>(part, tensors);
    }
    if (part.kind == "cnn") {
        return std::make_unique<CnnNet>(part, tensors);
    }
    if (part.kind == "transformer") {
        return std::make_unique<TransformerNet>(part, tensors);
    }
    VARHUSH_CHECK(part.kind == "kernel");
    for (const SirnaKernelTerm& term : part.terms) {
        used.push_back(sirna_support_name(part, term));
    }
    return std::make_unique<KernelNet>(part, tensors, file);
}

}  // namespace varhush::models
