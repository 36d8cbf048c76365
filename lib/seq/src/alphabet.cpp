#include "varhush/seq/alphabet.hpp"

#include <algorithm>

namespace varhush::seq {

char to_acgtn(char base) noexcept {
    switch (base) {
        case 'A':
        case 'a':
            return 'A';
        case 'C':
        case 'c':
            return 'C';
        case 'G':
        case 'g':
            return 'G';
        case 'T':
        case 't':
            return 'T';
        default:
            return 'N';
    }
}

char complement(char base) noexcept {
    switch (base) {
        case 'A':
            return 'T';
        case 'C':
            return 'G';
        case 'G':
            return 'C';
        case 'T':
            return 'A';
        default:
            return 'N';
    }
}

std::string reverse_complement(std::string_view bases) {
    std::string result(bases.size(), 'N');
    std::transform(bases.rbegin(), bases.rend(), result.begin(), [](char base) {
        return complement(to_acgtn(base));
    });
    return result;
}

bool is_acgt(std::string_view bases) noexcept {
    return !bases.empty() &&
           std::all_of(bases.begin(), bases.end(), [](char base) { return to_acgtn(base) != 'N'; });
}

std::uint8_t base_code(char base) noexcept {
    switch (to_acgtn(base)) {
        case 'A':
            return 0;
        case 'C':
            return 1;
        case 'G':
            return 2;
        case 'T':
            return 3;
        default:
            return 4;
    }
}

std::vector<std::uint8_t> base_codes(std::string_view bases) {
    std::vector<std::uint8_t> codes;
    codes.reserve(bases.size());
    for (const char base : bases) {
        codes.push_back(base_code(base));
    }
    return codes;
}

}  // namespace varhush::seq
