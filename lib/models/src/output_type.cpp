#include "varhush/models/output_type.hpp"

#include <algorithm>
#include <cctype>

namespace varhush::models {

namespace {

struct Names {
    std::string_view name;
    std::string_view key;
};

// In the order of OutputType.
constexpr std::array<Names, kOutputTypeCount> kNames{{
    {"ATAC", "atac"},
    {"DNASE", "dnase"},
    {"PROCAP", "procap"},
    {"CAGE", "cage"},
    {"RNA_SEQ", "rna_seq"},
    {"CHIP_TF", "chip_tf"},
    {"CHIP_HISTONE", "chip_histone"},
    {"CONTACT_MAPS", "contact_maps"},
    {"SPLICE_SITES", "splice_sites"},
    {"SPLICE_SITE_USAGE", "splice_site_usage"},
    {"SPLICE_JUNCTIONS", "splice_junctions"},
}};

bool same_but_case(std::string_view text, std::string_view key) {
    return std::equal(text.begin(), text.end(), key.begin(), key.end(), [](char a, char b) {
        return std::tolower(static_cast<unsigned char>(a)) == b;
    });
}

}  // namespace

const std::array<OutputType, kOutputTypeCount>& all_output_types() noexcept {
    static const auto all = [] {
        std::array<OutputType, kOutputTypeCount> types{};
        for (int i = 0; i < kOutputTypeCount; ++i) {
            types[static_cast<std::size_t>(i)] = static_cast<OutputType>(i);
        }
        return types;
    }();
    return all;
}

std::string_view output_name(OutputType output) noexcept {
    return kNames[static_cast<std::size_t>(output)].name;
}

std::string_view output_key(OutputType output) noexcept {
    return kNames[static_cast<std::size_t>(output)].key;
}

std::optional<OutputType> find_output_type(std::string_view name) {
    for (const OutputType output : all_output_types()) {
        if (same_but_case(name, output_key(output))) {
            return output;
        }
    }
    return std::nullopt;
}

int scored_resolution_bp(OutputType output) noexcept {
    switch (output) {
        case OutputType::kChipTf:
        case OutputType::kChipHistone:
            return 128;
        case OutputType::kContactMaps:
            return 2048;
        default:
            return 1;
    }
}

}  // namespace varhush::models
