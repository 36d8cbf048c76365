#include "apps/calibrate/signs.hpp"

#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/io/effect_table.hpp"
#include "varhush/report/run_summary.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <set>
#include <utility>

namespace varhush::apps {

namespace {

constexpr std::size_t kBins = 10;

}  // namespace

std::vector<scoring::MeasuredScore> read_measured(const CalibrateOptions& options) {
    std::vector<scoring::MeasuredScore> measured;
    bool any_score = false;
    for (const io::EffectRow& row : io::read_effect_table(options.measured)) {
        any_score = any_score || row.score.has_value();
        if (!row.score || *row.score == 0 || row.effect_log2 == 0 || !row.passed || !row.primary ||
            row.p_value.value_or(0) > options.measured_p ||
            (options.measured_split != "all" && row.split != options.measured_split)) {
            continue;
        }
        measured.push_back({row.element, *row.score, row.effect_log2});
    }
    if (!any_score) {
        throw Error(ErrorKind::kInput,
                    options.measured + ": no row has a score",
                    "expected the column 'score' beside the measured effects, as 'varhush train "
                    "reporter --held-out' writes it");
    }
    return measured;
}

std::string sign_line(const std::vector<scoring::MeasuredScore>& measured) {
    std::vector<bool> right;
    std::set<std::string> groups;
    for (const auto& one : measured) {
        right.push_back(scoring::sign_is_right(one));
        groups.insert(one.group);
    }
    const auto count = static_cast<double>(std::count(right.begin(), right.end(), true));
    const auto told = scoring::left_out_probabilities(measured);
    std::array<char, 120> text{};
    std::snprintf(text.data(),
                  text.size(),
                  " groups, %.1f %% of their signs are right; calibration error of groups left out "
                  "of the curve %.3f",
                  100 * count / static_cast<double>(measured.size()),
                  scoring::expected_calibration_error(told, right, kBins));
    return "signs: " + report::with_thousands(static_cast<std::int64_t>(measured.size())) +
           " measured effects of " + std::to_string(groups.size()) + text.data();
}

scoring::CalibrationTable add_signs(scoring::CalibrationTable table,
                                    const CalibrateOptions& options) {
    if (options.measured.empty()) {
        return table;
    }
    if (table.series().size() != 1) {
        throw Error(ErrorKind::kUsage,
                    "--measured: this model has " + std::to_string(table.series().size()) +
                        " series of scores, and the table of measured effects has one",
                    "signs can be calibrated for models with a single flat tag");
    }
    const auto measured = read_measured(options);
    auto curve = scoring::SignCurve::of(measured);
    core::log(core::LogLevel::kInfo, sign_line(measured));
    const std::string series = table.series().front().name;
    return std::move(table).with_sign({series,
                                       std::filesystem::path(options.measured).filename().string(),
                                       static_cast<std::int64_t>(measured.size()),
                                       std::move(curve)});
}

}  // namespace varhush::apps
