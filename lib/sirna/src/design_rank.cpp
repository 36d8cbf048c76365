#include "varhush/sirna/design_rank.hpp"

#include "dominance_tree.hpp"
#include "varhush/core/error.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <tuple>

namespace varhush::sirna {

namespace {

struct Part {
    std::string_view name;
    double ScoreWeights::*weight;
    double ScoreParts::*value;
};

constexpr std::array<Part, std::tuple_size_v<PartValues>> kParts{{
    {"efficacy", &ScoreWeights::efficacy, &ScoreParts::efficacy},
    {"specificity", &ScoreWeights::specificity, &ScoreParts::specificity},
    {"accessibility", &ScoreWeights::accessibility, &ScoreParts::accessibility},
    {"population", &ScoreWeights::population, &ScoreParts::population},
    {"isoforms", &ScoreWeights::isoforms, &ScoreParts::isoforms},
    {"discrimination", &ScoreWeights::discrimination, &ScoreParts::discrimination},
}};

PartValues values_of(const ScoreParts& parts) {
    PartValues values;
    for (std::size_t i = 0; i < kParts.size(); ++i) {
        const double value = parts.*kParts[i].value;
        values[i] = std::isnan(value) ? -1 : value;
    }
    return values;
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
    std::vector<PartValues> values;
    values.reserve(all.size());
    for (const ScoreParts& parts : all) {
        values.push_back(values_of(parts));
    }
    // Whoever beats another comes before it in the order of words, so fronts are known from the
    // largest word down. Equal ones do not beat each other: all are asked before one is entered.
    std::vector<std::size_t> order(all.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return values[a] > values[b];
    });
    DominanceTree tree(values);
    std::vector<std::size_t> fronts(all.size());
    for (std::size_t first = 0; first < order.size();) {
        const PartValues& point = values[order[first]];
        const std::size_t front = tree.highest_front(point) + 1;
        std::size_t end = first;
        for (; end < order.size() && values[order[end]] == point; ++end) {
            fronts[order[end]] = front;
        }
        tree.set_front(order[first], front);
        first = end;
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
