#include "curves.hpp"

#include "varhush/core/error.hpp"
#include "varhush/io/output_file.hpp"
#include "varhush/io/text_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <iomanip>
#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

namespace varhush::train {
namespace {

constexpr double kWidth = 640;
constexpr double kPanelHeight = 220;
constexpr double kLeft = 60;
constexpr double kRight = 20;
constexpr double kTop = 30;

struct Curve {
    std::string name;
    std::vector<std::pair<double, double>> points;
};

double number(std::string_view text) {
    double value = std::nan("");
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::vector<Curve> read_log(const std::string& path) {
    io::TextReader in(path);
    std::string line;
    std::vector<Curve> curves;
    while (in.next(line)) {
        const auto fields = io::split_tabs(line);
        if (curves.empty()) {
            for (const auto field : fields) {
                curves.push_back({std::string(field), {}});
            }
            continue;
        }
        for (std::size_t i = 0; i < std::min(fields.size(), curves.size()); ++i) {
            const double value = number(fields[i]);
            if (std::isfinite(value)) {
                curves[i].points.emplace_back(number(fields[0]), value);
            }
        }
    }
    if (curves.empty() || curves[0].points.empty()) {
        throw Error(ErrorKind::kInput, path + ": the log has no lines to draw");
    }
    return curves;
}

/// One panel with the named curves, from `low` to `high`.
class Panel {
  public:
    Panel(std::ostream& out, double top, double last_step, double low, double high)
        : out_(out), top_(top), last_(last_step), low_(low), high_(high > low ? high : low + 1) {
        out_ << "<rect x=\"" << kLeft << "\" y=\"" << top_ << "\" width=\"" << inner()
             << "\" height=\"" << kPanelHeight << "\" fill=\"none\" stroke=\"#999\"/>\n";
        for (const double share : {0.0, 0.5, 1.0}) {
            const double value = low_ + share * (high_ - low_);
            out_ << "<text x=\"" << kLeft - 6 << "\" y=\"" << y(value) + 4
                 << "\" text-anchor=\"end\">" << value << "</text>\n";
        }
        out_ << "<text x=\"" << kWidth - kRight << "\" y=\"" << top_ + kPanelHeight + 16
             << "\" text-anchor=\"end\">step " << last_ << "</text>\n";
    }

    void draw(const Curve& curve) {
        constexpr std::array<const char*, 4> kColours{"#1b6ca8", "#c0392b", "#27803b", "#8e44ad"};
        const char* colour = kColours.at(drawn_ % kColours.size());
        out_ << "<polyline fill=\"none\" stroke=\"" << colour
             << "\" stroke-width=\"1.5\" points=\"";
        for (const auto& [step, value] : curve.points) {
            out_ << x(step) << ',' << y(value) << ' ';
        }
        out_ << "\"/>\n<text x=\"" << kLeft + 10 + 140 * static_cast<double>(drawn_) << "\" y=\""
             << top_ - 8 << "\" fill=\"" << colour << "\">" << curve.name << "</text>\n";
        ++drawn_;
    }

  private:
    [[nodiscard]] static double inner() { return kWidth - kLeft - kRight; }
    [[nodiscard]] double x(double step) const { return kLeft + inner() * step / last_; }
    [[nodiscard]] double y(double value) const {
        const double share = std::clamp((value - low_) / (high_ - low_), 0.0, 1.0);
        return top_ + kPanelHeight * (1 - share);
    }

    std::ostream& out_;
    double top_, last_, low_, high_;
    std::size_t drawn_ = 0;
};

void draw_panel(std::ostream& out,
                double top,
                const std::vector<Curve>& curves,
                const std::vector<std::string_view>& names,
                bool from_zero_to_one) {
    std::vector<const Curve*> shown;
    double low = 0;
    double high = 0;
    for (const Curve& curve : curves) {
        if (std::find(names.begin(), names.end(), curve.name) != names.end() &&
            !curve.points.empty()) {
            shown.push_back(&curve);
            for (const auto& [step, value] : curve.points) {
                high = std::max(high, value);
                low = std::min(low, value);
            }
        }
    }
    const double last = curves[0].points.back().first;
    Panel panel(out, top, last, from_zero_to_one ? 0 : low, from_zero_to_one ? 1 : high);
    for (const Curve* curve : shown) {
        panel.draw(*curve);
    }
}

}  // namespace

void write_curves(const std::string& log, const std::string& path) {
    const auto curves = read_log(log);
    const double second = 2 * kTop + kPanelHeight + 20;
    std::ostringstream out;
    out << std::setprecision(5) << "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" << kWidth
        << "\" height=\"" << second + kPanelHeight + kTop
        << "\" font-family=\"sans-serif\" font-size=\"11\">\n";
    draw_panel(out, kTop, curves, {"train_loss", "validation_loss"}, false);
    draw_panel(out, second, curves, {"auroc", "pearson", "auprc", "effect_pearson"}, true);
    out << "</svg>\n";
    io::OutputFile file(path, io::packing_for(path));
    file.write(out.str());
    file.close();
}

}  // namespace varhush::train
