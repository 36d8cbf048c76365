#include "rehearsal.hpp"

#include "training_log.hpp"
#include "varhush/core/correlation.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/io/output_file.hpp"

#include <ATen/ATen.h>

#include <cmath>
#include <set>
#include <sstream>

namespace varhush::train {
namespace {

const std::vector<Window>& held_out(const WindowPlan& windows) {
    return windows.test.empty() ? windows.validation : windows.test;
}

/// Means of each measure over the tracks that have it.
void log_means(const Judgement& before, const Judgement& after) {
    std::set<std::string> measures;
    for (const TrackFigure& one : before.figures) {
        measures.insert(one.measure);
    }
    for (const std::string& measure : measures) {
        core::log(core::LogLevel::kInfo,
                  "old tracks, mean " + measure + ": " + figure_text(before.mean(measure)) +
                      " before, " + figure_text(after.mean(measure)) + " after");
    }
}

void write_forgetting(const Judgement& before, const Judgement& after, const std::string& path) {
    io::OutputFile out(path, io::packing_for(path));
    out.write("output\tresolution\tname\tstrand\tmeasure\tbefore\tafter\tchange\tbins\n");
    VARHUSH_CHECK(before.figures.size() == after.figures.size());
    for (std::size_t i = 0; i < before.figures.size(); ++i) {
        const TrackFigure& one = before.figures[i];
        const double now = after.figures[i].value;
        std::ostringstream line;
        line << models::output_name(one.output) << '\t' << one.resolution << '\t' << one.name
             << '\t' << one.strand << '\t' << one.measure << '\t' << figure_text(one.value) << '\t'
             << figure_text(now) << '\t' << figure_text(now - one.value) << '\t' << one.bins
             << '\n';
        out.write(line.str());
    }
    out.close();
}

/// Values of all channels of a head, log(1 + value), one after another.
using Columns = std::map<HeadKey, std::vector<std::vector<double>>>;

void collect(const HeadOutputs& outputs, Columns& columns) {
    for (const auto& [key, predicted] : outputs.heads) {
        const at::Tensor values = predicted.log1p().cpu().to(at::kDouble).contiguous();
        const auto channels = static_cast<std::size_t>(values.size(2));
        auto& own = columns[key];
        own.resize(channels);
        const double* data = values.data_ptr<double>();
        for (std::size_t i = 0; i < static_cast<std::size_t>(values.numel()); ++i) {
            own[i % channels].push_back(data[i]);
        }
    }
}

}  // namespace

Rehearsal::Old::Old(const TrackConfig& given)
    : config(given),
      material(config),
      maker(config, material.labels, material.reference),
      order(material.windows.train, config) {}

Rehearsal::Rehearsal(const models::AlphaGenomeFile& base,
                     const TrackConfig& config,
                     const Material& material,
                     const TrackRun& run)
    : config_(config), material_(material) {
    const AdapterPlan& plan = *run.adapter;
    const int organism = base.organism_index(plan.organism);
    if (plan.old) {
        TrackConfig whole = without_auxiliary(*plan.old);
        whole.model = config.model;
        whole.fit.batch = config.fit.batch;
        whole.fit.seed = config.fit.seed;
        old_ = std::make_unique<Old>(whole);
        check_same_tracks(
            base, organism, old_->material.labels.table(), "the tracks of the old data");
    } else {
        new_maker_ = std::make_unique<BatchMaker>(config, material.labels, material.reference);
    }
    TrackLabels labels = old_ ? old_->material.labels : BaseNetwork::unlabelled(base, organism);
    const auto heads = old_ ? old_->maker.heads() : BaseNetwork::all_heads(labels, true);
    base_ = std::make_unique<BaseNetwork>(base, std::move(labels), heads, organism, run.device);
    const WindowPlan& windows = old_ ? old_->material.windows : material.windows;
    if (!plan.forgetting.empty() && held_out(windows).empty()) {
        throw Error(ErrorKind::kInput,
                    "a report of what is forgotten needs held-out regions",
                    "windows.test, or --test");
    }
}

at::Tensor Rehearsal::distance(const HeadOutputs& before, const HeadOutputs& after) const {
    at::Tensor sum = at::zeros({}, at::kFloat);
    for (const auto& [key, value] : before.heads) {
        const at::Tensor far = after.heads.at(key).log1p() - value.log1p();
        sum = sum.to(far.device()) + far.square().mean();
    }
    if (before.splice.defined()) {
        const at::Tensor wanted = before.splice.softmax(-1);
        const at::Tensor logs = after.splice.log_softmax(-1) - before.splice.log_softmax(-1);
        sum = sum.to(logs.device()) - (wanted * logs).sum(-1).mean();
    }
    return sum;
}

at::Tensor Rehearsal::loss(const at::Tensor& bases,
                           std::int64_t step,
                           const std::shared_ptr<const LowRank>& change) {
    TrackNetwork& network = base_->network();
    if (old_) {
        network.use_low_rank(change);
        const TrackBatch batch = old_->maker.make(old_->order.at(step));
        return network.loss(network.forward(batch.bases), batch, config_.fit.positional_weight);
    }
    network.use_low_rank(nullptr);
    HeadOutputs before;
    {
        const at::NoGradGuard no_grad;
        before = network.forward(bases);
    }
    network.use_low_rank(change);
    return distance(before, network.forward(bases));
}

std::vector<TrackFigure> Rehearsal::agreement(const std::shared_ptr<const LowRank>& change) {
    const at::NoGradGuard no_grad;
    TrackNetwork& network = base_->network();
    Columns before;
    Columns after;
    for (const Window& window : held_out(material_.windows)) {
        const at::Tensor bases = new_maker_->make({{&window, 0, false}}).bases;
        network.use_low_rank(nullptr);
        collect(network.forward(bases), before);
        network.use_low_rank(change);
        collect(network.forward(bases), after);
    }
    std::vector<TrackFigure> figures;
    for (const auto& [key, columns] : before) {
        const auto tracks = base_->labels().of(key.first);
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const models::Track& track = base_->labels().tracks[tracks[i]].track;
            if (!track.padding()) {
                figures.push_back({key.first,
                                   key.second,
                                   track.name,
                                   track.strand,
                                   "pearson_with_base",
                                   core::pearson_correlation(columns[i], after.at(key)[i]),
                                   0,
                                   static_cast<std::int64_t>(columns[i].size())});
            }
        }
    }
    return figures;
}

void Rehearsal::report(const std::shared_ptr<const LowRank>& change, const std::string& path) {
    Judgement before;
    Judgement after;
    if (old_) {
        TrackNetwork& network = base_->network();
        const auto judged = [&](const std::shared_ptr<const LowRank>& trunk) {
            network.use_low_rank(trunk);
            return judge(network,
                         old_->material.labels,
                         old_->maker,
                         held_out(old_->material.windows),
                         0,
                         config_.fit);
        };
        before = judged(nullptr);
        after = judged(change);
    } else {
        after.figures = agreement(change);
        before.figures = after.figures;
        for (TrackFigure& one : before.figures) {
            one.value = std::isfinite(one.value) ? 1 : one.value;
        }
    }
    log_means(before, after);
    write_forgetting(before, after, path);
}

std::string Rehearsal::digest() const {
    return old_ ? " old data " + digest_of(old_->config, old_->material) : " kept to the base";
}

}  // namespace varhush::train
