#include "apps/siindex/sample_alleles.hpp"

#include "apps/common/sample_index.hpp"
#include "varhush/core/error.hpp"
#include "varhush/seq/allele.hpp"
#include "varhush/seq/alphabet.hpp"
#include "varhush/seq/status.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace varhush::apps {

namespace {

std::string upper(std::string_view bases) {
    std::string text(bases);
    for (char& base : text) {
        base = static_cast<char>(std::toupper(static_cast<unsigned char>(base)));
    }
    return text;
}

/// Cuts common bases off, first in front: a change of a haplotype is not moved.
void trim(std::int64_t& start, std::string& ref, std::string& alt) {
    std::size_t front = 0;
    while (front < ref.size() && front < alt.size() && ref[front] == alt[front]) {
        ++front;
    }
    ref.erase(0, front);
    alt.erase(0, front);
    start += static_cast<std::int64_t>(front);
    while (!ref.empty() && !alt.empty() && ref.back() == alt.back()) {
        ref.pop_back();
        alt.pop_back();
    }
}

std::vector<std::string> contigs_of(const GeneAnnotation* annotation) {
    std::vector<std::string> names;
    std::unordered_set<std::string> seen;
    if (annotation != nullptr) {
        for (const seq::Transcript& model : annotation->transcripts()) {
            if (seen.insert(model.contig).second) {
                names.push_back(model.contig);
            }
        }
    }
    return names;
}

/// Bases of the transcript that a change takes; nothing where it leaves an exon.
std::optional<sirna::Stretch> stretch_of(const sirna::GenomePlacement& place,
                                         std::int64_t start,
                                         std::int64_t end) {
    const bool inserts = start == end;
    const auto first = place.to_transcript(inserts ? start - 1 : start);
    const auto last = place.to_transcript(inserts ? start : end - 1);
    if (!first || !last) {
        return std::nullopt;
    }
    const std::size_t low = std::min(*first, *last);
    const std::size_t high = std::max(*first, *last);
    const auto span = static_cast<std::size_t>(inserts ? 1 : end - 1 - start);
    if (high - low != span) {
        return std::nullopt;  // an intron lies between
    }
    return inserts
               ? sirna::Stretch{static_cast<std::uint32_t>(high), static_cast<std::uint32_t>(high)}
               : sirna::Stretch{static_cast<std::uint32_t>(low),
                                static_cast<std::uint32_t>(high + 1)};
}

/// Two phase sets say nothing of each other, so neighbours from two count as unphased. Alleles
/// stand in the order of the genome; bases that those between delete do not part two.
void part_phase_sets(std::vector<sirna::CarriedAllele>& alleles,
                     const std::vector<std::optional<std::int64_t>>& phase_sets) {
    for (std::size_t i = 0; i < alleles.size(); ++i) {
        sirna::CarriedAllele& a = alleles[i];
        std::size_t deleted = 0;
        for (std::size_t j = i; j-- > 0;) {
            sirna::CarriedAllele& b = alleles[j];
            const std::uint32_t gap = a.start > b.start ? a.start - std::min(a.start, b.end)
                                                        : b.start - std::min(b.start, a.end);
            const bool het = a.on_copy[0] != a.on_copy[1] && b.on_copy[0] != b.on_copy[1];
            if (het && gap < sirna::kLongestWindow + deleted && phase_sets[i] != phase_sets[j]) {
                a.phased = false;
                b.phased = false;
            }
            const std::size_t replaced = b.end - b.start;
            deleted += replaced - std::min(replaced, b.alt.size());
        }
    }
}

}  // namespace

SampleAlleles::SampleAlleles(const std::string& vcf,
                             const std::string& sample,
                             const GeneAnnotation* annotation,
                             const io::ThreadPool& pool)
    : annotation_(annotation), annotated_(contigs_of(annotation)) {
    io::VariantReader reader({.path = vcf}, pool);
    const int number = sample_index(
        reader.header().samples(), sample, vcf, "--vcf takes the genotypes of one sample");
    io::VariantRecord record;
    while (reader.next(record)) {
        take(reader.header(), record, number);
    }
    std::vector<std::string> names;
    for (auto& [contig, alleles] : by_contig_) {
        names.push_back(contig);
        std::stable_sort(alleles.begin(), alleles.end(), [](const Allele& a, const Allele& b) {
            return a.start < b.start;
        });
        for (const Allele& allele : alleles) {
            longest_[contig] =
                std::max(longest_[contig], static_cast<std::int64_t>(allele.ref.size()));
        }
    }
    std::sort(names.begin(), names.end());
    contigs_ = seq::ContigAliases(names);
}

void SampleAlleles::take(const io::VariantHeader& header,
                         const io::VariantRecord& record,
                         int sample) {
    ++counts_.records;
    const io::SampleGenotype genotype = record.genotype(header, sample);
    if (genotype.alleles.empty()) {
        throw Error(ErrorKind::kInput, record.where() + ": no genotype (FORMAT/GT)");
    }
    if (genotype.alleles.size() > 2) {
        throw Error(ErrorKind::kInput, record.where() + ": more than two haplotypes");
    }
    if (std::find(genotype.alleles.begin(), genotype.alleles.end(), -1) != genotype.alleles.end()) {
        ++counts_.missing;
    }
    const int first = genotype.alleles.front();
    const int second = genotype.alleles.back();  // haploid: on both
    std::vector<int> carried{first};
    if (second != first) {
        carried.push_back(second);
    }
    for (const int number : carried) {
        if (number <= 0) {
            continue;
        }
        if (static_cast<std::size_t>(number) > record.alt_count()) {
            throw Error(ErrorKind::kInput,
                        record.where() + ": the genotype names ALT " + std::to_string(number) +
                            " of " + std::to_string(record.alt_count()));
        }
        Allele allele;
        allele.on_copy[0] = first == number;
        allele.on_copy[1] = second == number;
        allele.phased = first == second || genotype.phased;
        allele.no_reference = first > 0 && second > 0;
        allele.phase_set = record.phase_set(header, sample);
        allele.record = static_cast<std::uint32_t>(counts_.records);
        add(record, static_cast<std::size_t>(number - 1), std::move(allele));
    }
}

