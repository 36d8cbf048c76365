#include "varhush/scoring/haplotype_scorer.hpp"

#include "record_change.hpp"
#include "varhush/core/error.hpp"
#include "varhush/seq/haplotype.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace varhush::scoring {

namespace {

constexpr std::int64_t kFrameGapBp = 2;   // changes this near are looked at as one: a codon's
constexpr double kSmallestPlaced = 5e-5;  // below it there is no place to name

std::string key_text(const HaplotypeFrame& frame, std::span<const seq::Change> changes) {
    std::string text = frame.contig;
    const auto add = [&](const seq::Change& change) {
        text += '\t' + std::to_string(change.start) + ' ' + change.ref + '>' + change.alt;
    };
    add(frame.change);
    for (const seq::Change& change : changes) {
        add(change);
    }
    return text;
}

bool larger(double value, double than) {
    return std::fabs(value) > std::fabs(than);
}

}  // namespace

HaplotypeScorer::HaplotypeScorer(std::vector<HaplotypeEffects*> models,
                                 const seq::ReferenceSource& reference)
    : models_(std::move(models)),
      reference_(reference),
      aliases_(seq::aliases_of(reference)),
      kept_(models_.size()),
      todo_(models_.size()) {}

HaplotypeScorer::~HaplotypeScorer() = default;

std::vector<HaplotypeFrame> HaplotypeScorer::frames_of(const std::string& contig,
                                                       std::span<const seq::Change> changes) const {
    std::vector<HaplotypeFrame> frames;
    const auto known = aliases_.find(contig);
    for (std::size_t first = 0; first < changes.size();) {
        std::size_t behind = first + 1;
        while (behind < changes.size() &&
               changes[behind].start - changes[behind - 1].end() <= kFrameGapBp) {
            ++behind;
        }
        const auto group = changes.subspan(first, behind - first);
        frames.push_back({contig,
                          group.size() == 1 || !known
                              ? group.front()
                              : seq::merged_change(reference_, *known, group)});
        first = behind;
    }
    return frames;
}

HaplotypeScorer::Frames HaplotypeScorer::frames_of(const HaplotypeTask& task) const {
    Frames frames{frames_of(task.contig, task.changes), {}};
    if (task.other) {
        for (HaplotypeFrame& frame : frames_of(task.contig, *task.other)) {
            const bool known =
                std::any_of(frames.own.begin(), frames.own.end(), [&](const auto& own) {
                    return own.change == frame.change;
                });
            if (!known) {
                frames.others.push_back(std::move(frame));
            }
        }
    }
    return frames;
}

// Deletions bring nearer what lies behind them.
std::vector<seq::Change> HaplotypeScorer::within_reach(std::size_t model,
                                                       const HaplotypeFrame& frame,
                                                       std::span<const seq::Change> changes) const {
    std::int64_t reach = models_[model]->reach_bp();
    for (const seq::Change& change : changes) {
        reach += std::max<std::int64_t>(-seq::length_change(change), 0);
    }
    std::vector<seq::Change> near;
    for (const seq::Change& change : changes) {
        if (change.start <= frame.change.end() + reach &&
            change.end() >= frame.change.start - reach) {
            near.push_back(change);
        }
    }
    return near;
}

void HaplotypeScorer::want(std::size_t model,
                           const HaplotypeFrame& frame,
                           std::span<const seq::Change> changes) {
    auto near = within_reach(model, frame, changes);
    if (near.empty()) {
        return;
    }
    ++counts_.wanted;
    const auto [place, is_new] =
        kept_[model].try_emplace({frame.change.start, key_text(frame, near)});
    if (is_new) {
        ++counts_.computed;
        place->second.query = {frame, std::move(near)};
        todo_[model].push_back(&place->second);
    }
}

// Changes of length on the haplotype, but not at the frame, of a model that they displace.
std::vector<seq::Change> HaplotypeScorer::displacing(std::size_t model,
                                                     const HaplotypeFrame& frame,
                                                     std::span<const seq::Change> changes) const {
    std::vector<seq::Change> found;
    if (models_[model]->displaces()) {
        found = within_reach(model, frame, changes);
        std::erase_if(found, [&](const seq::Change& change) {
            const bool of_frame =
                change.start >= frame.change.start && change.end() <= frame.change.end();
            return of_frame || seq::length_change(change) == 0;
        });
    }
    return found;
}

void HaplotypeScorer::want_with_displacement(std::size_t model,
                                             const HaplotypeFrame& frame,
                                             std::span<const seq::Change> changes) {
    want(model, frame, changes);
    for (const seq::Change& change : displacing(model, frame, changes)) {
        want(model, frame, {&change, 1});
    }
}

