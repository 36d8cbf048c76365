#include "varhush/models/sirna_ensemble.hpp"

#include "sirna_native.hpp"
#include "varhush/core/error.hpp"
#include "varhush/models/model_identity.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace varhush::models {
namespace {

// Guides that go through the members together: their activations stay in the second-level cache.
constexpr std::size_t kBatch = 48;
constexpr float kClip = 4;

SirnaEnsembleConfig config_of(const nn::SafeTensors& file) {
    if (model_architecture(file) != "sirna-ensemble") {
        throw Error(ErrorKind::kModel,
                    file.name() + ": not a model of siRNA efficacy (architecture " +
                        (model_architecture(file).empty() ? "unknown" : model_architecture(file)) +
                        ")",
                    "expected a file made by 'varhush train sirna'");
    }
    const auto config = file.metadata().find("varhush.config");
    if (config == file.metadata().end()) {
        throw Error(ErrorKind::kModel, file.name() + ": metadata varhush.config is missing");
    }
    return SirnaEnsembleConfig::from_json(config->second, file.name());
}

}  // namespace

SirnaJudgement judge_score(const SirnaCalibration& c, double score, bool known_laboratory) {
    const auto unit = [](double value) { return std::clamp(value, 0.0, 1.0); };
    SirnaJudgement out;
    out.expected = unit(score);
    const double spread = c.spread_at_0 + (c.spread_at_1 - c.spread_at_0) * out.expected;
    const double factor = known_laboratory ? 1 : c.new_laboratory;
    out.low = unit(out.expected - factor * c.below * spread);
    out.high = unit(out.expected + factor * c.above * spread);
    out.p_effective = 1 / (1 + std::exp(-(c.p_slope * score + c.p_offset)));
    return out;
}

SirnaEnsemble::SirnaEnsemble(const nn::SafeTensors& file) : config_(config_of(file)) {
    const auto features = static_cast<std::int64_t>(config_.features.size());
    std::vector<std::string> used{"features.mean", "features.scale"};
    mean_ = read_finite(file, "features.mean", {features});
    scale_ = read_finite(file, "features.scale", {features});
    for (const float scale : scale_) {
        if (!(scale > 0)) {
            throw Error(ErrorKind::kModel, file.name() + ": features.scale must be above 0");
        }
    }
    for (std::size_t m = 0; m < config_.members.size(); ++m) {
        const auto& part = config_.parts[static_cast<std::size_t>(config_.members[m].part)];
        nets_.push_back(make_sirna_net(file, part, m, used));
    }
    file.check_no_leftovers(used);
}

SirnaEnsemble::~SirnaEnsemble() = default;
SirnaEnsemble::SirnaEnsemble(SirnaEnsemble&&) noexcept = default;
SirnaEnsemble& SirnaEnsemble::operator=(SirnaEnsemble&&) noexcept = default;

void SirnaEnsemble::standardise(std::span<const float> row, std::span<float> out) const {
    VARHUSH_CHECK(row.size() == mean_.size() && out.size() == mean_.size());
    for (std::size_t i = 0; i < row.size(); ++i) {
        out[i] =
            std::isnan(row[i]) ? 0.0F : std::clamp((row[i] - mean_[i]) / scale_[i], -kClip, kClip);
    }
}

