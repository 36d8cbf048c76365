#pragma once

#include "learner.hpp"
#include "training_log.hpp"
#include "varhush/train/random.hpp"
#include "varhush/train/trainer.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace varhush::train {

/// What a training by steps is asked for, whatever it trains.
struct LoopPlan {
    std::string output;  ///< the checkpoint is beside it with ".checkpoint"
    std::string log;     ///< TSV, a line every report_steps; "" for none
    std::int64_t steps = 0;
    std::int64_t report_steps = 1;
    std::int64_t validate_steps = 1;  ///< reports on such steps and on the last one validate
    double checkpoint_minutes = 0;    ///< 0: after every step
    double minutes = 0;               ///< end as if the last step were reached; 0: no limit
    std::int64_t until = 0;           ///< stop behind this step; 0: never
    bool resume = false;
    int windows_a_step = 0;            ///< 0: their speed is not in the log
    std::vector<std::string> columns;  ///< of what Trainee::validate() says
    std::string hint;                  ///< for a loss that is not finite
};

/// As the settings have it; what they do not know is to be filled in.
[[nodiscard]] LoopPlan loop_plan(const StepSettings& settings);

/// What is trained, as the loop sees it.
class Trainee {
  public:
    virtual ~Trainee() = default;

    /// Puts the gradient of step `step` (from 1) in place; returns the loss.
    virtual double learn(std::int64_t step) = 0;
    /// What held-back data say of the averaged weights, a number a column, NaN where it cannot be
    /// told. Empty: there are none.
    virtual std::vector<double> validate() = 0;
    /// Writes what comes of the training after `step` steps.
    virtual void finish(std::int64_t step) = 0;
};

/// The loop of every training by steps: log, checkpoints, the ways to end, and going on.
class RunLoop {
  public:
    /// `random` is all that steps draw from, and is kept with the checkpoint. `digest` names what
    /// must be the same in a run that goes on: all that changes the weights but for the number of
    /// steps, which only bends the learning rate.
    RunLoop(LoopPlan plan, Learner& learner, Random& random, std::string digest);

    /// kFinished: Trainee::finish() was called and the checkpoint is gone. kStopped, when `stop`
    /// turned true or LoopPlan::until was reached: there is only a checkpoint.
    /// @throws Error{kResume} for a checkpoint of another digest or of more steps than are asked
    /// for, before anything is written; Error{kOutput}; Error{kInternal} when loss or gradient are
    /// not finite.
    [[nodiscard]] TrainOutcome run(Trainee& trainee, const std::function<bool()>& stop);

  private:
    void go_on();
    void one_step(Trainee& trainee);
    void report(Trainee& trainee);
    void save() const;
    [[nodiscard]] bool out_of_time() const;
    [[nodiscard]] std::string header() const;
    [[nodiscard]] std::string checkpoint_path() const { return plan_.output + ".checkpoint"; }

    LoopPlan plan_;
    Learner& learner_;
    Random& random_;
    std::string digest_;
    TrainingLog log_;
    Clock::time_point started_ = Clock::now();
    Clock::time_point reported_ = Clock::now();
    std::int64_t step_ = 0;
    // Since the last report.
    std::int64_t counted_ = 0;
    double rate_ = 0;
    double norm_ = 0;
    double loss_ = 0;
};

}  // namespace varhush::train
