#include "varhush/train/trainer.hpp"

#include "checkpoint.hpp"
#include "fingerprint.hpp"
#include "optimizer.hpp"
#include "sampler.hpp"
#include "training_log.hpp"
#include "validation.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/models/splice_resnet_torch.hpp"
#include "varhush/nn/safetensors.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <chrono>
#include <cmath>
#include <filesystem>
#include <iomanip>
#include <limits>
#include <sstream>

namespace varhush::train {
namespace {

constexpr const char* kLogHeader =
    "step\tminutes\tlearning_rate\tgradient_norm\ttrain_loss\tvalidation_loss\t"
    "acceptor_auprc\tdonor_auprc\tacceptor_top_k\tdonor_top_k\tdelta_pearson";

models::SpliceResnetConfig config_of(const StudentShape& shape) {
    models::SpliceResnetConfig config;
    config.kernel_sizes = shape.kernel_sizes;
    config.dilations = shape.dilations;
    config.validate();
    return config;
}

/// Cross-entropy to soft labels, nats per 1,000 labelled positions.
at::Tensor loss_of(const at::Tensor& logits, const Batch& batch) {
    const at::Tensor each = (batch.labels * logits.log_softmax(1)).sum(1);
    return (each * batch.weights).sum() * (-1000.0) / batch.weights.sum();
}

class MemberTrainer {
  public:
    MemberTrainer(const std::vector<Tile>& tiles, const TrainOptions& options)
        : tiles_(tiles),
          options_(options),
          member_(config_of(options.shape), options.seed),
          averaged_(member_),
          optimizer_(member_.tensors(), options.weight_decay),
          average_(member_.tensors()),
          random_(options.seed),
          sampler_(tiles,
                   {options.window_bp,
                    member_.config().half_context(),
                    options.near_site_share,
                    options.hard_weight,
                    options.annotation_share}),
          digest_(digest()) {}

    TrainOutcome run(const std::function<bool()>& stop) {
        if (options_.resume) {
            step_ = load_checkpoint(checkpoint_path(), state(), random_, digest_);
            if (step_ > options_.steps) {
                throw Error(ErrorKind::kResume,
                            checkpoint_path() + ": stands at step " + std::to_string(step_) +
                                ", beyond the " + std::to_string(options_.steps) + " asked for",
                            "give more --steps, or remove the checkpoint to start anew");
            }
            core::log(core::LogLevel::kInfo, "going on after step " + std::to_string(step_));
        }
        log_.open(options_.log, options_.resume, kLogHeader);
        auto saved = Clock::now();
        while (step_ < options_.steps) {
            if (stop()) {
                save();
                return TrainOutcome::kStopped;
            }
            one_step();
            if (step_ % options_.report_steps == 0 || step_ == options_.steps) {
                report();
            }
            if (minutes_since(saved) >= options_.checkpoint_minutes) {
                save();
                saved = Clock::now();
            }
        }
        write_weights();
        std::filesystem::remove(checkpoint_path());
        return TrainOutcome::kFinished;
    }

  private:
    [[nodiscard]] std::string checkpoint_path() const { return options_.output + ".checkpoint"; }

    /// What must agree between a checkpoint and the run that goes on with it: all that changes the
    /// weights. `steps` may change: it only bends the learning rate.
    [[nodiscard]] std::string digest() const {
        std::ostringstream out;
        out.precision(std::numeric_limits<double>::max_digits10);
        out << member_.config().to_metadata().at("varhush.config") << " batch " << options_.batch
            << " window " << options_.window_bp << " seed " << options_.seed << " tiles "
            << sampler_.size() << " hard " << options_.hard_weight << " near "
            << options_.near_site_share << " annotation " << options_.annotation_share
            << " learning rate " << options_.learning_rate << " warm-up " << options_.warmup_steps
            << " decay " << options_.weight_decay << " clip " << options_.clip_norm << " averaging "
            << options_.ema_decay << " held out";
        for (const auto& region : options_.held_out) {
            out << ' ' << region.contig << ':' << region.start << '-' << region.end;
        }
        Fingerprint labels;
        for (const auto& tile : tiles_) {
            labels.add(tile);
        }
        out << " labels " << labels.take();
        return out.str();
    }

    [[nodiscard]] NamedTensors state() const {
        NamedTensors out;
        for (const auto& [name, tensor] : member_.tensors()) {
            out.emplace_back("model." + name, tensor);
        }
        for (const auto& [name, tensor] : average_.tensors()) {
            out.emplace_back("average." + name, tensor);
        }
        for (auto& item : optimizer_.state()) {
            out.push_back(std::move(item));
        }
        return out;
    }

    void one_step() {
        const Batch batch = sampler_.draw(options_.batch, random_);
        const at::Tensor loss = loss_of(member_.logits(batch.bases, true), batch);
        loss.backward();
        ++step_;
        rate_ =
            learning_rate_at(options_.learning_rate, step_, options_.warmup_steps, options_.steps);
        norm_ += optimizer_.step(rate_, options_.clip_norm, step_);
        average_.update(member_.tensors(), options_.ema_decay, step_);
        loss_ += loss.item<double>();
        ++counted_;
        if (!std::isfinite(loss_)) {
            throw Error(ErrorKind::kInternal,
                        "the loss is not finite after step " + std::to_string(step_),
                        "try a lower --learning-rate");
        }
    }

