#include "varhush/train/polya_training.hpp"

#include "fingerprint.hpp"
#include "learner.hpp"
#include "polya_labels.hpp"
#include "polya_loss.hpp"
#include "polya_report.hpp"
#include "run_loop.hpp"
#include "varhush/core/correlation.hpp"
#include "varhush/core/error.hpp"
#include "varhush/io/fasta_reader.hpp"
#include "varhush/io/gene_model_reader.hpp"
#include "varhush/models/aparent_torch.hpp"
#include "varhush/nn/safetensors.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <filesystem>
#include <limits>
#include <optional>
#include <sstream>

namespace varhush::train {

namespace {

SpliceAnnotation annotation_of(const PolyaConfig& config) {
    return config.genes.empty() ? read_splice_annotation(config.sites, config.exons)
                                : annotation_from(io::read_gene_models(config.genes));
}

models::AparentConfig student_shape(const models::AparentConfig& teacher,
                                    const PolyaRecipe& recipe) {
    models::AparentConfig shape = teacher;
    shape.dilations = recipe.dilations;
    shape.libraries = 1;
    shape.library = 0;
    shape.validate("training.dilations");
    if (shape.narrow_range().end > shape.window_bp) {
        throw Error(ErrorKind::kModel,
                    "the teacher's window ends before the 50 bases behind the hexamer do");
    }
    return shape;
}

std::vector<double> doubles(const at::Tensor& values) {
    const at::Tensor wide = values.detach().to(at::kDouble).contiguous();
    return {wide.data_ptr<double>(), wide.data_ptr<double>() + wide.numel()};
}

// Everything that is read before the first step.
struct PolyaMaterial {
    PolyaMaterial(const PolyaConfig& config, int threads)
        : teacher(config.teacher, threads),
          reference(config.fasta),
          windows(reference, annotation_of(config), config, teacher.network().config()) {}

    PolyaTeacher teacher;
    io::FastaReader reference;
    PolyaWindows windows;
};

class PolyaTrainer : public Trainee {
  public:
    PolyaTrainer(const PolyaConfig& config, const PolyaRun& run)
        : config_(config),
          recipe_(config.recipe),
          run_(run),
          material_(config, run.threads),
          shape_(student_shape(material_.teacher.network().config(), recipe_)),
          student_(shape_, recipe_.seed),
          averaged_(shape_, recipe_.seed),
          random_(recipe_.seed) {
        draw_validation();
        start_at_mean();
        learner_.emplace(student_.tensors(), learner_plan(recipe_));
    }

    TrainOutcome run(const std::function<bool()>& stop) {
        if (!run_.report.empty()) {
            check_test_ends(material_.windows);
        }
        LoopPlan plan = loop_plan(recipe_);
        plan.output = run_.output;
        plan.log = run_.log;
        plan.minutes = run_.minutes;
        plan.until = run_.until;
        plan.resume = run_.resume;
        plan.columns = {"validation_loss", "ends_pearson", "change_pearson"};
        return RunLoop(plan, *learner_, random_, digest()).run(*this, stop);
    }

    double learn(std::int64_t /*step*/) override {
        std::vector<PolyaPair> pairs;
        for (int i = 0; i < recipe_.batch; ++i) {
            pairs.push_back(material_.windows.draw(PolyaPart::kTrain, random_));
        }
        const PolyaLessons lessons = material_.teacher.lessons(pairs);
        const at::Tensor loss =
            polya_loss(student_.logits(lessons.codes, true), lessons.logits, shape_.narrow_range());
        loss.backward();
        return loss.item<double>();
    }

    // Loss, correlation of the narrow odds near 3' ends and of their change everywhere.
    std::vector<double> validate() override {
        const at::NoGradGuard no_gradient;
        learner_->copy_average_to(averaged_.tensors());
        std::vector<at::Tensor> parts;
        for (const at::Tensor& codes : validation_.codes.split(256)) {
            parts.push_back(averaged_.logits(codes, false));
        }
        const at::Tensor said = at::cat(parts);
        const auto found = cleavage_odds(said, shape_.narrow_range()).narrow;
        const auto wanted = cleavage_odds(validation_.logits, shape_.narrow_range()).narrow;
        const std::int64_t pairs = found.size(0) / 2;
        const auto change = [&](const at::Tensor& odds) {
            return doubles(odds.narrow(0, pairs, pairs) - odds.narrow(0, 0, pairs));
        };
        return {polya_loss(said, validation_.logits, shape_.narrow_range()).item<double>(),
                core::pearson_correlation(doubles(found.narrow(0, 0, near_ends_)),
                                          doubles(wanted.narrow(0, 0, near_ends_))),
                core::pearson_correlation(change(found), change(wanted))};
    }

