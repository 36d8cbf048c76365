#include "markup.hpp"
#include "transcript_lanes.hpp"
#include "varhush/report/run_summary.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace varhush::report {

namespace {

constexpr std::size_t kMostPoints = 480;

/// Means of the values that are known; NaN for a bin without.
std::vector<double> means(const std::vector<double>& values, std::size_t bin) {
    std::vector<double> result;
    for (std::size_t at = 0; at < values.size(); at += bin) {
        double sum = 0;
        int known = 0;
        for (std::size_t i = at; i < std::min(at + bin, values.size()); ++i) {
            if (std::isfinite(values[i])) {
                sum += values[i];
                ++known;
            }
        }
        result.push_back(known > 0 ? sum / known : sirna::kUnknown);
    }
    return result;
}

/// The scale's upper end: the smallest of a few that holds all values.
double top_of(const std::vector<double>& values) {
    double most = 0;
    for (const double value : values) {
        most = std::isfinite(value) ? std::max(most, value) : most;
    }
    for (const double top : {0.1, 0.2, 0.5}) {
        if (most <= top) {
            return top;
        }
    }
    return 1;
}

}  // namespace

void draw_lane_label(double y, std::string_view first, std::string_view second, Svg& svg) {
    svg.text(TranscriptAxis::kLeft - 34, y, first, Anchor::kEnd, "lane");
    if (!second.empty()) {
        svg.text(TranscriptAxis::kLeft - 34, y + 14, second, Anchor::kEnd, "lane");
    }
}

double draw_accessibility(const sirna::TargetProfile& target,
                          const TranscriptAxis& axis,
                          double top,
                          Svg& svg) {
    constexpr double kHeight = 76;
    constexpr double kBack = 3.5;  // from the middle of the last base to that of all 8
    const std::size_t bin = axis.bin(kMostPoints);
    const std::vector<double> values = means(target.unpaired8, bin);
    const double most = top_of(values);
    const auto y = [&](double value) { return top + kHeight * (1 - value / most); };
    for (const double tick : {0.0, most / 2, most}) {
        svg.line(TranscriptAxis::kLeft,
                 y(tick),
                 TranscriptAxis::kLeft + TranscriptAxis::kPlot,
                 y(tick),
                 tick == 0 ? "axis" : "grid");
        svg.text(TranscriptAxis::kLeft - 6, y(tick) + 4, number(tick, 2), Anchor::kEnd, "small");
    }
    std::string d;
    bool pen = false;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (std::isnan(values[i])) {
            pen = false;
            continue;
        }
        const std::size_t last = std::min((i + 1) * bin, target.unpaired8.size());
        const double middle = static_cast<double>(i * bin + last) / 2 - kBack;
        const double x = std::max(axis.x(middle), TranscriptAxis::kLeft);
        put(d, pen ? "L" : "M", coordinate(x), " ", coordinate(y(values[i])));
        pen = true;
    }
    svg.path(d, "open");
    draw_lane_label(top + kHeight / 2 - 3, "8 nt open,", "probability", svg);
    return kHeight;
}

double draw_positions(const TranscriptAxis& axis, double top, Svg& svg) {
    const auto step =
        static_cast<std::size_t>(std::max(1.0, nice_step(static_cast<double>(axis.bases), 10)));
    const double right = TranscriptAxis::kLeft + TranscriptAxis::kPlot;
    svg.line(TranscriptAxis::kLeft, top, right, top, "axis");
    const auto tick = [&](std::size_t position) {
        const double x = axis.x(static_cast<double>(position) - 0.5);
        svg.line(x, top, x, top + 4, "axis");
        svg.text(x,
                 top + 17,
                 with_thousands(static_cast<std::int64_t>(position)),
                 Anchor::kMiddle,
                 "small");
    };
    tick(1);
    for (std::size_t position = step; position <= axis.bases; position += step) {
        // The first one's label needs its room.
        if (axis.x(position) - axis.x(std::size_t{1}) > 36) {
            tick(position);
        }
    }
    draw_lane_label(top + 15, "position", {}, svg);
    return 24;
}

}  // namespace varhush::report
