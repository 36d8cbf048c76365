#include "variant_impl.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <limits>
#include <memory>

namespace varhush::io {

namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

/// What htslib allocates with malloc.
template <class T>
struct Buffer {
    T* data = nullptr;
    int held = 0;

    Buffer() = default;
    ~Buffer() { std::free(data); }
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;
};

std::vector<double> numbers_of_text(std::string_view values) {
    std::vector<double> numbers;
    while (true) {
        const std::string_view one = values.substr(0, values.find(','));
        double number = kMissing;
        const auto [end, error] = std::from_chars(one.data(), one.data() + one.size(), number);
        if (one != "." && (error != std::errc() || end != one.data() + one.size())) {
            return {};
        }
        numbers.push_back(one == "." ? kMissing : number);
        if (one.size() == values.size()) {
            return numbers;
        }
        values.remove_prefix(one.size() + 1);
    }
}

/// The tag in the INFO column of a line whose header does not define everything; without a value:
/// no text.
std::optional<std::string_view> value_in_line(std::string_view line, const std::string& tag) {
    for (int column = 0; column < 7; ++column) {
        line.remove_prefix(std::min(line.find('\t'), line.size() - 1) + 1);
    }
    std::string_view info = line.substr(0, line.find('\t'));
    while (!info.empty()) {
        const std::string_view entry = info.substr(0, info.find(';'));
        const std::size_t equals = entry.find('=');
        if (equals != std::string_view::npos && entry.substr(0, equals) == tag) {
            return entry.substr(equals + 1);
        }
        info.remove_prefix(std::min(entry.size() + 1, info.size()));
    }
    return std::nullopt;
}

/// @throws Error{kInput} for a record that FORMAT cannot be read of.
void refuse_undefined(const VariantRecord& record) {
    if (!record.impl().late_text.empty()) {
        throw Error(
            ErrorKind::kInput,
            record.where() + ": the record uses a tag or contig that the header does not define",
            "'varhush check --fix' completes the header");
    }
}

std::vector<std::string> split_values(std::string_view values) {
    std::vector<std::string> texts;
    while (true) {
        const std::size_t comma = values.find(',');
        texts.emplace_back(values.substr(0, comma));
        if (comma == std::string_view::npos) {
            return texts;
        }
        values.remove_prefix(comma + 1);
    }
}

std::vector<double> floats_of(const bcf_hdr_t* header, bcf1_t* record, const std::string& tag) {
    Buffer<float> buffer;
    const int found = bcf_get_info_float(header, record, tag.c_str(), &buffer.data, &buffer.held);
    std::vector<double> numbers;
    for (int i = 0; i < found && !bcf_float_is_vector_end(buffer.data[i]); ++i) {
        const bool missing = bcf_float_is_missing(buffer.data[i]) != 0;
        numbers.push_back(missing ? kMissing : static_cast<double>(buffer.data[i]));
    }
    return numbers;
}

std::vector<double> integers_of(const bcf_hdr_t* header, bcf1_t* record, const std::string& tag) {
    Buffer<std::int32_t> buffer;
    const int found = bcf_get_info_int32(header, record, tag.c_str(), &buffer.data, &buffer.held);
    std::vector<double> numbers;
    for (int i = 0; i < found && buffer.data[i] != bcf_int32_vector_end; ++i) {
        const bool missing = buffer.data[i] == bcf_int32_missing;
        numbers.push_back(missing ? kMissing : static_cast<double>(buffer.data[i]));
    }
    return numbers;
}

}  // namespace

std::vector<double> VariantRecord::info_numbers(const VariantHeader& header,
                                                const std::string& tag) const {
    if (!impl_->late_text.empty()) {
        const auto text = value_in_line(impl_->late_text, tag);
        return text ? numbers_of_text(*text) : std::vector<double>{};
    }
    const bcf_hdr_t* hts = header.impl().header.get();
    const int id = bcf_hdr_id2int(hts, BCF_DT_ID, tag.c_str());
    if (id < 0 || !bcf_hdr_idinfo_exists(hts, BCF_HL_INFO, id)) {
        return {};
    }
    switch (bcf_hdr_id2type(hts, BCF_HL_INFO, id)) {
        case BCF_HT_REAL:
            return floats_of(hts, impl_->record.get(), tag);
        case BCF_HT_INT:
            return integers_of(hts, impl_->record.get(), tag);
        case BCF_HT_STR: {
            Buffer<char> buffer;
            const int found = bcf_get_info_string(
                hts, impl_->record.get(), tag.c_str(), &buffer.data, &buffer.held);
            return found > 0 ? numbers_of_text(buffer.data) : std::vector<double>{};
        }
        default:
            return {};
    }
}

