#include "apps/check/report.hpp"

#include <algorithm>
#include <cstdio>

namespace varhush::apps {
namespace {

constexpr std::size_t kContigsShown = 40;

/// Names come from files: control characters must not reach the terminal.
std::string printable(std::string text) {
    std::replace_if(
        text.begin(),
        text.end(),
        [](unsigned char byte) { return byte < 0x20 || byte == 0x7F; },
        '?');
    return text;
}

std::string padded(const std::string& text, std::size_t width) {
    return text.size() < width ? text + std::string(width - text.size(), ' ') : text;
}

std::string number_or_dot(const std::optional<std::int64_t>& number) {
    return number ? std::to_string(*number) : ".";
}

/// "99.95%", never rounded up to 100.
std::string percent(std::int64_t part, std::int64_t whole) {
    if (whole == 0) {
        return "-";
    }
    const double value = 100.0 * static_cast<double>(part) / static_cast<double>(whole);
    char text[16];
    std::snprintf(text, sizeof text, "%.2f%%", part < whole ? std::min(value, 99.99) : value);
    return text;
}

std::string references_text(const Findings& findings) {
    std::string text = "references\n";
    for (std::size_t i = 0; i < findings.references.size(); ++i) {
        const ReferenceFit& fit = findings.references[i];
        text += "  " + fit.path + (fit.build ? " (" + *fit.build + ")" : "") + ": REF agrees in " +
                std::to_string(fit.agreeing) + " of " + std::to_string(fit.compared) +
                " records compared (" + percent(fit.agreeing, fit.compared) +
                "), lengths equal in " + std::to_string(fit.equal_lengths) + " of " +
                std::to_string(fit.equal_lengths + fit.other_lengths) + " contigs" +
                (findings.references.size() > 1 && i == findings.best ? "  <- fits best" : "") +
                "\n";
    }
    if (findings.header_build) {
        text += "  contig lengths in the header: " + *findings.header_build + "\n";
    }
    for (const Mismatch& mismatch : findings.fit().mismatches) {
        text += "  " + mismatch.where + ": REF " + mismatch.ref + ", FASTA " +
                (mismatch.fasta.empty() ? "ends before" : mismatch.fasta) + "\n";
    }
    return text;
}

std::string contigs_text(const Findings& findings) {
    std::string text;
    std::size_t shown = 0;
    std::size_t left_out = 0;
    for (const ContigFinding& contig : findings.contigs) {
        if (contig.records == 0 && !contig.other_length()) {
            continue;
        }
        if (++shown > kContigsShown) {
            ++left_out;
            continue;
        }
        text += "  " + padded(contig.name, 16) + ' ' + padded(std::to_string(contig.records), 12) +
                ' ' + padded(contig.fasta_name.value_or("unknown"), 16) + ' ' +
                padded(number_or_dot(contig.header_length), 13) + ' ' +
                number_or_dot(contig.fasta_length) +
                (contig.other_length() ? "  length differs" : "") + "\n";
    }
    if (text.empty()) {
        return {};
    }
    if (left_out > 0) {
        text += "  ... and " + std::to_string(left_out) + " more (all of them with --json)\n";
    }
    return "contigs          records      in the FASTA as  header length FASTA length\n" + text;
}

std::string alleles_text(const Findings& findings) {
    std::string text = "alleles\n  " + std::to_string(findings.alleles) + " in " +
                       std::to_string(findings.records) + " records (" +
                       std::to_string(findings.multiallelic) + " multi-allelic, " +
                       std::to_string(findings.monomorphic) + " without ALT)\n ";
    for (std::size_t i = 0; i < seq::kAlleleKindCount; ++i) {
        if (findings.kinds[i] > 0) {
            text += ' ' + std::string(seq::kind_text(static_cast<seq::AlleleKind>(i))) + ' ' +
                    std::to_string(findings.kinds[i]);
        }
    }
    text += findings.alleles == 0 ? "none\n" : "\n";
    for (std::size_t i = 0; i < seq::kAlleleStatusCount; ++i) {
        if (findings.unsupported[i] > 0) {
            text += "  cannot be scored: " +
                    std::string(seq::status_text(static_cast<seq::AlleleStatus>(i))) + ' ' +
                    std::to_string(findings.unsupported[i]) + "\n";
        }
    }
    return text;
}

std::string verdict_text(const Verdict& verdict) {
    std::string text;
    for (const std::string& problem : verdict.problems) {
        text += "problem: " + problem + "\n";
    }
    for (const std::string& note : verdict.notes) {
        text += "note: " + note + "\n";
    }
    return text;
}

std::string repair_text(const CheckReport::Repair& repair) {
    const io::VariantFixerCounts& counts = repair.counts;
    std::string text = "\nrepaired: " + repair.path + "\n";
    const auto line = [&](std::int64_t count, const std::string& what) {
        if (count > 0) {
            text += "  " + std::to_string(count) + ' ' + what + "\n";
        }
    };
    line(counts.renamed, "records on renamed contigs");
    line(counts.left_aligned, "left-aligned or trimmed");
    line(counts.split, "split");
    line(counts.joined, "joined");
    line(counts.too_far, "not left-aligned: more than 10,000 bases to go");
    line(counts.not_joined, "places not joined: something would have been lost");
    return text + verdict_text(repair.verdict) +
           (repair.verdict.fits() ? "it fits\n" : "it still DOES NOT FIT\n");
}

}  // namespace

std::string text_report(const CheckReport& report) {
    const Findings& findings = report.findings;
    std::string text = findings.input + "\n" + references_text(findings) + contigs_text(findings) +
                       alleles_text(findings) + verdict_text(report.verdict) +
                       (report.verdict.fits() ? "the file fits " : "the file DOES NOT FIT ") +
                       findings.fit().path + "\n";
    if (report.repair) {
        text += repair_text(*report.repair);
    }
    std::string safe;
    for (std::size_t start = 0; start < text.size();) {
        const std::size_t end = text.find('\n', start);
        safe += printable(text.substr(start, end - start)) + '\n';
        start = end + 1;
    }
    return safe;
}

}  // namespace varhush::apps
