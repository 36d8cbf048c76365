#pragma once

#include <cmath>
#include <cstdint>
#include <random>

namespace varhush::concord::test {

/// Random counts that are the same with every compiler: only the engine is from the standard.
class CountSimulator {
  public:
    explicit CountSimulator(std::uint64_t seed) : engine_(seed) {}

    double uniform() { return (static_cast<double>(engine_() >> 11U) + 0.5) * 0x1p-53; }
    std::int64_t between(std::int64_t low, std::int64_t high) {
        return low + static_cast<std::int64_t>(uniform() * static_cast<double>(high - low + 1));
    }
    double normal() {
        return std::sqrt(-2 * std::log(uniform())) *
               std::cos(2 * 3.14159265358979323846 * uniform());
    }
    /// Source: Marsaglia & Tsang 2000 (ACM Trans. Math. Software 26:363).
    double gamma(double shape) {
        if (shape < 1) {
            const double u = uniform();
            return gamma(shape + 1) * std::pow(u, 1 / shape);
        }
        const double d = shape - 1.0 / 3;
        while (true) {
            const double x = normal();
            const double v = std::pow(1 + x / std::sqrt(9 * d), 3);
            if (v > 0 && std::log(uniform()) < x * x / 2 + d - d * v + d * std::log(v)) {
                return d * v;
            }
        }
    }
    /// A beta-binomial count, drawn as what it is: a share, then fragments.
    std::int64_t count(double mean, double rho, std::int64_t depth) {
        double share = mean;
        if (rho > 0) {
            const double a = gamma(mean * (1 - rho) / rho);
            const double b = gamma((1 - mean) * (1 - rho) / rho);
            share = a / (a + b);
        }
        std::int64_t k = 0;
        for (std::int64_t i = 0; i < depth; ++i) {
            k += uniform() < share ? 1 : 0;
        }
        return k;
    }

  private:
    std::mt19937_64 engine_;
};

}  // namespace varhush::concord::test
