#include "apps/sidesign/variant_input.hpp"

#include "varhush/core/error.hpp"
#include "varhush/io/variant_reader.hpp"
#include "varhush/seq/contig_alias.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <string_view>
#include <utility>

namespace varhush::apps {

namespace {

using sirna::AllelePlace;
using sirna::GenomeAllele;
using sirna::kUnknown;

/// Frequencies of the ALT alleles: the tag, else AC/AN, else the genotypes in the file.
class Frequencies {
  public:
    Frequencies(std::string tag, const io::VariantHeader& header)
        : tag_(std::move(tag)), header_(header), samples_(header.sample_count()) {}

    [[nodiscard]] std::vector<double> of(const io::VariantRecord& record) const {
        std::vector<double> all = record.info_numbers(header_, tag_);
        if (all.size() == record.alt_count() && are_frequencies(all)) {
            return all;
        }
        all = record.info_numbers(header_, "AC");
        const std::vector<double> number = record.info_numbers(header_, "AN");
        if (all.size() == record.alt_count() && number.size() == 1 && number[0] > 0) {
            for (double& one : all) {
                one /= number[0];
            }
            if (are_frequencies(all)) {
                return all;
            }
        }
        return of_genotypes(record);
    }

  private:
    /// Neither missing (NaN) nor outside 0..1, which would make coverages of more than all.
    static bool are_frequencies(const std::vector<double>& all) {
        return std::all_of(all.begin(), all.end(), [](double one) { return one >= 0 && one <= 1; });
    }

    [[nodiscard]] std::vector<double> of_genotypes(const io::VariantRecord& record) const {
        std::vector<double> counts(record.alt_count(), 0);
        double called = 0;
        for (int sample = 0; sample < samples_; ++sample) {
            for (const int allele : record.genotype(header_, sample).alleles) {
                called += allele >= 0 ? 1 : 0;
                if (allele > 0 && static_cast<std::size_t>(allele) <= counts.size()) {
                    counts[static_cast<std::size_t>(allele) - 1] += 1;
                }
            }
        }
        // A handful of genotypes says nothing of a population.
        constexpr double kEnough = 40;
        for (double& one : counts) {
            one = called >= kEnough ? one / called : kUnknown;
        }
        return counts;
    }

    std::string tag_;
    const io::VariantHeader& header_;
    int samples_;
};

/// Isoforms overlap; every record is to be read once.
std::vector<seq::Region> merged(std::vector<seq::Region> regions) {
    std::sort(regions.begin(), regions.end(), [](const auto& a, const auto& b) {
        return a.contig != b.contig ? a.contig < b.contig : a.start < b.start;
    });
    std::vector<seq::Region> result;
    for (seq::Region& region : regions) {
        if (!result.empty() && result.back().contig == region.contig &&
            region.start <= result.back().end) {
            result.back().end = std::max(result.back().end, region.end);
        } else {
            result.push_back(std::move(region));
        }
    }
    return result;
}

/// The stretches of the genome that the targets take, in the VCF's own contig names; empty when a
/// jump is not possible.
std::vector<seq::Region> regions_to_read(const std::string& path,
                                         const std::vector<std::string>& names,
                                         const std::vector<sirna::DesignTarget>& targets) {
    const bool indexed =
        std::filesystem::exists(path + ".tbi") || std::filesystem::exists(path + ".csi");
    const seq::ContigAliases aliases(names);
    std::vector<seq::Region> regions;
    for (const sirna::DesignTarget& target : targets) {
        const auto contig =
            target.placement ? aliases.find(target.placement->contig()) : std::nullopt;
        if (!indexed || !contig) {
            return {};
        }
        // The index knows how far REF and END reach, but not SVLEN.
        constexpr std::int64_t kReach = 1000;
        regions.push_back(
            {*contig,
             std::max<std::int64_t>(0, target.placement->exons().front().start - kReach),
             target.placement->exons().back().end + 1});
    }
    return merged(std::move(regions));
}

std::vector<std::string> contig_names(const io::VariantHeader& header) {
    std::vector<std::string> names;
    for (const auto& contig : header.contigs()) {
        names.push_back(contig.name);
    }
    return names;
}

/// Whether a symbolic allele changes bases of its own stretch: duplications leave it as it is, and
/// what <*> and <NON_REF> stand for is not there.
bool takes_bases(std::string_view alt) {
    constexpr std::array<std::string_view, 6> kKinds{
        "<DEL", "<INV", "<INS", "<CNV", "<CN0", "<CN1>"};
    return std::any_of(
        kKinds.begin(), kKinds.end(), [&](std::string_view kind) { return alt.starts_with(kind); });
}

/// Takes the alleles of one file.
class AvoidedVariants {
  public:
    AvoidedVariants(const VariantOptions& options,
                    const io::VariantHeader& header,
                    sirna::DesignInput& input,
                    VariantCounts& counts)
        : options_(options),
          header_(header),
          frequencies_(options.af_tag, header),
          input_(input),
          contigs_(input.targets),
          counts_(counts) {}