std::vector<std::string> VariantRecord::info_texts(const VariantHeader& header,
                                                   const std::string& tag) const {
    if (!impl_->late_text.empty()) {
        const auto text = value_in_line(impl_->late_text, tag);
        return text ? split_values(*text) : std::vector<std::string>{};
    }
    const bcf_hdr_t* hts = header.impl().header.get();
    const int id = bcf_hdr_id2int(hts, BCF_DT_ID, tag.c_str());
    if (id < 0 || !bcf_hdr_idinfo_exists(hts, BCF_HL_INFO, id) ||
        bcf_hdr_id2type(hts, BCF_HL_INFO, id) != BCF_HT_STR) {
        return {};
    }
    Buffer<char> buffer;
    const int found =
        bcf_get_info_string(hts, impl_->record.get(), tag.c_str(), &buffer.data, &buffer.held);
    return found > 0 ? split_values(buffer.data) : std::vector<std::string>{};
}

std::vector<double> VariantRecord::format_numbers(const VariantHeader& header,
                                                  const std::string& tag) const {
    refuse_undefined(*this);
    const bcf_hdr_t* hts = header.impl().header.get();
    const int id = bcf_hdr_id2int(hts, BCF_DT_ID, tag.c_str());
    if (id < 0 || !bcf_hdr_idinfo_exists(hts, BCF_HL_FMT, id)) {
        return {};
    }
    std::vector<double> numbers;
    if (bcf_hdr_id2type(hts, BCF_HL_FMT, id) == BCF_HT_INT) {
        Buffer<std::int32_t> buffer;
        const int found =
            bcf_get_format_int32(hts, impl_->record.get(), tag.c_str(), &buffer.data, &buffer.held);
        for (int i = 0; i < found; ++i) {
            const std::int32_t value = buffer.data[i];
            const bool none = value == bcf_int32_missing || value == bcf_int32_vector_end;
            numbers.push_back(none ? kMissing : static_cast<double>(value));
        }
    } else if (bcf_hdr_id2type(hts, BCF_HL_FMT, id) == BCF_HT_REAL) {
        Buffer<float> buffer;
        const int found =
            bcf_get_format_float(hts, impl_->record.get(), tag.c_str(), &buffer.data, &buffer.held);
        for (int i = 0; i < found; ++i) {
            const bool none = bcf_float_is_missing(buffer.data[i]) != 0 ||
                              bcf_float_is_vector_end(buffer.data[i]) != 0;
            numbers.push_back(none ? kMissing : static_cast<double>(buffer.data[i]));
        }
    }
    return numbers;
}

namespace {

bool has_format(const bcf_hdr_t* header, const char* tag, int type) {
    const int id = bcf_hdr_id2int(header, BCF_DT_ID, tag);
    return id >= 0 && bcf_hdr_idinfo_exists(header, BCF_HL_FMT, id) &&
           bcf_hdr_id2type(header, BCF_HL_FMT, id) == static_cast<unsigned>(type);
}

/// Whether the file has phase sets. Read past, they would join what nobody phased.
/// @throws Error{kInput} when they are declared in another way than VCF has them.
bool has_phase_sets(const bcf_hdr_t* header) {
    const int id = bcf_hdr_id2int(header, BCF_DT_ID, "PS");
    const bool there = id >= 0 && bcf_hdr_idinfo_exists(header, BCF_HL_FMT, id);
    if (there && !has_format(header, "PS", BCF_HT_INT)) {
        throw Error(ErrorKind::kInput,
                    "the header declares FORMAT/PS, the phase sets, not as Integer",
                    "its values must be whole numbers (VCF 4.3, section 1.6.2)");
    }
    return there;
}

}  // namespace

