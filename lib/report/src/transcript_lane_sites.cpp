#include "markup.hpp"
#include "transcript_lanes.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

namespace varhush::report {

namespace {

constexpr std::size_t kMostBars = 240;
constexpr std::size_t kMostChipRows = 6;

struct Chip {
    double site;   // middle of the site
    double width;  // of the site
    std::size_t rank;
    std::string title;
};

std::vector<Chip> chips_of(const sirna::DesignReport& report,
                           std::size_t target,
                           const TranscriptAxis& axis) {
    std::vector<Chip> chips;
    for (const sirna::DesignedGuide& guide : report.guides) {
        for (const sirna::TargetSite& site : guide.sites) {
            if (site.target != target) {
                continue;
            }
            std::string title;
            put(title, guide.id, ": ", std::to_string(site.start + 1), "-");
            put(title, std::to_string(site.end), ", P(silencing \u2265 70 %) ");
            put(title, fixed_or_dash(guide.efficacy.p_effective));
            const double width = axis.x(site.end) - axis.x(site.start);
            chips.push_back(
                {axis.x(site.start) + width / 2, std::max(width, 2.0), guide.rank, title});
        }
    }
    std::stable_sort(
        chips.begin(), chips.end(), [](const Chip& a, const Chip& b) { return a.site < b.site; });
    return chips;
}

/// Rejected by a filter, outranked, chosen.
using Shares = std::array<double, 3>;

std::vector<Shares> fates(const sirna::DesignReport& report,
                          std::size_t target,
                          std::size_t bin,
                          std::size_t bins) {
    std::vector<Shares> counts(bins, Shares{});
    const auto add = [&](std::size_t start, std::size_t fate) {
        counts[std::min(start / bin, bins - 1)][fate] += 1;
    };
    for (const sirna::RejectedCandidate& one : report.rejected) {
        if (one.target == target) {
            add(one.start, was_outranked(one) ? 1 : 0);
        }
    }
    for (const sirna::DesignedGuide& guide : report.guides) {
        for (const sirna::TargetSite& site : guide.sites) {
            if (site.target == target) {
                add(site.start, 2);
            }
        }
    }
    for (Shares& one : counts) {
        const double all = std::accumulate(one.begin(), one.end(), 0.0);
        for (double& share : one) {
            share = all > 0 ? share / all : 0;
        }
    }
    return counts;
}

/// Bars of one fate, standing on those of the fates drawn before.
std::string bars_path(const std::vector<Shares>& shares,
                      std::size_t fate,
                      std::size_t bin,
                      const TranscriptAxis& axis,
                      double top,
                      double height) {
    std::string d;
    for (std::size_t i = 0; i < shares.size(); ++i) {
        if (shares[i][fate] <= 0) {
            continue;
        }
        double below = 0;
        for (std::size_t other = fate + 1; other < shares[i].size(); ++other) {
            below += shares[i][other];
        }
        const double left = axis.x(i * bin);
        const double right = axis.x(std::min((i + 1) * bin, axis.bases));
        put(d, "M", coordinate(left), " ", coordinate(top + height * (1 - below)));
        put(d, "H", coordinate(right), "v", coordinate(-height * shares[i][fate]));
        put(d, "H", coordinate(left), "z");
    }
    return d;
}

}  // namespace

bool was_outranked(const sirna::RejectedCandidate& candidate) {
    return !candidate.reasons.empty() &&
           std::all_of(
               candidate.reasons.begin(), candidate.reasons.end(), [](const std::string& reason) {
                   return reason == "top" || reason == "min-distance";
               });
}

double draw_sites(const sirna::DesignReport& report,
                  std::size_t target,
                  const TranscriptAxis& axis,
                  double top,
                  Svg& svg) {
    constexpr double kMark = 6;
    constexpr double kRow = 19;
    constexpr double kChip = 16;
    std::vector<double> row_ends;  // right end of the last chip in each row
    for (const Chip& chip : chips_of(report, target, axis)) {
        svg.rect(chip.site - chip.width / 2, top, chip.width, kMark, "chosen", chip.title);
        const std::string rank = std::to_string(chip.rank);
        const double width = 9 + 7.5 * static_cast<double>(rank.size());
        const double left = std::clamp(chip.site - width / 2,
                                       TranscriptAxis::kLeft,
                                       TranscriptAxis::kLeft + TranscriptAxis::kPlot - width);
        const auto row = static_cast<std::size_t>(
            std::find_if(
                row_ends.begin(), row_ends.end(), [&](double end) { return end + 2 <= left; }) -
            row_ends.begin());
        if (row == row_ends.size()) {
            if (row == kMostChipRows) {
                continue;  // the mark above is there
            }
            row_ends.push_back(0);
        }
        row_ends[row] = left + width;
        const double y = top + kMark + 3 + static_cast<double>(row) * kRow;
        svg.rect(left, y, width, kChip, "chip", chip.title);
        svg.text(left + width / 2, y + 12, rank, Anchor::kMiddle, "chip-text");
    }
    const std::size_t rows = std::max<std::size_t>(1, row_ends.size());
    draw_lane_label(top + kMark + 15, "guides, rank", {}, svg);
    return kMark + 3 + static_cast<double>(rows) * kRow;
}

double draw_candidates(const sirna::DesignReport& report,
                       std::size_t target,
                       const TranscriptAxis& axis,
                       double top,
                       Svg& svg) {
    constexpr double kHeight = 34;
    constexpr std::array<std::pair<const char*, const char*>, 3> kLooks{
        {{"filtered", "share of starts in this stretch that a filter rejects"},
         {"outranked", "share of starts that pass every filter, below the chosen"},
         {"chosen", "share of starts that are chosen"}}};
    const std::size_t bin = axis.bin(kMostBars);
    const std::vector<Shares> shares = fates(report, target, bin, (axis.bases + bin - 1) / bin);
    for (std::size_t fate = 0; fate < kLooks.size(); ++fate) {
        const std::string d = bars_path(shares, fate, bin, axis, top, kHeight);
        if (!d.empty()) {
            svg.path(d, kLooks[fate].first, kLooks[fate].second);
        }
    }
    svg.line(TranscriptAxis::kLeft,
             top + kHeight,
             TranscriptAxis::kLeft + TranscriptAxis::kPlot,
             top + kHeight,
             "axis");
    draw_lane_label(top + kHeight / 2 + 4, "candidates", {}, svg);
    return kHeight;
}

}  // namespace varhush::report