    void take(const io::VariantRecord& record);
    [[nodiscard]] TargetContigs& contigs() noexcept { return contigs_; }

  private:
    void add(const TargetContigs::Match& match, sirna::PlacedAllele placed);
    [[nodiscard]] sirna::PlacedAllele place_symbolic(const TargetContigs::Match& match,
                                                     const GenomeAllele& allele,
                                                     const seq::Interval& extent) const;

    const VariantOptions& options_;
    const io::VariantHeader& header_;
    Frequencies frequencies_;
    sirna::DesignInput& input_;
    TargetContigs contigs_;
    VariantCounts& counts_;
};

void AvoidedVariants::take(const io::VariantRecord& record) {
    ++counts_.records;
    const auto& matches = contigs_.of(std::string(record.contig()));
    if (matches.empty()) {
        counts_.outside += static_cast<std::int64_t>(record.alt_count());
        return;
    }
    const std::vector<double> frequencies = frequencies_.of(record);
    for (std::size_t i = 0; i < record.alt_count(); ++i) {
        const GenomeAllele allele{std::string(record.contig()),
                                  record.position(),
                                  std::string(record.ref()),
                                  std::string(record.alt(i)),
                                  std::string(record.id()),
                                  frequencies[i]};
        const auto extent = takes_bases(allele.alt) ? extent_of(record, header_, i) : std::nullopt;
        counts_.no_extent += takes_bases(allele.alt) && !extent ? 1 : 0;
        for (const TargetContigs::Match& match : matches) {
            sirna::PlacedAllele placed =
                extent ? place_symbolic(match, allele, *extent) : contigs_.place(match, allele);
            counts_.symbolic += extent && placed.place != AllelePlace::kOutside ? 1 : 0;
            add(match, std::move(placed));
        }
    }
}

/// As if the bases were gone: of an inversion or a change of copies nothing better is known.
sirna::PlacedAllele AvoidedVariants::place_symbolic(const TargetContigs::Match& match,
                                                    const GenomeAllele& allele,
                                                    const seq::Interval& extent) const {
    const bool inserts = extent.start == extent.end;
    const auto [first, behind] = contigs_.bases_between(
        match, extent.start - (inserts ? 1 : 0), extent.end + (inserts ? 1 : 0));
    if (first == behind || (inserts && behind - first != 2)) {
        return {AllelePlace::kOutside, {}};
    }
    sirna::PlacedAllele placed;
    placed.variant.where =
        allele.contig + ":" + std::to_string(allele.position + 1) + " " + allele.alt;
    placed.variant.id = allele.id.empty() || allele.id == "." ? placed.variant.where : allele.id;
    placed.variant.frequency = allele.frequency;
    if (inserts) {
        placed.variant.start = first + 1;
        placed.variant.alt = "N";
    } else {
        placed.variant.start = first;
        placed.variant.ref = input_.targets[match.target].profile.rna.substr(first, behind - first);
    }
    const bool whole = extent.end - extent.start == static_cast<std::int64_t>(behind - first);
    placed.place = whole || inserts ? AllelePlace::kOn : AllelePlace::kSplit;
    return placed;
}

void AvoidedVariants::add(const TargetContigs::Match& match, sirna::PlacedAllele placed) {
    counts_.count(placed.place);
    if (placed.place != AllelePlace::kOn && placed.place != AllelePlace::kSplit) {
        return;
    }
    const bool unknown = std::isnan(placed.variant.frequency);
    counts_.unknown_frequency += unknown ? 1 : 0;
    placed.variant.common = unknown || placed.variant.frequency >= options_.max_af;
    if (placed.variant.frequency != 0) {
        input_.targets[match.target].profile.variants.push_back(std::move(placed.variant));
    }
}

}  // namespace

TargetContigs::TargetContigs(const std::vector<sirna::DesignTarget>& targets) : targets_(targets) {}

const std::vector<TargetContigs::Match>& TargetContigs::of(const std::string& contig) {
    const auto known = known_.find(contig);
    if (known != known_.end()) {
        return known->second;
    }
    std::vector<Match> matches;
    const seq::ContigAliases aliases(std::vector<std::string>{contig});
    for (std::size_t i = 0; i < targets_.size(); ++i) {
        if (targets_[i].profile.name == contig) {
            matches.push_back({i, true});
        } else if (targets_[i].placement && aliases.find(targets_[i].placement->contig())) {
            matches.push_back({i, false});
        }
    }
    return known_.emplace(contig, std::move(matches)).first->second;
}

sirna::PlacedAllele TargetContigs::place(const Match& match, const GenomeAllele& allele) const {
    const sirna::DesignTarget& target = targets_[match.target];
    if (!match.own) {
        return sirna::place_on_target(target, allele);
    }
    const auto size = static_cast<std::int64_t>(target.profile.rna.size());
    const sirna::GenomePlacement own(
        target.profile.name, '+', std::vector<seq::Interval>{{0, size}});
    return sirna::place_allele(target.profile.rna, own, allele);
}

namespace {

/// Bases of a circle, counted from its first one, as bases of the circle cut open.
std::pair<std::size_t, std::size_t> turned(const sirna::DesignTarget& circle,
                                           std::size_t first,
                                           std::size_t behind) {
    const std::size_t size = circle.profile.rna.size();
    const std::size_t cut = circle.circle_turn;
    if (behind <= cut) {
        return {first + size - cut, behind + size - cut};
    }
    if (first >= cut) {
        return {first - cut, behind - cut};
    }
    // Over the cut they are both ends; no site reaches further from the junction than it is long.
    constexpr std::size_t kReach = 23;
    const std::size_t after_junction = first;
    const std::size_t before_junction = size - behind;
    if (after_junction < kReach && before_junction < kReach) {
        return {0, size};
    }
    return after_junction < before_junction ? std::pair(first + size - cut, size)
                                            : std::pair(std::size_t{0}, behind - cut);
}

}  // namespace

std::pair<std::size_t, std::size_t> TargetContigs::bases_between(const Match& match,
                                                                 std::int64_t start,
                                                                 std::int64_t end) const {
    const sirna::DesignTarget& target = targets_[match.target];
    const std::size_t size = target.profile.rna.size();
    std::size_t first = size;
    std::size_t behind = 0;
    for (std::size_t base = 0; base < size; ++base) {
        const std::int64_t at = match.own ? static_cast<std::int64_t>(base)
                                          : target.placement->to_genome(target.circle_first + base);
        if (at >= start && at < end) {
            first = std::min(first, base);
            behind = base + 1;
        }
    }
    if (first >= behind) {
        return {0, 0};
    }
    const bool turns = target.profile.junction && !match.own;
    return turns ? turned(target, first, behind) : std::pair(first, behind);
}

std::optional<seq::Interval> extent_of(const io::VariantRecord& record,
                                       const io::VariantHeader& header,
                                       std::size_t alt) {
    const std::int64_t position = record.position();
    const std::string_view text = record.alt(alt);
    if (!text.starts_with('<')) {
        return seq::Interval{position, position + static_cast<std::int64_t>(record.ref().size())};
    }
    if (text.starts_with("<INS")) {
        return seq::Interval{position + 1, position + 1};
    }
    constexpr double kFar = 1e10;  // no contig is as long
    std::int64_t end = 0;
    const std::vector<double> ends = record.info_numbers(header, "END");
    if (ends.size() == 1 && ends[0] > 0 && ends[0] < kFar) {
        end = static_cast<std::int64_t>(ends[0]);
    }
    const std::vector<double> lengths = record.info_numbers(header, "SVLEN");
    const std::size_t place = lengths.size() == record.alt_count() ? alt : 0;
    if (place < lengths.size() && std::abs(lengths[place]) < kFar) {
        end = std::max(end, position + 1 + static_cast<std::int64_t>(std::abs(lengths[place])));
    }
    if (end <= position + 1) {
        return std::nullopt;
    }
    return seq::Interval{position + 1, end};
}

void TargetContigs::require_any(const std::string& file, const std::vector<std::string>& names) {
    const bool any = std::any_of(
        names.begin(), names.end(), [&](const std::string& name) { return !of(name).empty(); });
    if (any) {
        return;
    }
    const bool placed = std::any_of(targets_.begin(), targets_.end(), [](const auto& target) {
        return target.placement.has_value();
    });
    throw Error(ErrorKind::kInput,
                file + ": none of its contigs (" + (names.empty() ? "none" : names.front()) +
                    (names.size() > 1 ? ", …" : "") + ") is one of a target",
                placed
                    ? "are the gene models and the VCF of the same assembly?"
                    : "give --gtf, so that the targets' places on the genome are known, or a VCF "
                      "with the targets as contigs");
}

void VariantCounts::count(AllelePlace place) {
    switch (place) {
        case AllelePlace::kOn:
            ++placed;
            break;
        case AllelePlace::kOutside:
            ++outside;
            break;
        case AllelePlace::kRefMismatch:
            ++ref_mismatch;
            break;
        case AllelePlace::kNotBases:
            ++not_bases;
            break;
        case AllelePlace::kSplit:
            ++split;
            break;
    }
}

void VariantCounts::check() const {
    if (ref_mismatch > 0 && 2 * ref_mismatch >= ref_mismatch + placed + split) {
        throw Error(ErrorKind::kInput,
                    file + ": REF differs from the target for " + std::to_string(ref_mismatch) +
                        " of " + std::to_string(ref_mismatch + placed + split) + " alleles on it",
                    "is this file on another genome build? see 'varhush check'");
    }
}

bool VariantCounts::warns() const noexcept {
    return ref_mismatch + not_bases + no_extent + unknown_frequency > 0;
}

std::string VariantCounts::to_text() const {
    std::string text = file + ": " + std::to_string(records) + " records read, " +
                       std::to_string(placed + split) + " alleles on the targets";
    const char* const not_bases_text = bars_sites ? " no plain bases: sites over them are refused"
                                                  : " left out because they are no plain bases";
    const std::pair<std::int64_t, const char*> rest[] = {
        {split, " over an exon boundary"},
        {symbolic, " of them symbolic, placed by END or SVLEN"},
        {outside, " outside"},
        {ref_mismatch, " left out because REF differs"},
        {not_bases, not_bases_text},
        {no_extent,
         " symbolic with neither END nor SVLEN behind POS, so it is not known how far they "
         "reach"},
        {unknown_frequency, " of unknown frequency, taken as common"}};
    for (const auto& [count, what] : rest) {
        if (count > 0) {
            text.append(", ").append(std::to_string(count)).append(what);
        }
    }
    return text;
}

VariantCounts load_avoided(const VariantOptions& options,
                           const io::ThreadPool& pool,
                           sirna::DesignInput& input) {
    VariantCounts counts;
    counts.file = options.avoid_vcf;
    std::vector<seq::Region> regions;
    if (options.avoid_vcf != "-") {
        const io::VariantReader first({.path = options.avoid_vcf}, pool);
        regions = regions_to_read(options.avoid_vcf, contig_names(first.header()), input.targets);
    }
    io::VariantReader reader({.path = options.avoid_vcf, .regions = regions, .overlapping = true},
                             pool);
    AvoidedVariants variants(options, reader.header(), input, counts);
    io::VariantRecord record;
    while (reader.next(record)) {
        variants.take(record);
    }
    variants.contigs().require_any(options.avoid_vcf, contig_names(reader.header()));
    counts.check();
    return counts;
}

}  // namespace varhush::apps
