#include "reporter_fit.hpp"

#include "varhush/core/error.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace varhush::train {

namespace {

constexpr double kRowsAnElement = 1000;  // the weight of an element, whatever its size

at::Tensor index_of(const std::vector<std::size_t>& rows) {
    at::Tensor index = at::empty({static_cast<std::int64_t>(rows.size())}, at::kLong);
    std::copy(rows.begin(), rows.end(), index.data_ptr<std::int64_t>());
    return index;
}

at::Tensor effects_of(const ElementData& data) {
    at::Tensor effects = at::empty({static_cast<std::int64_t>(data.variants.size())}, at::kDouble);
    std::transform(data.variants.begin(),
                   data.variants.end(),
                   effects.data_ptr<double>(),
                   [](const ElementVariant& variant) { return variant.measured.effect_log2; });
    return effects;
}

std::vector<double> list_of(const at::Tensor& tensor) {
    const at::Tensor values = tensor.to(at::kDouble).contiguous();
    return {values.data_ptr<double>(), values.data_ptr<double>() + values.numel()};
}

// Columns as the ridge sees them.
struct Block {
    at::Tensor columns;
    at::Tensor scale;  // [columns]: what was multiplied to every column
};

class Fitter {
  public:
    Fitter(const ElementData& data, const ReporterMixRecipe& recipe)
        : data_(data), recipe_(recipe) {
        std::vector<std::size_t> rows;
        for (std::size_t e = 0; e < data.names.size(); ++e) {
            if (data.splits[e] == "train") {
                train_.push_back(e);
                const auto some = data.rows_of(e, false);
                rows.insert(rows.end(), some.begin(), some.end());
            }
        }
        if (train_.size() < 2) {
            throw Error(ErrorKind::kInput,
                        "the table of effects has fewer than two train elements");
        }
        train_rows_ = index_of(rows);
    }

    [[nodiscard]] Block block(const at::Tensor& columns, double scale) const {
        const at::Tensor deviation = columns.index_select(0, train_rows_).std(0, false) + 1e-9;
        Block result;
        result.scale = at::full_like(deviation, scale) / deviation;
        result.columns = columns * result.scale;
        return result;
    }

    /// Weights of the fit on all train elements; predictions for all variants, those of a train
    /// element by a fit without it.
    void fit(const at::Tensor& columns, at::Tensor& weights, at::Tensor& held_out) const {
        const at::Tensor effects = effects_of(data_);
        std::vector<at::Tensor> grams;
        std::vector<at::Tensor> crosses;
        for (const std::size_t e : train_) {
            const at::Tensor index = index_of(data_.rows_of(e, false));
            const at::Tensor y = effects.index_select(0, index);
            const double weight = kRowsAnElement / static_cast<double>(index.numel());
            const at::Tensor x = columns.index_select(0, index);
            grams.push_back(at::mm(x.t(), x) * weight);
            crosses.push_back(at::mv(x.t(), y / y.square().mean().sqrt()) * weight);
        }
        at::Tensor gram = at::eye(columns.size(1), at::kDouble) * recipe_.lambda;
        at::Tensor cross = at::zeros({columns.size(1)}, at::kDouble);
        for (std::size_t i = 0; i < train_.size(); ++i) {
            gram = gram + grams[i];
            cross = cross + crosses[i];
        }
        weights = solve(gram, cross);
        held_out = at::mv(columns, weights);
        for (std::size_t i = 0; i < train_.size(); ++i) {
            auto rows = data_.rows_of(train_[i], false);
            const auto deletions = data_.rows_of(train_[i], true);
            rows.insert(rows.end(), deletions.begin(), deletions.end());
            const at::Tensor index = index_of(rows);
            const at::Tensor others = solve(gram - grams[i], cross - crosses[i]);
            held_out.index_copy_(0, index, at::mv(columns.index_select(0, index), others));
        }
    }

