#include "guide_article.hpp"

#include "duplex_text.hpp"
#include "guide_text.hpp"
#include "html_table.hpp"
#include "markup.hpp"
#include "page_text.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace varhush::report {

namespace {

using Kind = HtmlTable::Kind;

std::string heading(const sirna::DesignedGuide& guide) {
    std::string html;
    put(html, "<h3>", escaped(guide.id), " <small>rank ", std::to_string(guide.rank), " of ");
    put(html, escaped(guide.unit), ", score ", fixed_or_dash(guide.score), ", P(\u2265 70 %) ");
    put(html, fixed_or_dash(guide.efficacy.p_effective), ", Pareto front ");
    return html + std::to_string(guide.front) + "</small></h3>\n";
}

std::string why_list(const sirna::DesignedGuide& guide) {
    std::string html = "<h4>Why it was chosen</h4>\n<ul>\n";
    for (const std::string& sentence : guide.why) {
        put(html, "<li>", escaped(sentence), "</li>\n");
    }
    return html + "</ul>\n";
}

/// A definition list under construction.
class Facts {
  public:
    void add(const char* name, const std::string& value) {
        put(html_, "<dt>", name, "</dt><dd>", escaped(value), "</dd>\n");
    }
    void add(const char* name, double value, const char* unit, int decimals = 1) {
        if (!std::isnan(value)) {
            add(name, fixed(value, decimals) + unit);
        }
    }
    [[nodiscard]] std::string finish() const { return "<dl>\n" + html_ + "</dl>\n"; }

