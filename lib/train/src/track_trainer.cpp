#include "varhush/train/track_trainer.hpp"

#include "adapt_report.hpp"
#include "adapter_metadata.hpp"
#include "batch_loader.hpp"
#include "curves.hpp"
#include "effect_set.hpp"
#include "initial_weights.hpp"
#include "learner.hpp"
#include "rehearsal.hpp"
#include "run_loop.hpp"
#include "track_judge.hpp"
#include "track_material.hpp"
#include "training_log.hpp"
#include "varhush/core/error.hpp"
#include "varhush/io/output_file.hpp"
#include "varhush/models/adapter.hpp"
#include "varhush/models/alphagenome_file.hpp"
#include "varhush/models/model_store.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <sstream>

namespace varhush::train {
namespace {

/// Linear maps, convolutions and heads decay; scales, biases and norms do not.
bool decays(const std::string& name, const at::Tensor& value) {
    return value.dim() >= 2 && name.ends_with(".weight") && name != "organism_embed.weight";
}

void write_report(const Judgement& judgement, const std::string& path) {
    io::OutputFile out(path, io::packing_for(path));
    out.write("output\tresolution\tname\tstrand\tmeasure\tvalue\tpositives\tbins\n");
    for (const TrackFigure& one : judgement.figures) {
        std::ostringstream line;
        line << models::output_name(one.output) << '\t' << one.resolution << '\t' << one.name
             << '\t' << one.strand << '\t' << one.measure << '\t' << figure_text(one.value) << '\t'
             << one.positives << '\t' << one.bins << '\n';
        out.write(line.str());
    }
    out.close();
}

/// Correlations within the elements of `test_where`, a figure an element.
void add_effect_figures(const EffectJudge& judge,
                        const EffectSource& source,
                        const TrackNetwork& network,
                        Judgement& judgement) {
    for (const EffectElement& element : judge.set().test) {
        const auto count = static_cast<std::int64_t>(element.effects.size());
        judgement.figures.push_back({source.output,
                                     models::kTokenBp,
                                     element.name,
                                     '.',
                                     "effect_pearson",
                                     judge.correlation(network, element),
                                     count,
                                     count});
    }
}

class TrackTrainer : public Trainee {
  public:
    TrackTrainer(const TrackConfig& config, const TrackRun& run)
        : config_(config),
          run_(run),
          material_(config),
          maker_(config_, material_.labels, material_.reference),
          order_(material_.windows.train, config_),
          weights_(first_weights(config, material_, run)),
          organism_(organism_of(run)),
          change_(low_rank()),
          averaged_change_(low_rank()),
          network_(make_network(change_, config.fit.bfloat16)),
          averaged_(make_network(averaged_change_, false)),
          learner_(network_.changing(), learner_plan(config.fit), decays),
          digest_(digest_of(config, material_) + start_of(run)) {
        network_.use_batch_statistics(statistics_share());
        for (const EffectSource& source : config.effects) {
            effects_.emplace_back(source, material_.labels, config_);
        }
        check_effect_tracks();
        if (run.adapter) {
            prepare_adapter();
        }
    }

    TrainOutcome run(const std::function<bool()>& stop) {
        log_material(material_);
        LoopPlan plan = loop_plan(config_.fit);
        plan.output = run_.output;
        plan.log = run_.log;
        plan.minutes = run_.minutes;
        plan.until = run_.until;
        plan.resume = run_.resume;
        plan.windows_a_step = config_.fit.batch;
        plan.columns = {"validation_loss", "auroc", "pearson", "auprc", "effect_pearson"};
        Random unused(0);  // what a step sees goes by its number
        return RunLoop(plan, learner_, unused, digest_).run(*this, stop);
    }

    double learn(std::int64_t step) override {
        if (!loader_) {
            loader_.emplace(maker_, order_, step, config_.fit.steps);
        }
        const TrackBatch batch = loader_->next();
        const at::Tensor loss =
            network_.loss(network_.forward(batch.bases), batch, config_.fit.positional_weight);
        loss.backward();
        const double more = learn_effects(step) + rehearse(batch, step);
        return loss.item<double>() + more;
    }

