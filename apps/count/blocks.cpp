#include "apps/count/blocks.hpp"

#include "apps/count/feature_reader.hpp"
#include "apps/count/sample_columns.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/count/read_samples.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace varhush::apps {

namespace {

/// Columns of the reads' samples in the VCF. One that was asked for by name must be there; of the
/// others, one at least.
std::vector<int> find_columns(const CountCommandOptions& options,
                              const SampleNames& wanted,
                              const std::vector<std::string>& samples,
                              const io::VariantHeader& header) {
    const auto known = header.samples();
    const std::string why = "--blocks needs the phase of samples: genotypes such as 0|1";
    if (known.empty()) {
        throw Error(ErrorKind::kInput, options.vcf + " has no samples", why);
    }
    std::vector<int> columns = sample_columns(options, samples, known, why);
    std::vector<std::string> lacking;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        if (columns[i] < 0) {
            lacking.push_back(samples[i]);
        }
    }
    const bool asked_for = !wanted.names.empty() && !wanted.exclude;
    if (lacking.size() == samples.size() || (asked_for && !lacking.empty())) {
        throw Error(ErrorKind::kInput,
                    options.vcf + " has no sample '" + lacking.front() + "' as the reads have",
                    "it has " + count::some_of(known) +
                        "; --vcf-sample says which of them the reads are of");
    }
    if (!lacking.empty()) {
        core::log(core::LogLevel::kWarning,
                  "not in " + options.vcf + ", so in no block: " + count::some_of(lacking));
    }
    return columns;
}

std::string block_header() {
    std::string header =
        "sample\tfeature\tname\tcontig\tbegin\tend\tphase_set\tsites\thap1\thap2\tconflict\tother";
    for (std::size_t i = 0; i < count::kReasonCount; ++i) {
        header += '\t';
        header += count::reason_text(static_cast<count::Reason>(i));
    }
    return header + "\n";
}

}  // namespace

BlockTable::BlockTable(const CountCommandOptions& options,
                       const SampleNames& wanted,
                       const std::vector<std::string>& samples,
                       const io::VariantHeader& header,
                       const std::vector<io::AlignmentReader::Contig>& contigs)
    : samples_(samples),
      header_(header),
      contigs_(contigs),
      vcf_(options.vcf),
      is_part_(!options.regions.regions.empty() || !options.regions.regions_file.empty() ||
               !options.regions.targets.empty() || !options.regions.targets_file.empty()),
      limits_(options.limits),
      columns_(find_columns(options, wanted, samples, header)),
      features_(read_features(options, contigs)),
      file_(options.blocks, io::packing_for(options.blocks)),
      counter_(features_ ? &*features_ : nullptr,
               {.min_agreement = options.min_agreement},
               [this](const count::BlockCounts& block) { write(block); }) {
    file_.write(block_header());
}

std::optional<count::PhasedGenotype> BlockTable::phase(const io::VariantRecord& record,
                                                       const count::Site& site,
                                                       const count::SampleCounts& counts,
                                                       int column) {
    const io::SampleGenotype genotype = record.genotype(header_, column);
    const auto& alleles = genotype.alleles;
    const auto unused = [this](Unused why) {
        ++unused_[why];
        return std::nullopt;
    };
    if (alleles.empty() || std::find(alleles.begin(), alleles.end(), -1) != alleles.end()) {
        return unused(kMissing);
    }
    if (alleles.size() != 2) {
        return unused(kNotDiploid);
    }
    if (alleles[0] == alleles[1]) {
        return unused(kHomozygous);
    }
    if (!genotype.phased) {
        return unused(kNotPhased);
    }
    for (const int allele : alleles) {
        const auto alt = static_cast<std::size_t>(allele) - 1;
        if (allele > 0 &&
            (alt >= site.status.size() || site.status[alt] != seq::AlleleStatus::kOk)) {
            return unused(kNotCountable);
        }
        if (allele > 0 && count::biases_of(counts, alt, limits_).any()) {
            return unused(kBiased);
        }
    }
    return count::PhasedGenotype{.phase_set = record.phase_set(header_, column),
                                 .first = static_cast<std::uint16_t>(alleles[0]),
                                 .second = static_cast<std::uint16_t>(alleles[1])};
}

std::int64_t BlockTable::Carried::start() const {
    return !first ? second->start : !second ? first->start : std::min(first->start, second->start);
}

/// Whether a sample's two alleles were those of a site before.
bool BlockTable::was_before(const io::VariantRecord& record,
                            const Carried& here,
                            std::size_t sample) const {
    const auto [from, to] = near_.equal_range({here.start(), sample});
    for (auto place = from; place != to; ++place) {
        const Carried& there = place->second;
        const bool is_same = here.first == there.first && here.second == there.second;
        const bool is_turned = here.first == there.second && here.second == there.first;
        if ((is_same && here.phase_set != there.phase_set) || is_turned) {
            throw Error(ErrorKind::kInput,
                        record.where() + ": the variant was there before with another phase of " +
                            "sample '" + samples_[sample] + "'",
                        "which of them is right? take one away");
        }
        if (is_same) {
            return true;
        }
    }
    return false;
}

