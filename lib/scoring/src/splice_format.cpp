#include "splice_format.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <numeric>
#include <vector>

namespace varhush::scoring {

namespace {

constexpr int kDigits = 4;
constexpr std::array kClassNames{"acceptor_gain", "acceptor_loss", "donor_gain", "donor_loss"};
constexpr std::array kClassShort{"AG", "AL", "DG", "DL"};
constexpr std::array kTissueNames{"splice_gain", "splice_loss"};
constexpr std::array kTissueShort{"SG", "SL"};
constexpr std::array kTissues{"heart", "liver", "brain", "testis"};

template <class Names>
void append_fields(std::string& fields, const Names& names, bool tissues, bool levels) {
    const auto each = [&](const char* prefix, const char* suffix) {
        for (const char* name : names) {
            fields += "|";
            fields += prefix;
            fields += name;
            fields += suffix;
        }
    };
    each("DS_", "");
    each("DP_", "");
    if (tissues) {
        each("TISSUE_", "");
    }
    if (levels) {
        each("", "_REF");
        each("", "_ALT");
    }
}

std::string gene_fields(const PackedGene& gene, const std::string& consequence_text) {
    return gene.allele + "|" + consequence_text + "|" + field_text(gene.gene) + "|" +
           field_text(gene.gene_id) + "|" + field_text(gene.transcript) + "|" + gene.strand;
}

std::string score_text(double score) {
    return fixed(score > 0 ? score : 0.0, kDigits);  // not max(): -0.0 would pass
}

}  // namespace

std::string fixed(double value, int digits) {
    std::array<char, 64> text{};
    const int length = std::snprintf(text.data(), text.size(), "%.*f", digits, value);
    return {text.data(), static_cast<std::size_t>(std::clamp(length, 0, 63))};
}

const char* effect_name(std::size_t kind, std::size_t kinds) {
    return kinds == kClassNames.size() ? kClassNames[kind] : kTissueNames[kind];
}

std::string field_text(std::string_view text) {
    std::string out;
    for (const char c : text) {
        // '%' too: text that already looks encoded must not be taken for it (report::info_text).
        out += c == '|' ? "%7C" : c == '%' ? "%25" : std::string(1, c);
    }
    return out;
}

std::string packed_fields(bool tissues, bool levels) {
    std::string fields = "Allele|Consequence|Gene|Gene_ID|Feature|Strand";
    if (tissues) {
        append_fields(fields, kTissueShort, true, levels);
    } else {
        append_fields(fields, kClassShort, false, levels);
    }
    return fields;
}

std::string consequence(std::span<const Delta> deltas) {
    std::vector<std::size_t> kinds(deltas.size());
    std::iota(kinds.begin(), kinds.end(), std::size_t{0});
    std::stable_sort(kinds.begin(), kinds.end(), [&](std::size_t a, std::size_t b) {
        return deltas[a].score > deltas[b].score;
    });
    std::string names;
    for (const std::size_t kind : kinds) {
        if (deltas[kind].score >= kNamedEffect) {
            names += (names.empty() ? "" : "&") + std::string(effect_name(kind, deltas.size()));
        }
    }
    return names.empty() ? "no_splice_effect" : names;
}

std::string pack_unknown(const PackedGene& gene, bool tissues, bool levels) {
    std::string entry = gene_fields(gene, ".");
    const std::string fields = packed_fields(tissues, levels);
    const auto wanted = std::count(fields.begin(), fields.end(), '|');
    while (std::count(entry.begin(), entry.end(), '|') < wanted) {
        entry += "|.";
    }
    return entry;
}

std::string pack(const PackedGene& gene, std::span<const Delta> deltas, bool levels) {
    std::string entry = gene_fields(gene, consequence(deltas));
    for (const Delta& delta : deltas) {
        entry += "|" + score_text(delta.score);
    }
    for (const Delta& delta : deltas) {
        entry += "|" + std::to_string(delta.offset + gene.offset_to_pos);
    }
    if (deltas.size() == kTissueNames.size()) {
        for (const Delta& delta : deltas) {
            entry += "|" + std::string(kTissues[delta.channel]);
        }
    }
    if (levels) {
        for (const Delta& delta : deltas) {
            entry += "|" + fixed(delta.ref, kDigits);
        }
        for (const Delta& delta : deltas) {
            entry += "|" + fixed(delta.alt, kDigits);
        }
    }
    return entry;
}

}  // namespace varhush::scoring
