#include "transcript_figure.hpp"

#include "markup.hpp"
#include "svg.hpp"
#include "transcript_lanes.hpp"
#include "varhush/report/run_summary.hpp"

#include <algorithm>

namespace varhush::report {

namespace {

std::string label_of(const sirna::DesignReport& report, std::size_t number) {
    const sirna::TargetProfile& target = report.targets[number];
    std::size_t sites = 0;
    for (const sirna::DesignedGuide& guide : report.guides) {
        sites += static_cast<std::size_t>(std::count_if(
            guide.sites.begin(), guide.sites.end(), [&](const sirna::TargetSite& site) {
                return site.target == number;
            }));
    }
    std::string label;
    put(label, target.name, ", ", with_thousands(static_cast<std::int64_t>(target.rna.size())));
    put(label, " nucleotides: accessibility, ", std::to_string(sites), " chosen sites, ");
    put(label, "rejected candidates and ", std::to_string(target.variants.size()));
    return label + " known variants along it";
}

}  // namespace

std::string transcript_svg(const sirna::DesignReport& report, std::size_t target) {
    constexpr double kGap = 14;
    const sirna::TargetProfile& profile = report.targets[target];
    const TranscriptAxis axis{std::max<std::size_t>(1, profile.rna.size())};
    Svg svg(TranscriptAxis::kWidth, label_of(report, target));
    double y = 10;
    y += draw_accessibility(profile, axis, y, svg) + kGap;
    y += draw_parts(profile, axis, y, svg) + 4;
    y += draw_sites(report, target, axis, y, svg) + kGap;
    y += draw_candidates(report, target, axis, y, svg) + kGap;
    const double variants = draw_variants(profile, axis, y, svg);
    y += variants > 0 ? variants + kGap / 2 : 0;
    y += draw_positions(axis, y, svg);
    return svg.finish(y);
}

}  // namespace varhush::report
