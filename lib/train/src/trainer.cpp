#include "varhush/train/trainer.hpp"

#include "fingerprint.hpp"
#include "learner.hpp"
#include "run_loop.hpp"
#include "sampler.hpp"
#include "validation.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/models/splice_resnet_torch.hpp"
#include "varhush/nn/safetensors.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <limits>
#include <sstream>

namespace varhush::train {
namespace {

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

class MemberTrainer : public Trainee {
  public:
    MemberTrainer(const std::vector<Tile>& tiles, const TrainOptions& options)
        : tiles_(tiles),
          options_(options),
          member_(config_of(options.shape), options.seed),
          averaged_(member_),
          learner_(member_.tensors(),
                   {options.learning_rate,
                    options.warmup_steps,
                    options.weight_decay,
                    options.clip_norm,
                    options.ema_decay}),
          random_(options.seed),
          sampler_(tiles,
                   {options.window_bp,
                    member_.config().half_context(),
                    options.near_site_share,
                    options.hard_weight,
                    options.annotation_share}) {}

    TrainOutcome run(const std::function<bool()>& stop) {
        LoopPlan plan;
        plan.output = options_.output;
        plan.log = options_.log;
        plan.steps = options_.steps;
        plan.report_steps = options_.report_steps;
        plan.validate_steps = options_.validate_steps;
        plan.checkpoint_minutes = options_.checkpoint_minutes;
        plan.resume = options_.resume;
        plan.columns = {"validation_loss",
                        "acceptor_auprc",
                        "donor_auprc",
                        "acceptor_top_k",
                        "donor_top_k",
                        "delta_pearson"};
        plan.hint = "try a lower --learning-rate";
        return RunLoop(plan, learner_, random_, digest()).run(*this, stop);
    }

    double learn(std::int64_t /*step*/) override {
        const Batch batch = sampler_.draw(options_.batch, random_);
        const at::Tensor loss = loss_of(member_.logits(batch.bases, true), batch);
        loss.backward();
        return loss.item<double>();
    }

    std::vector<double> validate() override {
        if (options_.validation_tiles == 0) {
            return {};
        }
        learner_.copy_average_to(averaged_.tensors());
        const auto v = validate_member(averaged_, tiles_, options_.validation_tiles);
        return {v.loss,
                v.acceptor_auprc,
                v.donor_auprc,
                v.acceptor_top_k,
                v.donor_top_k,
                v.delta_pearson};
    }

    void finish(std::int64_t step) override {
        learner_.copy_average_to(averaged_.tensors());
        auto metadata = member_.config().to_metadata();
        metadata["ensemble_size"] = "1";
        metadata["varhush.steps"] = std::to_string(step);
        metadata["varhush.seed"] = std::to_string(options_.seed);
        for (const auto& [key, value] : options_.metadata) {
            metadata[key] = value;
        }
        nn::write_safetensors(options_.output, to_named_tensors(averaged_, 0), metadata);
    }

  private:
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

    const std::vector<Tile>& tiles_;
    const TrainOptions& options_;
    models::SpliceResnetTorch member_;
    models::SpliceResnetTorch averaged_;
    Learner learner_;
    Random random_;
    Sampler sampler_;
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