    void finish(std::int64_t step) override {
        learner_->copy_average_to(averaged_.tensors());
        auto metadata = shape_.to_metadata();
        metadata["varhush.name"] = std::filesystem::path(run_.output).stem().string();
        metadata["varhush.steps"] = std::to_string(step);
        metadata["varhush.seed"] = std::to_string(recipe_.seed);
        metadata["varhush.teacher_sha256"] = material_.teacher.network().identity().sha256;
        for (const auto& [key, value] : config_.metadata) {
            metadata[key] = value;
        }
        nn::write_safetensors(run_.output, models::to_named_tensors(averaged_), metadata);
        if (!run_.report.empty()) {
            PolyaTeacher written(std::filesystem::absolute(run_.output).string(), run_.threads);
            report_polya(written,
                         material_.teacher,
                         material_.windows,
                         material_.reference,
                         recipe_.seed,
                         run_.report);
        }
    }

  private:
    void draw_validation() {
        const PolyaPart part =
            config_.validation.empty() ? PolyaPart::kTrain : PolyaPart::kValidation;
        Random random(recipe_.seed + 1);
        std::vector<PolyaPair> pairs;
        const auto& ends = material_.windows.near_ends(part);
        const auto wanted = static_cast<std::size_t>(recipe_.validation_pairs);
        while (!ends.empty() && pairs.size() < wanted / 2) {
            pairs.push_back(material_.windows.pair_at(ends[static_cast<std::size_t>(random.below(
                                                          static_cast<std::int64_t>(ends.size())))],
                                                      random));
        }
        near_ends_ = static_cast<std::int64_t>(pairs.size());
        while (pairs.size() < wanted) {
            pairs.push_back(
                material_.windows.pair_at(material_.windows.anywhere(part, random), random));
        }
        validation_ = material_.teacher.lessons(pairs);
    }

    // The first step starts from the teacher's mean logits, not from an even distribution.
    void start_at_mean() {
        const at::NoGradGuard no_gradient;
        student_.offsets().detach().copy_(validation_.logits.mean(0));
    }

    /// All that changes the weights, but for the number of steps, which only bends the rate.
    [[nodiscard]] std::string digest() const {
        std::ostringstream out;
        out.precision(std::numeric_limits<double>::max_digits10);
        out << shape_.to_metadata().at("dilations") << " teacher "
            << material_.teacher.network().identity().sha256 << " batch " << recipe_.batch
            << " seed " << recipe_.seed << " learning rate " << recipe_.learning_rate << " warm-up "
            << recipe_.warmup_steps << " decay " << recipe_.weight_decay << " clip "
            << recipe_.clip_norm << " averaging " << recipe_.ema_decay << " shares "
            << recipe_.end_share << ' ' << recipe_.shift_share << ' ' << recipe_.unknown_share
            << ' ' << recipe_.indel_share << " validation " << recipe_.validation_pairs << " near "
            << material_.windows.near_ends(PolyaPart::kTrain).size();
        for (const auto* list : {&config_.train, &config_.validation, &config_.test}) {
            out << " regions";
            for (const seq::Region& region : *list) {
                out << ' ' << seq::to_text(region);
            }
        }
        Fingerprint windows;
        const auto* codes = validation_.codes.data_ptr<std::uint8_t>();
        windows.add(std::string(codes, codes + validation_.codes.numel()));
        out << " windows " << windows.take();
        return out.str();
    }

    const PolyaConfig& config_;
    const PolyaRecipe& recipe_;
    const PolyaRun& run_;
    PolyaMaterial material_;
    models::AparentConfig shape_;
    models::AparentTorch student_;
    models::AparentTorch averaged_;
    std::optional<Learner> learner_;
    Random random_;
    PolyaLessons validation_;
    std::int64_t near_ends_ = 0;  // of the validation pairs
};

}  // namespace

TrainOutcome train_polya(const PolyaConfig& config,
                         const PolyaRun& run,
                         const std::function<bool()>& stop) {
    at::set_num_threads(run.threads);
    return PolyaTrainer(config, run).run(stop);
}

void evaluate_polya(const PolyaConfig& config,
                    const std::string& model,
                    const std::string& report,
                    int threads) {
    PolyaMaterial material(config, threads);
    PolyaTeacher student(model, threads);
    const auto& found = student.network().config();
    const auto& wanted = material.teacher.network().config();
    if (found.window_bp != wanted.window_bp || found.hexamer_offset != wanted.hexamer_offset) {
        throw Error(ErrorKind::kModel, model + ": another window than its teacher's");
    }
    report_polya(student,
                 material.teacher,
                 material.windows,
                 material.reference,
                 config.recipe.seed,
                 report);
}

}  // namespace varhush::train
