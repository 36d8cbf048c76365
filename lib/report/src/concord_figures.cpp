#include "concord_figures.hpp"

#include "markup.hpp"
#include "plot_frame.hpp"
#include "svg.hpp"
#include "varhush/report/concord_page.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace varhush::report {

namespace {

using concord::Analysis;

std::string name_of(const Analysis& analysis, std::size_t row) {
    const concord::CountRow& counts = analysis.counts.rows[row];
    const concord::CountedVariant& variant = analysis.counts.variants[counts.variant];
    std::string text;
    put(text, analysis.counts.contigs.names()[variant.contig], ":");
    put(text, std::to_string(variant.position + 1), " ", shortened(variant.ref, 12), ">");
    put(text, shortened(variant.alt, 12), " ", analysis.counts.samples[counts.sample], ", ");
    put(text, std::to_string(counts.ref_count), " REF ", std::to_string(counts.alt_count), " ALT");
    return text;
}

/// Tested rows with a value of this score, significant ones last.
std::vector<std::size_t> rows_of(const Analysis& analysis, std::size_t label) {
    std::vector<std::size_t> quiet;
    std::vector<std::size_t> loud;
    for (std::size_t i = 0; i < analysis.counts.rows.size(); ++i) {
        const concord::CountRow& row = analysis.counts.rows[i];
        if (row.status == concord::SiteStatus::kOk &&
            concord::applies(analysis, label, row.sample) &&
            analysis.scores.predictions[label][row.variant].reason == concord::ScoreBook::kOk) {
            (analysis.tests.rows[i].significant ? loud : quiet).push_back(i);
        }
    }
    std::vector<std::size_t> rows;
    const std::size_t room = kConcordMostPoints - std::min(loud.size(), kConcordMostPoints);
    const std::size_t shown = std::min(quiet.size(), room);
    for (std::size_t i = 0; i < shown; ++i) {
        rows.push_back(quiet[i * quiet.size() / shown]);
    }
    const std::size_t most = std::min(loud.size(), kConcordMostPoints);
    for (std::size_t i = 0; i < most; ++i) {
        rows.push_back(loud[i * loud.size() / most]);
    }
    return rows;
}

/// A range about 0 that holds all sizes, a little wider.
double reach(double largest) {
    constexpr double kMargin = 1.06;
    return largest > 0 ? kMargin * largest : 1;
}

}  // namespace

std::string effects_svg(const Analysis& analysis, std::size_t label) {
    const std::vector<std::size_t> rows = rows_of(analysis, label);
    const auto& predictions = analysis.scores.predictions[label];
    double score = 0;
    double effect = 0;
    for (const std::size_t row : rows) {
        score = std::max(score, std::fabs(predictions[analysis.counts.rows[row].variant].value));
        effect = std::max(effect, std::fabs(analysis.tests.rows[row].effect_log2));
    }
    const PlotFrame frame{.x_low = -reach(score),
                          .x_high = reach(score),
                          .y_low = -reach(effect),
                          .y_high = reach(effect)};
    Svg svg(frame.drawing_width(),
            analysis.scores.labels[label] + " and observed effects of " +
                std::to_string(rows.size()) + " sites");
    frame.draw(analysis.scores.labels[label], "observed log2(ALT/REF)", svg);
    for (const std::size_t row : rows) {
        const concord::Imbalance& test = analysis.tests.rows[row];
        const double value = predictions[analysis.counts.rows[row].variant].value;
        const int sign = concord::sign_agreement(value, test.effect_log2);
        const char* const look = !test.significant ? "filtered" : sign < 0 ? "common" : "chosen";
        svg.circle(frame.x(value),
                   frame.y(test.effect_log2),
                   test.significant ? 3.2 : 2.2,
                   look,
                   name_of(analysis, row) + ", q " + number(test.q, 2));
    }
    return svg.finish(frame.drawing_height());
}

std::string calibration_svg(const concord::ScoreResult& result) {
    double score = 0;
    double effect = 0;
    for (const concord::CalibrationBin& bin : result.agreement.bins) {
        score = std::max(score, std::fabs(bin.mean_score));
        effect = std::max({effect, std::fabs(bin.effect.low), std::fabs(bin.effect.high)});
    }
    const PlotFrame frame{.x_low = -reach(score),
                          .x_high = reach(score),
                          .y_low = -reach(effect),
                          .y_high = reach(effect)};
    Svg svg(frame.drawing_width(), "Mean observed effect by bins of " + result.score);
    frame.draw(result.score + ", mean of the bin", "mean observed log2(ALT/REF)", svg);
    for (const concord::CalibrationBin& bin : result.agreement.bins) {
        const double x = frame.x(bin.mean_score);
        svg.line(x, frame.y(bin.effect.low), x, frame.y(bin.effect.high), "interval");
        std::string title;
        put(title, std::to_string(bin.sites), " sites, scores ", number(bin.low), " to ");
        put(title, number(bin.high), ": mean effect ", fixed(bin.mean_effect), " (");
        put(title, fixed(bin.effect.low), " to ", fixed(bin.effect.high), "), ALT up at ");
        put(title, percent(bin.share_alt));
        svg.circle(x, frame.y(bin.mean_effect), 4, "chosen", title);
    }
    return svg.finish(frame.drawing_height());
}

std::string p_values_svg(const Analysis& analysis) {
    std::vector<std::pair<double, bool>> sites;
    for (std::size_t i = 0; i < analysis.counts.rows.size(); ++i) {
        if (analysis.counts.rows[i].status == concord::SiteStatus::kOk) {
            const concord::Imbalance& test = analysis.tests.rows[i];
            sites.emplace_back(test.p, test.significant);
        }
    }
    std::sort(sites.begin(), sites.end());
    const auto n = static_cast<double>(sites.size());
    const auto expected = [&](std::size_t i) {
        return -std::log10((static_cast<double>(i) + 0.5) / n);
    };
    const double x_high = sites.empty() ? 1 : 1.05 * expected(0);
    const double y_high = sites.empty() ? 1 : std::max(x_high, -1.05 * std::log10(sites[0].first));
    const PlotFrame frame{.x_low = 0, .x_high = x_high, .y_low = 0, .y_high = y_high};
    Svg svg(frame.drawing_width(),
            "p-values of " + std::to_string(sites.size()) + " sites against their expectation");
    frame.draw("expected -log10 p of null sites", "observed -log10 p", svg);
    svg.line(frame.x(0), frame.y(0), frame.x(x_high), frame.y(x_high), "threshold");
    // The smallest one by one, then ever fewer of those that lie on each other.
    std::size_t i = 0;
    while (i < sites.size()) {
        svg.circle(frame.x(expected(i)),
                   frame.y(-std::log10(sites[i].first)),
                   2.6,
                   sites[i].second ? "chosen" : "filtered");
        i += 1 + i / 200;
    }
    return svg.finish(frame.drawing_height());
}

}  // namespace varhush::report
