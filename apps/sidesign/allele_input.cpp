#include "apps/sidesign/allele_input.hpp"

#include "varhush/core/error.hpp"
#include "varhush/io/variant_reader.hpp"
#include "varhush/sirna/target_variants.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace varhush::apps {

namespace {

using sirna::AllelePlace;
using sirna::CarriedVariant;
using sirna::GenomeAllele;

int find_sample(const VariantOptions& options, const std::vector<std::string>& samples) {
    if (samples.empty()) {
        throw Error(ErrorKind::kInput, options.allele_vcf + ": the file has no genotypes");
    }
    if (options.sample.empty() && samples.size() == 1) {
        return 0;
    }
    const auto found = std::find(samples.begin(), samples.end(), options.sample);
    if (found == samples.end()) {
        throw Error(ErrorKind::kUsage,
                    options.sample.empty()
                        ? options.allele_vcf + " has " + std::to_string(samples.size()) +
                              " samples: which? give --sample"
                        : options.allele_vcf + " has no sample '" + options.sample + "'",
                    "the first is " + samples.front());
    }
    return static_cast<int>(found - samples.begin());
}

/// "rs1", "chr1:100", "chr1:100:A:G".
bool is_disease(const std::string& wanted, const io::VariantRecord& record, std::size_t alt) {
    const std::string place =
        std::string(record.contig()) + ":" + std::to_string(record.position() + 1);
    return wanted == record.id() || wanted == place ||
           wanted == place + ":" + std::string(record.ref()) + ":" + std::string(record.alt(alt));
}

/// Reads one sample.
class CarriedAlleles {
  public:
    CarriedAlleles(const VariantOptions& options,
                   const io::VariantHeader& header,
                   sirna::DesignInput& input,
                   sirna::AlleleRequest& request,
                   VariantCounts& counts)
        : options_(options),
          header_(header),
          sample_(find_sample(options, header.samples())),
          input_(input),
          request_(request),
          contigs_(input.targets),
          counts_(counts) {}

    void take(const io::VariantRecord& record);
    void finish();
    void keep_phase_on_disease_contig();
    [[nodiscard]] TargetContigs& contigs() noexcept { return contigs_; }

  private:
    [[nodiscard]] CarriedVariant carried(const io::VariantRecord& record, std::size_t alt) const;
    void take_disease(const CarriedVariant& carried, const GenomeAllele& allele);
    void place(const CarriedVariant& carried, const GenomeAllele& allele, std::int64_t end);
    void bar(const CarriedVariant& carried,
             const GenomeAllele& allele,
             std::int64_t end,
             const TargetContigs::Match& match);

