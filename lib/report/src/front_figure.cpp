#include "markup.hpp"
#include "score_figure.hpp"
#include "svg.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace varhush::report {

namespace {

constexpr double kLeft = 70;
constexpr double kTop = 26;
constexpr double kPlot = 440;
constexpr double kHeight = 260;
constexpr double kInset = 14;  // between the scale's numbers and what is drawn
constexpr double kWidth = kLeft + kPlot + 34;

/// A range of one axis with round ends.
struct Range {
    double low = 0;
    double high = 1;
    double step = 0.5;

    [[nodiscard]] double share(double value) const { return (value - low) / (high - low); }
};

/// Holds all values, none of which is below 0 or above `most`.
Range range_of(const std::vector<double>& values, double most) {
    if (values.empty()) {
        return {};
    }
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    const double width = std::max({*high - *low, 0.01 * std::abs(*high), 1e-3});
    Range range;
    range.step = nice_step(width, 5);
    range.low = std::max(0.0, std::floor(*low / range.step - 0.1) * range.step);
    range.high = std::min(most, std::ceil(*high / range.step + 0.1) * range.step);
    return range;
}

struct Point {
    double x;
    double y;
    const sirna::DesignedGuide* guide;
};

struct Box {
    double left, top, right, bottom;

    [[nodiscard]] bool meets(const Box& other) const {
        return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
    }
};

Box around(const Point& point) {
    return {point.x - 5, point.y - 5, point.x + 5, point.y + 5};
}

/// Ranks beside the points, each where it meets nothing; left out where there is no such place.
void draw_ranks(const std::vector<Point>& points, Svg& svg) {
    std::vector<Box> taken;
    taken.reserve(2 * points.size());
    for (const Point& point : points) {
        taken.push_back(around(point));
    }
    for (const Point& point : points) {
        const std::string rank = std::to_string(point.guide->rank);
        const double width = 7 * static_cast<double>(rank.size());
        for (const auto& [dx, dy] : {std::pair{8.0, 4.0},
                                     std::pair{-8 - width, 4.0},
                                     std::pair{-width / 2, -8.0},
                                     std::pair{-width / 2, 17.0}}) {
            const double left = point.x + dx;
            const double base = point.y + dy;
            const Box box{left, base - 9, left + width, base + 1};
            const bool inside = left >= kLeft - kInset && left + width <= kLeft + kPlot + kInset;
            const bool free =
                inside && std::none_of(taken.begin(), taken.end(), [&](const Box& other) {
                    return box.meets(other);
                });
            if (free) {
                svg.text(left, base, rank, Anchor::kStart, "small");
                taken.push_back(box);
                break;
            }
        }
    }
}

void draw_axes(const Range& across, const Range& up, const char* name, Svg& svg) {
    const double bottom = kTop + kHeight;
    const auto ticks = [](const Range& range) {
        return static_cast<int>(std::lround((range.high - range.low) / range.step));
    };
    for (int i = 0; i <= ticks(across); ++i) {
        const double value = across.low + i * across.step;
        const double x = kLeft + kPlot * across.share(value);
        svg.line(x, kTop, x, bottom, "grid");
        svg.text(x, bottom + 15, number(value), Anchor::kMiddle, "small");
    }
    for (int i = 0; i <= ticks(up); ++i) {
        const double value = up.low + i * up.step;
        const double y = bottom - kHeight * up.share(value);
        svg.line(kLeft - kInset, y, kLeft + kPlot, y, "grid");
        svg.text(kLeft - kInset - 6, y + 4, number(value), Anchor::kEnd, "small");
    }
    svg.text(kLeft + kPlot / 2, bottom + 33, name, Anchor::kMiddle, "small");
    svg.text(4, 12, "P(\u2265 70 %)", Anchor::kStart, "small");
}

/// Equal loads tell no guide from another: then there is a better axis.
bool loads_differ(std::span<const sirna::DesignedGuide> guides) {
    double least = std::numeric_limits<double>::infinity();
    double most = -least;
    for (const sirna::DesignedGuide& guide : guides) {
        if (guide.off_targets.searched && std::isfinite(guide.off_targets.load)) {
            least = std::min(least, guide.off_targets.load);
            most = std::max(most, guide.off_targets.load);
        }
    }
    return most > least;
}

}  // namespace

std::string front_svg(std::span<const sirna::DesignedGuide> guides) {
    const bool by_load = loads_differ(guides);
    std::vector<double> across;
    std::vector<double> up;
    std::vector<const sirna::DesignedGuide*> shown;
    for (const sirna::DesignedGuide& guide : guides) {
        const double x = by_load ? guide.off_targets.load : guide.parts.accessibility;
        if (std::isfinite(x) && std::isfinite(guide.efficacy.p_effective)) {
            across.push_back(x);
            up.push_back(guide.efficacy.p_effective);
            shown.push_back(&guide);
        }
    }
    const double infinite = std::numeric_limits<double>::infinity();
    const Range range_x = range_of(across, by_load ? infinite : 1);
    const Range range_y = range_of(up, 1);
    const char* const name =
        by_load ? "expected off-target load (less is better)" : "accessibility of the seed site";
    Svg svg(kWidth, std::string("Probability of silencing against ") + name);
    draw_axes(range_x, range_y, name, svg);
    std::vector<Point> points;
    for (std::size_t i = 0; i < shown.size(); ++i) {
        points.push_back({kLeft + kPlot * range_x.share(across[i]),
                          kTop + kHeight * (1 - range_y.share(up[i])),
                          shown[i]});
        std::string title;
        put(title, shown[i]->id, ": P ", fixed(up[i]), ", ", by_load ? "load " : "accessibility ");
        put(title, number(across[i], 3), ", front ", std::to_string(shown[i]->front));
        svg.circle(points.back().x,
                   points.back().y,
                   4.5,
                   shown[i]->front == 1 ? "chosen" : "behind",
                   title);
    }
    draw_ranks(points, svg);
    return svg.finish(kTop + kHeight + 40);
}

}  // namespace varhush::report