void HaplotypeScorer::want_all(const HaplotypeTask& task) {
    const Frames frames = frames_of(task);
    for (std::size_t model = 0; model < models_.size(); ++model) {
        for (const HaplotypeFrame& frame : frames.own) {
            want(model, frame, task.changes);
            if (task.other) {
                want_with_displacement(model, frame, *task.other);
            }
            for (const seq::Change& change : within_reach(model, frame, task.changes)) {
                want(model, frame, {&change, 1});
            }
        }
        for (const HaplotypeFrame& frame : frames.others) {
            want_with_displacement(model, frame, task.changes);
            want_with_displacement(model, frame, *task.other);
        }
    }
}

void HaplotypeScorer::compute() {
    for (std::size_t model = 0; model < models_.size(); ++model) {
        std::vector<HaplotypeQuery> queries;
        for (const Entry* entry : todo_[model]) {
            queries.push_back(entry->query);
        }
        auto effects = models_[model]->effects(queries);
        VARHUSH_CHECK(effects.size() == queries.size());
        for (std::size_t i = 0; i < effects.size(); ++i) {
            todo_[model][i]->effect = std::move(effects[i]);
        }
        todo_[model].clear();
    }
}

const HaplotypeEffect* HaplotypeScorer::effect(std::size_t model,
                                               const HaplotypeFrame& frame,
                                               std::span<const seq::Change> changes) const {
    const auto near = within_reach(model, frame, changes);
    if (near.empty()) {
        return nullptr;
    }
    return &kept_[model].at({frame.change.start, key_text(frame, near)}).effect;
}

// Empty where a change alone has no effects to add.
std::vector<double> HaplotypeScorer::sum_of_singles(std::size_t model,
                                                    std::size_t tag,
                                                    const HaplotypeFrame& frame,
                                                    std::span<const seq::Change> changes,
                                                    std::size_t places) const {
    std::vector<double> sum(places);
    for (const seq::Change& change : within_reach(model, frame, changes)) {
        const HaplotypeEffect* one = effect(model, frame, {&change, 1});
        if (one == nullptr) {
            continue;  // seen only where the others' deletions bring it near
        }
        if (one->status != seq::AlleleStatus::kOk || one->values[tag].size() != places) {
            return {};
        }
        for (std::size_t i = 0; i < places; ++i) {
            sum[i] += one->values[tag][i];
        }
    }
    return sum;
}

// What changes of length elsewhere on the haplotype seem to do at the frame; empty where nothing is
// to be taken off, nothing where that cannot be told.
std::optional<std::vector<double>> HaplotypeScorer::displacement(
    std::size_t model,
    std::size_t tag,
    const HaplotypeFrame& frame,
    std::span<const seq::Change> changes,
    std::size_t places) const {
    const auto elsewhere = displacing(model, frame, changes);
    if (elsewhere.empty() || !models_[model]->tags()[tag].additive) {
        return std::vector<double>();
    }
    auto sum = sum_of_singles(model, tag, frame, elsewhere, places);
    return sum.empty() ? std::nullopt : std::optional(std::move(sum));
}

void HaplotypeScorer::add_own(std::size_t model,
                              std::size_t tag,
                              const HaplotypeTask& task,
                              const HaplotypeFrame& frame,
                              HaplotypeValues& values,
                              bool& found) const {
    const HaplotypeEffects& source = *models_[model];
    const HaplotypeEffect& whole = *effect(model, frame, task.changes);
    const auto place = [&](std::size_t at, double value) {
        return std::fabs(value) < kSmallestPlaced ? std::string()
                                                  : source.place_text(frame, whole, tag, at, value);
    };
    std::vector<double> joint = whole.values[tag];
    const bool additive = source.tags()[tag].additive;
    auto sum = additive ? sum_of_singles(model, tag, frame, task.changes, joint.size())
                        : std::vector<double>();
    const auto displaced = displacement(model, tag, frame, task.changes, joint.size());
    if (!displaced) {
        return;
    }
    for (std::size_t i = 0; i < displaced->size(); ++i) {
        joint[i] -= (*displaced)[i];
        if (!sum.empty()) {
            sum[i] -= (*displaced)[i];
        }
    }
    source.mask(frame, joint);
    source.mask(frame, sum);
    std::optional<std::size_t> best;
    std::optional<std::size_t> widest;
    for (std::size_t i = 0; i < joint.size(); ++i) {
        if (std::isnan(joint[i])) {
            continue;
        }
        if (!best || larger(joint[i], joint[*best])) {
            best = i;
        }
        if (!sum.empty() && (!widest || larger(joint[i] - sum[i], joint[*widest] - sum[*widest]))) {
            widest = i;
        }
    }
    if (best && (!found || larger(joint[*best], values.joint))) {
        found = true;
        values.joint = joint[*best];
        values.at = place(*best, joint[*best]);
        values.at = values.at.empty() ? whole.words : values.at;
        values.sum = sum.empty() ? std::nullopt : std::optional(sum[*best]);
    }
    if (widest && (!values.epistasis || larger(joint[*widest] - sum[*widest], *values.epistasis))) {
        values.epistasis = joint[*widest] - sum[*widest];
        values.epistasis_joint = joint[*widest];
        values.epistasis_sum = sum[*widest];
        // Gain or loss: as the larger of the two has it.
        const bool by_sum = larger(sum[*widest], joint[*widest]);
        values.epistasis_at = place(*widest, by_sum ? sum[*widest] : joint[*widest]);
    }
}