std::vector<float> SirnaEnsemble::predict(std::span<const float> rows,
                                          std::span<const std::size_t> which,
                                          core::WorkerPool* pool) const {
    const std::size_t features = mean_.size();
    VARHUSH_CHECK(rows.size() % features == 0);
    const std::size_t count = rows.size() / features;
    std::vector<float> out(count * which.size());
    const auto work = [&](std::int64_t index, int /*worker*/) {
        const std::size_t first = static_cast<std::size_t>(index) * kBatch;
        const std::size_t size = std::min(kBatch, count - first);
        std::vector<float> standard(size * features);
        for (std::size_t i = 0; i < size; ++i) {
            standardise(rows.subspan((first + i) * features, features),
                        std::span(standard).subspan(i * features, features));
        }
        const SirnaBatch batch{static_cast<std::int64_t>(size),
                               static_cast<std::int64_t>(features),
                               rows.data() + first * features,
                               standard.data()};
        for (std::size_t m = 0; m < which.size(); ++m) {
            nets_.at(which[m])->run(batch, out.data() + first * which.size() + m, which.size());
        }
    };
    const auto batches = static_cast<std::int64_t>((count + kBatch - 1) / kBatch);
    if (pool != nullptr) {
        pool->run(batches, work);
    } else {
        for (std::int64_t i = 0; i < batches; ++i) {
            work(i, 0);
        }
    }
    return out;
}

std::size_t SirnaEnsemble::state_of(std::span<const float> row) const {
    for (std::size_t s = 0; s + 1 < config_.states.size(); ++s) {
        const auto& needs = config_.states[s].needs;
        if (std::none_of(needs.begin(), needs.end(), [&](std::int64_t column) {
                return std::isnan(row[static_cast<std::size_t>(column)]);
            })) {
            return s;
        }
    }
    return config_.states.size() - 1;
}

std::vector<double> SirnaEnsemble::scores(std::span<const float> rows,
                                          core::WorkerPool* pool) const {
    const std::size_t features = mean_.size();
    std::vector<double> out(rows.size() / features);
    std::vector<std::vector<std::size_t>> places(config_.states.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
        places[state_of(rows.subspan(i * features, features))].push_back(i);
    }
    for (std::size_t s = 0; s < places.size(); ++s) {
        std::vector<float> some;
        some.reserve(places[s].size() * features);
        for (const std::size_t i : places[s]) {
            const auto row = rows.subspan(i * features, features);
            some.insert(some.end(), row.begin(), row.end());
        }
        const auto theirs = mixed(some, s, pool);
        for (std::size_t i = 0; i < places[s].size(); ++i) {
            if (!std::isfinite(theirs[i])) {
                throw Error(ErrorKind::kModel,
                            "the efficacy model's answer is not finite: its weights are damaged");
            }
            out[places[s][i]] = theirs[i];
        }
    }
    return out;
}

std::vector<double> SirnaEnsemble::mixed(std::span<const float> rows,
                                         std::size_t state,
                                         core::WorkerPool* pool) const {
    const auto weight_of = [&](std::size_t member) {
        const auto part = static_cast<std::size_t>(config_.members[member].part);
        return config_.parts[part].weights[state];
    };
    std::vector<std::size_t> which;
    std::vector<double> part_members(config_.parts.size(), 0);
    for (std::size_t m = 0; m < config_.members.size(); ++m) {
        if (config_.members[m].fold < 0 && weight_of(m) != 0) {
            which.push_back(m);
            ++part_members[static_cast<std::size_t>(config_.members[m].part)];
        }
    }
    const auto each = predict(rows, which, pool);
    std::vector<double> out(rows.size() / mean_.size(), config_.states[state].offset);
    for (std::size_t m = 0; m < which.size(); ++m) {
        const auto part = static_cast<std::size_t>(config_.members[which[m]].part);
        const double weight = weight_of(which[m]) / part_members[part];
        for (std::size_t i = 0; i < out.size(); ++i) {
            out[i] += weight * each[i * which.size() + m];
        }
    }
    return out;
}

std::vector<SirnaJudgement> SirnaEnsemble::judge(std::span<const float> rows,
                                                 bool known_laboratory,
                                                 core::WorkerPool* pool) const {
    const std::size_t features = mean_.size();
    const auto all = scores(rows, pool);
    std::vector<SirnaJudgement> out;
    out.reserve(all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        const std::size_t state = state_of(rows.subspan(i * features, features));
        out.push_back(judge_score(config_.states[state].calibration, all[i], known_laboratory));
    }
    return out;
}

}  // namespace varhush::models
