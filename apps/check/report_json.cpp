#include "apps/check/report.hpp"

#include <nlohmann/json.hpp>

namespace varhush::apps {
namespace {

using Json = nlohmann::ordered_json;

template <class T>
Json or_null(const std::optional<T>& value) {
    return value ? Json(*value) : Json(nullptr);
}

Json counted(const Counted& counted) {
    Json json{{"count", counted.count}};
    if (counted.count > 0) {
        json["first"] = counted.first;
    }
    return json;
}

Json reference(const ReferenceFit& fit) {
    Json mismatches = Json::array();
    for (const Mismatch& one : fit.mismatches) {
        mismatches.push_back({{"where", one.where}, {"ref", one.ref}, {"fasta", one.fasta}});
    }
    return {{"path", fit.path},
            {"build", or_null(fit.build)},
            {"lengths_equal", fit.equal_lengths},
            {"lengths_different", fit.other_lengths},
            {"records_compared", fit.compared},
            {"ref_agreeing", fit.agreeing},
            {"ref_mismatching", fit.mismatching()},
            {"past_contig_end", fit.past_end},
            {"contig_unknown", fit.unknown_contig},
            {"not_normalised", fit.not_normalised},
            {"mismatches", mismatches}};
}

Json contig(const ContigFinding& contig) {
    return {{"name", contig.name},
            {"records", contig.records},
            {"alleles", contig.alleles},
            {"header_length", or_null(contig.header_length)},
            {"fasta_name", or_null(contig.fasta_name)},
            {"fasta_length", or_null(contig.fasta_length)}};
}

Json alleles(const Findings& findings) {
    Json kinds = Json::object();
    for (std::size_t i = 0; i < seq::kAlleleKindCount; ++i) {
        kinds[std::string(seq::kind_text(static_cast<seq::AlleleKind>(i)))] = findings.kinds[i];
    }
    Json unsupported = Json::object();
    for (std::size_t i = 0; i < seq::kAlleleStatusCount; ++i) {
        if (findings.unsupported[i] > 0) {
            unsupported[std::string(seq::status_text(static_cast<seq::AlleleStatus>(i)))] =
                findings.unsupported[i];
        }
    }
    return {{"total", findings.alleles}, {"kinds", kinds}, {"unsupported", unsupported}};
}

Json file(const Findings& findings, const Verdict& verdict) {
    Json references = Json::array();
    for (const ReferenceFit& fit : findings.references) {
        references.push_back(reference(fit));
    }
    Json contigs = Json::array();
    for (const ContigFinding& one : findings.contigs) {
        contigs.push_back(contig(one));
    }
    return {{"input", findings.input},
            {"fits", verdict.fits()},
            {"problems", verdict.problems},
            {"notes", verdict.notes},
            {"records", findings.records},
            {"multiallelic", findings.multiallelic},
            {"monomorphic", findings.monomorphic},
            {"alleles", alleles(findings)},
            {"unsorted", counted(findings.unsorted)},
            {"duplicates", counted(findings.duplicates)},
            {"every_record_compared", findings.every_record_compared},
            {"header_build", or_null(findings.header_build)},
            {"best_reference", findings.fit().path},
            {"references", references},
            {"contigs", contigs}};
}

}  // namespace

std::string json_report(const CheckReport& report) {
    Json json = file(report.findings, report.verdict);
    if (report.repair) {
        const io::VariantFixerCounts& counts = report.repair->counts;
        json["repair"] = {{"path", report.repair->path},
                          {"renamed", counts.renamed},
                          {"left_aligned", counts.left_aligned},
                          {"split", counts.split},
                          {"joined", counts.joined},
                          {"too_far", counts.too_far},
                          {"not_joined", counts.not_joined},
                          {"result", file(report.repair->findings, report.repair->verdict)}};
    }
    // Names in the file may be any bytes; JSON is UTF-8.
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace varhush::apps
