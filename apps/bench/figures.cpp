#include "apps/bench/figures.hpp"

#include "apps/common/cli.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/io/output_file.hpp"
#include "varhush/io/text_reader.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <map>
#include <utility>

namespace varhush::apps {

namespace {

using Json = nlohmann::ordered_json;

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

double number(const Json& value) {
    return value.is_number() ? value.get<double>() : kUnknown;
}

std::string joined(const std::string& prefix, const std::string& part) {
    return part.empty() || part == "." ? prefix : prefix.empty() ? part : prefix + "/" + part;
}

/// Walks a report and keeps what has an interval.
class Collector {
  public:
    void walk(const Json& node, const std::string& name) {
        if (node.is_array()) {
            for (const Json& one : node) {
                walk(one, name);
            }
        }
        if (!node.is_object()) {
            return;
        }
        std::string own = name;
        for (const auto& [key, value] : node.items()) {
            own = value.is_string() ? joined(own, value.get<std::string>()) : own;
        }
        if (node.contains("low") && node.contains("high")) {
            add(node, own);
        }
        for (const auto& [key, value] : node.items()) {
            if (value.is_structured()) {
                walk(value, joined(own, key));
            }
        }
    }
    [[nodiscard]] std::vector<Figure> take() { return std::move(figures_); }

  private:
    void add(const Json& node, const std::string& name) {
        std::string key;
        for (auto item = node.begin(); item != node.end() && item.key() != "low"; ++item) {
            if (item.value().is_number() || item.value().is_null()) {
                key = item.key();
            }
        }
        key = node.contains("value") ? "value" : key;
        if (key.empty()) {
            return;
        }
        std::string full = key == "value" ? name : joined(name, key);
        if (const int seen = ++seen_[full]; seen > 1) {
            full += "#" + std::to_string(seen);
        }
        figures_.push_back(
            {full, number(node.at(key)), number(node.at("low")), number(node.at("high"))});
    }

    std::vector<Figure> figures_;
    std::map<std::string, int> seen_;
};

std::string text_of(double value) {
    if (!std::isfinite(value)) {
        return "unknown";
    }
    char text[32];
    std::snprintf(text, sizeof text, "%.4f", value);
    return text;
}

std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) {
        out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : std::string(1, c);
    }
    return out;
}

/// What is under way: "x1="…"" and the like with one decimal.
std::string attribute(const char* name, double value) {
    char text[64];
    std::snprintf(text, sizeof text, " %s=\"%.1f\"", name, value);
    return text;
}

std::string text_element(
    double x, double y, const std::string& text, const char* anchor, const char* more = "") {
    return "<text" + attribute("x", x) + attribute("y", y) + " text-anchor=\"" + anchor + "\"" +
           more + ">" + escaped(text) + "</text>\n";
}

std::string line_element(double x1, double y1, double x2, double y2, const char* look) {
    return "<line" + attribute("x1", x1) + attribute("y1", y1) + attribute("x2", x2) +
           attribute("y2", y2) + " " + look + "/>\n";
}

/// Lays the figures out, one line each, on an axis from at most 0 to at least 1.
class Drawing {
  public:
    explicit Drawing(const std::vector<Figure>& figures) : figures_(figures) {
        std::size_t longest = 10;
        for (const Figure& one : figures_) {
            for (const double value : {one.value, one.low, one.high}) {
                low_ = std::isfinite(value) ? std::min(low_, value) : low_;
                high_ = std::isfinite(value) ? std::max(high_, value) : high_;
            }
            longest = std::max(longest, one.name.size());
        }
        low_ = std::floor(low_ * 5) / 5;
        high_ = std::ceil(high_ * 5) / 5;
        left_ = 20 + 6.2 * static_cast<double>(longest);
        bottom_ = kTop + kLine * static_cast<double>(figures_.size());
    }

    [[nodiscard]] std::string svg(const std::string& title) const {
        const double width =
            std::max(left_ + kPlot + 80, 20 + 7.5 * static_cast<double>(title.size()));
        std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"" +
                          escaped(title) + "\"" + attribute("width", width) +
                          attribute("height", bottom_ + 30) +
                          " font-family=\"sans-serif\" font-size=\"11\">\n<rect width=\"100%\" "
                          "height=\"100%\" fill=\"#fff\"/>\n";
        out += text_element(10, 20, title, "start", " font-size=\"13\"");
        out += grid();
        for (std::size_t i = 0; i < figures_.size(); ++i) {
            out += point(figures_[i], kTop + kLine * (static_cast<double>(i) + 0.5));
        }
        return out + "</svg>\n";
    }

  private:
    static constexpr double kTop = 36;
    static constexpr double kLine = 16;
    static constexpr double kPlot = 420;

