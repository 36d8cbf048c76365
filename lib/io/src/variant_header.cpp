#include "varhush/io/variant_record.hpp"
#include "variant_impl.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace varhush::io {

namespace {

VcfHeaderPtr duplicate(const bcf_hdr_t* header) {
    VcfHeaderPtr copy(bcf_hdr_dup(header));
    if (!copy) {
        throw Error(ErrorKind::kInternal, "cannot copy the VCF header");
    }
    return copy;
}

std::string field(const bcf_hrec_t* line, const char* key) {
    const int index = bcf_hrec_find_key(const_cast<bcf_hrec_t*>(line), key);
    return index < 0 ? "." : line->vals[index];
}

std::string number_and_type(const bcf_hrec_t* line) {
    return "Number=" + field(line, "Number") + ",Type=" + field(line, "Type");
}

struct HeaderLine {
    bcf_hrec_t* line = nullptr;
    ~HeaderLine() {
        if (line != nullptr) {
            bcf_hrec_destroy(line);
        }
    }
};

/// Makes room for a new definition of the same kind and ID, if it means the same.
void remove_equal_definition(bcf_hdr_t* header, bcf_hrec_t* line) {
    const std::string id = field(line, "ID");
    const bcf_hrec_t* old = bcf_hdr_get_hrec(header, line->type, "ID", id.c_str(), nullptr);
    if (old == nullptr) {
        return;
    }
    if (number_and_type(old) != number_and_type(line)) {
        throw Error(
            ErrorKind::kInput,
            std::string("the input already defines ") + line->key + " " + id + " with " +
                number_and_type(old) + ", but it has to be " + number_and_type(line),
            "remove or rename that tag first, e.g. with 'bcftools annotate -x INFO/" + id + "'");
    }
    bcf_hdr_remove(header, line->type, id.c_str());
}

}  // namespace

VariantHeader::VariantHeader() : impl_(std::make_unique<Impl>()) {
    impl_->header.reset(bcf_hdr_init("w"));
    if (!impl_->header || bcf_hdr_add_sample(impl_->header.get(), nullptr) != 0) {
        throw Error(ErrorKind::kInternal, "cannot make a VCF header");
    }
}

VariantHeader::VariantHeader(const VariantHeader& other) : impl_(std::make_unique<Impl>()) {
    impl_->header = duplicate(other.impl_->header.get());
}

VariantHeader& VariantHeader::operator=(const VariantHeader& other) {
    if (this != &other) {
        VariantHeader copy(other);
        impl_ = std::move(copy.impl_);
    }
    return *this;
}

VariantHeader::VariantHeader(VariantHeader&&) noexcept = default;
VariantHeader& VariantHeader::operator=(VariantHeader&&) noexcept = default;
VariantHeader::~VariantHeader() = default;

void VariantHeader::add_line(const std::string& line) {
    bcf_hdr_t* header = impl_->header.get();
    int length = 0;
    HeaderLine parsed{bcf_hdr_parse_line(header, line.c_str(), &length)};
    if (parsed.line == nullptr || line.find_first_of("\r\n") != std::string::npos) {
        throw Error(ErrorKind::kInternal, "not a VCF header line: " + line);
    }
    constexpr std::array<std::pair<const char*, int>, 3> kDefined{
        {{"INFO", BCF_HL_INFO}, {"FORMAT", BCF_HL_FMT}, {"FILTER", BCF_HL_FLT}}};
    for (const auto& [key, type] : kDefined) {
        if (std::strcmp(parsed.line->key, key) == 0) {
            parsed.line->type = type;
            remove_equal_definition(header, parsed.line);
        }
    }
    if (bcf_hdr_append(header, line.c_str()) != 0 || bcf_hdr_sync(header) != 0) {
        throw Error(ErrorKind::kInternal, "cannot add the header line " + line);
    }
}

// bcf_hdr_remove() takes structured lines by a field they hold, not by their key, so this goes
// through the text, as bcf_hdr_dup() does; IDX fields keep the dictionary as it was.
void VariantHeader::remove_lines(std::string_view key) {
    KString text;
    if (bcf_hdr_format(impl_->header.get(), 1, &text) != 0) {
        throw Error(ErrorKind::kInternal, "cannot write the VCF header as text");
    }
    const std::string start = "##" + std::string(key) + "=";
    const std::string_view all(text.s, text.l);
    std::string kept;
    for (std::size_t at = 0; at < all.size();) {
        const std::size_t end = std::min(all.find('\n', at), all.size() - 1) + 1;
        const std::string_view line = all.substr(at, end - at);
        if (!line.starts_with(start)) {
            kept += line;
        }
        at = end;
    }
    if (kept.size() == all.size()) {
        return;
    }
    VcfHeaderPtr header(bcf_hdr_init("r"));
    if (!header || bcf_hdr_parse(header.get(), kept.data()) != 0) {
        throw Error(ErrorKind::kInternal, "cannot read back the VCF header");
    }
    impl_->header = std::move(header);
}

std::vector<VariantHeader::Contig> VariantHeader::contigs() const {
    const bcf_hdr_t* header = impl_->header.get();
    std::vector<Contig> result;
    for (int i = 0; i < header->n[BCF_DT_CTG]; ++i) {
        const bcf_idpair_t& entry = header->id[BCF_DT_CTG][i];
        if (entry.key == nullptr) {
            continue;  // a hole in the IDX numbers of a BCF header
        }
        Contig contig{entry.key, std::nullopt};
        if (entry.val != nullptr && entry.val->info[0] > 0) {
            contig.length_bp = static_cast<std::int64_t>(entry.val->info[0]);
        }
        result.push_back(std::move(contig));
    }
    return result;
}

int VariantHeader::sample_count() const {
    return bcf_hdr_nsamples(impl_->header.get());
}

std::vector<std::string> VariantHeader::samples() const {
    const bcf_hdr_t* header = impl_->header.get();
    return {header->samples, header->samples + bcf_hdr_nsamples(header)};
}

bool VariantHeader::has_info(std::string_view id) const {
    const bcf_hdr_t* header = impl_->header.get();
    const int number = bcf_hdr_id2int(header, BCF_DT_ID, std::string(id).c_str());
    return number >= 0 && bcf_hdr_idinfo_exists(header, BCF_HL_INFO, number);
}

bool VariantHeader::has_format(std::string_view id) const {
    const bcf_hdr_t* header = impl_->header.get();
    const int number = bcf_hdr_id2int(header, BCF_DT_ID, std::string(id).c_str());
    return number >= 0 && bcf_hdr_idinfo_exists(header, BCF_HL_FMT, number);
}

}  // namespace varhush::io