    void report() {
        const auto n = static_cast<double>(std::max<std::int64_t>(counted_, 1));
        std::ostringstream line;
        line << step_ << '\t' << std::setprecision(5) << minutes_since(started_) << '\t' << rate_
             << '\t' << norm_ / n << '\t' << loss_ / n;
        const bool judge = step_ % options_.validate_steps == 0 || step_ == options_.steps;
        if (judge && options_.validation_tiles > 0) {
            const auto v = validate();
            line << '\t' << v.loss << '\t' << v.acceptor_auprc << '\t' << v.donor_auprc << '\t'
                 << v.acceptor_top_k << '\t' << v.donor_top_k << '\t' << v.delta_pearson;
        } else {
            line << "\t.\t.\t.\t.\t.\t.";
        }
        log_.add(line.str());
        core::log(core::LogLevel::kInfo,
                  "step " + std::to_string(step_) + " of " + std::to_string(options_.steps) +
                      ", loss " + std::to_string(loss_ / n));
        norm_ = 0;
        loss_ = 0;
        counted_ = 0;
    }

    ValidationResult validate() {
        average_.copy_to(averaged_.tensors());
        return validate_member(averaged_, tiles_, options_.validation_tiles);
    }

    void save() const { save_checkpoint(checkpoint_path(), state(), step_, random_, digest_); }

    void write_weights() {
        average_.copy_to(averaged_.tensors());
        auto metadata = member_.config().to_metadata();
        metadata["ensemble_size"] = "1";
        metadata["varhush.steps"] = std::to_string(step_);
        metadata["varhush.seed"] = std::to_string(options_.seed);
        for (const auto& [key, value] : options_.metadata) {
            metadata[key] = value;
        }
        nn::write_safetensors(options_.output, to_named_tensors(averaged_, 0), metadata);
    }

    const std::vector<Tile>& tiles_;
    const TrainOptions& options_;
    models::SpliceResnetTorch member_;
    models::SpliceResnetTorch averaged_;
    AdamW optimizer_;
    MovingAverage average_;
    Random random_;
    Sampler sampler_;
    std::string digest_;
    TrainingLog log_;
    Clock::time_point started_ = Clock::now();
    std::int64_t step_ = 0;
    std::int64_t counted_ = 0;
    double rate_ = 0;
    double norm_ = 0;
    double loss_ = 0;
};

}  // namespace

void TrainOptions::validate() const {
    const auto require = [](bool good, const char* what) {
        if (!good) {
            throw Error(ErrorKind::kUsage, what);
        }
    };
    require(!output.empty(), "no output file is given");
    require(steps > 0 && batch > 0 && window_bp > 0, "steps, batch and window must be above 0");
    require(learning_rate > 0 && clip_norm > 0, "learning rate and clip norm must be above 0");
    require(warmup_steps >= 0 && weight_decay >= 0, "warm-up and weight decay cannot be negative");
    require(ema_decay >= 0 && ema_decay < 1, "the averaging decay must be from 0 to below 1");
    require(hard_weight >= 0 && hard_weight <= 1, "the annotation's share must be from 0 to 1");
    require(annotation_share >= 0 && annotation_share <= 1,
            "the share of annotated windows must be from 0 to 1");
    require(near_site_share >= 0 && near_site_share <= 1, "the site share must be from 0 to 1");
    require(report_steps > 0 && validate_steps > 0, "report intervals must be above 0");
    require(config_of(shape).half_context() <= kTileFlank,
            "the network's context is longer than the 1000 bases that labelled tiles keep");
}

TrainOutcome train_member(const std::vector<Tile>& tiles,
                          const TrainOptions& options,
                          const std::function<bool()>& stop) {
    options.validate();
    at::set_num_threads(options.threads);
    core::log(core::LogLevel::kDebug,
              "threads: " + std::to_string(at::get_num_threads()) + " within operations, " +
                  std::to_string(at::get_num_interop_threads()) + " between them");
    const std::int64_t context = config_of(options.shape).half_context();
    for (const auto& tile : tiles) {
        check_no_leak(tile.spec, context, options.held_out);
    }
    return MemberTrainer(tiles, options).run(stop);
}

void join_members(const std::vector<std::string>& paths, const std::string& output) {
    VARHUSH_CHECK(!paths.empty());
    std::vector<nn::NamedTensor> tensors;
    std::map<std::string, std::string> metadata;
    std::string seeds;
    int members = 0;
    for (const auto& path : paths) {
        const auto file = nn::SafeTensors::open(path);
        const auto ensemble = models::SpliceResnetEnsemble::load(file);
        if (members == 0) {
            metadata = file.metadata();
        } else if (!(models::SpliceResnetConfig::from_metadata(metadata, paths[0]) ==
                     ensemble.config)) {
            throw Error(ErrorKind::kModel, path + ": another shape than " + paths[0]);
        }
        for (const auto& member : ensemble.members) {
            auto named = to_named_tensors(member, members++);
            std::move(named.begin(), named.end(), std::back_inserter(tensors));
        }
        const auto seed = file.metadata().find("varhush.seed");
        seeds += (seeds.empty() ? "" : ",") + (seed == file.metadata().end() ? "?" : seed->second);
    }
    metadata["ensemble_size"] = std::to_string(members);
    metadata["varhush.seed"] = seeds;
    nn::write_safetensors(output, tensors, metadata);
}

}  // namespace varhush::train
