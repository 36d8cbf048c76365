#include "varhush/train/sirna_trainer.hpp"

#include "sirna_checkpoint.hpp"
#include "sirna_job.hpp"
#include "sirna_report.hpp"
#include "sirna_write.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/core/worker_pool.hpp"
#include "varhush/models/sirna_mix.hpp"

#include <ATen/Parallel.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <mutex>
#include <numeric>

namespace varhush::train {
namespace {

constexpr float kClip = 4;

/// Kernels are the same for every seed; networks differ by it. Whole studies are left out for one
/// seed only: that is for the width of intervals.
std::vector<SirnaJob> plan_jobs(const SirnaWork& work) {
    const auto& options = *work.options;
    std::vector<SirnaJob> jobs;
    for (std::size_t part = 0; part < options.recipe.size(); ++part) {
        const bool kernel = options.recipe[part].part.kind == "kernel";
        const auto splits = static_cast<std::int64_t>(work.data->splits.size());
        for (std::int64_t split = -1; split < splits; ++split) {
            int seeds = split < 0 ? options.seeds : options.split_seeds;
            if (split >= 0 && work.data->splits[static_cast<std::size_t>(split)].laboratory) {
                seeds = options.recipe[part].states.empty() ? 0 : 1;
            }
            if (kernel) {
                seeds = std::min(seeds, 1);
            }
            for (int seed = 1; seed <= seeds; ++seed) {
                jobs.push_back({part, kernel ? 0 : seed, split});
            }
        }
    }
    return jobs;
}

class SirnaTraining {
  public:
    SirnaTraining(const SirnaWork& work, const std::function<bool()>& stop)
        : work_(work),
          stop_(stop),
          checkpoint_(work, work.options->resume),
          jobs_(plan_jobs(work)),
          results_(jobs_.size()),
          pool_(work.options->threads) {}

    SirnaTrainOutcome run() {
        if (!pretrain() || !train()) {
            return SirnaTrainOutcome::kStopped;
        }
        write_sirna_model(work_, jobs_, results_, settle());
        checkpoint_.remove();
        return SirnaTrainOutcome::kFinished;
    }

  private:
    bool pretrain() {
        const auto& recipe = work_.options->recipe;
        start_.resize(recipe.size());
        pool_.run(static_cast<std::int64_t>(recipe.size()), [&](std::int64_t index, int) {
            const auto part = static_cast<std::size_t>(index);
            if (recipe[part].pretrain_steps == 0 || stop_()) {
                return;
            }
            const std::string name = "pretrained-" + recipe[part].part.name;
            if (auto old = checkpoint_.find(name)) {
                start_[part] = std::move(old->tensors);
                return;
            }
            at::set_num_threads(1);
            SirnaResult result;
            result.tensors = pretrain_sirna(work_, recipe[part]);
            checkpoint_.save(name, result);
            start_[part] = std::move(result.tensors);
            core::log(core::LogLevel::kInfo, recipe[part].part.name + ": encoder pretrained");
        });
        return !stop_();
    }

    /// The longest jobs first: kernels.
    bool train() {
        std::vector<std::size_t> order(jobs_.size());
        std::iota(order.begin(), order.end(), 0U);
        std::stable_partition(order.begin(), order.end(), [&](std::size_t job) {
            return work_.options->recipe[jobs_[job].part].part.kind == "kernel";
        });
        std::atomic<std::size_t> done{0};
        pool_.run(static_cast<std::int64_t>(order.size()), [&](std::int64_t index, int) {
            const std::size_t job = order[static_cast<std::size_t>(index)];
            if (!stop_() && train_one(job)) {
                core::log(core::LogLevel::kInfo,
                          job_name(work_, jobs_[job]) + " done, " + std::to_string(++done) +
                              " of " + std::to_string(jobs_.size()));
            }
        });
        return done == jobs_.size();
    }

    bool train_one(std::size_t index) {
        at::set_num_threads(1);  // of the calling thread: members are too small to share
        const SirnaJob& job = jobs_[index];
        const std::string name = job_name(work_, job);
        if (auto old = checkpoint_.find(name)) {
            results_[index] = std::move(*old);
            return true;
        }
        const bool kernel = work_.options->recipe[job.part].part.kind == "kernel";
        SirnaResult result = kernel ? fit_sirna_kernel(work_, job)
                                    : fit_sirna_network(work_, job, start_[job.part], stop_);
        if (result.predictions.empty()) {
            return false;
        }
        for (const float value : result.predictions) {
            if (!std::isfinite(value)) {
                throw Error(ErrorKind::kInternal,
                            name + ": a prediction is not finite",
                            "try a lower learning_rate");
            }
        }
        checkpoint_.save(name, result);
        results_[index] = std::move(result);
        return true;
    }

