#include "varhush/sirna/design_rank.hpp"

#include "varhush/core/error.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <numeric>

namespace varhush::sirna {

namespace {

struct Part {
    std::string_view name;
    double ScoreWeights::*weight;
    double ScoreParts::*value;
};

constexpr std::array<Part, 6> kParts{{
    {"efficacy", &ScoreWeights::efficacy, &ScoreParts::efficacy},
    {"specificity", &ScoreWeights::specificity, &ScoreParts::specificity},
    {"accessibility", &ScoreWeights::accessibility, &ScoreParts::accessibility},
    {"population", &ScoreWeights::population, &ScoreParts::population},
    {"isoforms", &ScoreWeights::isoforms, &ScoreParts::isoforms},
    {"discrimination", &ScoreWeights::discrimination, &ScoreParts::discrimination},
}};

using Values = std::array<double, kParts.size()>;

Values values_of(const ScoreParts& parts) {
    Values values;
    for (std::size_t i = 0; i < kParts.size(); ++i) {
        const double value = parts.*kParts[i].value;
        values[i] = std::isnan(value) ? -1 : value;
    }
    return values;
}

bool beats(const Values& one, const Values& other) noexcept {
    bool better = false;
    for (std::size_t i = 0; i < one.size(); ++i) {
        if (one[i] < other[i]) {
            return false;
        }
        better = better || one[i] > other[i];
    }
    return better;
}

void change_one(ScoreWeights& weights, std::string_view entry) {
    const std::size_t equals = entry.find('=');
    const std::string_view name = entry.substr(0, equals);
    const std::string_view text =
        equals == std::string_view::npos ? std::string_view{} : entry.substr(equals + 1);
    const auto* part = std::find_if(
        kParts.begin(), kParts.end(), [&](const Part& one) { return one.name == name; });
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool number = !text.empty() && error == std::errc() && end == text.data() + text.size();
    if (part == kParts.end() || !number || !std::isfinite(value) || value < 0) {
        throw Error(ErrorKind::kUsage,
                    "--weights: '" + std::string(entry) + "' is no weight",
                    "e.g. efficacy=5,specificity=3,accessibility=1,population=2,isoforms=1,"
                    "discrimination=4; numbers from 0 on");
    }
    weights.*(part->weight) = value;
}

}  // namespace

void ScoreWeights::change(std::string_view text) {
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        change_one(*this, text.substr(0, comma));
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    const bool any = std::any_of(
        kParts.begin(), kParts.end(), [&](const Part& part) { return this->*part.weight > 0; });
    if (!any) {
        throw Error(ErrorKind::kUsage, "--weights: all weights are 0");
    }
}

std::string ScoreWeights::to_text() const {
    std::string text;
    for (const Part& part : kParts) {
        std::array<char, 32> number;
        std::snprintf(number.data(), number.size(), "%g", this->*part.weight);
        text.append(text.empty() ? "" : ",").append(part.name).append("=").append(number.data());
    }
    return text;
}

double score_of(const ScoreParts& parts, const ScoreWeights& weights) noexcept {
    double sum = 0;
    double total = 0;
    for (const Part& part : kParts) {
        if (!std::isnan(parts.*part.value)) {
            sum += weights.*part.weight * parts.*part.value;
            total += weights.*part.weight;
        }
    }
    return total > 0 ? sum / total : kUnknown;
}

std::vector<std::size_t> pareto_fronts(std::span<const ScoreParts> all) {
    std::vector<Values> values;
    values.reserve(all.size());
    for (const ScoreParts& parts : all) {
        values.push_back(values_of(parts));
    }
    // Whoever beats another has the larger sum, so fronts are known from the largest sum down.
    std::vector<std::size_t> order(all.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::vector<double> sums;
    sums.reserve(values.size());
    for (const Values& one : values) {
        sums.push_back(std::accumulate(one.begin(), one.end(), 0.0));
    }
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return sums[a] > sums[b];
    });
    std::vector<std::size_t> fronts(all.size(), 1);
    for (std::size_t i = 0; i < order.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (fronts[order[j]] >= fronts[order[i]] && beats(values[order[j]], values[order[i]])) {
                fronts[order[i]] = fronts[order[j]] + 1;
            }
        }
    }
    return fronts;
}

std::vector<std::size_t> ranking(std::span<const std::size_t> fronts,
                                 std::span<const double> scores,
                                 bool score_only) {
    std::vector<std::size_t> order(fronts.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto known = [&](std::size_t i) { return std::isnan(scores[i]) ? -1.0 : scores[i]; };
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        if (!score_only && fronts[a] != fronts[b]) {
            return fronts[a] < fronts[b];
        }
        return known(a) > known(b);
    });
    return order;
}

}  // namespace varhush::sirna
