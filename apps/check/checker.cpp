#include "apps/check/checker.hpp"

#include "varhush/seq/allele.hpp"
#include "varhush/seq/alphabet.hpp"
#include "varhush/seq/human_build.hpp"

#include <algorithm>
#include <tuple>

namespace varhush::apps {

Checker::Checker(std::vector<std::unique_ptr<ReferenceChecker>>& references, std::int64_t sample)
    : references_(references), sampler_(sample) {}

void Checker::see(const io::VariantRecord& record) {
    ++findings_.records;
    see_place(record);
    see_alleles(record);
    if (sampler_.next()) {
        for (const auto& reference : references_) {
            reference->see(record);
        }
    }
}

/// Order and duplicates. Each contig must be in one piece, as an index needs it.
void Checker::see_place(const io::VariantRecord& record) {
    const bool new_contig = here_ == nullptr || record.contig() != contig_;
    bool in_order = new_contig || record.position() >= position_;
    if (new_contig) {
        if (here_ != nullptr) {
            finished_contigs_.insert(contig_);
        }
        contig_ = record.contig();
        in_order = !finished_contigs_.contains(contig_);
        here_ = &by_contig_[contig_];
    }
    if (!in_order) {
        findings_.unsorted.see(record.where());
    }
    if (new_contig || record.position() != position_) {
        alleles_here_.clear();
    }
    position_ = record.position();
    std::string alleles(record.ref());
    for (std::size_t i = 0; i < record.alt_count(); ++i) {
        alleles.append(1, '\t').append(record.alt(i));
    }
    if (!alleles_here_.insert(std::move(alleles)).second) {
        findings_.duplicates.see(record.where());
    }
}

void Checker::see_alleles(const io::VariantRecord& record) {
    const std::size_t count = record.alt_count();
    findings_.alleles += static_cast<std::int64_t>(count);
    findings_.monomorphic += count == 0 ? 1 : 0;
    findings_.multiallelic += count > 1 ? 1 : 0;
    ++here_->records;
    here_->alleles += static_cast<std::int64_t>(count);
    for (std::size_t i = 0; i < count; ++i) {
        const std::string_view alt = record.alt(i);
        const seq::AlleleKind kind = seq::kind_of(record.ref(), alt);
        ++findings_.kinds[static_cast<std::size_t>(kind)];
        seq::AlleleStatus status = seq::classify_alt(alt);
        if (status == seq::AlleleStatus::kOk && !seq::is_acgt(record.ref())) {
            status = seq::AlleleStatus::kNonAcgt;
        }
        if (status == seq::AlleleStatus::kOk && kind == seq::AlleleKind::kSame) {
            status = seq::AlleleStatus::kSkipped;
        }
        if (status != seq::AlleleStatus::kOk) {
            ++findings_.unsupported[static_cast<std::size_t>(status)];
        }
    }
}

/// The FASTA most REFs agree with; of equals the one with more equal lengths, then the first given.
void Checker::choose_best() {
    const auto rank = [](const ReferenceFit& fit) {
        return std::tuple(fit.agreeing, -fit.other_lengths, fit.equal_lengths);
    };
    for (std::size_t i = 1; i < findings_.references.size(); ++i) {
        if (rank(findings_.references[i]) > rank(findings_.references[findings_.best])) {
            findings_.best = i;
        }
    }
}

void Checker::compare_contigs(const io::VariantHeader& header) {
    const ReferenceChecker& best = *references_[findings_.best];
    std::vector<seq::NamedLength> lengths;
    const auto contigs = header.contigs();
    for (const auto& contig : contigs) {
        ContigFinding finding;
        finding.name = contig.name;
        finding.header_length = contig.length_bp;
        if (contig.length_bp) {
            lengths.push_back({contig.name, *contig.length_bp});
        }
        finding.fasta_name = best.name_of(contig.name);
        if (finding.fasta_name) {
            finding.fasta_length = best.reference().length_bp(*finding.fasta_name);
        }
        if (const auto count = by_contig_.find(contig.name); count != by_contig_.end()) {
            finding.records = count->second.records;
            finding.alleles = count->second.alleles;
        }
        if (!finding.fasta_name) {
            findings_.unsupported[static_cast<std::size_t>(seq::AlleleStatus::kContigMissing)] +=
                finding.alleles;
        }
        findings_.contigs.push_back(std::move(finding));
    }
    findings_.header_build = seq::human_build(lengths);
}

Findings Checker::finish(const std::string& input, const io::VariantHeader& header) {
    findings_.input = input;
    findings_.every_record_compared = sampler_.chose_all();
    for (const auto& reference : references_) {
        findings_.references.push_back(reference->finish(header));
    }
    choose_best();
    compare_contigs(header);
    return std::move(findings_);
}

}  // namespace varhush::apps
