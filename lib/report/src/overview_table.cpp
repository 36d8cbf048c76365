#include "html_table.hpp"
#include "markup.hpp"
#include "page_tables.hpp"
#include "page_text.hpp"

#include <string>
#include <string_view>

namespace varhush::report {

namespace {

using Kind = HtmlTable::Kind;

/// Text that does not break.
std::string word(std::string_view text) {
    return "<span class=\"word\">" + escaped(text) + "</span>";
}

std::string place_of(const sirna::DesignedGuide& guide) {
    const sirna::TargetSite& site = guide.sites.front();
    std::string place = range_text(site.start, site.end);
    if (guide.sites.size() > 1) {
        put(place, ", +", std::to_string(guide.sites.size() - 1));
    }
    return place;
}

void overview_row(const sirna::DesignReport& report, std::size_t number, HtmlTable& table) {
    const sirna::DesignedGuide& guide = report.guides[number];
    table.row();
    table.cell_markup(guide_link(report, number));
    table.cell_markup(word(guide.guide));
    const bool placed = !guide.sites.empty();
    table.cell_markup(placed ? word(shortened(report.targets[guide.sites.front().target].name, 40))
                             : "\u2013");
    table.cell(placed ? place_of(guide) : "\u2013");
    table.cell(fixed_or_dash(guide.efficacy.p_effective));
    std::string silenced = percent(guide.efficacy.expected);
    put(silenced, " (", fixed_or_dash(100 * guide.efficacy.low, 0), "\u2013");
    put(silenced, fixed_or_dash(100 * guide.efficacy.high, 0), ")");
    table.cell(silenced);
    table.cell(load_text(guide.off_targets.load));
    table.cell(fixed_or_dash(guide.parts.accessibility));
    table.cell(percent(guide.population_coverage, 1));
    table.cell(percent(guide.isoform_coverage));
    table.cell(fixed_or_dash(guide.score));
    table.cell(std::to_string(guide.front));
}

}  // namespace

std::string overview_table(const sirna::DesignReport& report,
                           std::size_t first,
                           std::size_t count) {
    HtmlTable table("Chosen guides, best first");
    table.column("guide");
    table.column("antisense strand, 5'\u21923'", Kind::kSequence);
    table.column("target");
    table.column("site", Kind::kNumber, "1-based; +1: it has one more site");
    table.column(
        "P(\u2265\u00a070\u00a0%)", Kind::kNumber, "probability that at least 70 % is silenced");
    table.column("silenced (90\u00a0% interval)", Kind::kNumber);
    table.column("off-target load", Kind::kNumber, "expected; less is better");
    table.column("open seed", Kind::kNumber, "probability that the seed's site is unpaired");
    table.column("population", Kind::kNumber, "chromosomes without a known variant in the site");
    table.column("isoforms", Kind::kNumber, "share of the gene's isoforms that have the site");
    table.column("score", Kind::kNumber, "0 to 1");
    table.column("front", Kind::kNumber, "Pareto front; 1: nothing is better in every respect");
    for (std::size_t i = first; i < first + count; ++i) {
        overview_row(report, i, table);
    }
    return table.finish();
}

}  // namespace varhush::report
