#include "varhush/io/variant_record.hpp"

#include "variant_impl.hpp"

#include <cstdlib>
#include <memory>
#include <utility>

namespace varhush::io {

namespace {

/// VCF 4.3 section 1.2: characters with a meaning of their own are percent-encoded.
void append_info_value(std::string& out, const std::string& value) {
    constexpr char kHex[] = "0123456789ABCDEF";
    for (const char c : value) {
        const auto code = static_cast<unsigned char>(c);
        if (c == ';' || c == ',' || code < 0x20) {
            out += '%';
            out += kHex[code >> 4];
            out += kHex[code & 15];
        } else {
            out += c;
        }
    }
}

std::string join(std::span<const std::string> values) {
    std::string joined;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i > 0) {
            joined += ',';
        }
        if (values[i].empty()) {
            joined += '.';
        } else {
            append_info_value(joined, values[i]);
        }
    }
    return joined;
}

std::vector<float> with_missing(std::span<const std::optional<float>> values) {
    std::vector<float> floats(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (values[i]) {
            floats[i] = *values[i];
        } else {
            bcf_float_set_missing(floats[i]);
        }
    }
    return floats;
}

void require_info(const bcf_hdr_t* header, const std::string& tag) {
    const int id = bcf_hdr_id2int(header, BCF_DT_ID, tag.c_str());
    if (id < 0 || !bcf_hdr_idinfo_exists(header, BCF_HL_INFO, id)) {
        throw Error(ErrorKind::kInternal, "INFO tag " + tag + " is not in the output header");
    }
}

}  // namespace

void update_info(const bcf_hdr_t* header,
                 bcf1_t* record,
                 const std::string& tag,
                 const std::variant<std::string, std::vector<float>>& values) {
    if (record->n_info == 0xffff) {  // n_info has 16 bits
        throw Error(ErrorKind::kInput,
                    "a record holds 65535 INFO entries, no room for " + tag + " at position " +
                        std::to_string(record->pos + 1));
    }
    int result = 0;
    if (const auto* text = std::get_if<std::string>(&values)) {
        result = text->empty()
                     ? bcf_update_info(header, record, tag.c_str(), nullptr, 0, BCF_HT_STR)
                     : bcf_update_info(header, record, tag.c_str(), text->c_str(), 1, BCF_HT_STR);
    } else {
        const auto& floats = std::get<std::vector<float>>(values);
        result = bcf_update_info(header,
                                 record,
                                 tag.c_str(),
                                 floats.data(),
                                 static_cast<int>(floats.size()),
                                 BCF_HT_REAL);
    }
    if (result != 0) {
        throw Error(ErrorKind::kInternal, "cannot set INFO " + tag);
    }
}

VariantRecord::Impl::Impl() {
    if (!record) {
        throw std::bad_alloc();
    }
}

void VariantRecord::Impl::reset() {
    late_contig = false;
    late_text.clear();
    pending.clear();
}

VariantRecord::Impl& VariantRecord::Impl::ensure(VariantRecord& target,
                                                 const std::shared_ptr<RecordPool>& source) {
    if (!target.impl_) {
        target.impl_ = source->take();
        target.impl_->pool = source;
    }
    target.impl_->reset();
    return *target.impl_;
}

std::unique_ptr<VariantRecord::Impl> RecordPool::take() {
    {
        const std::lock_guard lock(mutex_);
        if (!free_.empty()) {
            auto impl = std::move(free_.back());
            free_.pop_back();
            return impl;
        }
    }
    return std::make_unique<VariantRecord::Impl>();
}

void RecordPool::give_back(std::unique_ptr<VariantRecord::Impl> impl) {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(impl));
}

VariantRecord::VariantRecord() = default;
VariantRecord::VariantRecord(VariantRecord&&) noexcept = default;

VariantRecord& VariantRecord::operator=(VariantRecord&& other) noexcept {
    std::swap(impl_, other.impl_);
    return *this;
}

VariantRecord::~VariantRecord() {
    if (impl_ && impl_->pool) {
        const auto pool = std::move(impl_->pool);
        pool->give_back(std::move(impl_));
    }
}

std::string_view VariantRecord::contig() const {
    return *impl_->contig;
}

std::int64_t VariantRecord::position() const {
    return impl_->record->pos;
}

std::string_view VariantRecord::id() const {
    return impl_->record->d.id;
}

std::string_view VariantRecord::ref() const {
    return impl_->record->n_allele > 0 ? impl_->record->d.allele[0] : "";
}

std::size_t VariantRecord::alt_count() const {
    return impl_->record->n_allele > 0 ? impl_->record->n_allele - 1U : 0U;
}

std::string_view VariantRecord::alt(std::size_t index) const {
    VARHUSH_CHECK(index < alt_count());
    return impl_->record->d.allele[index + 1];
}

std::string VariantRecord::where() const {
    std::string text = *impl_->contig + ":" + std::to_string(position() + 1);
    if (id() != ".") {
        text += ' ';
        text += id();
    }
    return text;
}

std::size_t VariantRecord::size_bytes() const {
    return impl_->record->shared.l + impl_->record->indiv.l + impl_->late_text.size();
}

void VariantRecord::set_info(const VariantHeader& header,
                             const std::string& tag,
                             std::span<const std::string> values) {
    const bcf_hdr_t* dictionary = header.impl().header.get();
    require_info(dictionary, tag);
    if (impl_->late_text.empty()) {
        update_info(dictionary, impl_->record.get(), tag, join(values));
    } else {
        impl_->pending.push_back({tag, join(values)});
    }
}

void VariantRecord::set_info(const VariantHeader& header,
                             const std::string& tag,
                             std::span<const std::optional<float>> values) {
    const bcf_hdr_t* dictionary = header.impl().header.get();
    require_info(dictionary, tag);
    if (impl_->late_text.empty()) {
        update_info(dictionary, impl_->record.get(), tag, with_missing(values));
    } else {
        impl_->pending.push_back({tag, with_missing(values)});
    }
}

SampleGenotype VariantRecord::genotype(const VariantHeader& header, int sample) const {
    if (!impl_->late_text.empty()) {
        throw Error(ErrorKind::kInput,
                    where() + ": the record uses a tag or contig that the header does not define",
                    "'varhush check --fix' completes the header");
    }
    const bcf_hdr_t* hts = header.impl().header.get();
    VARHUSH_CHECK(sample >= 0 && sample < bcf_hdr_nsamples(hts));
    std::int32_t* raw = nullptr;
    int held = 0;
    const int found = bcf_get_genotypes(hts, impl_->record.get(), &raw, &held);
    const std::unique_ptr<std::int32_t, decltype(&std::free)> owner(raw, &std::free);
    if (found < 0 && found != -1 && found != -3) {  // the tag is not defined, or not in the record
        throw Error(ErrorKind::kInput, where() + ": FORMAT/GT cannot be read");
    }
    SampleGenotype genotype;
    if (found <= 0) {
        return genotype;
    }
    const int ploidy = found / bcf_hdr_nsamples(hts);
    genotype.phased = true;
    for (int i = 0; i < ploidy; ++i) {
        const std::int32_t value = raw[sample * ploidy + i];
        if (value == bcf_int32_vector_end) {
            break;
        }
        genotype.alleles.push_back(bcf_gt_is_missing(value) ? -1 : bcf_gt_allele(value));
        genotype.phased = genotype.phased && (i == 0 || bcf_gt_is_phased(value));
    }
    return genotype;
}

}  // namespace varhush::io