    std::vector<double> validate() override {
        if (material_.windows.validation.empty()) {
            return {};
        }
        learner_.copy_average_to(averaged_.changing());
        const Judgement found = judge(averaged_,
                                      material_.labels,
                                      maker_,
                                      material_.windows.validation,
                                      config_.fit.validation_windows,
                                      config_.fit);
        return {found.loss,
                found.mean("auroc"),
                found.mean("pearson"),
                found.mean("auprc"),
                effect_pearson()};
    }

    void finish(std::int64_t step) override {
        learner_.copy_average_to(averaged_.changing());
        if (run_.adapter) {
            finish_adapter(step);
        } else {
            write_weights(step);
            report_tests();
        }
        if (!run_.curves.empty() && !run_.log.empty()) {
            write_curves(run_.log, run_.curves);
        }
    }

  private:
    [[nodiscard]] bool trunk_stays() const { return run_.heads_only || run_.adapter; }

    /// A new change of the trunk, without effect so far; null when there is to be none.
    [[nodiscard]] std::shared_ptr<const LowRank> low_rank() const {
        if (!run_.adapter || run_.adapter->rank == 0) {
            return nullptr;
        }
        const AdapterPlan& plan = *run_.adapter;
        return std::make_shared<const LowRank>(models::chosen_layers(material_.model, plan.layers),
                                               plan.rank,
                                               plan.alpha / plan.rank,
                                               config_.fit.seed,
                                               run_.device);
    }

    [[nodiscard]] TrackNetwork make_network(const std::shared_ptr<const LowRank>& change,
                                            bool bfloat16) const {
        return {weights_,
                material_.model,
                material_.labels,
                maker_.heads(),
                run_.device,
                {trunk_stays(), change, organism_, bfloat16}};
    }

    /// Row of the network's organisms.
    static int organism_of(const TrackRun& run) {
        return run.adapter
                   ? models::load_alphagenome(run.start).organism_index(run.adapter->organism)
                   : 0;
    }

    void prepare_adapter() {
        if (material_.labels.has_splice) {
            throw Error(ErrorKind::kInput,
                        "an adapter has genome tracks; splice sites are classes of one head",
                        "'varhush train tracks --start' fits them in a whole model");
        }
        if (!config_.stem_motifs.empty()) {
            throw Error(ErrorKind::kInput, "stem_motifs would replace filters of the base model");
        }
        base_ = std::make_unique<models::AlphaGenomeFile>(models::load_alphagenome(run_.start));
        const AdapterPlan& plan = *run_.adapter;
        if (plan.rehearse > 0 || !plan.forgetting.empty()) {
            rehearsal_ = std::make_unique<Rehearsal>(*base_, config_, material_, run_);
            digest_ += rehearsal_->digest();
        }
    }

    [[nodiscard]] double statistics_share() const {
        return trunk_stays() ? 0 : config_.fit.statistics_share;
    }
    static std::string start_of(const TrackRun& run) {
        return run.start.empty() ? ""
                                 : " start " + models::open_model(run.start).sha256() +
                                       (run.heads_only ? " heads only" : "") + adapter_of(run);
    }
    static std::string adapter_of(const TrackRun& run) {
        if (!run.adapter) {
            return "";
        }
        const AdapterPlan& plan = *run.adapter;
        std::ostringstream out;
        out.precision(std::numeric_limits<double>::max_digits10);
        out << " adapter of " << plan.organism << " rank " << plan.rank << " alpha " << plan.alpha
            << " layers " << plan.layers << " rehearsal " << plan.rehearse;
        return out.str();
    }

    /// Adds the gradient of what the old tracks lose; returns the loss.
    [[nodiscard]] double rehearse(const TrackBatch& batch, std::int64_t step) {
        if (!rehearsal_ || run_.adapter->rehearse <= 0) {
            return 0;
        }
        const at::Tensor loss =
            run_.adapter->rehearse * rehearsal_->loss(batch.bases, step, change_);
        loss.backward();
        return loss.item<double>();
    }

