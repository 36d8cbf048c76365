#include "varhush/scoring/risk_coverage.hpp"

#include "varhush/core/correlation.hpp"
#include "varhush/core/error.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace varhush::scoring {

double RiskCoverage::at(double share) const {
    const auto count = static_cast<double>(risk.size());
    const auto kept = static_cast<std::size_t>(std::llround(share * count));
    return risk[std::clamp<std::size_t>(kept, 1, risk.size()) - 1];
}

double RiskCoverage::area() const {
    return std::accumulate(risk.begin(), risk.end(), 0.0) / static_cast<double>(risk.size());
}

RiskCoverage risk_coverage(std::span<const double> confidence, std::span<const double> error) {
    VARHUSH_CHECK(!confidence.empty() && confidence.size() == error.size());
    std::vector<std::size_t> order(confidence.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return confidence[a] > confidence[b] || (confidence[a] == confidence[b] && a < b);
    });
    RiskCoverage curve;
    curve.risk.reserve(order.size());
    double before = 0;  // errors of higher confidence
    for (std::size_t begin = 0; begin < order.size();) {
        std::size_t end = begin;
        double tied = 0;
        while (end < order.size() && confidence[order[end]] == confidence[order[begin]]) {
            tied += error[order[end++]];
        }
        const double each = tied / static_cast<double>(end - begin);
        for (std::size_t k = begin; k < end; ++k) {
            const double sum = before + each * static_cast<double>(k + 1 - begin);
            curve.risk.push_back(sum / static_cast<double>(k + 1));
        }
        before += tied;
        begin = end;
    }
    return curve;
}

double error_auroc(std::span<const double> confidence, const std::vector<bool>& is_error) {
    VARHUSH_CHECK(confidence.size() == is_error.size());
    const auto errors = static_cast<double>(std::count(is_error.begin(), is_error.end(), true));
    const double others = static_cast<double>(is_error.size()) - errors;
    if (errors == 0 || others == 0) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    const auto ranks = core::mean_ranks(confidence);
    double right = 0;  // ranks of those without an error
    for (std::size_t i = 0; i < ranks.size(); ++i) {
        right += is_error[i] ? 0 : ranks[i];
    }
    return (right - others * (others + 1) / 2) / (errors * others);
}

}  // namespace varhush::scoring