    [[nodiscard]] double x(double value) const {
        return left_ + kPlot * (value - low_) / (high_ - low_);
    }
    [[nodiscard]] std::string grid() const {
        std::string out;
        const auto first = static_cast<int>(std::lround(low_ * 5));
        const auto last = static_cast<int>(std::lround(high_ * 5));
        const int step = std::max(1, (last - first) / 8);
        for (int tick = first; tick <= last; tick += step) {
            const double value = tick / 5.0;
            out += line_element(x(value),
                                kTop,
                                x(value),
                                bottom_,
                                tick == 0 ? "stroke=\"#888\"" : "stroke=\"#ddd\"");
            char label[32];
            std::snprintf(label, sizeof label, "%.1f", value);
            out += text_element(x(value), bottom_ + 16, label, "middle");
        }
        return out;
    }
    [[nodiscard]] std::string point(const Figure& one, double y) const {
        std::string out = text_element(left_ - 8, y + 4, one.name, "end");
        if (!std::isfinite(one.value)) {
            return out + text_element(left_ + kPlot + 8, y + 4, "unknown", "start");
        }
        if (std::isfinite(one.low) && std::isfinite(one.high)) {
            out += line_element(
                x(one.low), y, x(one.high), y, "stroke=\"#1b6ca8\" stroke-width=\"2\"");
        }
        char label[32];
        std::snprintf(label, sizeof label, "%.3f", one.value);
        return out + "<circle" + attribute("cx", x(one.value)) + attribute("cy", y) +
               " r=\"3.5\" fill=\"#c0392b\"/>\n" +
               text_element(left_ + kPlot + 8, y + 4, label, "start");
    }

    const std::vector<Figure>& figures_;
    double low_ = 0;
    double high_ = 1;
    double left_ = 0;
    double bottom_ = 0;
};

std::string cell(const Json& row, const std::string& column) {
    const auto value = row.find(column);
    if (value == row.end() || value->is_null()) {
        return ".";
    }
    if (value->is_string()) {
        return value->get<std::string>().empty() ? "." : value->get<std::string>();
    }
    if (value->is_number_float()) {
        char text[32];
        std::snprintf(text, sizeof text, "%.3f", value->get<double>());
        return std::isfinite(value->get<double>()) ? text : ".";
    }
    return value->dump();
}

}  // namespace

std::vector<Figure> figures_in(const Json& report) {
    Collector collector;
    collector.walk(report, "");
    return collector.take();
}

std::vector<Figure> read_expectations(const std::string& path) {
    io::TextReader reader(path);
    std::string text;
    for (std::string line; reader.next(line);) {
        text.append(line).push_back('\n');
    }
    const Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded()) {
        throw Error(ErrorKind::kInput, path + ": this is not JSON");
    }
    auto figures = figures_in(json);
    if (json.is_object()) {
        for (const auto& [name, value] : json.items()) {
            if (value.is_number()) {
                figures.push_back({name, value.get<double>(), kUnknown, kUnknown});
            }
        }
    }
    std::erase_if(figures, [](const Figure& one) { return !std::isfinite(one.value); });
    if (figures.empty()) {
        throw Error(ErrorKind::kInput,
                    path + ": there is no figure to expect",
                    "expected what --json writes, or an object of names and numbers");
    }
    return figures;
}

std::vector<std::string> missed(const std::vector<Figure>& expected,
                                const std::vector<Figure>& found,
                                double tolerance) {
    std::vector<std::string> lines;
    for (const Figure& one : expected) {
        const auto same = std::find_if(found.begin(), found.end(), [&](const Figure& other) {
            return other.name == one.name;
        });
        const std::string wanted = one.name + ": expected " + text_of(one.value);
        if (same == found.end()) {
            lines.push_back(wanted + ", but there is no such figure");
            continue;
        }
        const double most = std::isfinite(same->high) ? same->high : same->value;
        // Values printed with seventeen digits and read again are the same; 1e-9 is for sums whose
        // order another compiler changes.
        if (!(one.value - tolerance * std::fabs(one.value) <= most + 1e-9)) {
            lines.push_back(wanted + ", found " + text_of(same->value) + " (" + text_of(same->low) +
                            " to " + text_of(same->high) + ")");
        }
    }
    return lines;
}

std::string figures_svg(const std::string& title, const std::vector<Figure>& figures) {
    return Drawing(figures).svg(title);
}

std::string rows_text(const std::vector<std::string>& columns, const std::vector<Json>& rows) {
    std::string text;
    for (const std::string& column : columns) {
        text.append(text.empty() ? "" : "\t").append(column);
    }
    text += '\n';
    for (const Json& row : rows) {
        for (const std::string& column : columns) {
            text.append(column == columns.front() ? "" : "\t").append(cell(row, column));
        }
        text += '\n';
    }
    return text;
}

Report::Report(const BenchOptions& options, double tolerance)
    : options_(options), tolerance_(tolerance) {
    if (!options.expect.empty()) {
        expected_ = read_expectations(options.expect);
    }
}

int Report::finish(const std::string& title, const std::string& text, const Json& json) const {
    const auto figures = figures_in(json);
    if (!options_.svg.empty()) {
        io::OutputFile out(options_.svg);
        out.write(figures_svg(title, figures));
        out.close();
    }
    print_to_stdout(options_.json ? json.dump(2) + "\n" : text);
    if (!expected_) {
        return 0;
    }
    const auto lines = missed(*expected_, figures, tolerance_);
    for (const std::string& line : lines) {
        core::log(core::LogLevel::kError, "missed: " + line);
    }
    core::log(core::LogLevel::kInfo,
              std::to_string(expected_->size()) + " expectations, " + std::to_string(lines.size()) +
                  " missed");
    return lines.empty() ? 0 : 1;
}

}  // namespace varhush::apps
