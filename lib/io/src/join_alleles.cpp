#include "join_alleles.hpp"

#include "varhush/seq/allele.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <iterator>

namespace varhush::io {
namespace {

/// Thrown and caught inside this file: this group cannot be joined.
struct CannotJoin {};

/// Which allele of the joined record each allele of each record is.
struct AlleleMap {
    std::vector<std::vector<std::size_t>> to_joined;  ///< [record][allele]; 0 is REF
    std::size_t count = 1;                            ///< alleles of the joined record
};

AlleleMap join_texts(const std::vector<VcfColumns>& records, VcfColumns& joined) {
    for (const VcfColumns& record : records) {
        if (record.ref.size() > joined.ref.size()) {
            joined.ref = record.ref;
        }
    }
    AlleleMap map;
    for (const VcfColumns& record : records) {
        if (record.alts.empty() || joined.ref.compare(0, record.ref.size(), record.ref) != 0) {
            throw CannotJoin{};
        }
        map.to_joined.push_back({0});
        for (const std::string& alt : record.alts) {
            const std::string longer = alt + joined.ref.substr(record.ref.size());
            const bool known =
                std::find(joined.alts.begin(), joined.alts.end(), longer) != joined.alts.end();
            if (known || seq::classify_alt(alt) != seq::AlleleStatus::kOk) {
                throw CannotJoin{};
            }
            joined.alts.push_back(longer);
            map.to_joined.back().push_back(map.count++);
        }
    }
    return map;
}

/// The same tag of every record; nullptr where it is absent.
using Values = std::vector<const std::string*>;

std::string first_of(const Values& values) {
    for (const std::string* value : values) {
        if (value != nullptr && *value != ".") {
            return *value;
        }
    }
    return ".";
}

/// "." when no value is known at all.
std::string known_or_dot(const std::vector<std::string>& values) {
    const bool known = std::any_of(
        values.begin(), values.end(), [](const std::string& value) { return value != "."; });
    return known ? join_text(values, ',') : ".";
}

void put_first(std::string& place, const std::string& value) {
    if (place == ".") {
        place = value;
    }
}

std::string join_per_allele(const Values& values, const AlleleMap& map, bool with_ref) {
    const std::size_t skipped = with_ref ? 0 : 1;
    std::vector<std::string> result(map.count - skipped, ".");
    for (std::size_t r = 0; r < values.size(); ++r) {
        if (values[r] == nullptr || *values[r] == ".") {
            continue;
        }
        const std::vector<std::string> own = split_text(*values[r], ',');
        if (own.size() != map.to_joined[r].size() - skipped) {
            throw CannotJoin{};
        }
        for (std::size_t i = 0; i < own.size(); ++i) {
            put_first(result[map.to_joined[r][i + skipped] - skipped], own[i]);
        }
    }
    return known_or_dot(result);
}

/// Every way to draw `ploidy` of `alleles` alleles, ascending, in VCF order.
std::vector<std::vector<std::size_t>> all_genotypes(std::size_t alleles, std::size_t ploidy) {
    std::vector<std::vector<std::size_t>> result(genotype_count(alleles, ploidy));
    std::vector<std::size_t> genotype(ploidy, 0);
    while (true) {
        result[genotype_index(genotype)] = genotype;
        std::size_t i = 0;  // the next ascending sequence: raise one, set those before it to 0
        while (i < ploidy && genotype[i] == (i + 1 < ploidy ? genotype[i + 1] : alleles - 1)) {
            ++i;
        }
        if (i == ploidy) {
            return result;
        }
        ++genotype[i];
        std::fill(genotype.begin(), genotype.begin() + static_cast<std::ptrdiff_t>(i), 0);
    }
}

std::string join_per_genotype(const Values& values, const AlleleMap& map) {
    std::vector<std::string> result;
    std::optional<std::size_t> ploidy;
    for (std::size_t r = 0; r < values.size(); ++r) {
        if (values[r] == nullptr || *values[r] == ".") {
            continue;
        }
        const std::vector<std::string> own = split_text(*values[r], ',');
        const auto own_ploidy = ploidy_of(own.size(), map.to_joined[r].size());
        if (!own_ploidy || (ploidy && *ploidy != *own_ploidy)) {
            throw CannotJoin{};
        }
        ploidy = own_ploidy;
        result.resize(genotype_count(map.count, *ploidy), ".");
        const auto genotypes = all_genotypes(map.to_joined[r].size(), *ploidy);
        for (std::size_t i = 0; i < own.size(); ++i) {
            std::vector<std::size_t> mapped;
            for (const std::size_t allele : genotypes[i]) {
                mapped.push_back(map.to_joined[r][allele]);
            }
            std::sort(mapped.begin(), mapped.end());
            put_first(result[genotype_index(mapped)], own[i]);
        }
    }
    return known_or_dot(result);
}

std::string join_values(const Values& values, TagNumber number, const AlleleMap& map) {
    switch (number) {
        case TagNumber::kPerAlt:
            return join_per_allele(values, map, false);
        case TagNumber::kPerAllele:
            return join_per_allele(values, map, true);
        case TagNumber::kPerGenotype:
            return join_per_genotype(values, map);
        case TagNumber::kFixed:
            break;
    }
    return first_of(values);
}

/// The genotypes of one sample, spoken in alleles of the joined record.
std::vector<Genotype> mapped_genotypes(const Values& values, const AlleleMap& map) {
    std::vector<Genotype> result;
    for (std::size_t r = 0; r < values.size(); ++r) {
        if (values[r] == nullptr || *values[r] == ".") {
            continue;
        }
        std::optional<Genotype> genotype = parse_genotype(*values[r]);
        if (!genotype ||
            (!result.empty() && result.front().alleles.size() != genotype->alleles.size())) {
            throw CannotJoin{};
        }
        for (int& allele : genotype->alleles) {
            if (allele >= static_cast<int>(map.to_joined[r].size())) {
                throw CannotJoin{};
            }
            if (allele > 0) {
                allele = static_cast<int>(map.to_joined[r][static_cast<std::size_t>(allele)]);
            }
        }
        result.push_back(std::move(*genotype));
    }
    return result;
}

/// Chromosome by chromosome; false when two records put an ALT on the same one.
bool overlay(const std::vector<Genotype>& genotypes, Genotype& joined) {
    for (const Genotype& genotype : genotypes) {
        for (std::size_t i = 0; i < joined.alleles.size(); ++i) {
            int& allele = joined.alleles[i];
            const int other = genotype.alleles[i];
            if (allele > 0 && other > 0) {
                return false;
            }
            if (other > 0) {
                allele = other;
            } else if (other == Genotype::kNoAllele && allele == 0) {
                allele = Genotype::kNoAllele;
            }
        }
    }
    return true;
}

std::string join_genotypes(const Values& values, const AlleleMap& map) {
    const std::vector<Genotype> genotypes = mapped_genotypes(values, map);
    if (genotypes.empty()) {
        return ".";
    }
    const std::size_t ploidy = genotypes.front().alleles.size();
    const bool phased = std::all_of(genotypes.begin(), genotypes.end(), [](const Genotype& one) {
        return one.separators.find('/') == std::string::npos;
    });
    Genotype joined{std::vector<int>(ploidy, 0), std::string(ploidy - 1, phased ? '|' : '/')};
    if (overlay(genotypes, joined)) {
        return format_genotype(joined);
    }
    if (phased) {
        throw CannotJoin{};
    }
    // Without phase 0/1 and 0/2 are one chromosome each.
    std::vector<int> present;
    for (const Genotype& genotype : genotypes) {
        std::copy_if(genotype.alleles.begin(),
                     genotype.alleles.end(),
                     std::back_inserter(present),
                     [](int allele) { return allele > 0; });
    }
    const bool unknown = std::any_of(genotypes.begin(), genotypes.end(), [](const Genotype& one) {
        return std::count(one.alleles.begin(), one.alleles.end(), Genotype::kNoAllele) > 0;
    });
    if (present.size() > ploidy || (unknown && present.size() < ploidy)) {
        throw CannotJoin{};
    }
    joined.alleles.assign(ploidy, 0);
    std::sort(present.begin(), present.end());
    std::copy_backward(present.begin(), present.end(), joined.alleles.end());
    return format_genotype(joined);
}

const std::optional<std::string>* find_info(const VcfColumns& record, const std::string& key) {
    for (const VcfColumns::Info& entry : record.info) {
        if (entry.key == key) {
            return &entry.value;
        }
    }
    return nullptr;
}

void join_info(const std::vector<VcfColumns>& records,
               const TagNumbers& numbers,
               const AlleleMap& map,
               VcfColumns& joined) {
    for (const VcfColumns& record : records) {
        for (const VcfColumns::Info& entry : record.info) {
            if (find_info(joined, entry.key) != nullptr) {
                continue;
            }
            if (!entry.value) {
                joined.info.push_back({entry.key, std::nullopt});
                continue;
            }
            Values values;
            for (const VcfColumns& one : records) {
                const auto* value = find_info(one, entry.key);
                values.push_back(value != nullptr && *value ? &**value : nullptr);
            }
            joined.info.push_back({entry.key, join_values(values, numbers.info(entry.key), map)});
        }
    }
}

const std::string* find_field(const VcfColumns& record,
                              std::size_t sample,
                              const std::string& key) {
    const auto place = std::find(record.format.begin(), record.format.end(), key);
    const auto index = static_cast<std::size_t>(place - record.format.begin());
    return place == record.format.end() || index >= record.samples[sample].size()
               ? nullptr
               : &record.samples[sample][index];
}

void join_samples(const std::vector<VcfColumns>& records,
                  const TagNumbers& numbers,
                  const AlleleMap& map,
                  VcfColumns& joined) {
    for (const VcfColumns& record : records) {
        for (const std::string& key : record.format) {
            if (std::find(joined.format.begin(), joined.format.end(), key) == joined.format.end()) {
                joined.format.push_back(key);
            }
        }
    }
    joined.samples.resize(records.front().samples.size());
    for (std::size_t sample = 0; sample < joined.samples.size(); ++sample) {
        for (const std::string& key : joined.format) {
            Values values;
            for (const VcfColumns& record : records) {
                values.push_back(find_field(record, sample, key));
            }
            joined.samples[sample].push_back(key == "GT"
                                                 ? join_genotypes(values, map)
                                                 : join_values(values, numbers.format(key), map));
        }
    }
}

/// The union in order of appearance, without what means "nothing".
std::string join_lists(const std::vector<VcfColumns>& records,
                       std::string VcfColumns::*column,
                       const std::string& nothing) {
    std::vector<std::string> all;
    std::string quiet = ".";
    for (const VcfColumns& record : records) {
        for (std::string& part : split_text(record.*column, ';')) {
            if (part == nothing) {
                quiet = nothing;
            } else if (part != "." && std::find(all.begin(), all.end(), part) == all.end()) {
                all.push_back(std::move(part));
            }
        }
    }
    return all.empty() ? quiet : join_text(all, ';');
}

std::string largest_quality(const std::vector<VcfColumns>& records) {
    std::string best = ".";
    for (const VcfColumns& record : records) {
        const bool known = record.quality != ".";
        if (known && (best == "." || std::strtod(record.quality.c_str(), nullptr) >
                                         std::strtod(best.c_str(), nullptr))) {
            best = record.quality;
        }
    }
    return best;
}

}  // namespace

bool is_substitution(const VcfColumns& record) {
    return std::all_of(record.alts.begin(), record.alts.end(), [&](const std::string& alt) {
        return alt.size() == record.ref.size();
    });
}

std::optional<VcfColumns> join_alleles(const std::vector<VcfColumns>& records,
                                       const TagNumbers& numbers) {
    VcfColumns joined;
    joined.contig = records.front().contig;
    joined.position = records.front().position;
    try {
        const AlleleMap map = join_texts(records, joined);
        joined.id = join_lists(records, &VcfColumns::id, ".");
        joined.filter = join_lists(records, &VcfColumns::filter, "PASS");
        joined.quality = largest_quality(records);
        join_info(records, numbers, map, joined);
        join_samples(records, numbers, map, joined);
    } catch (const CannotJoin&) {
        return std::nullopt;
    }
    return joined;
}

}  // namespace varhush::io