    /// Predictions of every part for the rows that splits of this kind hold out, in a state that
    /// the rows' own knowledge allows.
    [[nodiscard]] models::SirnaHeldOut held_out(bool laboratory, std::size_t state) const {
        const SirnaTrainingData& data = *work_.data;
        std::vector<std::uint8_t> keep(data.size(), 0);
        models::SirnaHeldOut all;
        all.fold.assign(data.size(), -1);
        all.parts.assign(work_.options->recipe.size(), std::vector<double>(data.size(), 0));
        for (std::size_t s = 0; s < data.splits.size(); ++s) {
            if (data.splits[s].laboratory == laboratory) {
                add_split(s, state, all, keep);
            }
        }
        for (std::size_t i = 0; i < keep.size(); ++i) {
            for (const std::int64_t column : data.states[state].needs) {
                const std::size_t place =
                    i * data.features.size() + static_cast<std::size_t>(column);
                if (std::isnan(data.states[state].rows[place])) {
                    keep[i] = 0;
                }
            }
        }
        all.efficacy = data.efficacy;
        all.target = data.target;
        all.study = data.study;
        all.gene = data.gene;
        return all.subset(keep);
    }

    void add_split(std::size_t split,
                   std::size_t state,
                   models::SirnaHeldOut& all,
                   std::vector<std::uint8_t>& keep) const {
        const SirnaSplit& rows = work_.data->splits[split];
        std::vector<double> members(all.parts.size(), 0);
        for (const SirnaJob& job : jobs_) {
            members[job.part] += job.split == static_cast<std::int64_t>(split) ? 1 : 0;
        }
        for (std::size_t i = 0; i < rows.held_out.size(); ++i) {
            if (rows.held_out[i] != 0) {
                keep[i] = 1;
                all.fold[i] = static_cast<int>(split);
            }
        }
        for (std::size_t j = 0; j < jobs_.size(); ++j) {
            if (jobs_[j].split != static_cast<std::int64_t>(split)) {
                continue;
            }
            const float* said = results_[j].predictions.data() + state * rows.held_out.size();
            for (std::size_t i = 0; i < rows.held_out.size(); ++i) {
                if (rows.held_out[i] != 0) {
                    all.parts[jobs_[j].part][i] +=
                        static_cast<double>(said[i]) / members[jobs_[j].part];
                }
            }
        }
    }

    /// The mix of every state, its calibration, and the report on them.
    [[nodiscard]] std::vector<SirnaSettled> settle() const {
        SirnaReport report(work_.options->report);
        std::vector<SirnaSettled> settled;
        for (std::size_t s = 0; s < work_.data->states.size(); ++s) {
            const std::string& name = work_.data->states[s].name;
            const models::SirnaHeldOut genes = held_out(false, s);
            const models::SirnaHeldOut laboratories = held_out(true, s);
            std::vector<bool> use;
            for (const auto& recipe : work_.options->recipe) {
                use.push_back(recipe.states.contains(name));
            }
            if (genes.size() == 0 || std::count(use.begin(), use.end(), true) == 0) {
                throw Error(ErrorKind::kInput,
                            "state '" + name + "': no part or no held-out guide to judge it by");
            }
            settled.push_back(settle_one(genes, laboratories, use));
            report.add(name, work_.options->recipe, use, genes, laboratories, settled.back());
        }
        report.close();
        return settled;
    }

    static SirnaSettled settle_one(const models::SirnaHeldOut& genes,
                                   const models::SirnaHeldOut& laboratories,
                                   const std::vector<bool>& use) {
        SirnaSettled out;
        out.mix = models::stack_parts(genes, use);
        out.calibration = models::calibrate_scores(genes, out.mix.scores(genes.parts));
        if (laboratories.size() > 0) {
            out.calibration.new_laboratory = models::laboratory_factor(
                out.calibration, laboratories, out.mix.scores(laboratories.parts));
        }
        return out;
    }

