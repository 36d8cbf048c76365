#include "run_loop.hpp"

#include "checkpoint.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <utility>

namespace varhush::train {

LoopPlan loop_plan(const StepSettings& settings) {
    LoopPlan plan;
    plan.steps = settings.steps;
    plan.report_steps = settings.report_steps;
    plan.validate_steps = settings.validate_steps;
    plan.checkpoint_minutes = settings.checkpoint_minutes;
    plan.hint = "try a lower training.learning_rate";
    return plan;
}

RunLoop::RunLoop(LoopPlan plan, Learner& learner, Random& random, std::string digest)
    : plan_(std::move(plan)), learner_(learner), random_(random), digest_(std::move(digest)) {}

TrainOutcome RunLoop::run(Trainee& trainee, const std::function<bool()>& stop) {
    if (plan_.resume) {
        go_on();
    }
    log_.open(plan_.log, plan_.resume, header());
    auto saved = Clock::now();
    while (step_ < plan_.steps && !out_of_time()) {
        if (stop() || (plan_.until > 0 && step_ >= plan_.until)) {
            save();
            return TrainOutcome::kStopped;
        }
        one_step(trainee);
        if (step_ % plan_.report_steps == 0 || step_ == plan_.steps) {
            report(trainee);
        }
        if (minutes_since(saved) >= plan_.checkpoint_minutes) {
            save();
            saved = Clock::now();
        }
    }
    trainee.finish(step_);
    std::filesystem::remove(checkpoint_path());
    return TrainOutcome::kFinished;
}

void RunLoop::go_on() {
    step_ = load_checkpoint(checkpoint_path(), learner_.state(), random_, digest_);
    if (step_ > plan_.steps) {
        throw Error(ErrorKind::kResume,
                    checkpoint_path() + ": stands at step " + std::to_string(step_) +
                        ", beyond the " + std::to_string(plan_.steps) + " asked for",
                    "give more --steps, or remove the checkpoint to start anew");
    }
    core::log(core::LogLevel::kInfo, "going on after step " + std::to_string(step_));
}

void RunLoop::one_step(Trainee& trainee) {
    ++step_;
    loss_ += trainee.learn(step_);
    const Learner::Step done = learner_.step(step_, plan_.steps);
    rate_ = done.learning_rate;
    norm_ += done.gradient_norm;
    ++counted_;
    if (!std::isfinite(loss_) || !std::isfinite(norm_)) {
        throw Error(ErrorKind::kInternal,
                    "the loss is not finite after step " + std::to_string(step_),
                    plan_.hint);
    }
}

void RunLoop::report(Trainee& trainee) {
    const auto n = static_cast<double>(counted_);
    std::string line = std::to_string(step_);
    std::string speed;
    const auto add = [&](double value) { line.append("\t").append(figure_text(value)); };
    add(minutes_since(started_));
    if (plan_.windows_a_step > 0) {
        const double seconds = 60 * std::max(minutes_since(reported_), 1e-9);
        const double windows = n * plan_.windows_a_step / seconds;
        add(windows);
        speed = ", " + figure_text(windows) + " windows/s";
    }
    add(rate_);
    add(norm_ / n);
    add(loss_ / n);
    std::vector<double> judged;
    if (step_ % plan_.validate_steps == 0 || step_ == plan_.steps) {
        judged = trainee.validate();
    }
    VARHUSH_CHECK(judged.empty() || judged.size() == plan_.columns.size());
    judged.resize(plan_.columns.size(), std::nan(""));
    std::for_each(judged.begin(), judged.end(), add);
    log_.add(line);
    core::log(core::LogLevel::kInfo,
              "step " + std::to_string(step_) + " of " + std::to_string(plan_.steps) + ", loss " +
                  figure_text(loss_ / n) + speed);
    norm_ = 0;
    loss_ = 0;
    counted_ = 0;
    reported_ = Clock::now();
}

void RunLoop::save() const {
    save_checkpoint(checkpoint_path(), learner_.state(), step_, random_, digest_);
}

bool RunLoop::out_of_time() const {
    return plan_.minutes > 0 && minutes_since(started_) >= plan_.minutes;
}

std::string RunLoop::header() const {
    std::string text = "step\tminutes";
    text += plan_.windows_a_step > 0 ? "\twindows_per_second" : "";
    text += "\tlearning_rate\tgradient_norm\ttrain_loss";
    for (const std::string& column : plan_.columns) {
        text.append("\t").append(column);
    }
    return text;
}

}  // namespace varhush::train
