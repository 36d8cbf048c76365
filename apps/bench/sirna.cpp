#include "apps/bench/sirna.hpp"

#include "apps/bench/figures.hpp"
#include "apps/bench/sirna_data.hpp"
#include "apps/bench/sirna_report.hpp"
#include "apps/common/efficacy_table.hpp"
#include "varhush/core/correlation.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/thread_plan.hpp"
#include "varhush/models/model_store.hpp"
#include "varhush/sirna/metrics.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>
#include <optional>
#include <set>

namespace varhush::apps {

namespace {

using Rows = std::vector<std::size_t>;

constexpr std::size_t kPublishedMixset = 448;  // rows of it that published models were judged on
constexpr std::uint64_t kBootstrapSeed = 5;

/// Labels of some records, as published papers use them.
struct Labels {
    std::vector<double> value;
    std::vector<int> positive;
    std::vector<std::int64_t> cluster;
};

Labels labels_of(const SirnaBenchData& data, const Rows& rows) {
    Labels out;
    for (const std::size_t i : rows) {
        const auto& record = data.records()[i];
        out.value.push_back(std::isnan(record.label_published) ? record.efficacy
                                                               : record.label_published);
        out.positive.push_back(record.class_published >= 0 ? record.class_published
                               : record.efficacy >= 0.7    ? 1
                                                           : 0);
        out.cluster.push_back(record.cluster);
    }
    return out;
}

template <class T>
std::vector<T> picked(const std::vector<T>& values, const Rows& rows) {
    std::vector<T> out;
    out.reserve(rows.size());
    for (const std::size_t i : rows) {
        out.push_back(values[i]);
    }
    return out;
}

class SirnaBench {
  public:
    SirnaBench(const BenchOptions& options,
               const SirnaBenchData& data,
               std::optional<nn::SafeTensors> epochs)
        : options_(options), data_(data), epochs_(std::move(epochs)) {
        const auto& records = data.records();
        for (std::size_t i = 0; i < records.size(); ++i) {
            const std::string& dataset = records[i].dataset;
            if (dataset == "huesken" && records[i].in_published) {
                huesken_.push_back(i);
            } else if (dataset == "mixset") {
                mixset_.push_back(i);
            } else if (dataset == "takayuki") {
                takayuki_.push_back(i);
            } else if (dataset == "simone") {
                simone_.push_back(i);
            }
        }
        if (huesken_.empty() || mixset_.empty() || takayuki_.empty() || simone_.empty()) {
            throw Error(ErrorKind::kInput,
                        options.data + ": huesken, mixset, takayuki and simone are needed");
        }
        first448_.assign(mixset_.begin(),
                         mixset_.begin() + static_cast<std::ptrdiff_t>(
                                               std::min(kPublishedMixset, mixset_.size())));
        const auto parts = data.config().parts.size();
        use_.assign(parts, false);
        for (std::size_t p = 0; p < parts; ++p) {
            const auto& weights = data.config().parts[p].weights;
            use_[p] = std::any_of(weights.begin(), weights.end(), [](double w) { return w > 0; });
        }
    }

    SirnaBenchReport run() {
        const auto held_out = data_.held_out(huesken_, 0);
        const auto fit = models::cross_fit(held_out, state_parts(0));
        const Labels labels = labels_of(data_, huesken_);
        threshold_ = sirna::best_f1_threshold(model_scores(huesken_, true), labels.positive);
        fold_thresholds_ = fold_thresholds(fit.scores, held_out.fold, labels.positive);
        report_.threshold = threshold_;
        report_.fold_thresholds = fold_thresholds_;
        add_tests();
        add_published();
        add_ablations();
        report_.calibration.push_back(
            {"P2a Huesken, held-out genes (cross-fitted)",
             huesken_.size(),
             fit.coverage,
             std::nan(""),
             sirna::calibration_error(fit.probabilities, effective(huesken_))});
        add_calibration("P1a Mixset", mixset_);
        add_calibration("P1b Takayuki", takayuki_);
        add_calibration("P1c Simone", simone_);
        return std::move(report_);
    }

  private:
    /// Parts that have a weight in a state.
    [[nodiscard]] std::vector<bool> state_parts(std::size_t state) const {
        std::vector<bool> out;
        for (const auto& part : data_.config().parts) {
            out.push_back(part.weights[state] > 0);
        }
        return out;
    }

