// New samples for the records of a VCF: those of the reads instead of those of the file.
#include "variant_impl.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <type_traits>

namespace varhush::io {

namespace {

template <class Value, class Set>
void set_values(std::span<const std::optional<Value>> values, const std::string& tag, Set set) {
    std::array<Value, 64> few;  // of most records, without an allocation
    std::vector<Value> many(values.size() > few.size() ? values.size() : 0);
    const std::span<Value> raw =
        many.empty() ? std::span(few).first(values.size()) : std::span(many);
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (values[i]) {
            raw[i] = *values[i];
        } else if constexpr (std::is_same_v<Value, float>) {
            bcf_float_set_missing(raw[i]);
        } else {
            raw[i] = bcf_int32_missing;
        }
    }
    if (set(raw) != 0) {
        throw Error(ErrorKind::kInternal, "cannot set FORMAT " + tag);
    }
}

/// FORMAT goes with the samples: what comes may be defined otherwise.
void remove_format_definitions(bcf_hdr_t* header) {
    std::vector<std::string> ids;
    for (int i = 0; i < header->nhrec; ++i) {
        bcf_hrec_t* line = header->hrec[i];
        const int place = line->type == BCF_HL_FMT ? bcf_hrec_find_key(line, "ID") : -1;
        if (place >= 0) {
            ids.emplace_back(line->vals[place]);
        }
    }
    for (const std::string& id : ids) {
        bcf_hdr_remove(header, BCF_HL_FMT, id.c_str());
    }
}

}  // namespace

void VariantHeader::replace_samples(std::span<const std::string> names) {
    VcfHeaderPtr header(bcf_hdr_subset(impl_->header.get(), 0, nullptr, nullptr));
    if (!header) {
        throw Error(ErrorKind::kInternal, "cannot take the samples out of the VCF header");
    }
    remove_format_definitions(header.get());
    for (const std::string& name : names) {
        if (bcf_hdr_add_sample(header.get(), name.c_str()) != 0) {
            throw Error(ErrorKind::kInput, "the sample '" + name + "' is there twice");
        }
    }
    if (bcf_hdr_sync(header.get()) != 0) {
        throw Error(ErrorKind::kInternal, "cannot add samples to the VCF header");
    }
    impl_->header = std::move(header);
}

void VariantRecord::drop_samples(const VariantHeader& header) {
    if (!impl_->late_text.empty()) {
        throw Error(ErrorKind::kInput,
                    where() + ": the record uses a tag or contig that the header does not define",
                    "'varhush check --fix' completes the header");
    }
    bcf1_t* record = impl_->record.get();
    if (bcf_unpack(record, BCF_UN_ALL) != 0 ||
        bcf_subset(header.impl().header.get(), record, 0, nullptr) != 0) {
        throw Error(ErrorKind::kInput, where() + ": the samples cannot be read");
    }
}

void VariantRecord::set_genotypes(const VariantHeader& header,
                                  std::span<const SampleGenotype> genotypes) {
    std::size_t ploidy = 1;
    for (const SampleGenotype& one : genotypes) {
        ploidy = std::max(ploidy, one.alleles.size());
    }
    std::vector<std::int32_t> raw;
    raw.reserve(ploidy * genotypes.size());
    for (const SampleGenotype& one : genotypes) {
        for (std::size_t i = 0; i < ploidy; ++i) {
            if (i >= one.alleles.size()) {
                raw.push_back(i == 0 ? bcf_gt_missing : bcf_int32_vector_end);
                continue;
            }
            const bool phased = one.phased && i > 0;
            const int allele = one.alleles[i];
            raw.push_back(allele < 0 ? (phased ? bcf_gt_missing | 1 : bcf_gt_missing)
                                     : (phased ? bcf_gt_phased(allele) : bcf_gt_unphased(allele)));
        }
    }
    const bcf_hdr_t* hts = header.impl().header.get();
    if (bcf_update_genotypes(hts, impl_->record.get(), raw.data(), static_cast<int>(raw.size())) !=
        0) {
        throw Error(ErrorKind::kInternal, "cannot set FORMAT GT");
    }
}

void VariantRecord::set_format(const VariantHeader& header,
                               const std::string& tag,
                               std::span<const std::optional<std::int32_t>> values) {
    set_values<std::int32_t>(values, tag, [&](std::span<std::int32_t> raw) {
        return bcf_update_format_int32(header.impl().header.get(),
                                       impl_->record.get(),
                                       tag.c_str(),
                                       raw.data(),
                                       static_cast<int>(raw.size()));
    });
}

void VariantRecord::set_format(const VariantHeader& header,
                               const std::string& tag,
                               std::span<const std::optional<float>> values) {
    set_values<float>(values, tag, [&](std::span<float> raw) {
        return bcf_update_format_float(header.impl().header.get(),
                                       impl_->record.get(),
                                       tag.c_str(),
                                       raw.data(),
                                       static_cast<int>(raw.size()));
    });
}

void VariantRecord::set_format(const VariantHeader& header,
                               const std::string& tag,
                               std::span<const std::string> values) {
    std::vector<const char*> texts;
    texts.reserve(values.size());
    for (const std::string& value : values) {
        texts.push_back(value.empty() ? "." : value.c_str());
    }
    if (bcf_update_format_string(header.impl().header.get(),
                                 impl_->record.get(),
                                 tag.c_str(),
                                 texts.data(),
                                 static_cast<int>(texts.size())) != 0) {
        throw Error(ErrorKind::kInternal, "cannot set FORMAT " + tag);
    }
}

}  // namespace varhush::io
