#include "varhush/report/logo.hpp"

#include "markup.hpp"
#include "varhush/core/error.hpp"
#include "varhush/report/run_summary.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace varhush::report {

namespace {

constexpr std::size_t kRowBases = 80;
constexpr double kColumn = 11;  // px of a base
constexpr double kLetter = 10;  // px of its letter
constexpr double kLeft = 74;
constexpr double kRight = 16;
constexpr double kTop = 56;       // above the first row: the title
constexpr double kPlot = 96;      // height of a row's letters
constexpr double kRowStep = 146;  // from row to row: letters, positions, room

/// A letter in the unit square, y downwards.
struct Letter {
    char base;
    const char* colour;
    const char* path;
};
constexpr std::array<Letter, 4> kLetters{{
    {'A', "#009e73", "M0 1L.38 0H.62L1 1H.78L.7.76H.3L.22 1ZM.36.59H.64L.5.18Z"},
    {'C',
     "#0072b2",
     "M.97.32C.93.11.76 0 .52 0C.2 0 0 .2 0 .5C0 .8.2 1 .52 1C.76 1 .93.89.97.68L.76.63C.73.76.65."
     "82.52.82C.33.82.22.7.22.5C.22.3.33.18.52.18C.65.18.73.24.76.37Z"},
    {'G',
     "#e69f00",
     "M.95.3C.9.1.74 0 .52 0C.2 0 0 .2 0 .5C0 .8.2 1 .53 1C.72 1 .88.93.98.83V.46H.53V.63H.77V.74C."
     "71.79.63.82.53.82C.33.82.22.7.22.5C.22.3.33.18.52.18C.63.18.7.24.73.36Z"},
    {'T', "#d55e00", "M0 0H1V.19H.61V1H.39V.19H0Z"},
}};

/// One row: part of a stretch.
struct Row {
    const LogoStretch* stretch;
    std::size_t begin;
    std::size_t end;
};

/// Heights: common to all rows.
struct Scale {
    double low = 0;
    double high = 0;
    double step = 1;  // of the ticks

