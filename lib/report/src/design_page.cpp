#include "varhush/report/design_page.hpp"

#include "efficacy_figure.hpp"
#include "guide_article.hpp"
#include "markup.hpp"
#include "page_parts.hpp"
#include "page_tables.hpp"
#include "page_text.hpp"
#include "score_figure.hpp"
#include "transcript_figure.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

namespace varhush::report {

namespace {

std::string plural(std::size_t count, const char* one, const char* several) {
    return count_text(count) + " " + (count == 1 ? one : several);
}

/// Guides [first, end) of one unit.
struct Unit {
    std::string name;
    std::size_t first;
    std::size_t end;
};

std::vector<Unit> units_of(const sirna::DesignReport& report) {
    std::vector<Unit> units;
    for (std::size_t i = 0; i < report.guides.size(); ++i) {
        if (units.empty() || units.back().name != report.guides[i].unit) {
            units.push_back({report.guides[i].unit, i, i});
        }
        units.back().end = i + 1;
    }
    return units;
}

std::string title_of(const sirna::DesignReport& report) {
    std::vector<std::string> names;
    for (const sirna::TargetProfile& target : report.targets) {
        const std::string& name = target.gene.empty() ? target.name : target.gene;
        if (std::find(names.begin(), names.end(), name) == names.end()) {
            names.push_back(name);
        }
    }
    std::string title = "siRNA design";
    for (std::size_t i = 0; i < std::min<std::size_t>(names.size(), 4); ++i) {
        put(title, i == 0 ? ": " : ", ", shortened(names[i], 60));
    }
    if (names.size() > 4) {
        put(title, " and ", std::to_string(names.size() - 4), " more");
    }
    return title;
}

std::string facts_of(const sirna::DesignReport& report) {
    std::string html = "<div class=\"facts\">\n";
    add_fact(html, count_text(report.guides.size()), "guides chosen");
    add_fact(html, count_text(report.candidates), "candidate sites judged");
    add_fact(html, count_text(report.targets.size()), "target sequences");
    double best = -1;
    for (const sirna::DesignedGuide& guide : report.guides) {
        best = std::fmax(best, guide.efficacy.p_effective);
    }
    if (best >= 0) {
        add_fact(html, fixed(best), "highest P(silencing \u2265 70 %)");
    }
    add_fact(html, report.index.empty() ? "not searched" : "searched", "off-targets");
    return html + "</div>\n";
}

std::string caveats_of(const sirna::DesignReport& report) {
    std::string html = "<div class=\"notes\" role=\"note\">\n<ul>\n";
    const auto note = [&](const std::string& text) { put(html, "<li>", escaped(text), "</li>\n"); };
    const bool told =
        std::any_of(report.notes.begin(), report.notes.end(), [](const std::string& text) {
            return text.find("predicted for the unmodified duplex") != std::string::npos;
        });
    if (!told) {
        note(
            "efficacy is predicted for the unmodified duplex; chemistry is annotated and changes "
            "none of the numbers");
    }
    note(
        "intervals are those of the model's calibration, not of your assay; measure before you "
        "rely on a guide");
    if (report.index.empty()) {
        note("no off-target index was given: nothing here says that a guide is specific");
    }
    const bool judged = std::any_of(
        report.guides.begin(), report.guides.end(), [](const sirna::DesignedGuide& guide) {
            return !std::isnan(guide.population_coverage);
        });
    if (!judged && !report.guides.empty()) {
        note("no variants of a population were given: coverage of it was not judged");
    }
    for (const std::string& text : report.notes) {
        note(text);
    }
    return html + "</ul>\n</div>\n";
}

std::string about_target(const sirna::TargetProfile& target) {
    std::string text = target.gene.empty() ? "" : target.gene + ", ";
    put(text, target.species.empty() ? "" : target.species + ", ");
    put(text, count_text(target.rna.size()), " nt");
    if (target.cds_start && target.cds_end) {
        put(text, ", coding ", count_text(*target.cds_start + 1), "\u2013");
        put(text, count_text(*target.cds_end));
    } else {
        text += ", coding region not known";
    }
    if (target.junction) {
        put(text, ", back-splice junction in front of ", count_text(*target.junction + 1));
    }
    if (!target.contig.empty()) {
        put(text, ", on ", target.contig, " (", std::string(1, target.strand), ")");
    }
    return text;
}

/// What the looks of a target's drawing mean.
std::string target_keys(const sirna::TargetProfile& target) {
    std::string caption = key("chosen", "chosen sites, numbered by rank");
    put(caption, key("outranked", "passes all filters, ranked lower"));
    put(caption, key("filtered", "rejected by a filter"));
    if (target.cds_start && target.cds_end) {
        put(caption, key("cds", "coding region"));
    }
    const auto has = [&](bool common) {
        return std::any_of(target.variants.begin(),
                           target.variants.end(),
                           [&](const auto& variant) { return variant.common == common; });
    };
    put(caption, has(true) ? key("common", "common variant, avoided") : std::string());
    put(caption, has(false) ? key("rare", "rare variant") : std::string());
    put(caption, target.exons.size() > 1 ? "Light lines are exon borders." : "");
    return caption;
}

std::string target_figures(const sirna::DesignReport& report) {
    std::string html;
    for (std::size_t i = 0; i < std::min(report.targets.size(), kPageMostTargets); ++i) {
        const sirna::TargetProfile& target = report.targets[i];
        put(html, "<h3>", escaped(target.name), "</h3>\n", paragraph(about_target(target)));
        put(html, figure(transcript_svg(report, i), target_keys(target)), variant_table(report, i));
    }
    if (report.targets.size() > kPageMostTargets) {
        put(html,
            paragraph(count_text(report.targets.size() - kPageMostTargets) +
                      " more targets are not drawn here; the tables have all."));
    }
    return html;
}

std::string unit_figures(const sirna::DesignReport& report) {
    constexpr std::size_t kMostUnits = 20;
    const std::vector<Unit> units = units_of(report);
    std::string score_keys;
    for (const ScorePartLook& part : score_part_looks()) {
        const bool known = std::any_of(
            report.guides.begin(), report.guides.end(), [&](const sirna::DesignedGuide& guide) {
                return !std::isnan(guide.parts.*part.value);
            });
        const double weight = report.weights.*part.value;
        if (known && !std::isnan(weight)) {
            put(score_keys, key(part.look, std::string(part.name) + " \u00d7 " + number(weight)));
        }
    }
    std::string html;
    for (std::size_t i = 0; i < std::min(units.size(), kMostUnits); ++i) {
        const Unit& unit = units[i];
        const std::size_t shown = std::min(unit.end - unit.first, kPageMostRows);
        const std::span<const sirna::DesignedGuide> guides(&report.guides[unit.first], shown);
        put(html, units.size() > 1 ? "<h3>" + escaped(unit.name) + "</h3>\n" : std::string());
        put(html, "<div class=\"pair\">\n");
        put(html,
            figure(efficacy_svg(guides),
                   "Expected silencing (dot) with its 90 % interval, and the probability that at "
                   "least 70 % is silenced."));
        put(html,
            figure(score_svg(guides, report.weights), "What the score is made of. " + score_keys));
        put(html, "</div>\n");
        put(html,
            figure(front_svg(guides),
                   key("chosen", "first Pareto front") + key("behind", "behind it") +
                       "Numbers are ranks; fronts are judged over all parts of the score.",
                   true));
        if (shown < unit.end - unit.first) {
            put(html,
                paragraph("Drawn are the best " + count_text(shown) + " of " +
                          count_text(unit.end - unit.first) + " guides."));
        }
    }
    if (units.size() > kMostUnits) {
        put(html,
            paragraph(count_text(units.size() - kMostUnits) +
                      " more genes or targets are not drawn here; the tables have all."));
    }
    return html;
}

std::string articles(const sirna::DesignReport& report) {
    std::string html;
    const std::size_t shown = std::min(report.guides.size(), kPageMostArticles);
    for (std::size_t i = 0; i < shown; ++i) {
        html += guide_article(report, i);
    }
    if (shown < report.guides.size()) {
        put(html,
            paragraph("The first " + count_text(shown) + " of " + count_text(report.guides.size()) +
                      " guides are told in full; the table and the JSON have all."));
    }
    return html;
}

std::string overview(const sirna::DesignReport& report, std::size_t shown) {
    if (report.guides.empty()) {
        return "<p class=\"bad\">No candidate passes all filters. What rejected them stands "
               "below; loosen a limit or switch a filter off.</p>\n";
    }
    std::string html = overview_table(report, 0, shown);
    if (shown < report.guides.size()) {
        put(html,
            paragraph("The first " + count_text(shown) + " of " + count_text(report.guides.size()) +
                      " guides; the table has all."));
    }
    return html;
}

std::string rejected(const sirna::DesignReport& report) {
    const std::string table = rejected_table(report);
    return table.empty()
               ? table
               : paragraph(plural(report.rejected.size(), "candidate was", "candidates were") +
                           " rejected; --rejected FILE lists each with its reasons.") +
                     table;
}

}  // namespace

std::string design_page(const sirna::DesignReport& report) {
    const std::size_t shown = std::min(report.guides.size(), kPageMostGuides);
    std::string html = page_head(title_of(report));
    put(html, "<main>\n", facts_of(report), caveats_of(report));
    put(html, section("guides", "Chosen guides", overview(report, shown)));
    put(html, section("targets", "Targets", target_figures(report)));
    put(html, section("ranking", "Efficacy and ranking", unit_figures(report)));
    put(html,
        section("off-targets",
                "Off-targets",
                off_target_table(report, 0, shown) + worst_genes_table(report)));
    put(html, section("each", "Guide by guide", articles(report)));
    if (shown > 0) {
        put(html, section("orders", "Strands to order", order_table(report, 0, shown)));
    }
    put(html, section("controls", "Negative controls", control_table(report)));
    put(html, section("rejected", "Rejected candidates", rejected(report)));
    put(html, section("provenance", "Provenance", provenance_table(report)));
    put(html, "</main>\n<footer>varhush sidesign: the columns and every rule behind them are ");
    put(html, "explained in docs/sidesign.md and docs/sirna.md.</footer>\n</body>\n</html>\n");
    return html;
}

}  // namespace varhush::report