    /// The model's own mix for records that it was not trained on, or that their fold left out.
    [[nodiscard]] double score(std::size_t record,
                               bool held_out,
                               std::int64_t seed,
                               std::size_t best_state = 0) const {
        const std::size_t state = data_.state_of(record, best_state);
        const auto& config = data_.config();
        double sum = config.states[state].offset;
        const std::int64_t fold = held_out ? data_.records()[record].fold_huesken : -1;
        for (std::size_t p = 0; p < config.parts.size(); ++p) {
            if (config.parts[p].weights[state] > 0) {
                sum += config.parts[p].weights[state] * data_.said(record, state, p, fold, seed);
            }
        }
        return sum;
    }

    /// Held-out rows by mixes of other folds; others by the model's own mix.
    [[nodiscard]] std::vector<double> honest_scores(const Rows& rows,
                                                    bool held_out,
                                                    std::int64_t seed) const {
        return held_out ? models::cross_fit(data_.held_out(rows, 0, seed), state_parts(0)).scores
                        : model_scores(rows, false, seed);
    }

    [[nodiscard]] std::vector<double> model_scores(const Rows& rows,
                                                   bool held_out,
                                                   std::int64_t seed = 0,
                                                   std::size_t best_state = 0) const {
        std::vector<double> out;
        for (const std::size_t i : rows) {
            out.push_back(score(i, held_out, seed, best_state));
        }
        return out;
    }

    [[nodiscard]] std::vector<int> effective(const Rows& rows) const {
        std::vector<int> out;
        for (const std::size_t i : rows) {
            out.push_back(data_.records()[i].efficacy >= 0.7 ? 1 : 0);
        }
        return out;
    }

    /// For each fold the threshold that is best on the others.
    static std::map<int, double> fold_thresholds(const std::vector<double>& scores,
                                                 const std::vector<int>& fold,
                                                 const std::vector<int>& positive) {
        std::map<int, double> thresholds;
        for (const int left_out : std::set<int>(fold.begin(), fold.end())) {
            Rows others;
            for (std::size_t i = 0; i < fold.size(); ++i) {
                if (fold[i] != left_out) {
                    others.push_back(i);
                }
            }
            thresholds[left_out] =
                sirna::best_f1_threshold(picked(scores, others), picked(positive, others));
        }
        return thresholds;
    }

    /// F1's threshold for each row: of its fold where genes are held out.
    [[nodiscard]] std::vector<double> thresholds_of(const Rows& rows, bool held_out) const {
        std::vector<double> out;
        for (const std::size_t i : rows) {
            out.push_back(held_out ? fold_thresholds_.at(data_.records()[i].fold_huesken)
                                   : threshold_);
        }
        return out;
    }

    /// Means over the seeds' models of each metric, with intervals from resampled genes: all seeds
    /// see the same resample.
    void measure(SirnaTest& test,
                 const Rows& rows,
                 const std::vector<std::vector<double>>& seeds,
                 bool held_out = false) {
        const Labels labels = labels_of(data_, rows);
        const std::vector<double> thresholds = thresholds_of(rows, held_out);
        const auto metrics = [&](const Rows& some) {
            const auto positive = picked(labels.positive, some);
            const auto value = picked(labels.value, some);
            const auto limit = picked(thresholds, some);
            std::array<double, 4> sums{};
            for (const auto& scores : seeds) {
                auto mine = picked(scores, some);
                sums[0] += sirna::roc_auc(mine, positive);
                sums[1] += core::pearson_correlation(mine, value);
                sums[2] += core::spearman_correlation(mine, value);
                std::transform(mine.begin(), mine.end(), limit.begin(), mine.begin(), std::minus());
                sums[3] += sirna::f1_at(mine, positive, 0);  // each row against its own threshold
            }
            for (double& sum : sums) {
                sum /= static_cast<double>(seeds.size());
            }
            return sums;
        };
        Rows whole(rows.size());
        std::iota(whole.begin(), whole.end(), 0U);
        const auto values = metrics(whole);
        std::array<std::vector<double>, 4> drawn;
        for (int round = 0; round < options_.rounds; ++round) {
            const auto once =
                metrics(sirna::resample_clusters(resampling_units(labels), kBootstrapSeed, round));
            for (std::size_t m = 0; m < once.size(); ++m) {
                if (!std::isnan(once[m])) {
                    drawn[m].push_back(once[m]);
                }
            }
        }
        for (std::size_t m = 0; m < values.size(); ++m) {
            test.metrics[m] = interval_of(values[m], drawn[m]);
        }
    }

    /// Genes; of data on one gene alone its guides.
    static std::vector<std::int64_t> resampling_units(const Labels& labels) {
        auto units = labels.cluster;
        if (std::all_of(units.begin(), units.end(), [&](auto u) { return u == units[0]; })) {
            std::iota(units.begin(), units.end(), 0);
        }
        return units;
    }

