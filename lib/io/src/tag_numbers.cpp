#include "tag_numbers.hpp"

#include "variant_impl.hpp"

namespace varhush::io {
namespace {

TagNumber number_of(const bcf_hdr_t* header, int kind, int id) {
    switch (bcf_hdr_id2length(header, kind, id)) {
        case BCF_VL_A:
            return TagNumber::kPerAlt;
        case BCF_VL_R:
            return TagNumber::kPerAllele;
        case BCF_VL_G:
            return TagNumber::kPerGenotype;
        default:
            return TagNumber::kFixed;
    }
}

}  // namespace

TagNumbers::TagNumbers(const VariantHeader& header) {
    const bcf_hdr_t* raw = header.impl().header.get();
    for (int id = 0; id < raw->n[BCF_DT_ID]; ++id) {
        const char* const name = raw->id[BCF_DT_ID][id].key;
        if (name == nullptr) {
            continue;  // a hole in the IDX numbers of a BCF header
        }
        if (bcf_hdr_idinfo_exists(raw, BCF_HL_INFO, id)) {
            info_[name] = number_of(raw, BCF_HL_INFO, id);
        }
        if (bcf_hdr_idinfo_exists(raw, BCF_HL_FMT, id)) {
            format_[name] = number_of(raw, BCF_HL_FMT, id);
        }
    }
}

TagNumber TagNumbers::find(const Table& table, const std::string& tag) {
    const auto place = table.find(tag);
    return place == table.end() ? TagNumber::kFixed : place->second;
}

}  // namespace varhush::io
