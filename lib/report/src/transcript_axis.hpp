#pragma once

#include <algorithm>
#include <cstddef>

namespace varhush::report {

/// From bases of a target to the drawing.
struct TranscriptAxis {
    static constexpr double kLeft = 122;
    static constexpr double kPlot = 938;
    static constexpr double kRight = 20;
    static constexpr double kWidth = kLeft + kPlot + kRight;

    std::size_t bases = 1;

    /// Of the border in front of base `at`.
    [[nodiscard]] double x(double at) const noexcept {
        return kLeft + at * kPlot / static_cast<double>(bases);
    }
    [[nodiscard]] double x(std::size_t at) const noexcept { return x(static_cast<double>(at)); }

    /// Bases in one bin, so that there are no more than `most` bins.
    [[nodiscard]] std::size_t bin(std::size_t most) const noexcept {
        return std::max<std::size_t>(1, (bases + most - 1) / most);
    }
};

}  // namespace varhush::report