std::optional<std::int64_t> VariantRecord::phase_set(const VariantHeader& header,
                                                     int sample) const {
    if (!impl_->late_text.empty()) {
        return std::nullopt;  // genotype() refuses such records
    }
    const bcf_hdr_t* hts = header.impl().header.get();
    VARHUSH_CHECK(sample >= 0 && sample < bcf_hdr_nsamples(hts));
    if (!has_phase_sets(hts)) {
        return std::nullopt;
    }
    Buffer<std::int32_t> buffer;
    const int found =
        bcf_get_format_int32(hts, impl_->record.get(), "PS", &buffer.data, &buffer.held);
    if (found < bcf_hdr_nsamples(hts)) {
        return std::nullopt;
    }
    const std::ptrdiff_t values_each = found / bcf_hdr_nsamples(hts);
    const std::int32_t value = buffer.data[sample * values_each];
    if (value == bcf_int32_missing || value == bcf_int32_vector_end) {
        return std::nullopt;
    }
    return value;
}

namespace {

void read_phase_sets(const bcf_hdr_t* header, bcf1_t* record, std::vector<std::int64_t>& sets) {
    sets.clear();
    if (!has_phase_sets(header)) {
        return;
    }
    Buffer<std::int32_t> buffer;
    const int found = bcf_get_format_int32(header, record, "PS", &buffer.data, &buffer.held);
    const int samples = bcf_hdr_nsamples(header);
    if (found < samples) {
        return;
    }
    for (int i = 0; i < samples; ++i) {
        const std::int32_t value = buffer.data[static_cast<std::ptrdiff_t>(i) * (found / samples)];
        const bool none = value == bcf_int32_missing || value == bcf_int32_vector_end;
        sets.push_back(none ? SampleCalls::kNoSet : value);
    }
}

/// Of a string tag, one a sample.
void read_texts(const bcf_hdr_t* header,
                bcf1_t* record,
                const char* tag,
                std::vector<std::string>& texts) {
    texts.clear();
    if (!has_format(header, tag, BCF_HT_STR)) {
        return;
    }
    char** found = nullptr;
    int held = 0;
    const int size = bcf_get_format_string(header, record, tag, &found, &held);
    const int samples = bcf_hdr_nsamples(header);
    for (int i = 0; size > 0 && i < samples; ++i) {
        texts.emplace_back(found[i]);
    }
    if (found != nullptr) {
        std::free(found[0]);
        std::free(found);
    }
}

}  // namespace

void VariantRecord::calls(const VariantHeader& header, SampleCalls& calls) const {
    refuse_undefined(*this);
    const bcf_hdr_t* hts = header.impl().header.get();
    bcf1_t* record = impl_->record.get();
    Buffer<std::int32_t> raw;
    const int found = bcf_get_genotypes(hts, record, &raw.data, &raw.held);
    if (found < 0 && found != -1 && found != -3) {  // the tag is not defined, or not in the record
        throw Error(ErrorKind::kInput, where() + ": FORMAT/GT cannot be read");
    }
    const int samples = bcf_hdr_nsamples(hts);
    calls.ploidy = found > 0 ? found / samples : 0;
    calls.alleles.assign(found > 0 ? static_cast<std::size_t>(found) : 0, SampleCalls::kAbsent);
    calls.phased.assign(static_cast<std::size_t>(samples), 1);
    for (int i = 0; i < std::max(found, 0); ++i) {
        const std::int32_t value = raw.data[i];
        if (value == bcf_int32_vector_end) {
            continue;
        }
        calls.alleles[static_cast<std::size_t>(i)] =
            bcf_gt_is_missing(value) ? SampleCalls::kMissing : bcf_gt_allele(value);
        if (i % calls.ploidy > 0 && !bcf_gt_is_phased(value)) {
            calls.phased[static_cast<std::size_t>(i / calls.ploidy)] = 0;
        }
    }
    read_phase_sets(hts, record, calls.phase_sets);
    read_texts(hts, record, "HP", calls.read_backed);
}

std::vector<std::string> VariantRecord::format_texts(const VariantHeader& header,
                                                     const std::string& tag) const {
    refuse_undefined(*this);
    std::vector<std::string> texts;
    read_texts(header.impl().header.get(), impl_->record.get(), tag.c_str(), texts);
    return texts;
}

}  // namespace varhush::io