void SampleAlleles::add(const io::VariantRecord& record, std::size_t alt, Allele allele) {
    const auto status = seq::classify_alt(record.alt(alt));
    if (status == seq::AlleleStatus::kStar) {
        return;  // the deletion that takes this place has a record of its own
    }
    ++counts_.read;
    if (status != seq::AlleleStatus::kOk || !seq::is_acgt(record.ref())) {
        ++counts_.symbolic;
        return;
    }
    allele.start = record.position();
    allele.ref = upper(record.ref());
    allele.alt = upper(record.alt(alt));
    allele.label = std::string(record.contig()) + ":" + std::to_string(record.position() + 1) +
                   ":" + allele.ref + ">" + allele.alt;
    trim(allele.start, allele.ref, allele.alt);
    if (allele.ref.empty() && allele.alt.empty()) {
        return;
    }
    const std::string contig(record.contig());
    if (!in_exon(contig, allele)) {
        ++counts_.outside;
        return;
    }
    counts_.unphased += allele.phased ? 0 : 1;
    by_contig_[contig].push_back(std::move(allele));
}

bool SampleAlleles::in_exon(const std::string& contig, const Allele& allele) const {
    if (annotation_ == nullptr || !annotated_.find(contig)) {
        return true;  // the contig may be a transcript
    }
    const std::int64_t start = allele.start - 1;
    const std::int64_t end = allele.end() + 1;
    for (const std::size_t number : annotation_->models().overlapping(contig, start, end)) {
        for (const seq::Interval& exon : annotation_->transcripts()[number].exons) {
            if (exon.start < end && start < exon.end) {
                return true;
            }
        }
    }
    return false;
}

void SampleAlleles::attach(sirna::TranscriptRecord& record,
                           const std::optional<sirna::GenomePlacement>& place,
                           bool spliced,
                           sirna::OffTargetIndexBuilder& builder) {
    const auto contig = contigs_.find(place ? place->contig() : record.name);
    if (!contig || (!place && *contig != record.name)) {
        return;
    }
    const sirna::GenomePlacement where =
        place ? *place
              : sirna::GenomePlacement(
                    record.name, '+', {{0, static_cast<std::int64_t>(record.bases.size())}});
    auto& alleles = by_contig_.at(*contig);
    const std::int64_t start = where.exons().front().start;
    const std::int64_t end = where.exons().back().end;
    auto at = std::lower_bound(
        alleles.begin(),
        alleles.end(),
        start - longest_.at(*contig),
        [](const Allele& allele, std::int64_t position) { return allele.start < position; });
    std::vector<std::optional<std::int64_t>> phase_sets;
    for (; at != alleles.end() && at->start <= end; ++at) {
        place_one(*at, record, where, spliced, builder, phase_sets);
    }
    part_phase_sets(record.alleles, phase_sets);
}

void SampleAlleles::place_one(Allele& allele,
                              sirna::TranscriptRecord& record,
                              const sirna::GenomePlacement& place,
                              bool spliced,
                              sirna::OffTargetIndexBuilder& builder,
                              std::vector<std::optional<std::int64_t>>& phase_sets) {
    std::int64_t start = allele.start;
    std::string inserted = allele.alt;
    if (allele.ref.empty()) {
        (void)sirna::insert_into_exon(place, record.bases, start, inserted);
    }
    const auto where =
        stretch_of(place, start, start + static_cast<std::int64_t>(allele.ref.size()));
    if (!where) {
        const bool touches =
            std::any_of(place.exons().begin(), place.exons().end(), [&](const seq::Interval& exon) {
                // An insertion between an exon and what is beside it counts too.
                return allele.ref.empty() ? allele.start <= exon.end && exon.start <= allele.start
                                          : allele.start < exon.end && exon.start < allele.end();
            });
        counts_.crossing += touches ? 1 : 0;
        return;
    }
    const bool reverse = place.strand() == '-';
    const std::string ref = reverse ? seq::reverse_complement(allele.ref) : allele.ref;
    std::string there =
        upper(std::string_view(record.bases).substr(where->start, where->end - where->start));
    std::replace(there.begin(), there.end(), 'U', 'T');
    if (there != ref) {
        if (spliced) {
            throw Error(ErrorKind::kInput,
                        allele.label + ": REF is not in the genome",
                        "is this file on another genome build? see 'varhush check'");
        }
        ++counts_.ref_differs;
        return;
    }
    if (!allele.variant) {
        allele.variant = builder.add_variant({allele.label, allele.homozygous()});
    }
    sirna::CarriedAllele carried;
    carried.start = where->start;
    carried.end = where->end;
    carried.alt = reverse ? seq::reverse_complement(inserted) : inserted;
    carried.variant = *allele.variant;
    carried.on_copy[0] = allele.on_copy[0];
    carried.on_copy[1] = allele.on_copy[1];
    carried.phased = allele.phased;
    carried.record = allele.record;
    carried.no_reference = allele.no_reference;
    record.alleles.push_back(std::move(carried));
    phase_sets.push_back(allele.phase_set);
    ++counts_.placed;
}

}  // namespace varhush::apps
