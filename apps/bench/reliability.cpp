#include "apps/bench/reliability.hpp"

#include "apps/bench/reliability_data.hpp"
#include "apps/bench/reliability_figure.hpp"
#include "apps/common/cli.hpp"
#include "varhush/core/error.hpp"
#include "varhush/io/output_file.hpp"
#include "varhush/scoring/risk_coverage.hpp"
#include "varhush/scoring/sign_curve.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>
#include <map>
#include <numeric>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace varhush::apps {

namespace {

using Json = nlohmann::ordered_json;
using Rows = std::vector<std::size_t>;

constexpr std::size_t kBins = 10;
constexpr std::size_t kDrawnPoints = 300;
constexpr std::array kShares{0.8, 0.6, 0.4, 0.2};

// Groups are redrawn, and in each its rows (Efron 1979); a single group's rows alone. Same seed,
// same numbers.
class Redraws {
  public:
    Redraws(const ReliabilityData& data, const Rows& rows, int rounds) : rounds_(rounds) {
        std::map<std::string, Rows> groups;
        for (const std::size_t row : rows) {
            groups[data.groups[row]].push_back(row);
        }
        for (auto& [name, members] : groups) {
            groups_.push_back(std::move(members));
        }
    }

    // 5 % and 95 % of the finite values of `figure` over the redraws, [low, high]; nulls for none.
    [[nodiscard]] std::pair<Json, Json> interval(const std::function<double(const Rows&)>& figure) {
        std::mt19937_64 random(1);
        std::vector<double> values;
        for (int round = 0; round < rounds_; ++round) {
            Rows drawn;
            for (std::size_t g = 0; g < groups_.size(); ++g) {
                const Rows& group = groups_[random() % groups_.size()];
                for (std::size_t i = 0; i < group.size(); ++i) {
                    drawn.push_back(group[random() % group.size()]);
                }
            }
            if (const double value = figure(drawn); std::isfinite(value)) {
                values.push_back(value);
            }
        }
        if (values.empty()) {
            return {nullptr, nullptr};
        }
        std::sort(values.begin(), values.end());
        const auto at = [&](double share) {
            return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
        };
        return {at(0.05), at(0.95)};
    }

