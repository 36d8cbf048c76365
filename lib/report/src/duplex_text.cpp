#include "duplex_text.hpp"

#include "markup.hpp"

#include <algorithm>
#include <string_view>

namespace varhush::report {

namespace {

constexpr std::size_t kFlank = 12;
constexpr std::string_view kIndent = "              ";  // as wide as the names of the lines

char pair_sign(char guide, char target) {
    const std::string both{guide, target};
    if (both == "AU" || both == "UA" || both == "GC" || both == "CG") {
        return '|';
    }
    return both == "GU" || both == "UG" ? ':' : ' ';
}

/// Guide position of base `at` of the site, from the guide's 5' end.
std::size_t position_of(const sirna::TargetSite& site, std::size_t at) {
    return site.end - at;
}

/// The guide's overhang as it stands in the drawing, 3' end first.
std::string overhang_of(const sirna::DesignedGuide& guide) {
    std::string overhang = guide.guide_strand.size() > guide.guide.size()
                               ? guide.guide_strand.substr(guide.guide.size())
                               : std::string();
    std::reverse(overhang.begin(), overhang.end());
    return overhang;
}

/// A line with '^' below the bases that variants touch; empty when there is none.
std::string variant_line(const sirna::TargetSite& site, std::size_t indent) {
    std::string marks;
    for (const sirna::VariantInSite& one : site.variants) {
        const std::size_t length = site.end - site.start;
        const std::size_t last = std::min(one.last_pos, length);
        for (std::size_t position = std::max<std::size_t>(1, one.first_pos); position <= last;
             ++position) {
            const std::size_t column = indent + length - position;
            marks.resize(std::max(marks.size(), column + 1), ' ');
            marks[column] = '^';
        }
    }
    return marks.empty() ? marks : marks + "\n";
}

/// The guide 3'->5', its seed marked.
std::string guide_markup(const std::string& guide) {
    std::string line;
    for (std::size_t i = guide.size(); i-- > 0;) {
        const bool seed = i >= 1 && i <= 7;
        line.append(seed && (i == 7 || i + 1 == guide.size()) ? "<b>" : "");
        line.append(escaped(std::string_view(guide).substr(i, 1)));
        line.append(i == 1 ? "</b>" : "");
    }
    return line;
}

}  // namespace

std::string duplex_markup(const sirna::DesignReport& report, const sirna::DesignedGuide& guide) {
    if (guide.sites.empty()) {
        return {};
    }
    const sirna::TargetSite& site = guide.sites.front();
    const std::string& rna = report.targets[site.target].rna;
    if (site.end > rna.size() || site.end - site.start != guide.guide.size()) {
        return {};
    }
    const std::size_t left = std::min(kFlank, site.start);
    const std::size_t right = std::min(kFlank, rna.size() - site.end);
    std::string pairs;
    for (std::size_t at = site.start; at < site.end; ++at) {
        pairs += pair_sign(guide.guide[position_of(site, at) - 1], rna[at]);
    }
    const std::string pad(kFlank - left, ' ');
    const std::string overhang = overhang_of(guide);
    std::string html;
    put(html, "<pre aria-label=\"guide on its target\">target     5'-", pad, "<i>");
    put(html, escaped(rna.substr(site.start - left, left)), "</i>");
    put(html, escaped(rna.substr(site.start, pairs.size())));
    put(html, "<i>", escaped(rna.substr(site.end, right)), "</i>-3'\n", kIndent);
    put(html, std::string(kFlank, ' '), pairs, "\nguide    ");
    put(html, std::string(kIndent.size() + kFlank - 9 - 3 - overhang.size(), ' '), "3'-");
    put(html, escaped(overhang), guide_markup(guide.guide), "-5'\n");
    return html + variant_line(site, kIndent.size() + kFlank) + "</pre>\n";
}

}  // namespace varhush::report
