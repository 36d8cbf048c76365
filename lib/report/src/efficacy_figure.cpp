#include "efficacy_figure.hpp"

#include "markup.hpp"
#include "svg.hpp"

#include <cmath>

namespace varhush::report {

namespace {

constexpr double kLeft = 170;
constexpr double kPlot = 300;
constexpr double kRight = 60;
constexpr double kTop = 30;
constexpr double kRow = 22;

double x_of(double share) {
    return kLeft + kPlot * std::fmin(std::fmax(share, 0), 1);
}

void draw_scale(double bottom, Svg& svg) {
    for (const int tick : {0, 25, 50, 75, 100}) {
        const double x = x_of(tick / 100.0);
        svg.line(x, kTop - 6, x, bottom, "grid");
        svg.text(x, bottom + 15, std::to_string(tick) + " %", Anchor::kMiddle, "small");
    }
    svg.line(x_of(0.7), kTop - 6, x_of(0.7), bottom, "threshold");
    svg.text(x_of(0.7), kTop - 10, "70 %", Anchor::kMiddle, "small");
    svg.text(kLeft + kPlot + kRight - 4, kTop - 10, "P(\u2265 70 %)", Anchor::kEnd, "small");
    svg.text(kLeft + kPlot / 2, bottom + 32, "target silenced", Anchor::kMiddle, "small");
}

void draw_guide(const sirna::DesignedGuide& guide, double y, Svg& svg) {
    const sirna::Efficacy& efficacy = guide.efficacy;
    svg.text(kLeft - 10, y + 4, shortened(guide.id, 22), Anchor::kEnd);
    if (std::isfinite(efficacy.low) && std::isfinite(efficacy.high)) {
        svg.line(x_of(efficacy.low), y, x_of(efficacy.high), y, "interval");
        for (const double end : {efficacy.low, efficacy.high}) {
            svg.line(x_of(end), y - 4, x_of(end), y + 4, "interval");
        }
    }
    if (std::isfinite(efficacy.expected)) {
        std::string title;
        put(title, guide.id, ": ", percent(efficacy.expected), ", 90 % interval ");
        put(title, percent(efficacy.low), " to ", percent(efficacy.high));
        svg.circle(x_of(efficacy.expected), y, 5, "chosen", title);
    }
    svg.text(kLeft + kPlot + kRight - 4,
             y + 4,
             fixed_or_dash(efficacy.p_effective),
             Anchor::kEnd,
             "figure-number");
}

}  // namespace

std::string efficacy_svg(std::span<const sirna::DesignedGuide> guides) {
    const double bottom = kTop + kRow * static_cast<double>(guides.size());
    Svg svg(kLeft + kPlot + kRight,
            "Expected silencing of " + std::to_string(guides.size()) +
                " guides with 90 % intervals and the probability of at least 70 %");
    draw_scale(bottom, svg);
    double y = kTop + kRow / 2;
    for (const sirna::DesignedGuide& guide : guides) {
        draw_guide(guide, y, svg);
        y += kRow;
    }
    return svg.finish(bottom + 38);
}

}  // namespace varhush::report
