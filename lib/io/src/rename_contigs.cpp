#include "rename_contigs.hpp"

#include "varhush/seq/contig_alias.hpp"
#include "variant_impl.hpp"

#include <new>
#include <optional>
#include <unordered_set>
#include <vector>

namespace varhush::io {
namespace {

void set_value(bcf_hrec_t* line, const char* key, const std::string& value) {
    int index = bcf_hrec_find_key(line, key);
    if (index < 0) {
        if (bcf_hrec_add_key(line, key, std::char_traits<char>::length(key)) != 0) {
            throw std::bad_alloc();
        }
        index = line->nkeys - 1;
    }
    if (bcf_hrec_set_val(line, index, value.c_str(), value.size(), 0) != 0) {
        throw std::bad_alloc();
    }
}

/// Header text with the IDX numbers BCF uses, so that parsing it gives the same numbers again.
VcfHeaderPtr parse_again(const bcf_hdr_t* header) {
    KString text;
    VcfHeaderPtr fresh(bcf_hdr_init("r"));
    if (!fresh || bcf_hdr_format(header, 1, &text) != 0) {
        throw std::bad_alloc();
    }
    if (bcf_hdr_parse(fresh.get(), text.s) != 0 || bcf_hdr_sync(fresh.get()) != 0) {
        throw Error(ErrorKind::kInternal, "the header with renamed contigs cannot be read again");
    }
    return fresh;
}

}  // namespace

std::unordered_map<std::string, std::string> contig_renames(const VariantHeader& header,
                                                            const seq::ReferenceSource& reference) {
    std::vector<std::string> names;
    for (const auto& contig : reference.contigs()) {
        names.push_back(contig.name);
    }
    const seq::ContigAliases aliases(names);
    std::unordered_set<std::string> taken;
    for (const auto& contig : header.contigs()) {
        taken.insert(contig.name);
    }
    std::unordered_map<std::string, std::string> renames;
    for (const auto& contig : header.contigs()) {
        const std::optional<std::string> name = aliases.find(contig.name);
        if (name && *name != contig.name && taken.insert(*name).second) {
            renames.emplace(contig.name, *name);
        }
    }
    return renames;
}

VariantHeader rename_contigs(const VariantHeader& header,
                             const std::unordered_map<std::string, std::string>& renames,
                             const seq::ReferenceSource& reference) {
    VariantHeader result(header);
    bcf_hdr_t* const raw = result.impl().header.get();
    for (int i = 0; i < raw->nhrec; ++i) {
        bcf_hrec_t* const line = raw->hrec[i];
        const int id = line->type == BCF_HL_CTG ? bcf_hrec_find_key(line, "ID") : -1;
        if (id < 0) {
            continue;
        }
        std::string name = line->vals[id];
        if (const auto renamed = renames.find(name); renamed != renames.end()) {
            name = renamed->second;
            set_value(line, "ID", name);
        }
        const std::optional<std::int64_t> length_bp = reference.length_bp(name);
        if (length_bp && bcf_hrec_find_key(line, "length") < 0) {
            set_value(line, "length", std::to_string(*length_bp));
        }
    }
    result.impl().header = parse_again(raw);
    return result;
}

std::string rename_mate(const std::string& alt,
                        const std::unordered_map<std::string, std::string>& renames) {
    const std::size_t open = alt.find_first_of("[]");
    const std::size_t colon = alt.rfind(':');
    if (open == std::string::npos || colon == std::string::npos || colon < open) {
        return alt;
    }
    const auto renamed = renames.find(alt.substr(open + 1, colon - open - 1));
    return renamed == renames.end() ? alt
                                    : alt.substr(0, open + 1) + renamed->second + alt.substr(colon);
}

}  // namespace varhush::io
