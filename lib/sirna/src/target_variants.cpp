#include "varhush/sirna/target_variants.hpp"

#include "varhush/seq/alphabet.hpp"
#include "varhush/sirna/guide.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <utility>

namespace varhush::sirna {

namespace {

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char letter) {
        return static_cast<char>(std::toupper(letter));
    });
    return text;
}

/// Cuts off what both have in common, behind first, as VCF's leftmost spelling wants it.
void trim(GenomeAllele& allele) {
    std::size_t behind = 0;
    const std::size_t shorter = std::min(allele.ref.size(), allele.alt.size());
    while (behind < shorter && allele.ref[allele.ref.size() - 1 - behind] ==
                                   allele.alt[allele.alt.size() - 1 - behind]) {
        ++behind;
    }
    allele.ref.resize(allele.ref.size() - behind);
    allele.alt.resize(allele.alt.size() - behind);
    std::size_t front = 0;
    while (front < std::min(allele.ref.size(), allele.alt.size()) &&
           allele.ref[front] == allele.alt[front]) {
        ++front;
    }
    allele.ref.erase(0, front);
    allele.alt.erase(0, front);
    allele.position += static_cast<std::int64_t>(front);
}

std::string shown(const GenomeAllele& allele) {
    return allele.contig + ":" + std::to_string(allele.position + 1) + " " + allele.ref + ">" +
           allele.alt;
}

std::string on_strand(const std::string& bases, char strand) {
    return to_rna(strand == '-' ? seq::reverse_complement(bases) : bases);
}

/// Places an insertion: both neighbours must be in one exon, in one of its equal spellings.
PlacedAllele place_insertion(std::string_view rna,
                             const GenomePlacement& placement,
                             GenomeAllele allele,
                             VariantOnTarget variant) {
    if (!insert_into_exon(placement, rna, allele.position, allele.alt)) {
        return {AllelePlace::kOutside, {}};
    }
    // Neighbours on the genome, so they are in one exon.
    const auto left = placement.to_transcript(allele.position - 1);
    const auto right = placement.to_transcript(allele.position);
    variant.start = std::max(*left, *right);
    variant.alt = on_strand(allele.alt, placement.strand());
    return {AllelePlace::kOn, std::move(variant)};
}

bool same_bases(std::string_view wanted, std::string_view found) {
    // An N of the target agrees with everything.
    return std::equal(wanted.begin(), wanted.end(), found.begin(), found.end(), [](char a, char b) {
        return a == b || b == 'N';
    });
}

PlacedAllele place_replacement(std::string_view rna,
                               const GenomePlacement& placement,
                               const GenomeAllele& allele,
                               VariantOnTarget variant) {
    std::string exonic;
    std::size_t first = rna.size();
    std::size_t last = 0;
    for (std::size_t i = 0; i < allele.ref.size(); ++i) {
        const auto base = placement.to_transcript(allele.position + static_cast<std::int64_t>(i));
        if (base) {
            exonic += allele.ref[i];
            first = std::min(first, *base);
            last = std::max(last, *base);
        }
    }
    if (exonic.empty()) {
        return {AllelePlace::kOutside, {}};
    }
    variant.start = first;
    variant.ref = on_strand(exonic, placement.strand());
    if (last + 1 - first != exonic.size() ||
        !same_bases(variant.ref, rna.substr(first, exonic.size()))) {
        return {AllelePlace::kRefMismatch, std::move(variant)};
    }
    // Spliced transcripts join exons: a change is whole only if all its bases are in one of them.
    const auto ends = placement.pieces(first, last + 1);
    if (exonic.size() != allele.ref.size() || ends.size() != 1) {
        return {AllelePlace::kSplit, std::move(variant)};
    }
    variant.alt = on_strand(allele.alt, placement.strand());
    return {AllelePlace::kOn, std::move(variant)};
}

std::string with_variant(std::string_view rna,
                         const VariantOnTarget& variant,
                         std::size_t from,
                         std::size_t to) {
    std::string local(rna.substr(from, variant.start - from));
    local += variant.alt;
    local += rna.substr(variant.end(), to - variant.end());
    return local;
}

bool overlaps(const VariantOnTarget& variant, std::size_t start, std::size_t end) {
    return variant.ref.empty() ? start < variant.start && variant.start < end
                               : variant.start < end && start < variant.end();
}

}  // namespace

PlacedAllele place_allele(std::string_view rna,
                          const GenomePlacement& placement,
                          const GenomeAllele& allele) {
    const bool bases = seq::is_acgt(allele.ref) && seq::is_acgt(allele.alt);
    if (!bases || allele.position < 0) {
        return {AllelePlace::kNotBases, {}};
    }
    GenomeAllele trimmed = allele;
    trimmed.ref = upper(allele.ref);
    trimmed.alt = upper(allele.alt);
    VariantOnTarget variant;
    variant.where = shown(trimmed);
    variant.id = allele.id.empty() || allele.id == "." ? variant.where : allele.id;
    variant.frequency = allele.frequency;
    trim(trimmed);
    if (trimmed.ref.empty() && trimmed.alt.empty()) {
        return {AllelePlace::kNotBases, {}};
    }
    return trimmed.ref.empty() ? place_insertion(rna, placement, trimmed, std::move(variant))
                               : place_replacement(rna, placement, trimmed, std::move(variant));
}

bool changes_site(std::string_view rna,
                  const VariantOnTarget& variant,
                  std::size_t start,
                  std::size_t end) {
    if (!overlaps(variant, start, end)) {
        return false;
    }
    if (variant.ref.size() == variant.alt.size()) {
        return true;
    }
    const std::size_t length = end - start;
    const std::size_t from = start > length ? start - length : 0;
    const std::size_t to = std::min(rna.size(), std::max(end, variant.end()) + length);
    const std::string local =
        with_variant(rna, variant, std::min(from, variant.start), std::max(to, variant.end()));
    return local.find(rna.substr(start, length)) == std::string::npos;
}

std::vector<VariantInSite> variants_in_site(std::string_view rna,
                                            std::span<const VariantOnTarget> variants,
                                            std::size_t start,
                                            std::size_t end) {
    std::vector<VariantInSite> found;
    for (std::size_t i = 0; i < variants.size(); ++i) {
        const VariantOnTarget& variant = variants[i];
        if (!changes_site(rna, variant, start, end)) {
            continue;
        }
        // Guide position p faces base end - p; an insertion touches the bases on both sides.
        const std::size_t first = variant.ref.empty() ? variant.start - 1 : variant.start;
        const std::size_t last = variant.ref.empty() ? variant.start : variant.end() - 1;
        found.push_back({i, end - std::min(last, end - 1), end - std::max(first, start)});
    }
    return found;
}

double population_coverage(std::span<const VariantOnTarget> variants,
                           std::span<const VariantInSite> in_site) {
    std::map<std::pair<std::size_t, std::string>, double> at_place;
    for (const VariantInSite& one : in_site) {
        const VariantOnTarget& variant = variants[one.variant];
        at_place[{variant.start, variant.ref}] += variant.frequency;
    }
    double coverage = 1;
    for (const auto& [place, frequency] : at_place) {
        coverage *= 1 - std::min(frequency, 1.0);
    }
    return coverage;
}

}  // namespace varhush::sirna
