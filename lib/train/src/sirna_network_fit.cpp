#include "sirna_job.hpp"
#include "varhush/core/error.hpp"
#include "varhush/models/sirna_torch.hpp"
#include "varhush/train/random.hpp"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace varhush::train {
namespace {

constexpr std::size_t kBatch = 64;
constexpr double kOffsetRate = 1e-2;  // highest learning rate of offsets and scales
constexpr double kOffsetPenalty = 5;  // squared offsets, as if so many guides told against them
constexpr double kRankSharpness = 2;

at::Tensor matrix_of(const std::vector<float>& values, std::size_t rows) {
    const auto n = static_cast<std::int64_t>(rows);
    const auto c = rows == 0 ? 0 : static_cast<std::int64_t>(values.size()) / n;
    at::Tensor out = at::empty({n, c});
    std::copy(values.begin(), values.end(), out.data_ptr<float>());
    return out;
}

at::Tensor indices(const std::vector<std::int64_t>& values) {
    at::Tensor out = at::empty({static_cast<std::int64_t>(values.size())}, at::kLong);
    std::copy(values.begin(), values.end(), out.data_ptr<std::int64_t>());
    return out;
}

/// AdamW (Loshchilov & Hutter 2019, algorithm 2; beta 0.9 and 0.999) in plain loops: the tensors
/// are so small that calls would cost more than the arithmetic. Matrices decay, vectors do not.
class SmallAdamW {
  public:
    void add(const at::Tensor& tensor, double share_of_rate, double decay) {
        const auto n = static_cast<std::size_t>(tensor.numel());
        slots_.push_back({tensor,
                          share_of_rate,
                          tensor.dim() >= 2 ? decay : 0,
                          std::vector<float>(n),
                          std::vector<float>(n)});
    }

    void step(double rate) {
        const at::NoGradGuard no_grad;
        ++steps_;
        const double correct1 = 1 - std::pow(kBeta1, steps_);
        const double correct2 = 1 - std::pow(kBeta2, steps_);
        for (Slot& slot : slots_) {
            at::Tensor& gradient = slot.tensor.mutable_grad();
            if (!gradient.defined()) {
                continue;
            }
            const at::Tensor flat = gradient.contiguous();
            const float* g = flat.data_ptr<float>();
            float* value = slot.tensor.data_ptr<float>();
            const auto own = static_cast<float>(rate * slot.share);
            const auto kept = static_cast<float>(1 - rate * slot.share * slot.decay);
            for (std::size_t i = 0; i < slot.first.size(); ++i) {
                slot.first[i] = kBeta1f * slot.first[i] + (1 - kBeta1f) * g[i];
                slot.second[i] = kBeta2f * slot.second[i] + (1 - kBeta2f) * g[i] * g[i];
                const float root = std::sqrt(slot.second[i] / static_cast<float>(correct2)) + 1e-8F;
                value[i] =
                    value[i] * kept - own * slot.first[i] / static_cast<float>(correct1) / root;
            }
            gradient.zero_();
        }
    }

  private:
    static constexpr double kBeta1 = 0.9;
    static constexpr double kBeta2 = 0.999;
    static constexpr float kBeta1f = 0.9F;
    static constexpr float kBeta2f = 0.999F;
    struct Slot {
        at::Tensor tensor;
        double share;
        double decay;
        std::vector<float> first, second;
    };
    std::vector<Slot> slots_;
    double steps_ = 0;
};

/// The "one cycle" schedule (Smith & Topin 2019): from 1/25 up in 30 % of the steps, down to
/// nothing in the rest, both as half cosines.
double one_cycle(double peak, std::int64_t step, std::int64_t steps) {
    const auto along = [](double from, double to, double share) {
        return to + (from - to) * 0.5 * (1 + std::cos(std::numbers::pi * share));
    };
    const double rise = 0.3 * static_cast<double>(steps) - 1;
    const auto at = static_cast<double>(step);
    if (at <= rise) {
        return along(peak / 25, peak, at / std::max(rise, 1.0));
    }
    const double fall = static_cast<double>(steps) - 1 - rise;
    return along(peak, peak / 25e4, std::min((at - rise) / std::max(fall, 1.0), 1.0));
}

std::vector<std::size_t> shuffled(std::size_t count, Random& random) {
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), 0U);
    for (std::size_t i = count; i > 1; --i) {
        std::swap(order[i - 1],
                  order[static_cast<std::size_t>(random.below(static_cast<std::int64_t>(i)))]);
    }
    return order;
}