    /// A track that nothing teaches would say something all the same.
    void check_effect_tracks() const {
        for (const LabelTrack& one : material_.labels.tracks) {
            const bool taught = std::any_of(
                config_.effects.begin(), config_.effects.end(), [&](const auto& source) {
                    return source.output == one.track.output &&
                           (source.track.empty() || source.track == one.track.name);
                });
            if (one.kind == LabelKind::kEffects && !taught) {
                throw Error(ErrorKind::kInput,
                            "track \"" + one.track.name + "\": no entry of \"effects\" teaches it");
            }
        }
    }

    /// Adds the gradient of measured effects, with norms as they will be when variants are scored;
    /// returns the loss.
    [[nodiscard]] double learn_effects(std::int64_t step) {
        double sum = 0;
        for (std::size_t i = 0; i < effects_.size(); ++i) {
            if (step % config_.effects[i].every == 0) {
                network_.use_batch_statistics(0);
                const at::Tensor loss = effects_[i].loss(network_, step);
                loss.backward();
                network_.use_batch_statistics(statistics_share());
                sum += loss.item<double>();
            }
        }
        return sum;
    }

    /// Mean over the tables.
    [[nodiscard]] double effect_pearson() const {
        double sum = 0;
        for (const EffectJudge& one : effects_) {
            sum += one.validate(averaged_);
        }
        return effects_.empty() ? std::numeric_limits<double>::quiet_NaN()
                                : sum / static_cast<double>(effects_.size());
    }

    void report_tests() const {
        const bool effects = std::any_of(effects_.begin(), effects_.end(), [](const auto& one) {
            return !one.set().test.empty();
        });
        if (run_.report.empty() || (!effects && material_.windows.test.empty())) {
            return;
        }
        Judgement judgement;
        if (!material_.windows.test.empty()) {
            judgement =
                judge(averaged_, material_.labels, maker_, material_.windows.test, 0, config_.fit);
        }
        for (std::size_t i = 0; i < effects_.size(); ++i) {
            add_effect_figures(effects_[i], config_.effects[i], averaged_, judgement);
        }
        write_report(judgement, run_.report);
    }

    void write_weights(std::int64_t step) const {
        std::map<std::string, std::string> metadata;
        metadata["varhush.architecture"] = "alphagenome";
        metadata["varhush.version"] = "1";
        metadata["varhush.config"] = shown_model().to_json();
        metadata["varhush.window"] = std::to_string(config_.window_bp);
        metadata["varhush.name"] = std::filesystem::path(run_.output).stem().string();
        metadata["varhush.organism"] = "human";
        metadata["varhush.tracks.human"] = material_.labels.shown_table().to_tsv("human");
        metadata["varhush.steps"] = std::to_string(step);
        metadata["varhush.seed"] = std::to_string(config_.fit.seed);
        for (const auto& [key, value] : config_.metadata) {
            metadata[key] = value;
        }
        std::vector<nn::NamedTensor> tensors;
        for (const auto& [name, tensor] : averaged_.tensors()) {
            if (auto one = shown(name, tensor)) {
                tensors.push_back(std::move(*one));
            }
        }
        nn::write_safetensors(run_.output, tensors, metadata);
    }

    /// Auxiliary tracks are the last channels of their heads; nothing without any other.
    [[nodiscard]] std::optional<nn::NamedTensor> shown(const std::string& name,
                                                       const at::Tensor& tensor) const {
        const std::optional<models::OutputType> output = output_of_head(name);
        if (!output || *output == models::OutputType::kSpliceSites) {
            return stored(name, tensor);
        }
        const std::int64_t channels = material_.labels.shown_channels(*output);
        if (channels == 0) {
            return std::nullopt;
        }
        return stored(name, tensor.narrow(1, 0, channels));
    }

    [[nodiscard]] models::AlphaGenomeConfig shown_model() const {
        models::AlphaGenomeConfig model = material_.model;
        for (const models::OutputType output : models::all_output_types()) {
            if (models::is_genome_track(output)) {
                model.tracks.at(static_cast<std::size_t>(output)) =
                    static_cast<int>(material_.labels.shown_channels(output));
            }
        }
        return model;
    }

