#include "apps/bench/reliability_figure.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iomanip>
#include <sstream>
#include <string_view>

namespace varhush::apps {

namespace {

constexpr double kSide = 300;
constexpr double kLeft = 62;
constexpr double kTop = 34;
constexpr double kUnder = 58;  // tick labels and the axis label
constexpr double kLegendLine = 16;
constexpr int kTicks = 5;
constexpr std::array<std::string_view, 5> kColours{
    "#1b6ca8", "#c0392b", "#27803b", "#8e44ad", "#b7791f"};

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : std::string(1, c);
    }
    return out;
}

class PanelDrawing {
  public:
    PanelDrawing(std::ostream& out, const FigurePanel& panel, double left)
        : out_(out), panel_(panel), left_(left + kLeft) {}

    void draw() {
        frame();
        if (panel_.diagonal) {
            const double low = std::max(panel_.x_low, panel_.y_low);
            out_ << "<line x1=\"" << x(low) << "\" y1=\"" << y(low) << "\" x2=\"" << x(1)
                 << "\" y2=\"" << y(1) << "\" stroke=\"#999\" stroke-dasharray=\"4 3\"/>\n";
        }
        for (std::size_t i = 0; i < panel_.series.size(); ++i) {
            curve(panel_.series[i], kColours.at(i % kColours.size()));
            legend(panel_.series[i].name, i);
        }
    }

  private:
    [[nodiscard]] double x(double value) const {
        return left_ + kSide * (value - panel_.x_low) / (1 - panel_.x_low);
    }
    [[nodiscard]] double y(double value) const {
        const double share = (value - panel_.y_low) / (panel_.y_high - panel_.y_low);
        return kTop + kSide * (1 - std::clamp(share, 0.0, 1.0));
    }
    void text(double at_x, double at_y, std::string_view anchor, std::string_view words) {
        out_ << "<text x=\"" << at_x << "\" y=\"" << at_y << "\" text-anchor=\"" << anchor << "\">"
             << escaped(words) << "</text>\n";
    }
    void frame() {
        out_ << "<rect x=\"" << left_ << "\" y=\"" << kTop << "\" width=\"" << kSide
             << "\" height=\"" << kSide << "\" fill=\"none\" stroke=\"#555\"/>\n";
        text(left_ + kSide / 2, kTop - 12, "middle", panel_.title);
        text(left_ + kSide / 2, kTop + kSide + 36, "middle", panel_.x_label);
        for (int tick = 0; tick <= kTicks; ++tick) {
            const double share = static_cast<double>(tick) / kTicks;
            const double at_x = panel_.x_low + share * (1 - panel_.x_low);
            const double at_y = panel_.y_low + share * (panel_.y_high - panel_.y_low);
            text(x(at_x), kTop + kSide + 18, "middle", number(at_x));
            text(left_ - 8, y(at_y) + 4, "end", number(at_y));
            out_ << "<path d=\"M" << x(at_x) << ' ' << kTop + kSide << "v4M" << left_ << ' '
                 << y(at_y) << "h-4\" stroke=\"#555\"/>\n";
        }
        out_ << "<text transform=\"translate(" << left_ - 46 << ' ' << kTop + kSide / 2
             << ") rotate(-90)\" text-anchor=\"middle\">" << escaped(panel_.y_label) << "</text>\n";
    }
    static std::string number(double value) {
        std::ostringstream text;
        text << std::setprecision(2) << value;
        return text.str();
    }
    void curve(const FigureSeries& series, std::string_view colour) {
        out_ << "<polyline fill=\"none\" stroke=\"" << colour
             << "\" stroke-width=\"1.5\" points=\"";
        for (std::size_t i = 0; i < series.x.size(); ++i) {
            out_ << x(series.x[i]) << ',' << y(series.y[i]) << ' ';
        }
        out_ << "\"/>\n";
        for (std::size_t i = 0; series.points && i < series.x.size(); ++i) {
            out_ << "<circle cx=\"" << x(series.x[i]) << "\" cy=\"" << y(series.y[i])
                 << "\" r=\"3.5\" fill=\"" << colour << "\"/>\n";
        }
    }
    void legend(std::string_view name, std::size_t line) {
        const double at = kTop + kSide + kUnder + kLegendLine * static_cast<double>(line);
        out_ << "<rect x=\"" << left_ << "\" y=\"" << at - 4
             << "\" width=\"18\" height=\"3\" fill=\"" << kColours.at(line % kColours.size())
             << "\"/>\n";
        text(left_ + 26, at + 2, "start", name);
    }

    std::ostream& out_;
    const FigurePanel& panel_;
    double left_;
};

}  // namespace

double round_axis(double value) {
    if (!(value > 0)) {
        return 1;
    }
    const double unit = std::pow(10.0, std::floor(std::log10(value / kTicks)));
    for (const double step : {1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0}) {
        if (kTicks * step * unit >= value) {
            return kTicks * step * unit;
        }
    }
    return kTicks * 10 * unit;
}

std::string draw_panels(const std::vector<FigurePanel>& panels) {
    std::size_t lines = 0;
    for (const FigurePanel& panel : panels) {
        lines = std::max(lines, panel.series.size());
    }
    constexpr double kPitch = kLeft + kSide + 28;
    const double width = kPitch * static_cast<double>(panels.size());
    const double height = kTop + kSide + kUnder + kLegendLine * static_cast<double>(lines);
    std::ostringstream out;
    out << std::setprecision(6) << "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" << width
        << "\" height=\"" << height << "\" font-family=\"sans-serif\" font-size=\"12\">\n"
        << "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n";
    for (std::size_t i = 0; i < panels.size(); ++i) {
        PanelDrawing(out, panels[i], kPitch * static_cast<double>(i)).draw();
    }
    out << "</svg>\n";
    return out.str();
}

}  // namespace varhush::apps
