#include "varhush/report/guide_table.hpp"

#include "guide_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <utility>

namespace varhush::report {

namespace {

using sirna::DesignedGuide;
using sirna::DesignReport;
using sirna::TargetSite;

/// A row under construction: names the first time, values always, so that both agree.
class Row {
  public:
    void add(const char* name, const std::string& value) {
        names_.append(names_.empty() ? "" : "\t").append(name);
        values_.append(values_.empty() ? "" : "\t").append(field(value));
    }
    void add(const char* name, double value, int digits = 4) {
        add(name, number_or_dot(value, digits));
    }
    [[nodiscard]] const std::string& names() const noexcept { return names_; }
    [[nodiscard]] const std::string& values() const noexcept { return values_; }

  private:
    std::string names_;
    std::string values_;
};

void add_place(const DesignReport& report,
               const DesignedGuide& guide,
               const TargetSite& site,
               Row& row) {
    const sirna::TargetProfile& target = report.targets[site.target];
    row.add("id", guide.id);
    row.add("unit", guide.unit);
    row.add("rank", std::to_string(guide.rank));
    row.add("front", std::to_string(guide.front));
    row.add("score", guide.score);
    row.add("target", target.name);
    row.add("gene", target.gene);
    row.add("start", std::to_string(site.start + 1));
    row.add("end", std::to_string(site.end));
    row.add("genome", genome_text(target, site));
}

void add_strands(const DesignedGuide& guide, Row& row) {
    row.add("guide", guide.guide);
    row.add("passenger", guide.passenger);
    row.add("chemistry", guide.duplex.pattern);
    row.add("guide_order", guide.duplex.guide);
    row.add("passenger_order", guide.duplex.passenger);
    row.add("guide_idt", guide.duplex.guide_idt);
    row.add("passenger_idt", guide.duplex.passenger_idt);
    row.add("guide_g_mol", guide.duplex.guide_g_mol, 8);
    row.add("passenger_g_mol", guide.duplex.passenger_g_mol, 8);
}

void add_numbers(const DesignedGuide& guide, const TargetSite& site, Row& row) {
    row.add("efficacy", guide.efficacy.expected);
    row.add("efficacy_low", guide.efficacy.low);
    row.add("efficacy_high", guide.efficacy.high);
    row.add("p_effective", guide.efficacy.p_effective);
    row.add("gc", guide.gc);
    row.add("asymmetry", guide.asymmetry_kcal_mol);
    row.add("seed_dg", guide.seed_kcal_mol);
    row.add("seed_tm", guide.seed_tm_celsius);
    row.add("self_fold", guide.fold_kcal_mol);
    row.add("duplex_dg", guide.duplex_kcal_mol);
    row.add("access_seed", site.unpaired_seed);
    row.add("access_site", site.unpaired_site);
    row.add("ui_tei", guide.ui_tei ? "1" : "0");
    row.add("reynolds", std::to_string(guide.reynolds));
    row.add("amarzguioui", std::to_string(guide.amarzguioui));
    std::vector<std::string> failed;
    for (const sirna::FilterVerdict& verdict : guide.filters) {
        if (!verdict.passed) {
            failed.push_back(verdict.name);
        }
    }
    row.add("failed_filters", joined(failed, ","));
}

void add_off_targets(const DesignedGuide& guide, Row& row) {
    const sirna::OffTargetAccount& account = guide.off_targets;
    const auto shown = [&](std::span<const std::int64_t> counts, std::size_t count) {
        return account.searched ? joined(counts, count) : std::string(".");
    };
    row.add("off_load", account.load);
    row.add("off_cleavage", account.cleavage_load);
    row.add("off_seed", account.seed_load);
    row.add("off_guide", shown(account.guide_sites, sirna::kMismatchClasses));
    row.add("off_passenger", shown(account.passenger_sites, sirna::kMismatchClasses));
    row.add("off_genes", account.searched ? std::to_string(account.genes) : ".");
    row.add("seed_sites", shown(account.seed_sites, account.seed_sites.size()));
    row.add("mirna", account.mirna);
    row.add("seed_viability", guide.seed_viability);
    row.add("passenger_seed_viability", guide.passenger_seed_viability);
}

void add_populations(const DesignReport& report,
                     const DesignedGuide& guide,
                     const TargetSite& site,
                     Row& row) {
    row.add("variants", variants_text(report.targets[site.target], site));
    row.add("population_coverage", 100 * guide.population_coverage);
    row.add("isoform_coverage", 100 * guide.isoform_coverage);
    std::vector<std::string> species;
    for (const sirna::SpeciesSite& one : guide.species) {
        species.push_back(one.species + ":" + one.transcript + ":" + std::to_string(one.start + 1) +
                          ":" + one.map);
    }
    row.add("species", joined(species, ";"));
}

void add_allele(const DesignedGuide& guide, Row& row) {
    const sirna::AlleleContrast allele = guide.allele.value_or(sirna::AlleleContrast{});
    row.add("allele_variant", allele.variant);
    row.add("allele_on", allele.on_allele);
    row.add("allele_off", allele.off_allele);
    row.add("allele_positions", joined(allele.positions));
    row.add("allele_mismatch", allele.mismatch);
    row.add("placed_mismatches", joined(allele.shared));
    row.add("on_silenced", allele.on_silenced);
    row.add("off_silenced", allele.off_silenced);
    row.add("discrimination", allele.discrimination);
    row.add("phase", allele.phase);
}

std::string control_strand(const DesignedGuide& guide, std::string_view kind) {
    for (const sirna::ControlDuplex& control : guide.controls) {
        if (control.kind == kind) {
            return control.guide;
        }
    }
    return {};
}

Row row_of(const DesignReport& report, const DesignedGuide& guide, const TargetSite& site) {
    Row row;
    add_place(report, guide, site, row);
    add_strands(guide, row);
    add_numbers(guide, site, row);
    add_off_targets(guide, row);
    add_populations(report, guide, site, row);
    add_allele(guide, row);
    row.add("control_scrambled", control_strand(guide, "scrambled"));
    row.add("control_c911", control_strand(guide, "C911"));
    return row;
}

int bed_score(double p_effective) {
    return std::isnan(p_effective)
               ? 0
               : static_cast<int>(std::lround(1000 * std::clamp(p_effective, 0.0, 1.0)));
}

std::string bed12(const sirna::TargetProfile& target,
                  const DesignedGuide& guide,
                  const TargetSite& site) {
    const std::int64_t start = site.genome.front().start;
    const std::int64_t end = site.genome.back().end;
    std::string sizes;
    std::string starts;
    for (const seq::Interval& piece : site.genome) {
        sizes.append(std::to_string(piece.end - piece.start)).append(",");
        starts.append(std::to_string(piece.start - start)).append(",");
    }
    const std::string span = std::to_string(start) + "\t" + std::to_string(end);
    return target.contig + "\t" + span + "\t" + field(guide.id) + "\t" +
           std::to_string(bed_score(guide.efficacy.p_effective)) + "\t" +
           (target.strand == '-' ? "+" : "-") + "\t" + span + "\t0\t" +
           std::to_string(site.genome.size()) + "\t" + sizes + "\t" + starts + "\n";
}

void append_fasta(std::string& text, const std::string& name, const std::string& strand) {
    text.append(">").append(field(name)).append("\n").append(plain_letters(strand)).append("\n");
}

/// A duplex of the controls as it is ordered, plain letters.
std::string strand_with_overhang(const std::string& strand,
                                 const std::string& like,
                                 std::size_t paired) {
    return like.size() > paired ? strand + like.substr(paired) : strand;
}

}  // namespace

std::string guides_tsv(const DesignReport& report) {
    std::string text = provenance_lines(report);
    // The names come from a row that exists whether or not there is a guide.
    DesignReport empty;
    empty.targets.emplace_back();
    text.append(row_of(empty, {}, {}).names()).append("\n");
    for (const DesignedGuide& guide : report.guides) {
        for (const TargetSite& site : guide.sites) {
            text.append(row_of(report, guide, site).values()).append("\n");
        }
    }
    return text;
}

std::string rejected_tsv(const DesignReport& report) {
    std::string text = provenance_lines(report) +
                       "unit\ttarget\tstart\tend\tguide\tp_effective\tscore\treasons\tdetails\n";
    for (const sirna::RejectedCandidate& one : report.rejected) {
        Row row;
        row.add("unit", one.unit);
        row.add("target", report.targets[one.target].name);
        row.add("start", std::to_string(one.start + 1));
        row.add("end", std::to_string(one.end));
        row.add("guide", one.guide);
        row.add("p_effective", one.p_effective);
        row.add("score", one.score);
        row.add("reasons", joined(one.reasons, ";"));
        row.add("details", joined(one.details, "; "));
        text.append(row.values()).append("\n");
    }
    return text;
}

std::string off_targets_tsv(const DesignReport& report) {
    std::string text =
        provenance_lines(report) +
        "guide_id\tspecies\tgene\ttranscript\tstart\tstrand\tmismatches\tmismatch_positions\t"
        "wobbles\tcleavage_weight\n";
    for (const DesignedGuide& guide : report.guides) {
        for (const sirna::OffTargetSite& site : guide.off_targets.worst) {
            Row row;
            row.add("guide_id", guide.id);
            row.add("species", site.species);
            row.add("gene", site.gene);
            row.add("transcript", site.transcript);
            row.add("start", std::to_string(site.start));
            row.add("strand", site.passenger ? "passenger" : "guide");
            row.add("mismatches", std::to_string(site.mismatches));
            row.add("mismatch_positions", joined(site.mismatch_positions));
            row.add("wobbles", std::to_string(site.wobbles));
            row.add("cleavage_weight", site.weight);
            text.append(row.values()).append("\n");
        }
    }
    return text;
}

std::string guides_fasta(const DesignReport& report) {
    std::string text;
    for (const DesignedGuide& guide : report.guides) {
        append_fasta(text, guide.id + "_guide", guide.guide_strand);
        append_fasta(text, guide.id + "_passenger", guide.passenger_strand);
        for (const sirna::ControlDuplex& control : guide.controls) {
            if (control.guide.empty()) {
                continue;
            }
            append_fasta(
                text,
                control.id + "_guide",
                strand_with_overhang(control.guide, guide.guide_strand, guide.guide.size()));
            append_fasta(text,
                         control.id + "_passenger",
                         strand_with_overhang(
                             control.passenger, guide.passenger_strand, guide.passenger.size()));
        }
    }
    return text;
}

std::string transcript_bed(const DesignReport& report) {
    std::string text;
    for (const DesignedGuide& guide : report.guides) {
        for (const TargetSite& site : guide.sites) {
            text.append(report.targets[site.target].name).append("\t");
            text.append(std::to_string(site.start)).append("\t");
            text.append(std::to_string(site.end)).append("\t").append(field(guide.id));
            text.append("\t").append(std::to_string(bed_score(guide.efficacy.p_effective)));
            text.append("\t-\n");
        }
    }
    return text;
}

std::string genome_bed(const DesignReport& report) {
    std::string text;
    for (const DesignedGuide& guide : report.guides) {
        std::set<std::string> seen;
        for (const TargetSite& site : guide.sites) {
            if (!site.genome.empty()) {
                const std::string line = bed12(report.targets[site.target], guide, site);
                if (seen.insert(line).second) {
                    text += line;
                }
            }
        }
    }
    return text;
}

}  // namespace varhush::report
