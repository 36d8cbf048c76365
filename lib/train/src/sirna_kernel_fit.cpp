#include "sirna_job.hpp"
#include "varhush/core/error.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace varhush::train {
namespace {

constexpr double kRate = 0.1;    // of the search
constexpr double kPrior = 0.05;  // weak: holds parameters that the data say nothing about
constexpr double kLetterStart = -3;
constexpr double kHammingStart = -1.5;
constexpr double kAmplitudeStart = -2;
constexpr double kWidthStart = 0.5;
constexpr double kNoiseStart = -0.7;
constexpr double kWordShare = 1.0 / 17;  // of one position of a 19-mer's 3-mers

at::Tensor doubles(const std::vector<float>& values, std::size_t rows) {
    const auto n = static_cast<std::int64_t>(rows);
    at::Tensor out = at::empty({n, static_cast<std::int64_t>(values.size()) / n}, at::kDouble);
    std::copy(values.begin(), values.end(), out.data_ptr<double>());
    return out;
}

at::Tensor same_number(const std::vector<int>& numbers, const std::vector<std::size_t>& rows) {
    at::Tensor list = at::empty({static_cast<std::int64_t>(rows.size())}, at::kLong);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        list.data_ptr<std::int64_t>()[i] = numbers[rows[i]];
    }
    return list.unsqueeze(1).eq(list.unsqueeze(0)).to(at::kDouble);
}

at::Tensor squared_distances(const at::Tensor& a, const at::Tensor& b) {
    return (a.square().sum(1).unsqueeze(1) + b.square().sum(1).unsqueeze(0) -
            at::matmul(a, b.t()) * 2)
        .clamp_min(0);
}

/// The inputs of some rows: linear columns (centred), and those of every term.
struct Inputs {
    at::Tensor linear;
    std::vector<at::Tensor> terms;
    at::Tensor pairs, others;  ///< products of the words' columns, where asked for
};

/// Parameters of the kernel (as logarithms) and the kernel itself. The first term whose columns
/// are letters gets a scale a position; its columns also get a scale each in the linear term
/// (automatic relevance determination). The other linear columns share one scale a block: those of
/// "pair" count by how rare they are, those of other blocks as they are.
class Kernel {
  public:
    Kernel(const SirnaWork& work, const models::SirnaPart& part) : work_(work), part_(part) {
        for (const auto& term : part.terms) {
            if (term.raw && letters_ == 0) {
                letters_ = static_cast<std::int64_t>(term.columns.size());
            }
        }
        letter_scale_ = parameter(letters_, kLetterStart);
        hamming_scale_ = parameter(letters_ / 4, kHammingStart);
        const auto terms = static_cast<std::int64_t>(part.terms.size());
        amplitude_ = parameter(terms, kAmplitudeStart);
        width_ = parameter(terms, kWidthStart);
        word_scale_ = parameter(2, kAmplitudeStart);
        offset_ = parameter(2, kAmplitudeStart);
        noise_ = parameter(1, kNoiseStart);
        several_studies_ =
            std::any_of(work.training.begin(), work.training.end(), [&](std::size_t row) {
                return work.data->study[row] != work.data->study[work.training.front()];
            });
        prepare_linear();
    }

    [[nodiscard]] std::vector<at::Tensor> parameters() const {
        return {letter_scale_, hamming_scale_, amplitude_, width_, word_scale_, offset_, noise_};
    }

    [[nodiscard]] Inputs inputs(const std::vector<std::size_t>& rows, std::size_t state = 0) const {
        Inputs out;
        out.linear =
            doubles(work_.columns(rows, part_.sequence, true, state), rows.size()).nan_to_num(0) -
            centre_;
        for (const auto& term : part_.terms) {
            out.terms.push_back(
                doubles(work_.columns(rows, term.columns, term.raw, state), rows.size())
                    .nan_to_num(0));
        }
        return out;
    }

    /// Variance of each linear column's weight.
    [[nodiscard]] at::Tensor linear_scale() const {
        return at::cat({letter_scale_.exp(),
                        word_scale_.narrow(0, 0, 1).exp() * pairs_,
                        word_scale_.narrow(0, 1, 1).exp() * others_});
    }

    /// Scale of each column of term `t`.
    [[nodiscard]] at::Tensor term_scale(std::size_t t) const {
        const auto& term = part_.terms[t];
        if (term.raw) {
            return (hamming_scale_ * 0.5).exp().repeat_interleave(4);
        }
        const auto columns = static_cast<double>(term.columns.size());
        return (-width_.narrow(0, static_cast<std::int64_t>(t), 1)).exp() / std::sqrt(columns) *
               at::ones({static_cast<std::int64_t>(term.columns.size())}, at::kDouble);
    }

