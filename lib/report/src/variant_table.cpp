#include "html_table.hpp"
#include "markup.hpp"
#include "page_tables.hpp"
#include "page_text.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <string>
#include <vector>

namespace varhush::report {

namespace {

using Kind = HtmlTable::Kind;

/// Numbers of the variants along the target.
std::vector<std::size_t> in_order(const sirna::TargetProfile& target) {
    std::vector<std::size_t> order(target.variants.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return target.variants[a].start < target.variants[b].start;
    });
    return order;
}

}  // namespace

std::string variant_table(const sirna::DesignReport& report, std::size_t target) {
    constexpr std::size_t kMost = 40;
    const sirna::TargetProfile& profile = report.targets[target];
    std::map<std::size_t, std::string> touched;  // variant -> guides
    for (const sirna::DesignedGuide& guide : report.guides) {
        for (const sirna::TargetSite& site : guide.sites) {
            for (const sirna::VariantInSite& one : site.variants) {
                if (site.target == target) {
                    std::string& text = touched[one.variant];
                    put(text, text.empty() ? "" : "; ", guide.id, " position ");
                    put(text, std::to_string(one.first_pos));
                    if (one.last_pos != one.first_pos) {
                        put(text, "\u2013", std::to_string(one.last_pos));
                    }
                }
            }
        }
    }
    HtmlTable table("Common variants on " + profile.name + ", and those in chosen sites");
    table.column("variant");
    table.column("genome");
    table.column("position", Kind::kNumber, "on the target");
    table.column("change", Kind::kSequence, "target strand");
    table.column("frequency", Kind::kNumber);
    table.column("avoided");
    table.column("in chosen guides");
    std::size_t left_out = 0;
    for (const std::size_t i : in_order(profile)) {
        const sirna::VariantOnTarget& variant = profile.variants[i];
        if (!variant.common && touched.count(i) == 0) {
            continue;
        }
        if (table.rows() == kMost) {
            ++left_out;
            continue;
        }
        table.row();
        table.cell(variant.id);
        table.cell(variant.where);
        table.cell(count_text(variant.start + 1));
        table.cell((variant.ref.empty() ? "-" : shortened(variant.ref, 20)) + "\u2192" +
                   (variant.alt.empty() ? "-" : shortened(variant.alt, 20)));
        table.cell(std::isnan(variant.frequency) ? "unknown"
                                                 : number(100 * variant.frequency, 2) + " %");
        table.cell(variant.common ? "yes" : "no, rare");
        table.cell(touched.count(i) == 0 ? "none" : touched[i]);
    }
    if (table.rows() == 0) {
        return {};
    }
    return table.finish() + (left_out == 0 ? std::string()
                                           : "<p class=\"soft\">" + count_text(left_out) +
                                                 " more are not listed here.</p>\n");
}

}  // namespace varhush::report