    void add_test(const std::string& name, const Rows& rows, bool held_out) {
        SirnaTest each{name, "single networks, mean of seeds", rows.size(), {}};
        std::vector<std::vector<double>> scores;
        for (const std::int64_t seed : held_out ? data_.fold_seeds() : data_.seeds()) {
            scores.push_back(honest_scores(rows, held_out, seed));
        }
        measure(each, rows, scores, held_out);
        SirnaTest together{name, "ensemble of all seeds", rows.size(), {}};
        measure(together, rows, {honest_scores(rows, held_out, 0)}, held_out);
        report_.tests.push_back(together);
        report_.tests.push_back(each);
    }

    void add_tests() {
        add_test("P2a Huesken, 5 gene-disjoint folds", huesken_, true);
        add_test("P1a Huesken -> Mixset", mixset_, false);
        add_test("P1a first 448 rows", first448_, false);
        add_test("P1b Huesken -> Takayuki", takayuki_, false);
        add_test("P1c Huesken -> Simone", simone_, false);
    }

    /// As published models were judged: every network stops at the epoch that does best on the
    /// first 448 rows of the test itself.
    void add_published() {
        if (!epochs_) {
            return;
        }
        const Labels labels = labels_of(data_, first448_);
        std::vector<std::vector<double>> scores;
        for (const std::int64_t seed : data_.seeds()) {
            scores.push_back(selected_scores(seed, labels));
        }
        SirnaTest each{
            "P1a first 448 rows", "single networks, mean of seeds", first448_.size(), {}};
        measure(each, first448_, scores);
        std::vector<double> mean(first448_.size(), 0);
        for (const auto& one : scores) {
            for (std::size_t i = 0; i < mean.size(); ++i) {
                mean[i] += one[i] / static_cast<double>(scores.size());
            }
        }
        SirnaTest together{"P1a first 448 rows", "ensemble of all seeds", first448_.size(), {}};
        measure(together, first448_, {mean});
        report_.published = {together, each};
    }

    std::vector<double> selected_scores(std::int64_t seed, const Labels& labels) const {
        const auto& config = data_.config();
        std::vector<double> out = model_scores(first448_, false, seed);
        for (std::size_t p = 0; p < config.parts.size(); ++p) {
            const std::string name = config.parts[p].name + "." + std::to_string(seed);
            const auto entry = epochs_->entries().find(name);
            if (!use_[p] || entry == epochs_->entries().end()) {
                continue;
            }
            const auto best = best_epoch(entry->second, labels);
            for (std::size_t i = 0; i < out.size(); ++i) {
                const std::size_t state = data_.state_of(first448_[i]);
                out[i] += config.parts[p].weights[state] *
                          (best[i] - data_.said(first448_[i], state, p, -1, seed));
            }
        }
        return out;
    }

    std::vector<double> best_epoch(const nn::SafeTensors::Entry& entry,
                                   const Labels& labels) const {
        if (entry.shape.size() != 2 ||
            entry.shape[1] != static_cast<std::int64_t>(mixset_.size())) {
            throw Error(ErrorKind::kModel,
                        options_.epochs + ": made for another number of Mixset rows");
        }
        std::vector<float> values(static_cast<std::size_t>(entry.shape[0] * entry.shape[1]));
        nn::widen(entry, 0, values);
        std::vector<double> best;
        double highest = -1;
        for (std::int64_t e = 0; e < entry.shape[0]; ++e) {
            const auto* first = values.data() + e * entry.shape[1];
            const std::vector<double> one(first, first + first448_.size());
            const double quality =
                sirna::roc_auc(one, labels.positive) + core::pearson_correlation(one, labels.value);
            if (quality > highest) {
                highest = quality;
                best = one;
            }
        }
        return best;
    }

    /// Scores of the training set's held-out rows and of Mixset by a mix of some parts, stacked
    /// anew on the held-out rows.
    struct Ablation {
        std::vector<double> held_out;
        std::vector<double> mixset;
    };
    [[nodiscard]] Ablation ablate(const std::vector<bool>& use, std::size_t state) const {
        const auto rows = data_.held_out(huesken_, state);
        const auto mix = models::stack_parts(rows, use);
        Ablation out;
        out.held_out = models::cross_fit(rows, use).scores;
        std::vector<std::vector<double>> parts(use.size());
        for (const std::size_t i : mixset_) {
            for (std::size_t p = 0; p < use.size(); ++p) {
                parts[p].push_back(data_.said(i, data_.state_of(i, state), p, -1));
            }
        }
        out.mixset = mix.scores(parts);
        return out;
    }

