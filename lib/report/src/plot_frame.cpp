#include "plot_frame.hpp"

#include "markup.hpp"

#include <algorithm>
#include <cmath>

namespace varhush::report {

double PlotFrame::x(double value) const {
    return left + width * std::clamp((value - x_low) / (x_high - x_low), 0.0, 1.0);
}

double PlotFrame::y(double value) const {
    return bottom() - height * std::clamp((value - y_low) / (y_high - y_low), 0.0, 1.0);
}

void PlotFrame::draw(std::string_view x_name, std::string_view y_name, Svg& svg) const {
    const auto look = [](double value, double step) {
        return std::fabs(value) < step / 1e6 ? "axis" : "grid";
    };
    const double x_step = nice_step(x_high - x_low, 6);
    for (double i = std::ceil(x_low / x_step); i * x_step <= x_high; ++i) {
        const double value = i * x_step;
        svg.line(x(value), top, x(value), bottom(), look(value, x_step));
        svg.text(x(value), bottom() + 16, number(value), Anchor::kMiddle, "small");
    }
    const double y_step = nice_step(y_high - y_low, 6);
    for (double i = std::ceil(y_low / y_step); i * y_step <= y_high; ++i) {
        const double value = i * y_step;
        svg.line(left, y(value), right(), y(value), look(value, y_step));
        svg.text(left - 6, y(value) + 4, number(value), Anchor::kEnd, "small");
    }
    svg.text(left + width / 2, bottom() + 34, x_name, Anchor::kMiddle, "small");
    svg.text(left, top - 3, y_name, Anchor::kStart, "small");
}

}  // namespace varhush::report
