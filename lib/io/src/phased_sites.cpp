#include "varhush/io/phased_sites.hpp"

#include "varhush/core/error.hpp"
#include "varhush/io/variant_reader.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

namespace varhush::io {

namespace {

/// Below it a base is wrong more often than one time in twenty.
constexpr int kMinBaseQuality = 13;

int find_sample(const VariantHeader& header, const std::string& sample, const std::string& path) {
    const auto samples = header.samples();
    if (samples.empty()) {
        throw Error(ErrorKind::kInput, path + " has no samples, so no phase");
    }
    if (sample.empty() && samples.size() == 1) {
        return 0;
    }
    const auto found = std::find(samples.begin(), samples.end(), sample);
    if (found == samples.end()) {
        throw Error(ErrorKind::kUsage,
                    sample.empty() ? path + " has " + std::to_string(samples.size()) +
                                         " samples: name one with --sample"
                                   : path + " has no sample '" + sample + "'",
                    "bcftools query -l " + path);
    }
    return static_cast<int>(found - samples.begin());
}

char upper(char letter) {
    return static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
}

/// The base of allele number `allele`; nothing unless REF and it are single bases.
std::optional<char> base_of(const VariantRecord& record, int allele) {
    if (allele < 0 || static_cast<std::size_t>(allele) > record.alt_count()) {
        return std::nullopt;
    }
    const std::string_view text =
        allele == 0 ? record.ref() : record.alt(static_cast<std::size_t>(allele) - 1);
    const char base = text.size() == 1 ? upper(text.front()) : 'N';
    const bool is_base = base == 'A' || base == 'C' || base == 'G' || base == 'T';
    return is_base && record.ref().size() == 1 ? std::optional(base) : std::nullopt;
}

/// What the sites of one phase set say of a read.
struct Votes {
    std::int32_t phase_set = 0;
    int first = 0;
    int second = 0;
};

PhasedSites::Vote judge(const std::vector<Votes>& sets) {
    using Vote = PhasedSites::Vote;
    int most = 0;
    Vote result = Vote::kNone;
    for (const Votes& set : sets) {
        const int all = set.first + set.second;
        if (all == 0 || all < most) {
            continue;
        }
        const Vote vote = set.first == set.second  ? Vote::kConflict
                          : set.first > set.second ? Vote::kFirst
                                                   : Vote::kSecond;
        result = all > most || vote == result ? vote : Vote::kConflict;
        most = all;
    }
    return result;
}

}  // namespace

PhasedSites::PhasedSites(const std::string& path,
                         const std::string& sample,
                         std::span<const AlignmentReader::Contig> contigs,
                         const ThreadPool& pool)
    : contigs_(contigs.size()) {
    std::unordered_map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < contigs.size(); ++i) {
        places.emplace(contigs[i].name, i);
    }
    VariantReader reader({.path = path}, pool);
    const int column = find_sample(reader.header(), sample, path);
    VariantRecord record;
    std::map<std::pair<std::size_t, std::optional<std::int64_t>>, std::int32_t> sets;
    while (reader.next(record)) {
        const auto place = places.find(std::string(record.contig()));
        const SampleGenotype genotype = record.genotype(reader.header(), column);
        const bool phased = genotype.phased && genotype.alleles.size() == 2;
        const auto first = phased ? base_of(record, genotype.alleles[0]) : std::nullopt;
        const auto second = phased ? base_of(record, genotype.alleles[1]) : std::nullopt;
        if (place == places.end() || !first || !second || *first == *second) {
            ++unused_;
            continue;
        }
        const auto set =
            sets.try_emplace({place->second, record.phase_set(reader.header(), column)},
                             static_cast<std::int32_t>(sets.size()));
        contigs_[place->second].push_back({record.position(), set.first->second, *first, *second});
        ++used_;
    }
    if (used_ == 0) {
        throw Error(ErrorKind::kInput,
                    path + " has no phased heterozygous SNV on the contigs of the reads",
                    "genotypes such as 0|1; are the contigs named alike?");
    }
    phase_sets_ = static_cast<std::int64_t>(sets.size());
    for (auto& sites : contigs_) {
        std::sort(sites.begin(), sites.end(), [](const Site& a, const Site& b) {
            return a.position < b.position;
        });
    }
}

PhasedSites::Vote PhasedSites::haplotype(const Alignment& read) const {
    const auto contig = static_cast<std::size_t>(read.contig_id);
    if (read.contig_id < 0 || contig >= contigs_.size() || read.bases.empty()) {
        return Vote::kNone;
    }
    const auto& sites = contigs_[contig];
    auto site = std::lower_bound(
        sites.begin(), sites.end(), read.start, [](const Site& one, std::int64_t position) {
            return one.position < position;
        });
    std::vector<Votes> sets;
    std::int64_t at = read.start;
    std::size_t offset = 0;
    for (const auto& [op, length] : read.cigar) {
        const bool on_both = op == 'M' || op == '=' || op == 'X';
        const bool on_reference = on_both || op == 'D' || op == 'N';
        const bool on_read = on_both || op == 'I' || op == 'S';
        for (; on_reference && site != sites.end() && site->position < at + length; ++site) {
            const std::size_t place = offset + static_cast<std::size_t>(site->position - at);
            if (!on_both || place >= read.bases.size() ||
                (!read.qualities.empty() && read.qualities[place] < kMinBaseQuality)) {
                continue;
            }
            auto votes = std::find_if(sets.begin(), sets.end(), [&](const Votes& one) {
                return one.phase_set == site->phase_set;
            });
            if (votes == sets.end()) {
                votes = sets.insert(votes, Votes{.phase_set = site->phase_set});
            }
            votes->first += read.bases[place] == site->first ? 1 : 0;
            votes->second += read.bases[place] == site->second ? 1 : 0;
        }
        at += on_reference ? length : 0;
        offset += on_read ? static_cast<std::size_t>(length) : 0;
    }
    return judge(sets);
}

}  // namespace varhush::io