void BlockTable::leave_out_repeated(const io::VariantRecord& record,
                                    const count::Site& site,
                                    std::vector<std::optional<count::PhasedGenotype>>& genotypes) {
    constexpr std::int64_t kReach = 4000;  // records are not further from where they change bases
    if (site.contig_id != contig_id_) {
        near_.clear();
        contig_id_ = site.contig_id;
    }
    near_.erase(near_.begin(), near_.lower_bound({site.position - kReach, 0}));
    const auto change_of = [&site](std::uint16_t allele) {
        return allele == 0 ? std::nullopt : site.changes[allele - 1U];
    };
    for (std::size_t sample = 0; sample < genotypes.size(); ++sample) {
        auto& genotype = genotypes[sample];
        if (!genotype) {
            continue;
        }
        Carried here{change_of(genotype->first), change_of(genotype->second), genotype->phase_set};
        if (was_before(record, here, sample)) {
            ++unused_[kRepeated];
            genotype.reset();
        } else {
            ++used_;
            const std::pair key(here.start(), sample);
            near_.emplace(key, std::move(here));
        }
    }
}

void BlockTable::add(const io::VariantRecord& record,
                     const count::Site& site,
                     std::span<const count::SampleCounts> counts,
                     std::span<const count::FragmentCall> calls) {
    std::vector<std::optional<count::PhasedGenotype>> genotypes;
    genotypes.reserve(columns_.size());
    for (std::size_t sample = 0; sample < columns_.size(); ++sample) {
        const int column = columns_[sample];
        genotypes.push_back(column < 0 ? std::nullopt
                                       : phase(record, site, counts[sample], column));
    }
    leave_out_repeated(record, site, genotypes);
    counter_.add(site, genotypes, calls, counts);
}

void BlockTable::write(const count::BlockCounts& block) {
    static const std::string kNothing = ".";
    const count::Feature* feature =
        block.feature ? &features_->features()[*block.feature] : nullptr;
    const count::Feature::Part place =
        feature != nullptr ? feature->hull() : count::Feature::Part{block.begin, block.end};
    std::string line = samples_[block.sample];
    for (const std::string& text : {feature != nullptr ? feature->id : kNothing,
                                    feature != nullptr ? feature->name : kNothing,
                                    contigs_[static_cast<std::size_t>(block.contig_id)].name,
                                    std::to_string(place.start + 1),
                                    std::to_string(place.end),
                                    block.phase_set ? std::to_string(*block.phase_set) : kNothing,
                                    std::to_string(block.sites),
                                    std::to_string(block.first),
                                    std::to_string(block.second),
                                    std::to_string(block.conflict),
                                    std::to_string(block.other)}) {
        line += '\t';
        line += text;
    }
    for (const std::int64_t number : block.dropped) {
        line += '\t';
        line += std::to_string(number);
    }
    file_.write(line + "\n");
    ++blocks_;
    first_ += block.first;
    second_ += block.second;
    conflict_ += block.conflict;
}

std::string BlockTable::unused_text() const {
    constexpr std::array<std::string_view, kUnusedCount> kTexts{"homozygous",
                                                                "not phased",
                                                                "without genotype",
                                                                "not diploid",
                                                                "not countable",
                                                                "biased",
                                                                "repeated"};
    std::string text;
    for (std::size_t i = 0; i < kTexts.size(); ++i) {
        if (unused_[i] > 0) {
            text += (text.empty() ? "" : ", ") + std::to_string(unused_[i]) + " ";
            text += kTexts[i];
        }
    }
    if (counter_.in_no_feature() > 0) {
        text += (text.empty() ? "" : ", ") + std::to_string(counter_.in_no_feature()) +
                " in no feature";
    }
    return text.empty() ? "none" : text;
}

void BlockTable::finish() {
    counter_.finish();
    if (used_ + unused_[kBiased] == 0 && !is_part_) {
        throw Error(ErrorKind::kInput,
                    vcf_ + " has no phased heterozygous site that can be counted: " + unused_text(),
                    "genotypes such as 0|1 tell haplotypes apart");
    }
    if (unused_[kRepeated] > 0) {
        core::log(core::LogLevel::kWarning,
                  std::to_string(unused_[kRepeated]) +
                      " phased genotypes are of variants that were there before: each counts once "
                      "in the blocks");
    }
    file_.finish();
}

std::string BlockTable::summary() const {
    return "haplotypes: " + std::to_string(used_ - counter_.in_no_feature()) +
           " phased heterozygous sites, not used: " + unused_text() + "; " +
           std::to_string(blocks_) + (features_ ? " features" : " blocks") +
           ", fragments counted once in each: of haplotype 1 " + std::to_string(first_) +
           ", of haplotype 2 " + std::to_string(second_) + ", in conflict " +
           std::to_string(conflict_);
}

}  // namespace varhush::apps