void HaplotypeScorer::add_other(std::size_t model,
                                std::size_t tag,
                                const HaplotypeTask& task,
                                const HaplotypeFrame& frame,
                                HaplotypeValues& values) const {
    const HaplotypeEffects& source = *models_[model];
    const HaplotypeEffect* ours = effect(model, frame, task.changes);
    const HaplotypeEffect* theirs = effect(model, frame, *task.other);
    const HaplotypeEffect* shape = ours != nullptr ? ours : theirs;
    if (shape == nullptr || shape->status != seq::AlleleStatus::kOk) {
        return;
    }
    std::vector<double> difference(shape->values[tag].size());
    for (const bool own : {true, false}) {
        const HaplotypeEffect* effect = own ? ours : theirs;
        if (effect == nullptr) {
            continue;  // the reference, as far as this frame sees
        }
        if (effect->status != seq::AlleleStatus::kOk ||
            effect->values[tag].size() != difference.size()) {
            return;
        }
        const auto displaced =
            displacement(model, tag, frame, own ? task.changes : *task.other, difference.size());
        if (!displaced) {
            return;
        }
        for (std::size_t i = 0; i < difference.size(); ++i) {
            const double value =
                effect->values[tag][i] - (displaced->empty() ? 0 : (*displaced)[i]);
            difference[i] += own ? value : -value;
        }
    }
    source.mask(frame, difference);
    for (std::size_t i = 0; i < difference.size(); ++i) {
        if (!std::isnan(difference[i]) && (!values.other || larger(difference[i], *values.other))) {
            values.other = difference[i];
            values.other_at = std::fabs(difference[i]) < kSmallestPlaced
                                  ? std::string()
                                  : source.place_text(frame, *shape, tag, i, difference[i]);
        }
    }
}

HaplotypeValues HaplotypeScorer::judge(std::size_t model,
                                       std::size_t tag,
                                       const HaplotypeTask& task,
                                       const Frames& frames) const {
    const HaplotypeEffects& source = *models_[model];
    HaplotypeValues values;
    bool found = task.changes.empty();
    if (found && source.tags()[tag].additive) {
        values.sum = 0;
        values.epistasis = 0;
    }
    for (const HaplotypeFrame& frame : frames.own) {
        const HaplotypeEffect& whole = *effect(model, frame, task.changes);
        if (whole.status == seq::AlleleStatus::kOk) {
            add_own(model, tag, task, frame, values, found);
        } else if (values.status == seq::AlleleStatus::kOk) {
            values.status = whole.status;
        }
    }
    if (!found) {
        values.status =
            values.status == seq::AlleleStatus::kOk ? seq::AlleleStatus::kNoGene : values.status;
        return values;
    }
    values.status = seq::AlleleStatus::kOk;
    if (task.other && source.tags()[tag].additive) {
        for (const auto* some : {&frames.own, &frames.others}) {
            for (const HaplotypeFrame& frame : *some) {
                add_other(model, tag, task, frame, values);
            }
        }
        if (frames.own.empty() && frames.others.empty()) {
            values.other = 0;
        }
    }
    for (double* value : {&values.joint, &values.epistasis_joint, &values.epistasis_sum}) {
        *value = source.told(*value);
    }
    for (auto* value : {&values.sum, &values.other}) {
        *value = *value ? std::optional(source.told(**value)) : std::nullopt;
    }
    if (values.epistasis) {
        values.epistasis = round_to_micro(*values.epistasis);
        if (*values.epistasis == 0) {  // everywhere: no place stands out
            values.epistasis_joint = values.joint;
            values.epistasis_sum = values.sum.value_or(0);
            values.epistasis_at.clear();
        }
    }
    return values;
}

std::vector<HaplotypeScores> HaplotypeScorer::score(std::span<const HaplotypeTask> tasks) {
    for (const HaplotypeTask& task : tasks) {
        want_all(task);
    }
    compute();
    std::vector<HaplotypeScores> scores;
    for (const HaplotypeTask& task : tasks) {
        const Frames frames = frames_of(task);
        HaplotypeScores& all = scores.emplace_back(models_.size());
        for (std::size_t model = 0; model < models_.size(); ++model) {
            for (std::size_t tag = 0; tag < models_[model]->tags().size(); ++tag) {
                all[model].push_back(judge(model, tag, task, frames));
            }
        }
    }
    return scores;
}

void HaplotypeScorer::forget_before(const std::string& contig, std::int64_t position) {
    for (auto& kept : kept_) {
        if (contig != contig_) {
            kept.clear();
        } else {
            kept.erase(kept.begin(), kept.lower_bound({position, std::string()}));
        }
    }
    contig_ = contig;
}

}  // namespace varhush::scoring