    [[nodiscard]] at::Tensor amplitude(std::size_t t) const {
        return amplitude_.narrow(0, static_cast<std::int64_t>(t), 1).exp();
    }

    /// The columns of words have one unknown scale a block: their products are made only once.
    void multiply_words(Inputs& in) const {
        const at::Tensor pairs = in.linear.narrow(1, letters_, pairs_.size(0));
        const at::Tensor others = in.linear.narrow(1, letters_ + pairs_.size(0), others_.size(0));
        in.pairs = at::matmul(pairs * pairs_, pairs.t());
        in.others = at::matmul(others * others_, others.t());
    }

    /// Covariance of a and b, the terms alone.
    [[nodiscard]] at::Tensor terms_between(const Inputs& a, const Inputs& b) const {
        at::Tensor k;
        for (std::size_t t = 0; t < part_.terms.size(); ++t) {
            const at::Tensor scale = term_scale(t);
            const at::Tensor one =
                amplitude(t) *
                (squared_distances(a.terms[t] * scale, b.terms[t] * scale) * (-0.5)).exp();
            k = k.defined() ? k + one : one;
        }
        return k;
    }

    /// Covariance of what was measured: with the offsets of genes and studies and the noise.
    /// `in` comes from multiply_words().
    [[nodiscard]] at::Tensor measured(const Inputs& in,
                                      const std::vector<std::size_t>& rows) const {
        const auto& data = *work_.data;
        const at::Tensor letters = in.linear.narrow(1, 0, letters_);
        at::Tensor k = terms_between(in, in) +
                       at::matmul(letters * letter_scale_.exp(), letters.t()) +
                       word_scale_.narrow(0, 0, 1).exp() * in.pairs +
                       word_scale_.narrow(0, 1, 1).exp() * in.others +
                       offset_.narrow(0, 0, 1).exp() * same_number(data.gene, rows) +
                       noise_.exp() * at::eye(static_cast<std::int64_t>(rows.size()), at::kDouble);
        if (several_studies_) {
            k = k + offset_.narrow(0, 1, 1).exp() * same_number(data.study, rows);
        }
        return k;
    }

    [[nodiscard]] at::Tensor prior() const {
        return ((letter_scale_ - kLetterStart).square().sum() +
                (hamming_scale_ - kHammingStart).square().sum()) *
               kPrior;
    }

    [[nodiscard]] const at::Tensor& centre() const noexcept { return centre_; }

  private:
    static at::Tensor parameter(std::int64_t count, double start) {
        return at::full({count}, start, at::kDouble).requires_grad_(true);
    }

    void prepare_linear() {
        const at::Tensor all =
            doubles(work_.columns(work_.training, part_.sequence, true), work_.training.size());
        centre_ = all.mean(0);
        std::int64_t pairs = 0;
        for (const std::int64_t column : part_.sequence) {
            pairs += work_.data->blocks[static_cast<std::size_t>(column)] == "pair" ? 1 : 0;
        }
        const std::int64_t others = all.size(1) - letters_ - pairs;
        const at::Tensor variance = all.var(0).narrow(0, letters_, pairs).clamp_min(1e-3);
        pairs_ = variance.reciprocal() / std::max(static_cast<double>(pairs), 1.0);
        others_ = at::full({others}, kWordShare, at::kDouble);
    }

    const SirnaWork& work_;
    const models::SirnaPart& part_;
    std::int64_t letters_ = 0;
    bool several_studies_ = false;
    at::Tensor letter_scale_, hamming_scale_, amplitude_, width_, word_scale_, offset_, noise_;
    at::Tensor centre_, pairs_, others_;
};

at::Tensor targets_of(const SirnaTrainingData& data,
                      const std::vector<std::size_t>& rows,
                      double mean,
                      double deviation) {
    at::Tensor out = at::empty({static_cast<std::int64_t>(rows.size()), 1}, at::kDouble);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        out.data_ptr<double>()[i] = (data.target[rows[i]] - mean) / deviation;
    }
    return out;
}

