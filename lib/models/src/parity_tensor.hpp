#pragma once

#include "alphagenome_tensors.hpp"  // shape_text
#include "varhush/models/parity.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace varhush::models {

/// @throws Error{kInput} for a type that fixtures do not use.
[[nodiscard]] ParityTensor read_parity_tensor(const nn::SafeTensors::Entry& entry,
                                              const std::string& name,
                                              const std::string& file);

/// Mean, sample standard deviation, smallest, largest, sum of magnitudes.
struct Statistics {
    double mean = 0;
    double deviation = 0;
    double smallest = 0;
    double largest = 0;
    double magnitudes = 0;
};

/// What may differ: slack * deviation + slack / 10 * |value|.
struct Allowance {
    double absolute = 0;
    double relative = 0;

    Allowance(double slack, double deviation) : absolute(slack * deviation), relative(slack / 10) {}
};
inline constexpr double kLateSlack = 1e-3;   // from tower block 4 on
inline constexpr double kEarlySlack = 1e-4;  // before it

/// Collects the comparison of one activation.
class Tally {
  public:
    explicit Tally(Allowance allowance) : allowance_(allowance) {}

    /// `where`: index into the fixture's tensor, for the message. A value that is not finite where
    /// the expected one is differs without limit. `noise` is allowed on top.
    void add(double expected, double found, std::int64_t where, double noise = 0);
    void add_statistic(const char* statistic, double expected, double found, double allowed);
    /// Whatever cannot be compared at all.
    void fail(std::string why);

    [[nodiscard]] std::int64_t values() const noexcept { return values_; }
    [[nodiscard]] std::int64_t wrong() const noexcept { return wrong_; }
    [[nodiscard]] double worst() const noexcept { return worst_; }
    /// "element 17 is 0.5, expected 0.4 (allowed 1e-05); 3 of 20 values differ"
    [[nodiscard]] std::string text() const;

  private:
    Allowance allowance_;
    std::int64_t values_ = 0;
    std::int64_t wrong_ = 0;
    double worst_ = 0;
    std::string what_;
};

/// Enters an activation into the report; the first one entered with a miss becomes first_miss.
void enter(ParityReport& report, const std::string& name, const Tally& tally);

/// `values` taken `repeat` times each.
[[nodiscard]] Statistics statistics(std::span<const float> values, double repeat);
[[nodiscard]] double sample_deviation(const std::vector<double>& values);

}  // namespace varhush::models