    void add_ablations() {
        const auto parts = state_parts(0);
        const auto& config = data_.config();
        const Ablation whole = ablate(parts, 0);
        add_ablation("all parts", whole, whole);
        for (std::size_t p = 0; p < parts.size(); ++p) {
            if (parts[p] && std::count(parts.begin(), parts.end(), true) > 1) {
                auto others = parts;
                others[p] = false;
                add_ablation("without " + config.parts[p].name, ablate(others, 0), whole);
            }
        }
        for (std::size_t p = 0; p < config.parts.size(); ++p) {
            std::vector<bool> alone(parts.size(), false);
            alone[p] = true;
            add_ablation("only " + config.parts[p].name, ablate(alone, 0), whole);
        }
        for (std::size_t s = 1; s < config.states.size(); ++s) {
            add_ablation("all parts, knowing only the " + config.states[s].name,
                         ablate(state_parts(s), s),
                         whole);
        }
    }

    void add_ablation(const std::string& name, const Ablation& one, const Ablation& whole) {
        SirnaAblation out;
        out.name = name;
        out.values = {compare(huesken_, one.held_out, whole.held_out),
                      compare(mixset_, one.mixset, whole.mixset)};
        report_.ablations.push_back(out);
    }

    /// AUC and correlation, and their differences from the whole model in the same resamples.
    SirnaAblation::On compare(const Rows& rows,
                              const std::vector<double>& one,
                              const std::vector<double>& whole) const {
        const Labels labels = labels_of(data_, rows);
        SirnaAblation::On out;
        out.auc = sirna::roc_auc(one, labels.positive);
        out.pearson = core::pearson_correlation(one, labels.value);
        const double auc = sirna::roc_auc(whole, labels.positive);
        const double pearson = core::pearson_correlation(whole, labels.value);
        std::vector<double> auc_differences;
        std::vector<double> pearson_differences;
        for (int round = 0; round < options_.rounds; ++round) {
            const auto some =
                sirna::resample_clusters(resampling_units(labels), kBootstrapSeed, round);
            const auto positive = picked(labels.positive, some);
            const auto value = picked(labels.value, some);
            const auto a = picked(one, some);
            const auto b = picked(whole, some);
            const double difference = sirna::roc_auc(a, positive) - sirna::roc_auc(b, positive);
            if (!std::isnan(difference)) {
                auc_differences.push_back(difference);
            }
            pearson_differences.push_back(core::pearson_correlation(a, value) -
                                          core::pearson_correlation(b, value));
        }
        out.auc_difference = interval_of(out.auc - auc, auc_differences);
        out.pearson_difference = interval_of(out.pearson - pearson, pearson_differences);
        return out;
    }

    void add_calibration(const std::string& name, const Rows& rows) {
        std::array<double, 2> inside{};
        std::vector<double> probabilities;
        for (const std::size_t i : rows) {
            const auto& calibration = data_.config().states[data_.state_of(i)].calibration;
            const double said = score(i, false, 0);
            const double efficacy = data_.records()[i].efficacy;
            for (const bool known : {true, false}) {
                const auto judged = models::judge_score(calibration, said, known);
                inside[known ? 0 : 1] += efficacy >= judged.low && efficacy <= judged.high ? 1 : 0;
            }
            probabilities.push_back(models::judge_score(calibration, said, true).p_effective);
        }
        const auto n = static_cast<double>(rows.size());
        report_.calibration.push_back({name,
                                       rows.size(),
                                       inside[0] / n,
                                       inside[1] / n,
                                       sirna::calibration_error(probabilities, effective(rows))});
    }

    const BenchOptions& options_;
    const SirnaBenchData& data_;
    std::optional<nn::SafeTensors> epochs_;
    Rows huesken_, mixset_, first448_, takayuki_, simone_;
    std::vector<bool> use_;
    double threshold_ = 0.5;                 ///< of F1, from all held-out genes
    std::map<int, double> fold_thresholds_;  ///< for the held-out genes themselves
    SirnaBenchReport report_;
};

}  // namespace

int run_sirna_bench(const BenchOptions& options) {
    const Report report(options);
    const int threads = core::make_thread_plan(options.run.threads).model;
    core::WorkerPool pool(threads);
    const auto file = models::open_model(options.model);
    const models::SirnaEnsemble ensemble(file);
    auto records = read_efficacy_table(options.data);
    if (!options.targets.empty()) {
        fold_targets(options.targets, records, threads);
    }
    const SirnaBenchData data(std::move(records), ensemble, file.name(), pool);
    std::optional<nn::SafeTensors> epochs;
    if (!options.epochs.empty()) {
        epochs = nn::SafeTensors::open(options.epochs);
    }
    const SirnaBenchReport found = SirnaBench(options, data, std::move(epochs)).run();
    return report.finish("varhush bench sirna: " + options.model, to_text(found), to_json(found));
}

}  // namespace varhush::apps
