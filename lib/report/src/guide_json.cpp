#include "guide_text.hpp"
#include "varhush/report/guide_table.hpp"

#include <nlohmann/json.hpp>

#include <cmath>
#include <optional>

namespace varhush::report {

namespace {

using Json = nlohmann::ordered_json;

/// null for what is not known; else at the six digits that people can use.
Json number_json(double value, int digits = 6) {
    if (std::isnan(value)) {
        return nullptr;
    }
    return std::stod(number_or_dot(value, digits));
}

Json mass_json(double g_mol) {
    return number_json(g_mol, 8);
}

Json pieces_json(const std::vector<seq::Interval>& pieces) {
    Json json = Json::array();
    for (const seq::Interval& piece : pieces) {
        json.push_back({piece.start, piece.end});
    }
    return json;
}

Json variant_json(const sirna::VariantOnTarget& variant) {
    return {{"id", variant.id},
            {"where", variant.where},
            {"start", variant.start},
            {"ref", variant.ref},
            {"alt", variant.alt},
            {"frequency", number_json(variant.frequency)},
            {"common", variant.common}};
}

Json target_json(const sirna::TargetProfile& target) {
    Json json{{"name", target.name},
              {"gene", target.gene},
              {"species", target.species},
              {"length", target.rna.size()},
              {"region", {target.region_start, target.region_end}}};
    if (target.junction) {
        json["back_splice_junction"] = *target.junction;
    }
    if (target.cds_start && target.cds_end) {
        json["cds"] = {*target.cds_start, *target.cds_end};
    }
    if (!target.contig.empty()) {
        json["genome"] = {{"contig", target.contig},
                          {"strand", std::string(1, target.strand)},
                          {"exons", pieces_json(target.exons)}};
    }
    json["variants"] = Json::array();
    for (const sirna::VariantOnTarget& variant : target.variants) {
        json["variants"].push_back(variant_json(variant));
    }
    return json;
}

Json placement_json(const std::optional<sirna::PlacementAccount>& account) {
    if (!account) {
        return nullptr;
    }
    Json json{{"cost", number_json(account->cost)},
              {"methoxy", account->methoxy},
              {"fluoro", account->fluoro},
              {"thioates", account->thioates},
              {"opened", account->opened},
              {"prone_steps", account->prone_steps},
              {"prone_open", account->prone_open}};
    json["terms"] = Json::array();
    for (const sirna::PlacementTerm& term : account->terms) {
        json["terms"].push_back({{"name", term.name},
                                 {"guide", number_json(term.guide)},
                                 {"passenger", number_json(term.passenger)},
                                 {"about", term.about}});
    }
    json["compared"] = Json::object();
    for (const auto& [pattern, cost] : account->compared) {
        json["compared"][pattern] = number_json(cost);
    }
    return json;
}

Json duplex_json(const sirna::ModifiedDuplex& duplex) {
    const auto text = [](const std::string& value) {
        return value.empty() ? Json(nullptr) : Json(value);
    };
    return {{"pattern", duplex.pattern},
            {"guide", duplex.guide},
            {"passenger", duplex.passenger},
            {"guide_idt", text(duplex.guide_idt)},
            {"passenger_idt", text(duplex.passenger_idt)},
            {"guide_g_mol", mass_json(duplex.guide_g_mol)},
            {"passenger_g_mol", mass_json(duplex.passenger_g_mol)},
            {"placement", placement_json(duplex.placement)}};
}

Json site_json(const sirna::DesignReport& report, const sirna::TargetSite& site) {
    Json json{{"target", report.targets[site.target].name},
              {"start", site.start},
              {"end", site.end},
              {"access_seed", number_json(site.unpaired_seed)},
              {"access_site", number_json(site.unpaired_site)},
              {"coverage", number_json(site.coverage)},
              {"genome", pieces_json(site.genome)}};
    json["variants"] = Json::array();
    for (const sirna::VariantInSite& one : site.variants) {
        json["variants"].push_back({{"id", report.targets[site.target].variants[one.variant].id},
                                    {"guide_positions", {one.first_pos, one.last_pos}}});
    }
    return json;
}

Json off_target_json(const sirna::OffTargetAccount& account) {
    if (!account.searched) {
        return {{"searched", false}, {"mirna", account.mirna}};
    }
    Json json{{"searched", true},
              {"load", number_json(account.load)},
              {"cleavage_load", number_json(account.cleavage_load)},
              {"seed_load", number_json(account.seed_load)},
              {"guide_sites", account.guide_sites},
              {"passenger_sites", account.passenger_sites},
              {"genes", account.genes},
              {"seed_sites",
               {{"8mer", account.seed_sites[0]},
                {"7mer-m8", account.seed_sites[1]},
                {"7mer-A1", account.seed_sites[2]},
                {"6mer", account.seed_sites[3]}}},
              {"mirna", account.mirna}};
    json["worst"] = Json::array();
    for (const sirna::OffTargetSite& site : account.worst) {
        json["worst"].push_back({{"species", site.species},
                                 {"gene", site.gene},
                                 {"transcript", site.transcript},
                                 {"start", site.start},
                                 {"strand", site.passenger ? "passenger" : "guide"},
                                 {"mismatches", site.mismatches},
                                 {"mismatch_positions", site.mismatch_positions},
                                 {"wobbles", site.wobbles},
                                 {"cleavage_weight", number_json(site.weight)}});
    }
    return json;
}

Json allele_json(const sirna::AlleleContrast& allele) {
    return {{"variant", allele.variant},
            {"on_allele", allele.on_allele},
            {"off_allele", allele.off_allele},
            {"on_site", allele.on_site},
            {"off_site", allele.off_site},
            {"mismatch_positions", allele.positions},
            {"placed_mismatches", allele.shared},
            {"mismatch", allele.mismatch},
            {"on_silenced", number_json(allele.on_silenced)},
            {"off_silenced", number_json(allele.off_silenced)},
            {"discrimination", number_json(allele.discrimination)},
            {"on_dg", number_json(allele.on_kcal_mol)},
            {"off_dg", number_json(allele.off_kcal_mol)},
            {"phase", allele.phase}};
}

Json control_json(const sirna::ControlDuplex& control) {
    return {{"id", control.id},
            {"kind", control.kind},
            {"guide", control.guide},
            {"passenger", control.passenger},
            {"searched", control.searched},
            {"clean", control.clean},
            {"sites", control.sites},
            {"note", control.note},
            {"order", duplex_json(control.duplex)}};
}

void add_lists(const sirna::DesignReport& report, const sirna::DesignedGuide& guide, Json& json) {
    json["sites"] = Json::array();
    for (const sirna::TargetSite& site : guide.sites) {
        json["sites"].push_back(site_json(report, site));
    }
    json["filters"] = Json::array();
    for (const sirna::FilterVerdict& verdict : guide.filters) {
        json["filters"].push_back({{"name", verdict.name},
                                   {"passed", verdict.passed},
                                   {"enforced", verdict.enforced},
                                   {"detail", verdict.detail}});
    }
    json["off_targets"] = off_target_json(guide.off_targets);
    json["species"] = Json::array();
    for (const sirna::SpeciesSite& one : guide.species) {
        json["species"].push_back({{"species", one.species},
                                   {"transcript", one.transcript},
                                   {"gene", one.gene},
                                   {"start", one.start},
                                   {"mismatches", one.mismatches},
                                   {"map", one.map}});
    }
    json["allele"] = guide.allele ? allele_json(*guide.allele) : Json(nullptr);
    json["controls"] = Json::array();
    for (const sirna::ControlDuplex& control : guide.controls) {
        json["controls"].push_back(control_json(control));
    }
    json["why"] = guide.why;
}

Json guide_json(const sirna::DesignReport& report, const sirna::DesignedGuide& guide) {
    Json json{{"id", guide.id},
              {"unit", guide.unit},
              {"rank", guide.rank},
              {"front", guide.front},
              {"score", number_json(guide.score)},
              {"parts",
               {{"efficacy", number_json(guide.parts.efficacy)},
                {"specificity", number_json(guide.parts.specificity)},
                {"accessibility", number_json(guide.parts.accessibility)},
                {"population", number_json(guide.parts.population)},
                {"isoforms", number_json(guide.parts.isoforms)},
                {"discrimination", number_json(guide.parts.discrimination)}}},
              {"guide", guide.guide},
              {"passenger", guide.passenger},
              {"guide_strand", plain_letters(guide.guide_strand)},
              {"passenger_strand", plain_letters(guide.passenger_strand)},
              {"order", duplex_json(guide.duplex)},
              {"efficacy", number_json(guide.efficacy.expected)},
              {"efficacy_low", number_json(guide.efficacy.low)},
              {"efficacy_high", number_json(guide.efficacy.high)},
              {"p_effective", number_json(guide.efficacy.p_effective)},
              {"gc", number_json(guide.gc)},
              {"asymmetry", number_json(guide.asymmetry_kcal_mol)},
              {"seed_dg", number_json(guide.seed_kcal_mol)},
              {"seed_tm", number_json(guide.seed_tm_celsius)},
              {"self_fold", number_json(guide.fold_kcal_mol)},
              {"duplex_dg", number_json(guide.duplex_kcal_mol)},
              {"seed_viability", number_json(guide.seed_viability)},
              {"passenger_seed_viability", number_json(guide.passenger_seed_viability)},
              {"ui_tei", guide.ui_tei},
              {"reynolds", guide.reynolds},
              {"amarzguioui", guide.amarzguioui},
              {"population_coverage", number_json(guide.population_coverage)},
              {"isoform_coverage", number_json(guide.isoform_coverage)}};
    add_lists(report, guide, json);
    return json;
}

}  // namespace

std::string guides_json(const sirna::DesignReport& report) {
    Json json = Json::object();
    if (!report.version.empty()) {
        json["version"] = report.version;
    }
    if (!report.command.empty()) {
        json["command"] = report.command;
    }
    json["model"] = {{"id", report.model}, {"sha256", report.model_sha256}};
    json["index"] = report.index.empty() ? Json(nullptr) : Json(report.index);
    json["settings"] = Json::object();
    for (const auto& [name, value] : report.settings) {
        json["settings"][name] = value;
    }
    json["notes"] = report.notes;
    json["candidates"] = report.candidates;
    json["rejected"] = report.rejected.size();
    json["targets"] = Json::array();
    for (const sirna::TargetProfile& target : report.targets) {
        json["targets"].push_back(target_json(target));
    }
    json["guides"] = Json::array();
    for (const sirna::DesignedGuide& guide : report.guides) {
        json["guides"].push_back(guide_json(report, guide));
    }
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace varhush::report