/// log(1 + exp(-2 d sign t)) |t| over all pairs of one study: how far the order is from the
/// measured one, weighted by how much that matters.
at::Tensor rank_loss(const at::Tensor& found, const at::Tensor& wanted, const at::Tensor& study) {
    const at::Tensor difference = found.unsqueeze(1) - found.unsqueeze(0);
    const at::Tensor measured = wanted.unsqueeze(1) - wanted.unsqueeze(0);
    const at::Tensor same = study.unsqueeze(1).eq(study.unsqueeze(0)).to(at::kFloat);
    const at::Tensor each =
        at::softplus(difference * measured.sign() * (-kRankSharpness)) * measured.abs();
    return (each * same).sum() / same.sum();
}

class NetworkFit {
  public:
    NetworkFit(const SirnaWork& work, const SirnaJob& job, const SirnaTensors& start)
        : work_(work),
          data_(*work.data),
          recipe_(work.options->recipe[job.part]),
          net_(recipe_.part, seed_of(job)),
          generator_(at::detail::createCPUGenerator(seed_of(job) + 1)),
          random_(seed_of(job) + 2),
          rows_(work.rows_of(job)) {
        std::vector<std::size_t> all(data_.size());
        std::iota(all.begin(), all.end(), 0U);
        for (std::size_t s = 0; s < data_.states.size(); ++s) {
            letters_.push_back(
                matrix_of(work.columns(all, recipe_.part.sequence, true, s), all.size())
                    .nan_to_num(0));
            dense_.push_back(
                matrix_of(work.columns(all, recipe_.part.dense, false, s), all.size()));
        }
        take(start);
        prepare_targets();
        for (const auto& [name, tensor] : net_.tensors()) {
            optimizer_.add(tensor, 1, recipe_.weight_decay);
        }
        for (const at::Tensor& tensor : {gene_offset_, study_offset_, study_scale_}) {
            optimizer_.add(tensor, kOffsetRate / recipe_.learning_rate, 0);
        }
        dropout_ = {recipe_.dropout_letters, recipe_.dropout_hidden, recipe_.dropout_encoder};
    }

    SirnaResult run(const std::function<bool()>& stop) {
        SirnaResult result;
        const auto batches = (rows_.size() + kBatch - 1) / kBatch;
        const auto steps = static_cast<std::int64_t>(batches) * recipe_.epochs;
        std::int64_t step = 0;
        for (int epoch = 0; epoch < recipe_.epochs; ++epoch) {
            if (stop()) {
                return {};
            }
            const auto order = shuffled(rows_.size(), random_);
            for (std::size_t b = 0; b < batches; ++b) {
                const std::size_t end = std::min((b + 1) * kBatch, order.size());
                one_step({order.begin() + static_cast<std::ptrdiff_t>(b * kBatch),
                          order.begin() + static_cast<std::ptrdiff_t>(end)});
                optimizer_.step(one_cycle(recipe_.learning_rate, step++, steps));
            }
            if (!work_.options->watched.empty()) {
                const auto now = predict(work_.options->watched, 0);
                result.epochs.insert(result.epochs.end(), now.begin(), now.end());
            }
        }
        std::vector<std::size_t> all(data_.size());
        std::iota(all.begin(), all.end(), 0U);
        for (std::size_t s = 0; s < data_.states.size(); ++s) {
            const auto said = predict(all, s);
            result.predictions.insert(result.predictions.end(), said.begin(), said.end());
        }
        finish(result);
        return result;
    }

  private:
    static std::uint64_t seed_of(const SirnaJob& job) {
        return static_cast<std::uint64_t>(job.seed) * 10'000 +
               static_cast<std::uint64_t>(job.split + 1) * 100 + job.part * 10;
    }

    void take(const SirnaTensors& start) {
        const at::NoGradGuard no_grad;
        for (const nn::NamedTensor& from : start) {
            float* to = net_.get(from.name).data_ptr<float>();
            std::copy(from.values.begin(), from.values.end(), to);
        }
    }

