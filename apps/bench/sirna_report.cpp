#include "apps/bench/sirna_report.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace varhush::apps {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::array kMetrics{"AUC", "PCC", "SPCC", "F1"};

std::string fixed(double value, const char* format = "%.4f") {
    if (std::isnan(value)) {
        return "-";
    }
    char text[32];
    std::snprintf(text, sizeof text, format, value);
    return text;
}

std::string with_interval(const Bounded& b) {
    return fixed(b.value) + " (" + fixed(b.low, "%.3f") + "-" + fixed(b.high, "%.3f") + ")";
}

std::string signed_interval(const Bounded& b) {
    return fixed(b.value, "%+.4f") + " (" + fixed(b.low, "%+.3f") + " to " +
           fixed(b.high, "%+.3f") + ")";
}

/// Columns padded to the widest entry, two blanks between.
std::string table_text(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()), 0);
        for (std::size_t c = 0; c < row.size(); ++c) {
            widths[c] = std::max(widths[c], row[c].size());
        }
    }
    std::string text;
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t c = 0; c < row.size(); ++c) {
            line.append(row[c]);
            if (c + 1 < row.size()) {
                line.append(widths[c] + 2 - row[c].size(), ' ');
            }
        }
        text += line;
        text += '\n';
    }
    return text;
}

std::string tests_text(const std::vector<SirnaTest>& tests) {
    std::vector<std::vector<std::string>> rows{{"test", "model", "guides"}};
    for (const char* metric : kMetrics) {
        rows[0].emplace_back(metric);
    }
    for (const SirnaTest& test : tests) {
        rows.push_back({test.name, test.model, std::to_string(test.guides)});
        for (const Bounded& metric : test.metrics) {
            rows.back().push_back(with_interval(metric));
        }
    }
    return table_text(rows);
}

std::string ablations_text(const std::vector<SirnaAblation>& ablations) {
    std::vector<std::vector<std::string>> rows{{"model",
                                                "P2a AUC",
                                                "difference",
                                                "P2a PCC",
                                                "difference",
                                                "P1a AUC",
                                                "difference",
                                                "P1a PCC",
                                                "difference"}};
    for (const SirnaAblation& one : ablations) {
        rows.push_back({one.name});
        for (const SirnaAblation::On& on : one.values) {
            rows.back().push_back(fixed(on.auc));
            rows.back().push_back(signed_interval(on.auc_difference));
            rows.back().push_back(fixed(on.pearson));
            rows.back().push_back(signed_interval(on.pearson_difference));
        }
    }
    return table_text(rows);
}

std::string calibration_text(const std::vector<SirnaCoverage>& lines) {
    std::vector<std::vector<std::string>> rows{
        {"guides of", "guides", "90 % interval covers", "for a new laboratory", "error of P"}};
    for (const SirnaCoverage& line : lines) {
        rows.push_back({line.name,
                        std::to_string(line.guides),
                        fixed(line.known_laboratory, "%.3f"),
                        fixed(line.new_laboratory, "%.3f"),
                        fixed(line.calibration_error, "%.3f")});
    }
    return table_text(rows);
}

std::string thresholds_text(const SirnaBenchReport& report) {
    std::string text = "F1 thresholds: P2a by fold, best on the other folds:";
    for (const auto& [fold, threshold] : report.fold_thresholds) {
        text.append(" ").append(std::to_string(fold)).append("=").append(fixed(threshold));
    }
    return text + "; other tests, best on all held-out genes: " + fixed(report.threshold) + ".\n";
}

Json thresholds_json(const SirnaBenchReport& report) {
    Json folds = Json::object();
    for (const auto& [fold, threshold] : report.fold_thresholds) {
        folds[std::to_string(fold)] = threshold;
    }
    return {{"P2a_by_fold", folds}, {"other_tests", report.threshold}};
}

Json bounded_json(const Bounded& b) {
    return {{"value", b.value}, {"low", b.low}, {"high", b.high}};
}

Json tests_json(const std::vector<SirnaTest>& tests) {
    Json list = Json::array();
    for (const SirnaTest& test : tests) {
        Json one{{"test", test.name}, {"model", test.model}, {"guides", test.guides}};
        for (std::size_t m = 0; m < kMetrics.size(); ++m) {
            one[kMetrics[m]] = bounded_json(test.metrics[m]);
        }
        list.push_back(one);
    }
    return list;
}

}  // namespace

Bounded interval_of(double value, std::vector<double> drawn) {
    if (drawn.empty()) {
        return {value, std::nan(""), std::nan("")};
    }
    std::sort(drawn.begin(), drawn.end());
    const auto point = [&](double share) {
        const double at = share * static_cast<double>(drawn.size() - 1);
        return drawn[static_cast<std::size_t>(std::lround(at))];
    };
    return {value, point(0.025), point(0.975)};
}

std::string to_text(const SirnaBenchReport& report) {
    std::string text =
        "No test selection: everything was chosen on held-out genes of the training set.\n"
        "In brackets: 95 % intervals, genes resampled (guides for Takayuki, one gene).\n\n" +
        tests_text(report.tests) + "\n" + thresholds_text(report);
    if (!report.published.empty()) {
        text +=
            "\nPublished protocol: every network at the epoch that does best on these very "
            "rows.\n\n" +
            tests_text(report.published);
    }
    text +=
        "\nParts: stacked anew from held-out genes; differences from all parts in the same "
        "resamples.\n\n" +
        ablations_text(report.ablations);
    text += "\nCalibration.\n\n" + calibration_text(report.calibration);
    return text;
}

Json to_json(const SirnaBenchReport& report) {
    Json json{{"no_test_selection", tests_json(report.tests)},
              {"published_protocol", tests_json(report.published)},
              {"f1_thresholds", thresholds_json(report)}};
    json["parts"] = Json::array();
    for (const SirnaAblation& one : report.ablations) {
        Json line{{"model", one.name}};
        for (std::size_t t = 0; t < one.values.size(); ++t) {
            const auto& on = one.values[t];
            line[t == 0 ? "P2a" : "P1a"] = {
                {"AUC", on.auc},
                {"AUC_difference", bounded_json(on.auc_difference)},
                {"PCC", on.pearson},
                {"PCC_difference", bounded_json(on.pearson_difference)}};
        }
        json["parts"].push_back(line);
    }
    json["calibration"] = Json::array();
    for (const SirnaCoverage& line : report.calibration) {
        Json one{{"guides_of", line.name},
                 {"guides", line.guides},
                 {"coverage", line.known_laboratory},
                 {"expected_calibration_error", line.calibration_error}};
        if (!std::isnan(line.new_laboratory)) {
            one["coverage_new_laboratory"] = line.new_laboratory;
        }
        json["calibration"].push_back(one);
    }
    return json;
}

}  // namespace varhush::apps
