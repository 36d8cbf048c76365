#include "varhush/models/sirna_mix.hpp"

#include "varhush/core/error.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

namespace varhush::models {
namespace {

constexpr double kTail = 0.05;  // of the 90 % interval, on each side
constexpr double kLeastSpread = 0.05;
constexpr int kSweeps = 500;
constexpr std::size_t kLeastGuides = 10;

std::vector<double> centred_by_study(std::span<const double> values,
                                     const std::vector<int>& study) {
    std::map<int, std::pair<double, double>> sums;
    for (std::size_t i = 0; i < values.size(); ++i) {
        sums[study[i]].first += values[i];
        ++sums[study[i]].second;
    }
    std::vector<double> out(values.begin(), values.end());
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i] -= sums[study[i]].first / sums[study[i]].second;
    }
    return out;
}

double dot(const std::vector<double>& a, const std::vector<double>& b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

/// Two-parameter logistic regression by Newton's method.
std::pair<double, double> logistic(std::span<const double> x, const std::vector<int>& positive) {
    double slope = 1;
    double offset = 0;
    for (int round = 0; round < 50; ++round) {
        double g0 = 1e-3 * offset;
        double g1 = 1e-3 * slope;
        double h00 = 1e-3;
        double h01 = 0;
        double h11 = 1e-3;
        for (std::size_t i = 0; i < x.size(); ++i) {
            const double p = 1 / (1 + std::exp(-(slope * x[i] + offset)));
            const double w = p * (1 - p);
            g0 += p - positive[i];
            g1 += (p - positive[i]) * x[i];
            h00 += w;
            h01 += w * x[i];
            h11 += w * x[i] * x[i];
        }
        const double determinant = h00 * h11 - h01 * h01;
        const double step0 = (h11 * g0 - h01 * g1) / determinant;
        const double step1 = (h00 * g1 - h01 * g0) / determinant;
        offset -= step0;
        slope -= step1;
        if (std::abs(step0) + std::abs(step1) < 1e-10) {
            break;
        }
    }
    return {slope, offset};
}

/// Upper quantile of values in which every gene has the weight 1.
double gene_quantile(std::vector<std::pair<double, int>> values, double level) {
    std::map<int, double> guides;
    for (const auto& [value, gene] : values) {
        ++guides[gene];
    }
    std::sort(values.begin(), values.end());
    const double wanted = level * static_cast<double>(guides.size());
    double sum = 0;
    for (const auto& [value, gene] : values) {
        sum += 1 / guides[gene];
        if (sum >= wanted) {
            return value;
        }
    }
    return values.back().first;
}

}  // namespace

SirnaHeldOut SirnaHeldOut::subset(std::span<const std::uint8_t> keep) const {
    SirnaHeldOut out;
    out.parts.resize(parts.size());
    for (std::size_t i = 0; i < size(); ++i) {
        if (keep[i] == 0) {
            continue;
        }
        for (std::size_t p = 0; p < parts.size(); ++p) {
            out.parts[p].push_back(parts[p][i]);
        }
        out.efficacy.push_back(efficacy[i]);
        out.target.push_back(target[i]);
        out.study.push_back(study[i]);
        out.gene.push_back(gene[i]);
        out.fold.push_back(fold[i]);
    }
    return out;
}

double SirnaMix::score(const std::vector<std::vector<double>>& parts, std::size_t row) const {
    double sum = offset;
    for (std::size_t p = 0; p < weights.size(); ++p) {
        sum += weights[p] == 0 ? 0 : weights[p] * parts[p][row];
    }
    return sum;
}

std::vector<double> SirnaMix::scores(const std::vector<std::vector<double>>& parts) const {
    std::vector<double> out(parts.front().size());
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i] = score(parts, i);
    }
    return out;
}

SirnaMix stack_parts(const SirnaHeldOut& rows, const std::vector<bool>& use) {
    VARHUSH_CHECK(use.size() == rows.parts.size() && rows.size() > 0);
    std::vector<std::vector<double>> parts;
    for (const auto& part : rows.parts) {
        parts.push_back(centred_by_study(part, rows.study));
    }
    const auto wanted = centred_by_study(rows.target, rows.study);
    SirnaMix mix;
    mix.weights.assign(parts.size(), 0);
    std::vector<double> rest = wanted;
    for (int sweep = 0; sweep < kSweeps; ++sweep) {
        for (std::size_t p = 0; p < parts.size(); ++p) {
            if (!use[p]) {
                continue;
            }
            const double square = dot(parts[p], parts[p]);
            const double old = mix.weights[p];
            const double best = old + dot(parts[p], rest) / std::max(square, 1e-12);
            mix.weights[p] = std::max(best, 0.0);
            for (std::size_t i = 0; i < rest.size(); ++i) {
                rest[i] -= (mix.weights[p] - old) * parts[p][i];
            }
        }
    }
    double sum = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        sum += rows.target[i] - mix.score(rows.parts, i);
    }
    mix.offset = sum / static_cast<double>(rows.size());
    return mix;
}