    void prepare_targets() {
        std::tie(mean_, deviation_) = target_scale(data_, work_.training);
        std::vector<std::int64_t> row(rows_.begin(), rows_.end());
        rows_tensor_ = indices(row);
        std::vector<std::int64_t> gene;
        std::vector<std::int64_t> study;
        targets_ = at::empty({static_cast<std::int64_t>(rows_.size())});
        std::vector<std::int64_t> guides_of(1, 0);
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            targets_.data_ptr<float>()[i] =
                static_cast<float>((data_.target[rows_[i]] - mean_) / deviation_);
            gene.push_back(data_.gene[rows_[i]]);
            study.push_back(data_.study[rows_[i]]);
            guides_of.resize(
                std::max(guides_of.size(), static_cast<std::size_t>(study.back() + 1)));
            ++guides_of[static_cast<std::size_t>(study.back())];
        }
        genes_ = indices(gene);
        studies_ = indices(study);
        const auto zeros = [](std::int64_t n) { return at::zeros({n}).requires_grad_(true); };
        gene_offset_ = zeros(*std::max_element(data_.gene.begin(), data_.gene.end()) + 1);
        study_offset_ = zeros(static_cast<std::int64_t>(guides_of.size()));
        study_scale_ = zeros(static_cast<std::int64_t>(guides_of.size()));
        // The largest study is the scale that the others are brought to.
        const auto largest = std::max_element(guides_of.begin(), guides_of.end());
        not_reference_ = at::ones_like(study_offset_.detach());
        not_reference_[largest - guides_of.begin()] = 0;
    }

    /// A state for each guide of a batch, drawn by the states' shares.
    [[nodiscard]] at::Tensor draw_states(std::size_t count) {
        std::vector<std::int64_t> states(count, 0);
        for (std::int64_t& state : states) {
            double left = random_.uniform();
            for (const SirnaStateData& one : data_.states) {
                left -= one.share;
                if (left < 0 || &one == &data_.states.back()) {
                    break;
                }
                ++state;
            }
        }
        return indices(states);
    }

    /// Rows of the inputs, each in its state.
    static at::Tensor choose(const at::Tensor& rows,
                             const std::vector<at::Tensor>& inputs,
                             const at::Tensor& states) {
        at::Tensor out = inputs[0].index_select(0, rows);
        for (std::size_t s = 1; s < inputs.size(); ++s) {
            const at::Tensor here = states.eq(static_cast<std::int64_t>(s)).unsqueeze(1);
            out = at::where(here, inputs[s].index_select(0, rows), out);
        }
        return out;
    }

    void one_step(const std::vector<std::size_t>& batch) {
        const at::Tensor at_rows = indices({batch.begin(), batch.end()});
        const at::Tensor rows = rows_tensor_.index_select(0, at_rows);
        const at::Tensor states = draw_states(batch.size());
        const at::Tensor raw = net_.forward(
            choose(rows, letters_, states), choose(rows, dense_, states), dropout_, &generator_);
        const at::Tensor study = studies_.index_select(0, at_rows);
        const at::Tensor wanted = targets_.index_select(0, at_rows);
        const at::Tensor own = raw + gene_offset_.index_select(0, genes_.index_select(0, at_rows));
        const at::Tensor scale = (study_scale_ * not_reference_).exp().index_select(0, study);
        const at::Tensor found =
            own * scale + (study_offset_ * not_reference_).index_select(0, study);
        at::Tensor loss = (found - wanted).square().mean();
        if (recipe_.rank_weight > 0) {
            loss = loss + rank_loss(found, wanted, study) * recipe_.rank_weight;
        }
        if (recipe_.curvature_weight > 0) {
            loss = loss + net_.curvature() * recipe_.curvature_weight;
        }
        const at::Tensor offsets = gene_offset_.square().sum() + study_offset_.square().sum() +
                                   study_scale_.square().sum();
        loss = loss + offsets * (kOffsetPenalty / static_cast<double>(rows_.size()));
        loss.backward();
    }

    [[nodiscard]] std::vector<float> predict(const std::vector<std::size_t>& rows,
                                             std::size_t state) const {
        const at::NoGradGuard no_grad;
        const at::Tensor which = indices({rows.begin(), rows.end()});
        const at::Tensor out = net_.forward(letters_[state].index_select(0, which),
                                            dense_[state].index_select(0, which)) *
                                   deviation_ +
                               mean_;
        const at::Tensor flat = out.contiguous();
        return {flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel()};
    }

    /// The tensors with the target's scale worked into the last layer.
    void finish(SirnaResult& result) const {
        for (const auto& [name, tensor] : net_.tensors()) {
            at::Tensor value = tensor.detach().clone();
            const bool output = name == "out.weight" || name == "out.bias" || name == "last.base" ||
                                name == "last.spline";
            if (output) {
                value.mul_(deviation_);
            }
            if (name == "first.weight" || name == "first.bias") {
                value.select(0, 0).mul_(deviation_);  // the additive output
            }
            if (name == "out.bias") {
                value.add_(mean_);
            } else if (name == "first.bias") {
                value.select(0, 0).add_(mean_);
            }
            const float* values = value.data_ptr<float>();
            result.tensors.push_back(
                {name, tensor.sizes().vec(), {values, values + value.numel()}});
        }
    }

    const SirnaWork& work_;
    const SirnaTrainingData& data_;
    const SirnaPartRecipe& recipe_;
    models::SirnaTorchNet net_;
    at::Generator generator_;
    Random random_;
    std::vector<std::size_t> rows_;
    models::SirnaDropout dropout_;
    SmallAdamW optimizer_;
    std::vector<at::Tensor> letters_, dense_;  // one a state
    at::Tensor rows_tensor_, targets_, genes_, studies_;
    at::Tensor gene_offset_, study_offset_, study_scale_, not_reference_;
    double mean_ = 0;
    double deviation_ = 1;
};

}  // namespace

