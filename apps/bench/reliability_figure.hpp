#pragma once

#include <string>
#include <vector>

namespace varhush::apps {

/// A line or points in the unit square of a panel's axes.
struct FigureSeries {
    std::string name;
    std::vector<double> x;
    std::vector<double> y;
    bool points = false;  ///< dots joined by a thin line; else a line alone
};

/// A square panel: x and y from `low` to 1 or `high`.
struct FigurePanel {
    std::string title;
    std::string x_label;
    std::string y_label;
    double x_low = 0;
    double y_low = 0;
    double y_high = 1;
    bool diagonal = false;  ///< where x is y
    std::vector<FigureSeries> series;
};

/// The end of an axis from 0 that holds `value`, so that its five ticks are short numbers.
[[nodiscard]] double round_axis(double value);

/// The panels beside each other as an SVG file's text, with a legend under each.
[[nodiscard]] std::string draw_panels(const std::vector<FigurePanel>& panels);

}  // namespace varhush::apps
