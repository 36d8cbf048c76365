#include "markup.hpp"
#include "transcript_lanes.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace varhush::report {

namespace {

std::size_t exon_bases(const sirna::TargetProfile& target) {
    std::int64_t sum = 0;
    for (const seq::Interval& exon : target.exons) {
        sum += exon.end - exon.start;
    }
    return static_cast<std::size_t>(std::max<std::int64_t>(sum, 0));
}

/// Exon borders on the transcript; none for circles and where exons do not spell the target.
void draw_exon_borders(const sirna::TargetProfile& target,
                       const TranscriptAxis& axis,
                       double top,
                       double height,
                       Svg& svg) {
    if (target.junction || exon_bases(target) != target.rna.size()) {
        return;
    }
    std::vector<seq::Interval> exons = target.exons;
    if (target.strand == '-') {
        std::reverse(exons.begin(), exons.end());
    }
    std::size_t at = 0;
    for (std::size_t i = 0; i + 1 < exons.size(); ++i) {
        at += static_cast<std::size_t>(exons[i].end - exons[i].start);
        svg.line(axis.x(at), top, axis.x(at), top + height, "exon");
    }
}

void draw_region(const sirna::TargetProfile& target,
                 const TranscriptAxis& axis,
                 double y,
                 Svg& svg) {
    const bool whole = target.region_start == 0 && target.region_end >= target.rna.size();
    if (whole || target.region_end <= target.region_start) {
        return;
    }
    const double x = axis.x(target.region_start);
    const double width = std::max(2.0, axis.x(target.region_end) - x);
    svg.rect(x,
             y,
             width,
             4,
             "region",
             "designed for " + std::to_string(target.region_start + 1) + "-" +
                 std::to_string(target.region_end));
}

}  // namespace

double draw_parts(const sirna::TargetProfile& target,
                  const TranscriptAxis& axis,
                  double top,
                  Svg& svg) {
    constexpr double kThick = 20;
    constexpr double kThin = 8;
    const std::size_t end = target.rna.size();
    const double thin_top = top + (kThick - kThin) / 2;
    draw_lane_label(top + kThick / 2 + 4, target.junction ? "circle, cut" : "transcript", {}, svg);
    svg.rect(axis.x(std::size_t{0}), thin_top, TranscriptAxis::kPlot, kThin, "utr");
    if (target.cds_start && target.cds_end && *target.cds_start < *target.cds_end) {
        const double left = axis.x(*target.cds_start);
        const double right = axis.x(std::min(*target.cds_end, end));
        svg.rect(left,
                 top,
                 std::max(1.0, right - left),
                 kThick,
                 "cds",
                 "coding region " + std::to_string(*target.cds_start + 1) + "-" +
                     std::to_string(*target.cds_end));
        if (right - left > 40) {  // the label has room
            svg.text((left + right) / 2, top + kThick / 2 + 4, "CDS", Anchor::kMiddle, "part");
        }
    }
    draw_exon_borders(target, axis, top, kThick, svg);
    if (target.junction) {
        const double x = axis.x(*target.junction);
        svg.line(x, top - 4, x, top + kThick + 4, "junction");
    }
    draw_region(target, axis, top + kThick + 2, svg);
    return kThick;
}

}  // namespace varhush::report