SirnaResult fit_sirna_network(const SirnaWork& work,
                              const SirnaJob& job,
                              const SirnaTensors& start,
                              const std::function<bool()>& stop) {
    return NetworkFit(work, job, start).run(stop);
}

SirnaTensors pretrain_sirna(const SirnaWork& work, const SirnaPartRecipe& recipe) {
    constexpr double kMasked = 0.15;
    constexpr std::int64_t kWindows = 128;
    const auto features = static_cast<std::int64_t>(work.data->features.size());
    const auto count = static_cast<std::int64_t>(work.data->pretraining.size()) / features;
    VARHUSH_CHECK(count > 0);
    const at::Tensor raw =
        matrix_of(work.data->pretraining, static_cast<std::size_t>(count)).nan_to_num(0);
    const at::Tensor letters = raw.index_select(1, indices(recipe.part.sequence));
    at::Tensor wanted = raw.index_select(1, indices(recipe.part.dense));
    wanted = (wanted - wanted.mean(0)) / (wanted.std(0) + 1e-6);
    const models::SirnaTorchNet net(recipe.part, 7);
    auto generator = at::detail::createCPUGenerator(8);
    const std::int64_t d = recipe.part.channels;
    const std::int64_t positions = letters.size(1) / 4;
    const at::Tensor letter_head = (at::randn({4, d}, generator) * 0.1).requires_grad_(true);
    const at::Tensor dense_head =
        (at::randn({wanted.size(1), d * positions}, generator) * 0.02).requires_grad_(true);
    SmallAdamW optimizer;
    const auto is_head = [](const std::string& name) {
        return name.starts_with("hidden.") || name.starts_with("out.");
    };
    for (const auto& [name, tensor] : net.tensors()) {
        if (!is_head(name)) {
            optimizer.add(tensor, 1, recipe.weight_decay);
        }
    }
    optimizer.add(letter_head, 1, recipe.weight_decay);
    optimizer.add(dense_head, 1, recipe.weight_decay);
    for (int step = 0; step < recipe.pretrain_steps; ++step) {
        const at::Tensor rows = at::randint(count, {kWindows}, generator, at::kLong);
        const at::Tensor whole = letters.index_select(0, rows).view({kWindows, positions, 4});
        const at::Tensor masked =
            at::empty({kWindows, positions, 1}).bernoulli_(kMasked, generator);
        const at::Tensor encoded = net.encode((whole * (1 - masked)).flatten(1));
        const at::Tensor said = at::matmul(encoded, letter_head.t()).log_softmax(2);
        const at::Tensor letter_loss = -(said * whole * masked).sum() / masked.sum();
        const at::Tensor dense_loss =
            (at::matmul(encoded.flatten(1), dense_head.t()) - wanted.index_select(0, rows))
                .square()
                .mean();
        (letter_loss + dense_loss).backward();
        optimizer.step(one_cycle(recipe.learning_rate, step, recipe.pretrain_steps));
    }
    SirnaTensors out;
    for (const auto& [name, tensor] : net.tensors()) {
        if (!is_head(name)) {
            const float* values = tensor.data_ptr<float>();
            out.push_back({name, tensor.sizes().vec(), {values, values + tensor.numel()}});
        }
    }
    return out;
}

}  // namespace varhush::train
