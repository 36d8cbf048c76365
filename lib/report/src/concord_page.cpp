#include "varhush/report/concord_page.hpp"

#include "concord_figures.hpp"
#include "html_table.hpp"
#include "markup.hpp"
#include "page_parts.hpp"
#include "page_text.hpp"

#include <algorithm>
#include <cmath>

namespace varhush::report {

namespace {

using concord::Analysis;

std::string count(std::int64_t number) {
    return count_text(static_cast<std::size_t>(number));
}

std::string between(double low, double high, int decimals) {
    return std::isnan(low) ? std::string("\u2013")
                           : fixed(low, decimals) + " to " + fixed(high, decimals);
}

std::int64_t tested(const Analysis& analysis) {
    return analysis.statuses[static_cast<std::size_t>(concord::SiteStatus::kOk)];
}

std::int64_t significant(const Analysis& analysis) {
    std::int64_t sum = 0;
    for (const concord::Group& group : analysis.tests.groups) {
        sum += group.significant;
    }
    return sum;
}

std::string facts_of(const Analysis& analysis, const ConcordProvenance& provenance) {
    std::string html = "<div class=\"facts\">\n";
    add_fact(html, count(tested(analysis)), "sites tested");
    add_fact(html,
             count(significant(analysis)),
             "imbalanced at a false discovery rate of " + number(100 * provenance.fdr) + " %");
    for (const concord::ScoreResult& result : analysis.results) {
        if (result.kind == "all" && result.agreement.signs.sites > 0 &&
            (analysis.scores.labels.size() <= 3)) {
            add_fact(html,
                     percent(result.agreement.signs.share()),
                     "of directions as " + result.score + " says");
        }
    }
    return html + "</div>\n";
}

std::string notes_of(const Analysis& analysis) {
    std::string html = "<div class=\"notes\" role=\"note\">\n<ul>\n";
    const auto note = [&](const std::string& text) { put(html, "<li>", escaped(text), "</li>\n"); };
    note(
        "sites near each other share fragments and haplotypes: intervals are the narrowest they "
        "can be");
    note(
        "agreement of directions tells of the score and of this experiment together: noise in "
        "either brings it to one half");
    for (std::size_t i = 0; i < analysis.group_names.size(); ++i) {
        const concord::Group& group = analysis.tests.groups[i];
        if (!group.min_depth) {
            note(analysis.group_names[i] +
                 ": no depth has the power that was asked for, so nothing was tested");
        } else if (!group.power_reached) {
            note(analysis.group_names[i] +
                 ": with this over-dispersion no depth has the power that was asked for; sites are "
                 "tested from the depth that would do without it");
        }
    }
    return html + "</ul>\n</div>\n";
}

void add_agreement(const concord::ScoreResult& result, HtmlTable& table) {
    const concord::Agreement& agreement = result.agreement;
    const auto signs = [&](const concord::SignCounts& counts) {
        table.cell(counts.sites == 0 ? std::string("\u2013")
                                     : count(counts.agree) + " of " + count(counts.sites));
        table.cell(counts.variants == 0
                       ? std::string("\u2013")
                       : percent(counts.variant_share()) + " (" +
                             between(100 * counts.wilson.low, 100 * counts.wilson.high, 0) + ")");
        table.cell(counts.variants == 0 ? std::string("\u2013") : number(counts.p, 2));
    };
    table.row();
    table.cell(result.score);
    table.cell(result.kind == "all" ? std::string("all samples") : result.name);
    table.cell(count_text(agreement.sites));
    signs(agreement.signs);
    signs(agreement.significant_signs);
    table.cell(fixed_or_dash(agreement.spearman.value));
    table.cell(between(agreement.spearman.low, agreement.spearman.high, 2));
    table.cell(number_or_dash(agreement.slope.value));
}

std::string agreement_table(const Analysis& analysis) {
    using Kind = HtmlTable::Kind;
    HtmlTable table("Predicted and observed directions");
    table.column("score");
    table.column("of");
    table.column("sites", Kind::kNumber, "tested, with a score");
    table.column("agree", Kind::kNumber, "signs of score and effect");
    table.column("share (95 %)", Kind::kNumber, "one vote a variant; Wilson's interval");
    table.column("p", Kind::kNumber, "exact binomial test of the variants against one half");
    table.column("significant: agree", Kind::kNumber);
    table.column("share (95 %)", Kind::kNumber);
    table.column("p", Kind::kNumber);
    table.column("Spearman", Kind::kNumber, "of score and effect");
    table.column("95 %", Kind::kNumber, "bootstrap over variants");
    table.column("slope", Kind::kNumber, "log2 ratio by unit of the score");
    const std::size_t shown = std::min(analysis.results.size(), kConcordMostResults);
    for (std::size_t i = 0; i < shown; ++i) {
        add_agreement(analysis.results[i], table);
    }
    return table.finish() + (shown < analysis.results.size()
                                 ? paragraph(count_text(analysis.results.size() - shown) +
                                             " more lines are not shown; the JSON has all.")
                                 : std::string());
}

std::string score_figures(const Analysis& analysis) {
    std::string html;
    std::size_t drawn = 0;
    for (std::size_t label = 0; label < analysis.scores.labels.size(); ++label) {
        const auto result =
            std::find_if(analysis.results.begin(), analysis.results.end(), [&](const auto& one) {
                return one.kind == "all" && one.score == analysis.scores.labels[label];
            });
        if (result == analysis.results.end() || result->agreement.sites == 0 ||
            drawn == kConcordMostScores) {
            continue;
        }
        ++drawn;
        put(html, "<h3>", escaped(result->score), "</h3>\n<div class=\"pair\">\n");
        std::string keys = key("chosen", "significant, as predicted");
        put(keys, key("common", "significant, against the prediction"));
        put(keys, key("filtered", "not significant"));
        if (result->agreement.sites > kConcordMostPoints) {
            put(keys, "Not all sites are drawn.");
        }
        put(html, figure(effects_svg(analysis, label), keys));
        put(html,
            figure(calibration_svg(*result),
                   "Sites in " + std::to_string(result->agreement.bins.size()) +
                       " bins of equal size by score: mean effect with its 95 % interval."));
        put(html, "</div>\n");
    }
    if (analysis.scores.labels.size() > drawn) {
        put(html,
            paragraph(count_text(analysis.scores.labels.size() - drawn) +
                      " more scores are not drawn; the table and the JSON have all."));
    }
    return html;
}

std::string null_table(const Analysis& analysis) {
    using Kind = HtmlTable::Kind;
    HtmlTable table("The null: what counts look like without an effect");
    table.column("samples");
    table.column("expected share of ALT", Kind::kNumber);
    table.column("over-dispersion", Kind::kNumber);
    table.column("95 %", Kind::kNumber);
    table.column("of all sites", Kind::kNumber, "as if no site had an effect");
    table.column("fitted sites", Kind::kNumber);
    table.column("tested from depth", Kind::kNumber);
    table.column("tested", Kind::kNumber);
    table.column("significant", Kind::kNumber);
    for (std::size_t i = 0; i < analysis.group_names.size(); ++i) {
        const concord::Group& group = analysis.tests.groups[i];
        const concord::NullModel& null = group.null;
        table.row();
        table.cell(analysis.group_names[i]);
        table.cell(fixed(null.mean, 3) + (null.mean_given     ? " (given)"
                                          : null.mean_assumed ? " (assumed)"
                                                              : ""));
        table.cell(number(null.rho, 3) + (null.rho_given ? " (given)" : ""));
        table.cell(null.rho_given ? std::string("\u2013")
                                  : number(null.rho_interval.low, 2) + " to " +
                                        number(null.rho_interval.high, 2));
        table.cell(number(null.rho_plain, 3));
        table.cell(count_text(null.sites));
        table.cell(group.min_depth ? count(*group.min_depth) : std::string("none is enough"));
        table.cell(count(group.tested));
        table.cell(count(group.significant));
    }
    return table.finish();
}

/// The most significant tested rows.
std::vector<std::size_t> top_rows(const Analysis& analysis) {
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < analysis.counts.rows.size(); ++i) {
        if (analysis.counts.rows[i].status == concord::SiteStatus::kOk) {
            rows.push_back(i);
        }
    }
    std::stable_sort(rows.begin(), rows.end(), [&](std::size_t a, std::size_t b) {
        return analysis.tests.rows[a].p < analysis.tests.rows[b].p;
    });
    rows.resize(std::min(rows.size(), kConcordMostRows));
    return rows;
}

void add_scores(const Analysis& analysis, std::size_t row, std::size_t shown, HtmlTable& table) {
    const concord::CountRow& counts = analysis.counts.rows[row];
    for (std::size_t label = 0; label < shown; ++label) {
        const concord::Prediction& one = analysis.scores.predictions[label][counts.variant];
        if (!concord::applies(analysis, label, counts.sample) ||
            one.reason != concord::ScoreBook::kOk) {
            table.cell(one.reason == concord::ScoreBook::kOk ? "\u2013"
                                                             : analysis.scores.reasons[one.reason]);
            continue;
        }
        const int sign = concord::sign_agreement(one.value, analysis.tests.rows[row].effect_log2);
        const std::string value = escaped(number(one.value, 3));
        table.cell_markup(sign == 0
                              ? value
                              : std::string("<span class=\"") + (sign > 0 ? "good" : "bad") +
                                    "\">" + value + (sign > 0 ? " \u2713" : " \u2717") + "</span>");
    }
}

std::string site_table(const Analysis& analysis) {
    using Kind = HtmlTable::Kind;
    constexpr std::size_t kMostColumns = 4;
    const std::size_t shown = std::min(analysis.scores.labels.size(), kMostColumns);
    HtmlTable table("The most significant sites");
    table.column("variant");
    table.column("id");
    table.column("sample");
    table.column("REF", Kind::kNumber, "fragments");
    table.column("ALT", Kind::kNumber, "fragments");
    table.column("log2(ALT/REF)", Kind::kNumber, "less what is expected without an effect");
    table.column("95 %", Kind::kNumber);
    table.column("p", Kind::kNumber);
    table.column("q", Kind::kNumber, "false discovery rate");
    for (std::size_t label = 0; label < shown; ++label) {
        table.column(analysis.scores.labels[label], Kind::kNumber, "score; \u2713: same direction");
    }
    for (const std::size_t row : top_rows(analysis)) {
        const concord::CountRow& counts = analysis.counts.rows[row];
        const concord::CountedVariant& variant = analysis.counts.variants[counts.variant];
        const concord::Imbalance& test = analysis.tests.rows[row];
        table.row();
        table.cell(analysis.counts.contigs.names()[variant.contig] + ":" +
                   std::to_string(variant.position + 1) + " " + shortened(variant.ref, 16) + ">" +
                   shortened(variant.alt, 16));
        table.cell(variant.id == "." ? std::string() : shortened(variant.id, 24));
        table.cell(analysis.counts.samples[counts.sample]);
        table.cell(count(counts.ref_count));
        table.cell(count(counts.alt_count));
        table.cell(fixed(test.effect_log2));
        table.cell(fixed(test.effect.low, 1) + " to " + fixed(test.effect.high, 1));
        table.cell(number(test.p, 2));
        table.cell(number(test.q, 2));
        add_scores(analysis, row, shown, table);
    }
    return table.rows() > 0 ? table.finish() : std::string();
}

std::string left_out(const Analysis& analysis) {
    using Kind = HtmlTable::Kind;
    HtmlTable statuses("Counts by status");
    statuses.column("status");
    statuses.column("counts", Kind::kNumber);
    for (std::size_t i = 0; i < analysis.statuses.size(); ++i) {
        if (analysis.statuses[i] > 0) {
            statuses.row();
            const auto status = static_cast<concord::SiteStatus>(i);
            statuses.cell(status == concord::SiteStatus::kOk ? "tested"
                                                             : concord::status_text(status));
            statuses.cell(count(analysis.statuses[i]));
        }
    }
    HtmlTable scores("Tested sites without a score");
    scores.column("score");
    scores.column("reason");
    scores.column("sites", Kind::kNumber);
    for (const concord::ScoreResult& result : analysis.results) {
        for (const auto& [reason, number] : result.without) {
            if (result.kind == "all") {
                scores.row();
                scores.cell(result.score);
                scores.cell(reason);
                scores.cell(count(number));
            }
        }
    }
    return statuses.finish() + (scores.rows() > 0 ? scores.finish() : std::string()) +
           paragraph(count(analysis.scores.alleles) + " alleles were scored, " +
                     count(analysis.scores.only_here) + " of them have no counts.");
}

std::string provenance_section(const ConcordProvenance& provenance) {
    HtmlTable table("What this page was made from");
    table.column("what");
    table.column("value");
    for (const auto& [name, value] : provenance.facts) {
        table.row();
        table.cell(name);
        table.cell(value);
    }
    return table.finish();
}

}  // namespace

std::string concord_page(const Analysis& analysis, const ConcordProvenance& provenance) {
    std::string html = page_head("Predicted against observed allelic effects");
    put(html, "<main>\n", facts_of(analysis, provenance), notes_of(analysis));
    put(html, section("agreement", "Agreement", agreement_table(analysis)));
    put(html, section("effects", "Effects and predictions", score_figures(analysis)));
    std::string test = null_table(analysis);
    if (tested(analysis) > 0) {
        put(test,
            figure(p_values_svg(analysis),
                   key("chosen", "significant") + key("filtered", "not significant") +
                       "The line is where sites without an effect lie; counts are discrete, so "
                       "they lie a little below it.",
                   true));
    }
    put(html, section("test", "Test of imbalance", test));
    put(html, section("sites", "Sites", site_table(analysis)));
    put(html, section("left-out", "What was left out", left_out(analysis)));
    put(html, section("provenance", "Provenance", provenance_section(provenance)));
    put(html, "</main>\n<footer>varhush concord: columns, reasons and the test are explained in ");
    put(html, "docs/concord.md.</footer>\n</body>\n</html>\n");
    return html;
}

}  // namespace varhush::report