SirnaCalibration calibrate_scores(const SirnaHeldOut& rows, std::span<const double> scores) {
    SirnaCalibration out;
    std::vector<int> positive;
    for (const double e : rows.efficacy) {
        positive.push_back(e >= out.threshold ? 1 : 0);
    }
    std::tie(out.p_slope, out.p_offset) = logistic(scores, positive);
    // |error| = a + b * score by least squares.
    double n = 0;
    double sx = 0;
    double sy = 0;
    double sxx = 0;
    double sxy = 0;
    for (std::size_t i = 0; i < scores.size(); ++i) {
        const double x = std::clamp(scores[i], 0.0, 1.0);
        const double y = std::abs(rows.efficacy[i] - x);
        ++n;
        sx += x;
        sy += y;
        sxx += x * x;
        sxy += x * y;
    }
    const double slope = (n * sxy - sx * sy) / std::max(n * sxx - sx * sx, 1e-12);
    const double start = (sy - slope * sx) / n;
    out.spread_at_0 = std::max(start, kLeastSpread);
    out.spread_at_1 = std::max(start + slope, kLeastSpread);
    std::vector<std::pair<double, int>> below;
    std::vector<std::pair<double, int>> above;
    for (std::size_t i = 0; i < scores.size(); ++i) {
        const double x = std::clamp(scores[i], 0.0, 1.0);
        const double spread = out.spread_at_0 + (out.spread_at_1 - out.spread_at_0) * x;
        below.emplace_back((x - rows.efficacy[i]) / spread, rows.gene[i]);
        above.emplace_back((rows.efficacy[i] - x) / spread, rows.gene[i]);
    }
    out.below = std::max(gene_quantile(std::move(below), 1 - kTail), 0.0);
    out.above = std::max(gene_quantile(std::move(above), 1 - kTail), 0.0);
    return out;
}

double interval_coverage(const SirnaCalibration& calibration,
                         const SirnaHeldOut& rows,
                         std::span<const double> scores,
                         bool known_laboratory) {
    double inside = 0;
    for (std::size_t i = 0; i < scores.size(); ++i) {
        const auto said = judge_score(calibration, scores[i], known_laboratory);
        inside += rows.efficacy[i] >= said.low && rows.efficacy[i] <= said.high ? 1 : 0;
    }
    return inside / std::max(static_cast<double>(scores.size()), 1.0);
}

double laboratory_factor(const SirnaCalibration& calibration,
                         const SirnaHeldOut& rows,
                         std::span<const double> scores) {
    SirnaCalibration trial = calibration;
    for (trial.new_laboratory = 1; trial.new_laboratory < 4; trial.new_laboratory += 0.01) {
        std::map<int, std::pair<double, double>> studies;
        for (std::size_t i = 0; i < scores.size(); ++i) {
            const auto said = judge_score(trial, scores[i], false);
            auto& [inside, all] = studies[rows.study[i]];
            inside += rows.efficacy[i] >= said.low && rows.efficacy[i] <= said.high ? 1 : 0;
            ++all;
        }
        double sum = 0;
        double count = 0;
        for (const auto& [study, numbers] : studies) {
            if (numbers.second >= kLeastGuides) {
                sum += numbers.first / numbers.second;
                ++count;
            }
        }
        if (count == 0 || sum / count >= 1 - 2 * kTail) {
            break;
        }
    }
    return trial.new_laboratory;
}

SirnaCrossFit cross_fit(const SirnaHeldOut& rows, const std::vector<bool>& use) {
    SirnaCrossFit out;
    out.scores.resize(rows.size());
    out.probabilities.resize(rows.size());
    const auto mean = [](const std::vector<double>& values) {
        return std::accumulate(values.begin(), values.end(), 0.0) /
               static_cast<double>(values.size());
    };
    const double level = mean(rows.target);
    std::vector<double> means;
    for (const auto& part : rows.parts) {
        means.push_back(mean(part));
    }
    double inside = 0;
    const std::set<int> folds(rows.fold.begin(), rows.fold.end());
    for (const int fold : folds) {
        std::vector<std::uint8_t> keep;
        for (const int f : rows.fold) {
            keep.push_back(f != fold || folds.size() == 1 ? 1 : 0);
        }
        const SirnaHeldOut others = rows.subset(keep);
        const SirnaMix mix = stack_parts(others, use);
        std::vector<double> scores(others.size());
        for (std::size_t i = 0; i < others.size(); ++i) {
            scores[i] = mix.score(others.parts, i);
        }
        const auto calibration = calibrate_scores(others, scores);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (rows.fold[i] == fold) {
                const double score = mix.score(rows.parts, i);
                // Ranks are compared across folds: on one scale, without the folds' own levels.
                out.scores[i] = level;
                for (std::size_t p = 0; p < mix.weights.size(); ++p) {
                    out.scores[i] += mix.weights[p] * (rows.parts[p][i] - means[p]);
                }
                const auto said = judge_score(calibration, score, true);
                out.probabilities[i] = said.p_effective;
                inside += rows.efficacy[i] >= said.low && rows.efficacy[i] <= said.high ? 1 : 0;
            }
        }
    }
    out.coverage = inside / static_cast<double>(rows.size());
    return out;
}

}  // namespace varhush::models
