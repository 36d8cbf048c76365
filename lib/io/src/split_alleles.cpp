#include "split_alleles.hpp"

#include "varhush/core/error.hpp"

#include <algorithm>

namespace varhush::io {
namespace {

/// What belongs to ALT number `alt` (1 is the first) of `alt_count` in the values of one tag.
class Picker {
  public:
    Picker(const VcfColumns& record, std::size_t alt)
        : record_(record), alt_(alt), allele_count_(record.alts.size() + 1) {}

    [[nodiscard]] std::string pick(const std::string& values,
                                   TagNumber number,
                                   const std::string& tag) const {
        if (number == TagNumber::kFixed || values == ".") {
            return values;
        }
        const std::vector<std::string> all = split_text(values, ',');
        if (number == TagNumber::kPerAlt) {
            require(all.size() == allele_count_ - 1, all.size(), tag);
            return all[alt_ - 1];
        }
        if (number == TagNumber::kPerAllele) {
            require(all.size() == allele_count_, all.size(), tag);
            return all[0] + ',' + all[alt_];
        }
        const auto ploidy = ploidy_of(all.size(), allele_count_);
        require(ploidy.has_value(), all.size(), tag);
        std::vector<std::string> chosen;
        for (std::size_t copies = 0; copies <= *ploidy; ++copies) {
            std::vector<std::size_t> alleles(*ploidy, 0);
            std::fill(alleles.end() - static_cast<std::ptrdiff_t>(copies), alleles.end(), alt_);
            chosen.push_back(all[genotype_index(alleles)]);
        }
        return join_text(chosen, ',');
    }

    [[nodiscard]] std::string pick_genotype(const std::string& text) const {
        std::optional<Genotype> genotype = parse_genotype(text);
        if (!genotype) {
            throw Error(ErrorKind::kInput,
                        record_.where() + ": the genotype '" + text + "' cannot be read");
        }
        for (int& allele : genotype->alleles) {
            if (allele > 0) {
                allele = static_cast<std::size_t>(allele) == alt_ ? 1 : 0;
            }
        }
        return format_genotype(*genotype);
    }

  private:
    void require(bool fits, std::size_t found, const std::string& tag) const {
        if (!fits) {
            throw Error(ErrorKind::kInput,
                        record_.where() + ": " + tag + " has " + std::to_string(found) +
                            " values, which does not fit " + std::to_string(allele_count_ - 1) +
                            " ALT alleles",
                        "drop the tag first, e.g. with 'bcftools annotate -x'");
        }
    }

    const VcfColumns& record_;
    std::size_t alt_;
    std::size_t allele_count_;
};

VcfColumns part_of(const VcfColumns& record, const TagNumbers& numbers, std::size_t alt) {
    const Picker picker(record, alt);
    VcfColumns part = record;
    part.alts = {record.alts[alt - 1]};
    for (VcfColumns::Info& entry : part.info) {
        if (entry.value) {
            entry.value = picker.pick(*entry.value, numbers.info(entry.key), "INFO/" + entry.key);
        }
    }
    for (std::vector<std::string>& sample : part.samples) {
        for (std::size_t i = 0; i < std::min(sample.size(), record.format.size()); ++i) {
            const std::string& key = record.format[i];
            sample[i] = key == "GT" ? picker.pick_genotype(sample[i])
                                    : picker.pick(sample[i], numbers.format(key), "FORMAT/" + key);
        }
    }
    return part;
}

}  // namespace

std::vector<VcfColumns> split_alleles(const VcfColumns& record, const TagNumbers& numbers) {
    if (record.alts.size() < 2) {
        return {record};
    }
    std::vector<VcfColumns> parts;
    parts.reserve(record.alts.size());
    for (std::size_t alt = 1; alt <= record.alts.size(); ++alt) {
        parts.push_back(part_of(record, numbers, alt));
    }
    return parts;
}

}  // namespace varhush::io