    [[nodiscard]] double y(double value) const { return (high - value) / (high - low) * kPlot; }
};

std::string text_at(double x, double y, const char* anchor, const std::string& text) {
    return "<text x=\"" + fixed(x) + "\" y=\"" + fixed(y) + "\" text-anchor=\"" + anchor + "\">" +
           escaped(text) + "</text>\n";
}

std::string line(double x1, double y1, double x2, double y2, const char* colour) {
    return "<path d=\"M" + fixed(x1) + " " + fixed(y1) + "L" + fixed(x2) + " " + fixed(y2) +
           "\" stroke=\"" + colour + "\"/>\n";
}

std::vector<Row> rows_of(const std::vector<LogoStretch>& stretches) {
    std::vector<Row> rows;
    std::size_t bases = 0;
    for (const auto& stretch : stretches) {
        VARHUSH_CHECK(stretch.values.size() == stretch.bases.size());
        bases += stretch.bases.size();
        for (std::size_t at = 0; at < stretch.bases.size(); at += kRowBases) {
            rows.push_back({&stretch, at, std::min(at + kRowBases, stretch.bases.size())});
        }
    }
    VARHUSH_CHECK(bases <= kLogoMostBases);
    return rows;
}

Scale scale_of(const std::vector<LogoStretch>& stretches) {
    Scale scale;
    for (const auto& stretch : stretches) {
        for (const double value : stretch.values) {
            if (std::isfinite(value)) {
                scale.low = std::min(scale.low, value);
                scale.high = std::max(scale.high, value);
            }
        }
    }
    if (scale.low == scale.high) {  // nothing but zeros
        scale.low = -1;
        scale.high = 1;
    }
    scale.step = nice_step(scale.high - scale.low);
    return scale;
}

const Letter* letter_of(char base) {
    const auto found = std::find_if(
        kLetters.begin(), kLetters.end(), [&](const Letter& one) { return one.base == base; });
    return found == kLetters.end() ? nullptr : &*found;
}

std::string axis(const Scale& scale, double top, double right) {
    std::string svg;
    const auto first = static_cast<std::int64_t>(std::ceil(scale.low / scale.step - 1e-9));
    const auto last = static_cast<std::int64_t>(std::floor(scale.high / scale.step + 1e-9));
    for (std::int64_t tick = first; tick <= last; ++tick) {
        const double value = static_cast<double>(tick) * scale.step;
        const double y = top + scale.y(value);
        svg += line(kLeft - 4, y, right, y, tick == 0 ? "#555" : "#e4e4e4");
        svg += text_at(kLeft - 8, y + 4, "end", number(value));
    }
    return svg;
}

std::string positions(const Row& row, double y) {
    std::string svg;
    for (std::size_t i = row.begin; i < row.end; ++i) {
        const std::int64_t position = row.stretch->start + static_cast<std::int64_t>(i) + 1;
        const bool is_first = i == row.begin;
        // A label is as wide as six bases: the first one gets its room.
        const bool has_room = i - row.begin >= 7 && row.end - i >= 2;
        if (!is_first && (position % 10 != 0 || !has_room)) {
            continue;
        }
        const double x = kLeft + (static_cast<double>(i - row.begin) + 0.5) * kColumn;
        svg += line(x, y, x, y + 4, "#555");
        const bool every = is_first || position % 20 == 0;
        if (every) {
            svg += is_first ? text_at(x - kColumn / 2,
                                      y + 17,
                                      "start",
                                      row.stretch->contig + ":" + with_thousands(position))
                            : text_at(x, y + 17, "middle", with_thousands(position));
        }
    }
    return svg;
}

// The letter of one base, or the mark of one without a number.
std::string column(const Row& row, std::size_t i, const Scale& scale, double top) {
    const double value = row.stretch->values[i];
    const char base = row.stretch->bases[i];
    const Letter* letter = letter_of(base);
    const double x = kLeft + static_cast<double>(i - row.begin) * kColumn;
    const std::int64_t position = row.stretch->start + static_cast<std::int64_t>(i) + 1;
    const std::string name =
        row.stretch->contig + ":" + with_thousands(position) + " " + std::string(1, base) + " ";
    if (letter == nullptr || !std::isfinite(value)) {
        return "<rect x=\"" + fixed(x) + "\" y=\"" + fixed(top) + "\" width=\"" + fixed(kColumn) +
               "\" height=\"" + fixed(kPlot) + "\" fill=\"#ececec\"><title>" + escaped(name) +
               "no value</title></rect>\n";
    }
    const double y = top + scale.y(std::max(value, 0.0));
    const double height = std::abs(scale.y(value) - scale.y(0));
    return "<use href=\"#" + std::string(1, base) + "\" transform=\"translate(" +
           fixed(x + (kColumn - kLetter) / 2) + " " + fixed(y, 3) + ") scale(" + fixed(kLetter) +
           " " + fixed(height, 3) + ")\"><title>" + escaped(name + number(value)) +
           "</title></use>\n";
}

std::string head(double width, double height, const LogoText& text) {
    std::string svg =
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-labelledby=\"title "
        "desc\" width=\"" +
        fixed(width, 0) + "\" height=\"" + fixed(height, 0) + "\" viewBox=\"0 0 " +
        fixed(width, 0) + " " + fixed(height, 0) +
        "\" font-family=\"sans-serif\" font-size=\"11\" fill=\"#222\">\n<title id=\"title\">" +
        escaped(text.title) + "</title>\n<desc id=\"desc\">" + escaped(text.description) +
        "</desc>\n<defs>\n";
    for (const Letter& letter : kLetters) {
        svg += "<path id=\"" + std::string(1, letter.base) + "\" fill=\"" + letter.colour +
               "\" fill-rule=\"evenodd\" d=\"" + letter.path + "\"/>\n";
    }
    return svg + "</defs>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n";
}

}  // namespace

std::string logo_svg(const std::vector<LogoStretch>& stretches, const LogoText& text) {
    const auto rows = rows_of(stretches);
    const Scale scale = scale_of(stretches);
    std::size_t longest = 1;
    for (const Row& row : rows) {
        longest = std::max(longest, row.end - row.begin);
    }
    // About as wide as these fonts are, so that no line is cut.
    const double plot_width = std::max({static_cast<double>(longest) * kColumn,
                                        8.2 * static_cast<double>(text.title.size()),
                                        6.6 * static_cast<double>(text.subtitle.size())});
    const double width = kLeft + plot_width + kRight;
    const double height =
        kTop + static_cast<double>(std::max<std::size_t>(rows.size(), 1)) * kRowStep;
    std::string svg = head(width, height, text);
    svg += "<text x=\"" + fixed(kLeft) + "\" y=\"22\" font-size=\"14\">" + escaped(text.title) +
           "</text>\n" + text_at(kLeft, 38, "start", text.subtitle);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const Row& row = rows[i];
        const double top = kTop + static_cast<double>(i) * kRowStep;
        const double right = kLeft + static_cast<double>(row.end - row.begin) * kColumn;
        svg += axis(scale, top, right);
        for (std::size_t at = row.begin; at < row.end; ++at) {
            svg += column(row, at, scale, top);
        }
        svg += positions(row, top + kPlot + 8);
        svg += "<text transform=\"translate(16 " + fixed(top + kPlot / 2) +
               ") rotate(-90)\" text-anchor=\"middle\">" + escaped(text.y_label) + "</text>\n";
    }
    return svg + "</svg>\n";
}

}  // namespace varhush::report