    const SirnaWork& work_;
    const std::function<bool()>& stop_;
    SirnaCheckpoint checkpoint_;
    std::vector<SirnaJob> jobs_;
    std::vector<SirnaResult> results_;
    std::vector<SirnaTensors> start_;
    core::WorkerPool pool_;
};

void check_data(const SirnaTrainingData& data) {
    const auto require = [](bool good, const std::string& what) {
        if (!good) {
            throw Error(ErrorKind::kInput, what);
        }
    };
    VARHUSH_CHECK(!data.states.empty());
    for (const SirnaStateData& state : data.states) {
        VARHUSH_CHECK(state.rows.size() == data.size() * data.features.size());
    }
    const auto count = std::count_if(
        data.in_training.begin(), data.in_training.end(), [](auto t) { return t != 0; });
    require(count >= 50, std::to_string(count) + " guides to train on; at least 50 are needed");
    bool genes = false;
    for (const SirnaSplit& split : data.splits) {
        genes |= !split.laboratory;
        for (std::size_t i = 0; i < data.size(); ++i) {
            VARHUSH_CHECK(split.excluded[i] != 0 || split.held_out[i] == 0);
        }
    }
    require(genes, "no folds: the weights of the mix and the calibration come from held-out genes");
}

}  // namespace

std::vector<std::size_t> SirnaWork::rows_of(const SirnaJob& job) const {
    std::vector<std::size_t> out;
    for (const std::size_t row : training) {
        if (job.split < 0 || data->splits[static_cast<std::size_t>(job.split)].excluded[row] == 0) {
            out.push_back(row);
        }
    }
    return out;
}

std::vector<float> SirnaWork::columns(const std::vector<std::size_t>& rows,
                                      const std::vector<std::int64_t>& columns,
                                      bool raw,
                                      std::size_t state) const {
    const std::size_t features = mean.size();
    const std::vector<float>& from = raw ? data->states[state].rows : standard[state];
    std::vector<float> out;
    out.reserve(rows.size() * columns.size());
    for (const std::size_t row : rows) {
        for (const std::int64_t column : columns) {
            out.push_back(from[row * features + static_cast<std::size_t>(column)]);
        }
    }
    return out;
}

namespace {

std::vector<float> standardised(const std::vector<float>& rows, const SirnaWork& work) {
    std::vector<float> out(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::size_t f = i % work.mean.size();
        out[i] = std::isnan(rows[i])
                     ? 0.0F
                     : std::clamp((rows[i] - work.mean[f]) / work.scale[f], -kClip, kClip);
    }
    return out;
}

}  // namespace

SirnaWork make_sirna_work(const SirnaTrainingData& data, const SirnaTrainOptions& options) {
    SirnaWork work;
    work.data = &data;
    work.options = &options;
    for (std::size_t i = 0; i < data.size(); ++i) {
        if (data.in_training[i] != 0) {
            work.training.push_back(i);
        }
    }
    const std::size_t features = data.features.size();
    for (std::size_t f = 0; f < features; ++f) {
        double n = 0;
        double sum = 0;
        double square = 0;
        for (const std::size_t i : work.training) {
            const double value = data.states.front().rows[i * features + f];
            if (!std::isnan(value)) {
                ++n;
                sum += value;
                square += value * value;
            }
        }
        const double mean = n > 0 ? sum / n : 0;
        const double variance = n > 0 ? square / n - mean * mean : 0;
        work.mean.push_back(static_cast<float>(mean));
        work.scale.push_back(variance > 1e-10 ? static_cast<float>(std::sqrt(variance)) : 1);
    }
    for (const SirnaStateData& state : data.states) {
        work.standard.push_back(standardised(state.rows, work));
    }
    return work;
}

std::pair<double, double> target_scale(const SirnaTrainingData& data,
                                       const std::vector<std::size_t>& rows) {
    double sum = 0;
    double square = 0;
    for (const std::size_t i : rows) {
        sum += data.target[i];
        square += data.target[i] * data.target[i];
    }
    const auto n = static_cast<double>(rows.size());
    const double variance = square / n - sum / n * (sum / n);
    return {sum / n, std::sqrt(std::max(variance, 1e-8))};
}

void SirnaTrainOptions::validate() const {
    const auto require = [](bool good, const std::string& what) {
        if (!good) {
            throw Error(ErrorKind::kUsage, what);
        }
    };
    require(!output.empty(), "no output file is given");
    require(seeds > 0 && split_seeds > 0 && split_seeds <= seeds,
            "there must be at least one seed, and no more of them for the folds");
    require(!recipe.empty(), "no parts are left to train");
    require(
        std::any_of(recipe.begin(), recipe.end(), [](const auto& r) { return !r.states.empty(); }),
        "no part takes part in the mix");
    for (const SirnaPartRecipe& one : recipe) {
        const std::string who = "part " + one.part.name + ": ";
        require(one.search_rows >= 50, who + "search_rows must be at least 50");
        require(one.epochs > 0 && one.kernel_steps >= 0 && one.pretrain_steps >= 0,
                who + "epochs and steps cannot be negative");
        require(one.learning_rate > 0 && one.weight_decay >= 0 && one.rank_weight >= 0 &&
                    one.curvature_weight >= 0,
                who + "rates and weights cannot be negative");
        for (const double share : {one.dropout_letters, one.dropout_hidden, one.dropout_encoder}) {
            require(share >= 0 && share < 1, who + "shares go from 0 to below 1");
        }
    }
}

SirnaTrainOutcome train_sirna(const SirnaTrainingData& data,
                              const SirnaTrainOptions& options,
                              const std::function<bool()>& stop) {
    options.validate();
    check_data(data);
    const SirnaWork work = make_sirna_work(data, options);
    return SirnaTraining(work, stop).run();
}

}  // namespace varhush::train