    const VariantOptions& options_;
    const io::VariantHeader& header_;
    int sample_;
    sirna::DesignInput& input_;
    sirna::AlleleRequest& request_;
    TargetContigs contigs_;
    VariantCounts& counts_;
    std::string disease_contig_;
};

CarriedVariant CarriedAlleles::carried(const io::VariantRecord& record, std::size_t alt) const {
    CarriedVariant carried;
    carried.record = static_cast<std::size_t>(counts_.records);
    const io::SampleGenotype genotype = record.genotype(header_, sample_);
    const auto copy = [&](std::size_t number) {
        const int allele = genotype.alleles[number];
        return allele < 0 ? -1 : allele == static_cast<int>(alt) + 1 ? 1 : 0;
    };
    if (genotype.alleles.size() == 2) {
        carried.copies = {copy(0), copy(1)};
    } else if (genotype.alleles.size() == 1) {  // one chromosome: nothing to tell apart
        carried.copies = {copy(0), copy(0)};
    }
    carried.phased = genotype.phased && genotype.alleles.size() == 2;
    carried.phase_set = record.phase_set(header_, sample_);
    return carried;
}

void CarriedAlleles::take_disease(const CarriedVariant& carried, const GenomeAllele& allele) {
    const std::string name = allele.contig + ":" + std::to_string(allele.position + 1) + " " +
                             allele.ref + ">" + allele.alt;
    if (!request_.disease.empty()) {
        throw Error(ErrorKind::kInput,
                    "--disease-variant " + options_.disease_variant +
                        " fits several alleles: " + request_.disease + " and " + name,
                    "name it as CHROM:POS:REF:ALT");
    }
    if (!carried.heterozygous()) {
        const bool both = carried.copies[0] == 1 && carried.copies[1] == 1;
        const bool none = carried.copies[0] == 0 && carried.copies[1] == 0;
        throw Error(ErrorKind::kInput,
                    "the sample's genotype of the disease variant " + name + " is " +
                        (both   ? "homozygous: both copies carry it"
                         : none ? "REF: no copy carries it"
                                : "missing"),
                    "allele-specific silencing needs a heterozygous variant");
    }
    request_.disease = allele.id.empty() || allele.id == "." ? name : allele.id;
    request_.disease_copy = carried.copies[0] == 1 ? 0 : 1;
    request_.disease_phased = carried.phased;
    request_.disease_phase_set = carried.phase_set;
    disease_contig_ = allele.contig;
}

/// Bars sites over an allele that is not written in bases, unless it is the shadow of a deletion
/// that is.
void CarriedAlleles::bar(const CarriedVariant& carried,
                         const GenomeAllele& allele,
                         std::int64_t end,
                         const TargetContigs::Match& match) {
    sirna::DesignTarget& target = input_.targets[match.target];
    const auto bases = contigs_.bases_between(match, allele.position, end);
    const auto first = bases.first;  // clang 14 lets no lambda capture a structured binding
    const auto behind = bases.second;
    if (first == behind) {
        return;
    }
    const bool deleted =
        allele.alt == "*" &&
        std::any_of(target.carried.begin(), target.carried.end(), [&](const CarriedVariant& one) {
            return one.readable && one.variant.ref.size() > one.variant.alt.size() &&
                   one.variant.start <= first && behind <= one.variant.end();
        });
    if (deleted) {
        return;
    }
    CarriedVariant unknown = carried;
    unknown.copies = {-1, -1};
    unknown.readable = false;
    unknown.variant.start = first;
    unknown.variant.ref = target.profile.rna.substr(first, behind - first);
    unknown.variant.where =
        allele.contig + ":" + std::to_string(allele.position + 1) + " " + allele.alt;
    unknown.variant.id = allele.id.empty() || allele.id == "." ? unknown.variant.where
                                                               : allele.id + " " + allele.alt;
    target.carried.push_back(std::move(unknown));
}

void CarriedAlleles::place(const CarriedVariant& carried,
                           const GenomeAllele& allele,
                           std::int64_t end) {
    for (const TargetContigs::Match& match : contigs_.of(allele.contig)) {
        const sirna::PlacedAllele placed = contigs_.place(match, allele);
        counts_.count(placed.place);
        if (placed.place == AllelePlace::kOn) {
            CarriedVariant on_target = carried;
            on_target.variant = placed.variant;
            input_.targets[match.target].carried.push_back(std::move(on_target));
        } else if (placed.place == AllelePlace::kSplit ||
                   placed.place == AllelePlace::kRefMismatch) {
            // What it does to the transcript is not known: as a missing genotype it bars its sites.
            CarriedVariant unknown = carried;
            unknown.variant = placed.variant;
            unknown.copies = {-1, -1};
            unknown.readable = false;
            input_.targets[match.target].carried.push_back(std::move(unknown));
        } else if (placed.place == AllelePlace::kNotBases) {
            bar(carried, allele, end, match);
        }
    }
}

void CarriedAlleles::take(const io::VariantRecord& record) {
    ++counts_.records;
    const bool near = !contigs_.of(std::string(record.contig())).empty();
    for (std::size_t alt = 0; alt < record.alt_count(); ++alt) {
        const bool disease =
            !options_.disease_variant.empty() && is_disease(options_.disease_variant, record, alt);
        if (!near && !disease) {
            ++counts_.outside;
            continue;
        }
        const GenomeAllele allele{std::string(record.contig()),
                                  record.position(),
                                  std::string(record.ref()),
                                  std::string(record.alt(alt)),
                                  std::string(record.id()),
                                  sirna::kUnknown};
        const CarriedVariant what = carried(record, alt);
        if (disease) {
            take_disease(what, allele);
        }
        const bool absent = what.copies[0] == 0 && what.copies[1] == 0;
        if (near && !absent) {
            const auto extent = extent_of(record, header_, alt);
            counts_.no_extent += extent ? 0 : 1;
            const std::int64_t shown =
                record.position() + static_cast<std::int64_t>(record.ref().size());
            place(what, allele, std::max(shown, extent ? extent->end : 0));
        }
    }
}

/// Copies of one chromosome have nothing to do with those of another.
void CarriedAlleles::keep_phase_on_disease_contig() {
    std::vector<bool> there(input_.targets.size(), false);
    for (const TargetContigs::Match& match : contigs_.of(disease_contig_)) {
        there[match.target] = true;
    }
    if (std::find(there.begin(), there.end(), true) == there.end()) {
        throw Error(ErrorKind::kInput,
                    "the disease variant " + request_.disease + " lies on " + disease_contig_ +
                        ", where no target is",
                    "only a variant on the target's own chromosome says which copy to silence");
    }
    for (std::size_t i = 0; i < there.size(); ++i) {
        for (CarriedVariant& one : input_.targets[i].carried) {
            one.phased = one.phased && there[i];
        }
    }
}

void CarriedAlleles::finish() {
    contigs_.require_any(options_.allele_vcf, [&] {
        std::vector<std::string> names;
        for (const auto& contig : header_.contigs()) {
            names.push_back(contig.name);
        }
        return names;
    }());
    counts_.check();
    if (!options_.disease_variant.empty() && request_.disease.empty()) {
        throw Error(ErrorKind::kInput,
                    options_.allele_vcf + " has no variant " + options_.disease_variant,
                    "name it by its ID, or as CHROM:POS:REF:ALT");
    }
    if (!request_.disease.empty()) {
        keep_phase_on_disease_contig();
    }
    const bool any =
        std::any_of(input_.targets.begin(), input_.targets.end(), [](const auto& target) {
            return std::any_of(target.carried.begin(),
                               target.carried.end(),
                               [](const CarriedVariant& one) { return one.heterozygous(); });
        });
    if (!any) {
        throw Error(ErrorKind::kInput,
                    options_.allele_vcf + ": the sample has no heterozygous variant on a target (" +
                        counts_.to_text() + ")",
                    "its two alleles are the same there, nothing can tell them apart");
    }
}

}  // namespace

VariantCounts load_alleles(const VariantOptions& options,
                           const io::ThreadPool& pool,
                           sirna::DesignInput& input,
                           sirna::AlleleRequest& request) {
    VariantCounts counts;
    counts.file = options.allele_vcf;
    counts.bars_sites = true;
    io::VariantReader reader({.path = options.allele_vcf}, pool);
    CarriedAlleles alleles(options, reader.header(), input, request, counts);
    io::VariantRecord record;
    while (reader.next(record)) {
        alleles.take(record);
    }
    alleles.finish();
    return counts;
}

}  // namespace varhush::apps
