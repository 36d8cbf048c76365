#pragma once

#include "svg.hpp"

#include <string_view>

namespace varhush::report {

/// The axes of a plot: from numbers to places in a drawing.
struct PlotFrame {
    double x_low = 0;
    double x_high = 1;
    double y_low = 0;
    double y_high = 1;
    double left = 56;
    double top = 14;
    double width = 430;
    double height = 330;

    [[nodiscard]] double x(double value) const;  ///< values outside lie on the edge
    [[nodiscard]] double y(double value) const;
    [[nodiscard]] double right() const noexcept { return left + width; }
    [[nodiscard]] double bottom() const noexcept { return top + height; }
    [[nodiscard]] double drawing_width() const noexcept { return right() + 14; }
    [[nodiscard]] double drawing_height() const noexcept { return bottom() + 42; }

    /// Grid, numbers, lines at 0 and what the axes are.
    void draw(std::string_view x_name, std::string_view y_name, Svg& svg) const;
};

}  // namespace varhush::report
