#include "shared_places.hpp"

#include <algorithm>
#include <cctype>
#include <tuple>

namespace varhush::concord {

namespace {

bool same_base(char a, char b) {
    return std::toupper(static_cast<unsigned char>(a)) ==
           std::toupper(static_cast<unsigned char>(b));
}

bool is_bases(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return std::string_view("ACGTN").find(static_cast<char>(std::toupper(c))) !=
               std::string_view::npos;
    });
}

/// A carried ALT of one sample.
struct Carried {
    std::uint32_t row = 0;
    std::uint32_t sample = 0;
    std::uint32_t contig = 0;
    std::uint32_t variant = 0;
    std::int64_t position = 0;
    std::int64_t end = 0;  // of REF
    bool has_change = false;
    std::int64_t from = 0;  // of the bases that change, [from, to); equal for insertions
    std::int64_t to = 0;
};

void set_change(std::string_view ref, std::string_view alt, Carried& carried) {
    carried.from = carried.position;
    carried.to = carried.end;
    carried.has_change = is_bases(ref) && (alt == "*" || is_bases(alt));
    if (!carried.has_change || alt == "*") {
        return;
    }
    while (!ref.empty() && !alt.empty() && same_base(ref.back(), alt.back())) {
        ref.remove_suffix(1);
        alt.remove_suffix(1);
        --carried.to;
    }
    while (!ref.empty() && !alt.empty() && same_base(ref.front(), alt.front())) {
        ref.remove_prefix(1);
        alt.remove_prefix(1);
        ++carried.from;
    }
}

/// By sample and place. 0/0 and 1/1 are one zygosity here and no such ALT takes REF's place on one
/// haplotype only, so they are left out.
std::vector<Carried> carried_of(const CountTable& table) {
    std::vector<Carried> all;
    for (std::uint32_t i = 0; i < table.rows.size(); ++i) {
        const CountRow& row = table.rows[i];
        if (row.zygosity != Zygosity::kHeterozygous && row.zygosity != Zygosity::kNoRef) {
            continue;
        }
        const CountedVariant& variant = table.variants[row.variant];
        Carried one{.row = i,
                    .sample = row.sample,
                    .contig = variant.contig,
                    .variant = row.variant,
                    .position = variant.position,
                    .end = variant.position + static_cast<std::int64_t>(variant.ref.size())};
        set_change(variant.ref, variant.alt, one);
        all.push_back(one);
    }
    const auto place = [](const Carried& one) {
        return std::tuple(one.sample, one.contig, one.position, one.row);
    };
    std::sort(all.begin(), all.end(), [&](const Carried& a, const Carried& b) {
        return place(a) < place(b);
    });
    return all;
}

/// kHeterozygous: they do not touch each other.
Zygosity relation(const Carried& a, const Carried& b, const CountTable& table) {
    if (a.variant == b.variant) {
        return Zygosity::kHeterozygous;
    }
    const std::string& ref = table.variants[a.variant].ref;
    const std::string& other = table.variants[b.variant].ref;
    const bool same_ref = a.position == b.position && is_bases(ref) &&
                          std::equal(ref.begin(), ref.end(), other.begin(), other.end(), same_base);
    const bool changes = a.has_change && b.has_change;
    if (same_ref || (changes && a.from == b.from && a.to == b.to)) {
        return Zygosity::kNoRef;
    }
    return changes && a.from < b.to && b.from < a.to ? Zygosity::kOverlap : Zygosity::kHeterozygous;
}

void mark(std::uint32_t row, Zygosity found, CountTable& table) {
    Zygosity& known = table.rows[row].zygosity;
    if (known == Zygosity::kHeterozygous || found == Zygosity::kNoRef) {
        known = found;
    }
}

}  // namespace

void mark_shared_places(CountTable& table) {
    std::vector<Carried> near;  // whose REF reaches the place that is looked at
    for (const Carried& here : carried_of(table)) {
        std::erase_if(near, [&](const Carried& one) {
            return one.sample != here.sample || one.contig != here.contig ||
                   one.end < here.position;
        });
        for (const Carried& one : near) {
            const Zygosity found = relation(one, here, table);
            if (found != Zygosity::kHeterozygous) {
                mark(one.row, found, table);
                mark(here.row, found, table);
            }
        }
        near.push_back(here);
    }
}

}  // namespace varhush::concord