/// Adam (Kingma & Ba 2015) on the negative logarithm of the marginal likelihood.
void search(const Kernel& kernel,
            const std::vector<std::size_t>& rows,
            const at::Tensor& targets,
            int steps) {
    const auto parameters = kernel.parameters();
    std::vector<at::Tensor> first;
    std::vector<at::Tensor> second;
    for (const at::Tensor& p : parameters) {
        first.push_back(at::zeros_like(p.detach()));
        second.push_back(at::zeros_like(p.detach()));
    }
    Inputs inputs = kernel.inputs(rows);
    kernel.multiply_words(inputs);
    for (int step = 1; step <= steps; ++step) {
        const at::Tensor factor = at::linalg_cholesky(kernel.measured(inputs, rows));
        const at::Tensor solved = at::cholesky_solve(targets, factor);
        const at::Tensor loss =
            (targets * solved).sum() * 0.5 + factor.diagonal().log().sum() + kernel.prior();
        loss.backward();
        const at::NoGradGuard no_grad;
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            at::Tensor value = parameters[i];
            at::Tensor& gradient = value.mutable_grad();
            if (!gradient.defined()) {
                continue;
            }
            first[i].mul_(0.9).add_(gradient, 0.1);
            second[i].mul_(0.999).addcmul_(gradient, gradient, 0.001);
            const at::Tensor root = (second[i] / (1 - std::pow(0.999, step))).sqrt_().add_(1e-8);
            value.detach().addcdiv_(first[i], root, -kRate / (1 - std::pow(0.9, step)));
            gradient.zero_();
        }
    }
}

/// Rows at even distances, at most `most` of them.
std::vector<std::size_t> thinned(const std::vector<std::size_t>& rows, std::size_t most) {
    if (rows.size() <= most) {
        return rows;
    }
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < most; ++i) {
        out.push_back(rows[i * rows.size() / most]);
    }
    return out;
}

nn::NamedTensor named(const std::string& name, const at::Tensor& tensor) {
    const at::Tensor flat = tensor.detach().to(at::kFloat).contiguous();
    const float* values = flat.data_ptr<float>();
    return {name, flat.sizes().vec(), {values, values + flat.numel()}};
}

}  // namespace

SirnaResult fit_sirna_kernel(const SirnaWork& work, const SirnaJob& job) {
    const SirnaPartRecipe& recipe = work.options->recipe[job.part];
    const auto rows = work.rows_of(job);
    const auto [mean, deviation] = target_scale(*work.data, work.training);
    const Kernel kernel(work, recipe.part);
    const auto some = thinned(rows, static_cast<std::size_t>(recipe.search_rows));
    search(kernel, some, targets_of(*work.data, some, mean, deviation), recipe.kernel_steps);

    const at::NoGradGuard no_grad;
    Inputs inputs = kernel.inputs(rows);
    kernel.multiply_words(inputs);
    const at::Tensor targets = targets_of(*work.data, rows, mean, deviation);
    const at::Tensor factor = at::linalg_cholesky(kernel.measured(inputs, rows));
    const at::Tensor alpha = at::cholesky_solve(targets, factor) * deviation;

    SirnaResult result;
    std::vector<std::size_t> all(work.data->size());
    std::iota(all.begin(), all.end(), 0U);
    const at::Tensor linear =
        kernel.linear_scale() * at::matmul(inputs.linear.t(), alpha).squeeze(1);
    for (std::size_t s = 0; s < work.data->states.size(); ++s) {
        const Inputs wanted = kernel.inputs(all, s);
        const at::Tensor out = at::matmul(kernel.terms_between(wanted, inputs), alpha).squeeze(1) +
                               at::mv(wanted.linear, linear) + mean;
        result.predictions.insert(
            result.predictions.end(), out.data_ptr<double>(), out.data_ptr<double>() + out.numel());
    }
    // One place for every row that some member is trained on; zero for rows this one has not seen.
    at::Tensor spread = at::zeros({static_cast<std::int64_t>(work.training.size())}, at::kDouble);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto place = std::lower_bound(work.training.begin(), work.training.end(), rows[i]);
        spread[place - work.training.begin()] = alpha[static_cast<std::int64_t>(i)][0];
    }
    result.tensors.push_back(named("alpha", spread));
    result.tensors.push_back(named("bias", (mean - (linear * kernel.centre()).sum()).reshape({1})));
    result.tensors.push_back(named("linear", linear));
    for (std::size_t t = 0; t < recipe.part.terms.size(); ++t) {
        const std::string& name = recipe.part.terms[t].name;
        result.tensors.push_back(named("amplitude." + name, kernel.amplitude(t)));
        result.tensors.push_back(named("scale." + name, kernel.term_scale(t)));
    }
    return result;
}

}  // namespace varhush::train