  private:
    int rounds_;
    std::vector<Rows> groups_;
};

std::vector<double> picked(const std::vector<double>& values, const Rows& rows) {
    std::vector<double> some;
    some.reserve(rows.size());
    std::transform(rows.begin(), rows.end(), std::back_inserter(some), [&](std::size_t row) {
        return values[row];
    });
    return some;
}

std::vector<bool> wrong_of(const ReliabilityData& data, const Rows& rows) {
    std::vector<bool> wrong;
    std::transform(rows.begin(), rows.end(), std::back_inserter(wrong), [&](std::size_t row) {
        return data.wrong_sign(row);
    });
    return wrong;
}

// What an error is: a wrong sign, or how far off the score is.
struct ErrorKindOf {
    std::string name;
    Rows rows;
    std::vector<double> errors;  // of all rows of the table
};

std::vector<ErrorKindOf> kinds_of_error(const ReliabilityData& data, double min_truth) {
    std::vector<double> wrong(data.scores.size());
    std::vector<double> distance(data.scores.size());
    Rows all(data.scores.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    for (const std::size_t row : all) {
        wrong[row] = data.wrong_sign(row) ? 1 : 0;
        distance[row] = std::fabs(data.scores[row] - data.truths[row]);
    }
    return {{"wrong_sign", data.signed_rows(min_truth), std::move(wrong)},
            {"distance", std::move(all), std::move(distance)}};
}

struct Judged {
    Json row;
    scoring::RiskCoverage curve;
};

Judged judge(const ReliabilityData& data,
             const ErrorKindOf& kind,
             const ReliabilityData::Confidence& confidence,
             int rounds) {
    const auto curve = scoring::risk_coverage(picked(confidence.values, kind.rows),
                                              picked(kind.errors, kind.rows));
    Redraws redraws(data, kind.rows, rounds);
    const auto area = redraws.interval([&](const Rows& rows) {
        return scoring::risk_coverage(picked(confidence.values, rows), picked(kind.errors, rows))
            .area();
    });
    Json row{{"error", kind.name},
             {"confidence", confidence.name},
             {"rows", kind.rows.size()},
             {"all", curve.at(1)}};
    for (const double share : kShares) {
        char name[24];
        std::snprintf(name, sizeof name, "kept_%.0f", 100 * share);
        row[name] = curve.at(share);
    }
    row["area"] = curve.area();
    row["area_low"] = area.first;
    row["area_high"] = area.second;
    if (kind.name == "wrong_sign") {
        const auto auroc_of = [&](const Rows& rows) {
            return scoring::error_auroc(picked(confidence.values, rows), wrong_of(data, rows));
        };
        const double auroc = auroc_of(kind.rows);
        const auto interval = redraws.interval(auroc_of);
        row["auroc"] = std::isfinite(auroc) ? Json(auroc) : Json(nullptr);
        row["auroc_low"] = interval.first;
        row["auroc_high"] = interval.second;
    }
    return {row, curve};
}

std::vector<bool> right_of(const ReliabilityData& data, const Rows& rows) {
    auto right = wrong_of(data, rows);
    right.flip();
    return right;
}

FigureSeries diagram_of(const std::vector<scoring::ReliabilityBin>& bins) {
    FigureSeries series;
    series.name = "tenths of the rows";
    series.points = true;
    for (const auto& bin : bins) {
        series.x.push_back(bin.told);
        series.y.push_back(bin.right);
    }
    return series;
}

Json calibration_of(const ReliabilityData& data, const Rows& rows, int rounds) {
    const auto error_of = [&](const Rows& some) {
        return scoring::expected_calibration_error(
            picked(data.probabilities, some), right_of(data, some), kBins);
    };
    const auto interval = Redraws(data, rows, rounds).interval(error_of);
    const auto told = picked(data.probabilities, rows);
    const auto right = right_of(data, rows);
    const auto count = static_cast<double>(rows.size());
    Json bins = Json::array();
    for (const auto& bin : scoring::reliability_bins(told, right, kBins)) {
        bins.push_back({{"told", bin.told}, {"right", bin.right}, {"rows", bin.count}});
    }
    return {{"rows", rows.size()},
            {"told", std::accumulate(told.begin(), told.end(), 0.0) / count},
            {"right", static_cast<double>(std::count(right.begin(), right.end(), true)) / count},
            {"calibration_error", error_of(rows)},
            {"calibration_error_low", interval.first},
            {"calibration_error_high", interval.second},
            {"bins", bins}};
}

// Everything that is written.
struct ReliabilityReport {
    Json rows = Json::array();
    Json calibration;  // null: no probabilities
    std::vector<FigurePanel> panels;
    std::string curves = "error\tconfidence\tkept\trisk\n";
};

void add_curve(const Judged& judged, FigurePanel& panel, ReliabilityReport& report) {
    const auto& row = judged.row;
    FigureSeries series;
    series.name = row["confidence"].get<std::string>();
    const auto count = static_cast<double>(judged.curve.risk.size());
    const std::size_t stride = 1 + judged.curve.risk.size() / kDrawnPoints;
    double highest = 0;
    for (std::size_t k = 0; k < judged.curve.risk.size(); ++k) {
        const double kept = static_cast<double>(k + 1) / count;
        char numbers[64];
        std::snprintf(numbers, sizeof numbers, "\t%.6g\t%.6g\n", kept, judged.curve.risk[k]);
        report.curves.append(row["error"].get<std::string>()).append("\t");
        report.curves.append(series.name).append(numbers);
        // The first few items jump; they are in the table.
        if (kept >= 0.02 && (k % stride == 0 || k + 1 == judged.curve.risk.size())) {
            series.x.push_back(kept);
            series.y.push_back(judged.curve.risk[k]);
            highest = std::max(highest, judged.curve.risk[k]);
        }
    }
    panel.y_high = std::max(panel.y_high, round_axis(highest));
    panel.series.push_back(std::move(series));
}

ReliabilityReport report_of(const ReliabilityData& data, double min_truth, int rounds) {
    ReliabilityReport report;
    for (const ErrorKindOf& kind : kinds_of_error(data, min_truth)) {
        if (kind.rows.empty()) {
            continue;
        }
        FigurePanel panel;
        panel.title =
            kind.name == "wrong_sign" ? "share of wrong signs" : "distance from the truth";
        panel.x_label = "share kept, most trusted first";
        panel.y_label = kind.name == "wrong_sign" ? "wrong signs" : "mean distance";
        panel.y_high = 1e-9;
        for (const auto& confidence : data.confidences) {
            const Judged judged = judge(data, kind, confidence, rounds);
            report.rows.push_back(judged.row);
            add_curve(judged, panel, report);
        }
        report.panels.push_back(std::move(panel));
    }
    const Rows rows = data.signed_rows(min_truth);
    if (!data.probabilities.empty() && !rows.empty()) {
        report.calibration = calibration_of(data, rows, rounds);
        FigurePanel panel;
        panel.title = "reliability";
        panel.x_label = "probability of the right sign, as told";
        panel.y_label = "share of right signs";
        panel.x_low = 0.5;
        panel.diagonal = true;
        panel.series.push_back(diagram_of(scoring::reliability_bins(
            picked(data.probabilities, rows), right_of(data, rows), kBins)));
        report.panels.push_back(std::move(panel));
    }
    return report;
}

std::string cell(const Json& row, const std::string& column) {
    const auto value = row.find(column);
    if (value == row.end() || value->is_null()) {
        return ".";
    }
    if (value->is_string()) {
        return value->get<std::string>();
    }
    if (!value->is_number_float()) {
        return value->dump();
    }
    char number[32];
    std::snprintf(number, sizeof number, "%.4f", value->get<double>());
    return number;
}

void add_table(const Json& rows, const std::vector<std::string>& columns, std::string& text) {
    for (const std::string& column : columns) {
        text += (column == columns.front() ? "" : "\t") + column;
    }
    text += '\n';
    for (const Json& row : rows) {
        for (const std::string& column : columns) {
            text += (column == columns.front() ? "" : "\t") + cell(row, column);
        }
        text += '\n';
    }
}

std::string as_text(const ReliabilityReport& report) {
    std::string text;
    add_table(report.rows,
              {"error",
               "confidence",
               "rows",
               "all",
               "kept_80",
               "kept_60",
               "kept_40",
               "kept_20",
               "area",
               "area_low",
               "area_high",
               "auroc",
               "auroc_low",
               "auroc_high"},
              text);
    if (!report.calibration.is_null()) {
        text += '\n';
        add_table(Json::array({report.calibration}),
                  {"rows",
                   "told",
                   "right",
                   "calibration_error",
                   "calibration_error_low",
                   "calibration_error_high"},
                  text);
    }
    return text;
}

void write_file(const std::string& path, const std::string& text) {
    io::OutputFile file(path, io::packing_for(path));
    file.write(text);
    file.close();
}

}  // namespace

int run_reliability_bench(const BenchOptions& options) {
    const auto data = read_reliability(options.reliability);
    const ReliabilityReport report = report_of(data, options.reliability.min_truth, options.rounds);
    if (!options.reliability.svg.empty()) {
        write_file(options.reliability.svg, draw_panels(report.panels));
    }
    if (!options.reliability.curves.empty()) {
        write_file(options.reliability.curves, report.curves);
    }
    print_to_stdout(
        options.json
            ? Json{{"confidences", report.rows}, {"signs", report.calibration}}.dump(2) + "\n"
            : as_text(report));
    return 0;
}

}  // namespace varhush::apps