    /// Gains count less.
    [[nodiscard]] at::Tensor with_gain(const at::Tensor& scores) const {
        return at::where(scores > 0, scores * recipe_.gain_factor, scores);
    }

    /// Slope of the measured effects on predictions, every train element weighing the same.
    [[nodiscard]] double slope(const at::Tensor& predictions) const {
        const at::Tensor effects = effects_of(data_);
        double cross = 0;
        double square = 0;
        for (const std::size_t e : train_) {
            const at::Tensor index = index_of(data_.rows_of(e, false));
            const at::Tensor x = predictions.index_select(0, index);
            cross += (x * effects.index_select(0, index)).mean().item<double>();
            square += x.square().mean().item<double>();
        }
        if (!(cross > 0 && square > 0)) {
            throw Error(ErrorKind::kInput,
                        "the mix says nothing of elements that it was not fitted on");
        }
        return cross / square;
    }

  private:
    static at::Tensor solve(const at::Tensor& gram, const at::Tensor& cross) {
        return at::cholesky_solve(cross.unsqueeze(1), at::linalg_cholesky(gram)).squeeze(1);
    }

    const ElementData& data_;
    const ReporterMixRecipe& recipe_;
    std::vector<std::size_t> train_;
    at::Tensor train_rows_;
};

}  // namespace

ReporterFit fit_reporter_mix(const ElementData& data,
                             const MixColumns& columns,
                             const std::vector<bool>& is_activator,
                             const at::Tensor& word_heads,
                             const ReporterStudent& student,
                             const ReporterMixRecipe& recipe) {
    const Fitter fitter(data, recipe);
    at::Tensor activators =
        at::zeros({static_cast<std::int64_t>(is_activator.size())}, at::kDouble);
    for (std::size_t m = 0; m < is_activator.size(); ++m) {
        activators.data_ptr<double>()[m] = is_activator[m] ? 1.0 : 0.0;
    }
    const at::Tensor head = student.head.to(at::kDouble);
    const at::Tensor outputs = at::mm(columns.features, head.t());
    const Block output_block = fitter.block(outputs, recipe.outputs);
    // The mean of the outputs, each over its deviation: a weight for every feature.
    const at::Tensor mean_weights = at::mv(head.t(), output_block.scale / recipe.outputs);
    const std::vector<Block> blocks{
        fitter.block(columns.motifs, recipe.motifs),
        fitter.block(columns.heads, recipe.heads),
        fitter.block(columns.four_mers, recipe.four_mers),
        fitter.block(columns.features, recipe.features),
        output_block,
        fitter.block(at::mv(columns.motifs, activators).unsqueeze(1), recipe.prior),
        fitter.block(at::mv(columns.features, mean_weights).unsqueeze(1), recipe.prior)};
    std::vector<at::Tensor> all;
    for (const Block& block : blocks) {
        all.push_back(block.columns);
    }
    const at::Tensor matrix = at::cat(all, 1);
    at::Tensor weights;
    at::Tensor held_out;
    fitter.fit(matrix, weights, held_out);
    const double scale = fitter.slope(fitter.with_gain(held_out));

    std::vector<at::Tensor> parts;  // weights of each block's columns as they were given
    std::int64_t first = 0;
    for (const Block& block : blocks) {
        const std::int64_t size = block.columns.size(1);
        parts.push_back(weights.narrow(0, first, size) * block.scale * scale);
        first += size;
    }
    ReporterFit fit;
    fit.motifs = list_of(parts[0]);
    fit.gapped = list_of(at::mv(word_heads.to(at::kDouble), parts[1]));
    fit.four_mers = list_of(parts[2]);
    fit.network = list_of(parts[3] + at::mv(head.t(), parts[4]) + mean_weights * parts[6]);
    fit.activators = list_of(activators * parts[5]);
    fit.held_out = list_of(fitter.with_gain(held_out * scale));
    fit.final = list_of(fitter.with_gain(at::mv(matrix, weights) * scale));
    return fit;
}

}  // namespace varhush::train