  private:
    std::string html_;
};

std::string value_or_dash(double value) {
    return std::isnan(value) ? "\u2013" : number_or_dot(value);
}

std::string numbers_list(const sirna::DesignedGuide& guide) {
    Facts facts;
    const sirna::Efficacy& efficacy = guide.efficacy;
    facts.add("expected silencing (90 % interval)",
              percent(efficacy.expected) + " (" + fixed_or_dash(100 * efficacy.low, 0) + "\u2013" +
                  fixed_or_dash(100 * efficacy.high, 0) + ")");
    const sirna::OffTargetAccount& account = guide.off_targets;
    facts.add("expected off-target load (cleavage + seeds)",
              account.searched ? load_text(account.load) + " (" + load_text(account.cleavage_load) +
                                     " + " + load_text(account.seed_load) + ")"
                               : "not searched");
    facts.add("G and C", percent(guide.gc));
    facts.add("end asymmetry", guide.asymmetry_kcal_mol, " kcal/mol");
    facts.add("seed duplex", guide.seed_kcal_mol, " kcal/mol");
    facts.add("seed melting point", guide.seed_tm_celsius, " \u00b0C");
    if (!std::isnan(guide.seed_viability) || !std::isnan(guide.passenger_seed_viability)) {
        facts.add("seed viability, guide and passenger",
                  value_or_dash(guide.seed_viability) + ", " +
                      value_or_dash(guide.passenger_seed_viability));
    }
    facts.add("guide's own fold", guide.fold_kcal_mol, " kcal/mol");
    facts.add("duplex with the site", guide.duplex_kcal_mol, " kcal/mol");
    facts.add("Ui-Tei 2004", guide.ui_tei ? "all four rules" : "not all four rules");
    facts.add("Reynolds 2004", std::to_string(guide.reynolds) + " of 10");
    facts.add("Amarzguioui 2004", std::to_string(guide.amarzguioui) + " of 4");
    facts.add("chromosomes without a known variant", percent(guide.population_coverage, 1));
    facts.add("isoforms with the site", percent(guide.isoform_coverage));
    return "<h4>Numbers</h4>\n" + facts.finish();
}

std::string filters_line(const sirna::DesignedGuide& guide) {
    std::string passed;
    std::string failed;
    for (const sirna::FilterVerdict& verdict : guide.filters) {
        if (verdict.passed) {
            put(passed, passed.empty() ? "" : ", ", escaped(verdict.name));
        } else {
            put(failed, "<li class=\"bad\">fails ", escaped(verdict.name));
            put(failed, verdict.enforced ? ": " : " (not enforced): ");
            put(failed, escaped(verdict.detail), "</li>\n");
        }
    }
    if (guide.filters.empty()) {
        return {};
    }
    return "<h4>Filters</h4>\n<ul>\n<li class=\"good\">passes " +
           (passed.empty() ? "none" : passed) + "</li>\n" + failed + "</ul>\n";
}

std::string sites_table(const sirna::DesignReport& report, const sirna::DesignedGuide& guide) {
    constexpr std::size_t kMost = 20;
    HtmlTable table("Its sites on the targets");
    table.column("target");
    table.column("position", Kind::kNumber);
    table.column("genome");
    table.column("seed open", Kind::kNumber, "probability that 8 bases are unpaired");
    table.column("site open", Kind::kNumber, "probability that 19 bases are unpaired");
    table.column("variants in it", Kind::kText, "with the guide positions they touch");
    for (std::size_t i = 0; i < std::min(guide.sites.size(), kMost); ++i) {
        const sirna::TargetSite& site = guide.sites[i];
        const sirna::TargetProfile& target = report.targets[site.target];
        table.row();
        table.cell(target.name);
        table.cell(range_text(site.start, site.end));
        table.cell(site.genome.empty() ? "\u2013" : genome_text(target, site));
        table.cell(fixed_or_dash(site.unpaired_seed));
        table.cell(fixed_or_dash(site.unpaired_site, 3));
        table.cell(site.variants.empty() ? "none known"
                                         : shortened(variants_text(target, site), 200));
    }
    const std::size_t more = guide.sites.size() - std::min(guide.sites.size(), kMost);
    return table.finish() +
           (more == 0 ? std::string()
                      : "<p class=\"soft\">and " + std::to_string(more) + " more sites</p>\n");
}

std::string worst_table(const sirna::DesignedGuide& guide) {
    constexpr std::size_t kMost = 10;
    const std::vector<sirna::OffTargetSite>& worst = guide.off_targets.worst;
    if (worst.empty()) {
        return {};
    }
    HtmlTable table("Its heaviest unintended sites (" +
                    std::to_string(std::min(worst.size(), kMost)) + " of the " +
                    std::to_string(worst.size()) + " listed)");
    table.column("gene");
    table.column("transcript");
    table.column("position", Kind::kNumber);
    table.column("strand");
    table.column("mismatches", Kind::kNumber);
    table.column("at", Kind::kText, "positions in the strand that binds, from its 5' end");
    table.column("G:U", Kind::kNumber);
    table.column("weight", Kind::kNumber, "its share of the load");
    for (std::size_t i = 0; i < std::min(worst.size(), kMost); ++i) {
        const sirna::OffTargetSite& site = worst[i];
        table.row();
        table.cell(site.species.empty() ? field(site.gene)
                                        : field(site.gene) + " (" + site.species + ")");
        table.cell(site.transcript);
        table.cell(count_text(site.start + 1));
        table.cell(site.passenger ? "passenger" : "guide");
        table.cell(std::to_string(site.mismatches));
        table.cell(site.mismatch_positions.empty() ? "\u2013" : joined(site.mismatch_positions));
        table.cell(std::to_string(site.wobbles));
        table.cell(fixed(site.weight, 3));
    }
    return table.finish();
}

std::string species_table(const sirna::DesignedGuide& guide) {
    if (guide.species.empty()) {
        return {};
    }
    HtmlTable table("Its site in other species");
    table.column("species");
    table.column("gene");
    table.column("transcript");
    table.column("position", Kind::kNumber);
    table.column("mismatches", Kind::kNumber);
    table.column("map", Kind::kSequence, "from the guide's 5' end: | pairs, a letter does not");
    for (const sirna::SpeciesSite& site : guide.species) {
        table.row();
        table.cell(site.species);
        table.cell(site.gene);
        table.cell(site.transcript);
        table.cell(count_text(site.start + 1));
        table.cell(std::to_string(site.mismatches));
        table.cell(site.map);
    }
    return table.finish();
}

std::string allele_table(const sirna::AlleleContrast& allele) {
    HtmlTable table("Both alleles of " + allele.variant + " (" + allele.phase + ")");
    table.column("allele");
    table.column("bases", Kind::kSequence);
    table.column("what the guide meets, 5'\u21923'", Kind::kSequence);
    table.column("silenced", Kind::kNumber, "predicted");
    table.column("duplex, kcal/mol", Kind::kNumber);
    table.row();
    table.cell("to be silenced");
    table.cell(field(allele.on_allele));
    table.cell(allele.on_site);
    table.cell(percent(allele.on_silenced));
    table.cell(fixed_or_dash(allele.on_kcal_mol, 1));
    table.row();
    table.cell("to be spared");
    table.cell(field(allele.off_allele));
    table.cell(allele.off_site);
    table.cell(percent(allele.off_silenced));
    table.cell(fixed_or_dash(allele.off_kcal_mol, 1));
    std::string html = table.finish();
    put(html, "<p>Mismatch ", escaped(allele.mismatch), " against the spared allele at guide ");
    put(html, "position ", escaped(joined(allele.positions)));
    if (!allele.shared.empty()) {
        put(html, "; placed against both at ", escaped(joined(allele.shared)));
    }
    put(html, "; difference in silencing ", percent(allele.discrimination), ".</p>\n");
    return html;
}

}  // namespace

std::string guide_article(const sirna::DesignReport& report, std::size_t number) {
    const sirna::DesignedGuide& guide = report.guides[number];
    std::string html;
    put(html, "<article class=\"guide\" id=\"", anchor_of(number), "\">\n", heading(guide));
    put(html, duplex_markup(report, guide), "<div class=\"columns\">\n<div>\n", why_list(guide));
    put(html, filters_line(guide), "</div>\n<div>\n", numbers_list(guide), "</div>\n</div>\n");
    put(html, sites_table(report, guide));
    put(html, guide.allele ? allele_table(*guide.allele) : std::string(), species_table(guide));
    put(html, worst_table(guide), "</article>\n");
    return html;
}

}  // namespace varhush::report
