#include "markup.hpp"
#include "transcript_lanes.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace varhush::report {

namespace {

/// 0 to 1 for frequencies of 1 in 10,000 to all.
double height_of(double frequency) {
    return std::isnan(frequency)
               ? 0.5
               : std::clamp(1 + std::log10(std::max(frequency, 1e-9)) / 4, 0.0, 1.0);
}

std::string title_of(const sirna::VariantOnTarget& variant) {
    std::string title = variant.id;
    put(title, variant.where.empty() ? "" : ", ", variant.where, ", ");
    put(title, variant.ref.empty() ? "-" : variant.ref, ">");
    put(title, variant.alt.empty() ? "-" : variant.alt, " on the target, frequency ");
    return title + (std::isnan(variant.frequency) ? "unknown" : number(variant.frequency, 3));
}

/// The variants to draw: common ones first, then by frequency; in order of place.
std::vector<const sirna::VariantOnTarget*> drawn_variants(const sirna::TargetProfile& target) {
    constexpr std::size_t kMost = 200;
    std::vector<const sirna::VariantOnTarget*> all;
    for (const sirna::VariantOnTarget& variant : target.variants) {
        all.push_back(&variant);
    }
    std::stable_sort(all.begin(), all.end(), [](const auto* a, const auto* b) {
        const double left = std::isnan(a->frequency) ? 0 : a->frequency;
        const double right = std::isnan(b->frequency) ? 0 : b->frequency;
        return a->common != b->common ? a->common : left > right;
    });
    all.resize(std::min(all.size(), kMost));
    std::stable_sort(
        all.begin(), all.end(), [](const auto* a, const auto* b) { return a->start < b->start; });
    return all;
}

}  // namespace

double draw_variants(const sirna::TargetProfile& target,
                     const TranscriptAxis& axis,
                     double top,
                     Svg& svg) {
    constexpr double kStem = 34;
    constexpr double kRoom = 16;  // above the highest head
    const double base = top + kRoom + kStem;
    const double right = TranscriptAxis::kLeft + TranscriptAxis::kPlot;
    if (target.variants.empty()) {
        return 0;
    }
    svg.line(TranscriptAxis::kLeft, base, right, base, "axis");
    double labels_end = 0;
    for (const sirna::VariantOnTarget* variant : drawn_variants(target)) {
        const std::string look = variant->common ? "common" : "rare";
        const double x = axis.x(static_cast<double>(variant->start) +
                                static_cast<double>(variant->ref.size()) / 2);
        const double y = base - 6 - (kStem - 6) * height_of(variant->frequency);
        svg.line(x, base, x, y, look + "-stem");
        svg.circle(x, y, variant->common ? 4 : 3, look, title_of(*variant));
        const std::string name = shortened(variant->id, 22);
        const double width = 6.4 * static_cast<double>(name.size());
        const double left = std::clamp(x - width / 2, TranscriptAxis::kLeft, right - width);
        if (variant->common && left > labels_end + 6) {
            svg.text(left, top + 8, name, Anchor::kStart, "small");
            labels_end = left + width;
        }
    }
    draw_lane_label(base - 16, "variants,", "log frequency", svg);
    return kRoom + kStem;
}

}  // namespace varhush::report
