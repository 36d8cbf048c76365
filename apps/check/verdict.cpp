#include "apps/check/findings.hpp"

#include <string>

namespace varhush::apps {
namespace {

constexpr std::size_t kNamesShown = 5;

/// "1 record", "2 records".
std::string some(std::int64_t count, const std::string& thing) {
    return std::to_string(count) + ' ' + thing + (count == 1 ? "" : "s");
}

/// The names of the contigs `which` accepts, the first few of them.
template <class Which>
std::string names_of(const Findings& findings, Which which) {
    std::string names;
    std::size_t count = 0;
    for (const ContigFinding& contig : findings.contigs) {
        if (!which(contig)) {
            continue;
        }
        if (++count <= kNamesShown) {
            names += (names.empty() ? "" : ", ") + contig.name;
        }
    }
    return count > kNamesShown ? names + " and " + std::to_string(count - kNamesShown) + " more"
                               : names;
}

void judge_contigs(const Findings& findings, Verdict& verdict) {
    std::int64_t lost = 0;
    for (const ContigFinding& contig : findings.contigs) {
        lost += contig.fasta_name ? 0 : contig.records;
    }
    if (lost > 0) {
        verdict.problems.push_back(
            some(lost, "record") + " on contigs that the FASTA does not have: " +
            names_of(findings, [](const auto& c) { return !c.fasta_name && c.records > 0; }));
    }
    const std::string used = names_of(
        findings, [](const auto& contig) { return contig.other_length() && contig.records > 0; });
    if (!used.empty()) {
        verdict.problems.push_back("contigs with another length than in the FASTA: " + used);
    }
    const std::string unused = names_of(
        findings, [](const auto& contig) { return contig.other_length() && contig.records == 0; });
    if (!unused.empty()) {
        verdict.notes.push_back(
            "contigs without records that have another length than in the FASTA: " + unused);
    }
    const std::string renamed = names_of(
        findings, [](const auto& contig) { return contig.renamed() && contig.records > 0; });
    if (!renamed.empty()) {
        verdict.notes.push_back("the FASTA spells these contigs otherwise: " + renamed +
                                " (varhush matches them; --fix renames them for other tools)");
    }
}

void judge_reference(const Findings& findings, Verdict& verdict) {
    const ReferenceFit& fit = findings.fit();
    if (fit.mismatching() > 0) {
        const std::int64_t on_known = fit.compared - fit.unknown_contig;
        const std::string beyond =
            fit.past_end > 0 ? " (" + std::to_string(fit.past_end) + " past the contig end)" : "";
        verdict.problems.push_back("REF differs from the FASTA in " +
                                   std::to_string(fit.mismatching()) + " of " +
                                   some(on_known, "record") + " compared" + beyond);
    }
    if (findings.header_build && fit.build && *findings.header_build != *fit.build) {
        verdict.problems.push_back("the header's contig lengths are those of " +
                                   *findings.header_build + ", the FASTA is " + *fit.build);
    }
    if (fit.not_normalised > 0) {
        verdict.notes.push_back(some(fit.not_normalised, "record") +
                                " not left-aligned or not trimmed (scores do not depend on it)");
    }
    if (!findings.every_record_compared) {
        verdict.notes.push_back("REF was compared for " + some(fit.compared, "record") + " of " +
                                std::to_string(findings.records) + "; --full compares every one");
    }
}

}  // namespace

Verdict judge(const Findings& findings) {
    Verdict verdict;
    judge_contigs(findings, verdict);
    judge_reference(findings, verdict);
    if (findings.unsorted.count > 0) {
        verdict.problems.push_back(some(findings.unsorted.count, "record") +
                                   " out of order, first at " + findings.unsorted.first +
                                   " (bcftools sort)");
    }
    if (findings.duplicates.count > 0) {
        verdict.notes.push_back(some(findings.duplicates.count, "record") +
                                " the same as one before, first at " + findings.duplicates.first +
                                " (bcftools norm -d exact)");
    }
    if (findings.records == 0) {
        verdict.notes.emplace_back("the file holds no records");
    }
    return verdict;
}

}  // namespace varhush::apps
