#pragma once

#include <cstdint>
#include <random>
#include <string>

namespace varhush::train {

/// Random numbers that are the same with every compiler (the standard fixes mt19937_64, but not its
/// distributions), and whose state can be saved as text.
class Random {
  public:
    explicit Random(std::uint64_t seed) : engine_(seed) {}

    /// 0 .. bound - 1; the bias of the modulo is below 2^-40 for every bound used here.
    std::int64_t below(std::int64_t bound) {
        return static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(bound));
    }
    /// [0, 1) with 53 bits.
    double uniform() { return static_cast<double>(engine_() >> 11U) * 0x1p-53; }
    /// Standard normal. Source: Box & Muller 1958 (Ann. Math. Stat. 29:610).
    double normal();
    bool chance(double probability) { return uniform() < probability; }

    [[nodiscard]] std::string state() const;
    /// @throws Error{kResume} for text that is not a state.
    void set_state(const std::string& text);

  private:
    std::mt19937_64 engine_;
};

}  // namespace varhush::train
