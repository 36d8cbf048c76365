#include "html_table.hpp"
#include "markup.hpp"
#include "page_tables.hpp"
#include "page_text.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace varhush::report {

namespace {

using Kind = HtmlTable::Kind;

bool any_searched(const sirna::DesignReport& report) {
    return std::any_of(report.guides.begin(),
                       report.guides.end(),
                       [](const sirna::DesignedGuide& one) { return one.off_targets.searched; });
}

/// How many mismatch classes have a site of anybody, at least 0 to 3.
std::size_t classes_shown(const sirna::DesignReport& report) {
    std::size_t shown = 4;
    for (const sirna::DesignedGuide& guide : report.guides) {
        for (std::size_t i = shown; i < sirna::kMismatchClasses; ++i) {
            const auto& account = guide.off_targets;
            shown = account.guide_sites[i] + account.passenger_sites[i] > 0 ? i + 1 : shown;
        }
    }
    return shown;
}

struct GeneLoad {
    std::string name;
    double weight = 0;
    std::size_t sites = 0;
    std::size_t fewest = 99;          // mismatches
    std::vector<std::string> guides;  // in their order
};

/// What all listed sites say of each gene, the heaviest first.
std::vector<GeneLoad> gene_loads(const sirna::DesignReport& report) {
    std::map<std::string, GeneLoad> genes;
    for (const sirna::DesignedGuide& guide : report.guides) {
        for (const sirna::OffTargetSite& site : guide.off_targets.worst) {
            std::string name = site.gene.empty() ? site.transcript : site.gene;
            if (!site.species.empty()) {
                name.append(" (").append(site.species).append(")");
            }
            GeneLoad& gene = genes[name];
            gene.name = name;
            gene.weight += std::isfinite(site.weight) ? site.weight : 0;
            ++gene.sites;
            gene.fewest = std::min(gene.fewest, static_cast<std::size_t>(site.mismatches));
            if (gene.guides.empty() || gene.guides.back() != guide.id) {
                gene.guides.push_back(guide.id);
            }
        }
    }
    std::vector<GeneLoad> loads;
    loads.reserve(genes.size());
    for (auto& [name, gene] : genes) {
        loads.push_back(std::move(gene));
    }
    std::stable_sort(loads.begin(), loads.end(), [](const GeneLoad& a, const GeneLoad& b) {
        return a.weight > b.weight;
    });
    return loads;
}

}  // namespace

std::string off_target_table(const sirna::DesignReport& report,
                             std::size_t first,
                             std::size_t count) {
    if (!any_searched(report)) {
        return {};
    }
    const std::size_t classes = classes_shown(report);
    HtmlTable table("Unintended sites in the index, guide strand + passenger strand");
    table.column("guide");
    for (std::size_t i = 0; i < classes; ++i) {
        table.column(
            std::to_string(i) + "\u00a0mm", Kind::kNumber, "sites with so many mismatches");
    }
    table.column("genes", Kind::kNumber, "with such a site");
    for (const char* name : {"8mer", "7mer-m8", "7mer-A1", "6mer"}) {
        table.column(name, Kind::kNumber, "seed sites in 3' UTRs");
    }
    table.column("seed genes", Kind::kNumber, "with a seed site of 7 bases or more");
    table.column("miRNA with this seed", Kind::kText, "where --mirna-seeds names them");
    table.column("cleavage", Kind::kNumber, "part of the load: sites that may be cut");
    table.column("seed", Kind::kNumber, "part of the load: seed sites in 3' UTRs");
    table.column("load", Kind::kNumber, "expected off-target load, both parts");
    for (std::size_t i = first; i < first + count; ++i) {
        const sirna::OffTargetAccount& account = report.guides[i].off_targets;
        if (!account.searched) {
            continue;
        }
        table.row();
        table.cell_markup(guide_link(report, i));
        for (std::size_t k = 0; k < classes; ++k) {
            table.cell(count_text(account.guide_sites[k]) + " + " +
                       count_text(account.passenger_sites[k]));
        }
        table.cell(count_text(account.genes));
        for (const std::int64_t sites : account.seed_sites) {
            table.cell(count_text(sites));
        }
        table.cell(count_text(account.seed_genes));
        table.cell(account.mirna.empty() ? "\u2013" : account.mirna);
        table.cell(load_text(account.cleavage_load));
        table.cell(load_text(account.seed_load));
        table.cell(load_text(account.load));
    }
    return table.finish();
}

std::string worst_genes_table(const sirna::DesignReport& report) {
    constexpr std::size_t kMost = 20;
    const std::vector<GeneLoad> loads = gene_loads(report);
    if (loads.empty()) {
        return {};
    }
    HtmlTable table("Genes with the heaviest unintended sites, over all guides");
    table.column("gene");
    table.column("weight", Kind::kNumber, "sum over the listed sites");
    table.column("sites", Kind::kNumber);
    table.column("fewest mismatches", Kind::kNumber);
    table.column("guides");
    for (std::size_t i = 0; i < std::min(loads.size(), kMost); ++i) {
        const GeneLoad& gene = loads[i];
        std::string guides;
        for (const std::string& id : gene.guides) {
            put(guides, guides.empty() ? "" : ", ", id);
        }
        table.row();
        table.cell(gene.name);
        table.cell(fixed(gene.weight));
        table.cell(count_text(gene.sites));
        table.cell(count_text(gene.fewest));
        table.cell(guides);
    }
    return table.finish();
}

}  // namespace varhush::report