    static nn::NamedTensor stored(const std::string& name, const at::Tensor& tensor) {
        const at::Tensor flat = tensor.detach().cpu().contiguous();
        const float* values = flat.data_ptr<float>();
        return {name, tensor.sizes().vec(), {values, values + flat.numel()}};
    }

    void finish_adapter(std::int64_t step) {
        write_adapter(step);
        if (!run_.report.empty() && !material_.windows.test.empty()) {
            write_adapt_report(*base_, averaged_, config_, material_, run_);
        }
        if (rehearsal_ && !run_.adapter->forgetting.empty()) {
            rehearsal_->report(averaged_change_, run_.adapter->forgetting);
        }
    }

    void write_adapter(std::int64_t step) const {
        const AdapterPlan& plan = *run_.adapter;
        std::vector<nn::NamedTensor> tensors;
        for (const auto& [name, tensor] : averaged_.changing()) {
            // Heads of the adapter's organism alone.
            tensors.push_back(
                stored(name, is_head(name) ? tensor.narrow(0, organism_, 1) : tensor));
        }
        nn::write_safetensors(
            run_.output,
            tensors,
            adapter_metadata(*base_, config_, material_.labels.table(), plan, step));
    }

    const TrackConfig& config_;
    const TrackRun& run_;
    Material material_;
    BatchMaker maker_;
    ViewOrder order_;
    std::vector<nn::NamedTensor> weights_;
    int organism_;
    std::shared_ptr<const LowRank> change_;
    std::shared_ptr<const LowRank> averaged_change_;
    TrackNetwork network_;
    TrackNetwork averaged_;
    Learner learner_;
    std::string digest_;
    std::vector<EffectJudge> effects_;
    std::unique_ptr<models::AlphaGenomeFile> base_;  ///< of an adapter
    std::unique_ptr<Rehearsal> rehearsal_;
    std::optional<BatchLoader> loader_;  ///< from the first step of this run on
};

/// The widths of a model, without heads.
models::AlphaGenomeConfig widths_of(const std::string& model, bool of_adapter) {
    models::AlphaGenomeConfig widths = models::load_alphagenome(model).config;
    if (widths.num_organisms != 1 && !of_adapter) {
        throw Error(ErrorKind::kUsage,
                    model + ": a model of two organisms is no start for a training");
    }
    widths.tracks.fill(0);
    widths.contact_tracks = 0;
    widths.splice_usage_tracks = 0;
    widths.junction_tissues = 0;
    widths.splice_sites = false;
    return widths;
}

}  // namespace

TrainOutcome train_tracks(const TrackConfig& config,
                          const TrackRun& run,
                          const std::function<bool()>& stop) {
    at::set_num_threads(run.threads);
    TrackConfig whole = config;
    if (!run.start.empty()) {
        whole.model = widths_of(run.start, run.adapter.has_value());
    }
    return TrackTrainer(whole, run).run(stop);
}

void evaluate_tracks(const TrackConfig& config, const std::string& model, const TrackRun& run) {
    at::set_num_threads(run.threads);
    TrackConfig whole = without_auxiliary(config);
    whole.model = widths_of(model, false);
    const Material material(whole);
    const BatchMaker maker(whole, material.labels, material.reference);
    const models::AlphaGenomeFile file = models::load_alphagenome(model);
    check_same_tracks(file, 0, material.labels.table(), "those of the configuration");
    std::vector<nn::NamedTensor> weights;
    for (const models::TensorSpec& spec : models::alphagenome_layout(file.config)) {
        weights.push_back({spec.name, spec.shape, file.file.read_f32(spec.name, spec.shape)});
    }
    const TrackNetwork network(weights, file.config, material.labels, maker.heads(), run.device);
    Judgement judgement;
    if (!material.windows.test.empty()) {
        judgement = judge(network, material.labels, maker, material.windows.test, 0, config.fit);
    }
    for (const EffectSource& source : whole.effects) {
        add_effect_figures({source, material.labels, whole}, source, network, judgement);
    }
    write_report(judgement, run.report);
}

}  // namespace varhush::train
