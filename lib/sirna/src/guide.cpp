#include "varhush/sirna/guide.hpp"

#include <algorithm>
#include <cctype>

namespace varhush::sirna {

namespace {

bool is_base(char letter) noexcept {
    return letter == 'A' || letter == 'C' || letter == 'G' || letter == 'U';
}

}  // namespace

char complement_rna(char base) noexcept {
    switch (base) {
        case 'A':
            return 'U';
        case 'C':
            return 'G';
        case 'G':
            return 'C';
        case 'U':
            return 'A';
        default:
            return 'N';
    }
}

std::string to_rna(std::string_view letters) {
    std::string rna(letters);
    for (char& letter : rna) {
        letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
        if (letter == 'T') {
            letter = 'U';
        }
    }
    return rna;
}

bool is_rna(std::string_view letters) noexcept {
    return !letters.empty() && std::all_of(letters.begin(), letters.end(), is_base);
}

std::string reverse_complement_rna(std::string_view rna) {
    std::string out(rna.rbegin(), rna.rend());
    std::transform(out.begin(), out.end(), out.begin(), complement_rna);
    return out;
}

std::string site_of_guide(std::string_view guide) {
    return reverse_complement_rna(guide);
}

std::string quoted(char letter) {
    if (letter >= ' ' && letter <= '~') {
        return "'" + std::string(1, letter) + "'";
    }
    return "byte " + std::to_string(static_cast<unsigned char>(letter));
}

std::string why_no_guide(std::string_view guide) {
    if (guide.size() < kShortestGuide || guide.size() > kLongestGuide) {
        return "it has " + std::to_string(guide.size()) + " nucleotides; a guide has " +
               std::to_string(kShortestGuide) + " to " + std::to_string(kLongestGuide);
    }
    const auto strange = std::find_if_not(guide.begin(), guide.end(), is_base);
    if (strange != guide.end()) {
        return "position " + std::to_string(strange - guide.begin() + 1) + " is " +
               quoted(*strange) + ", not A, C, G or U";
    }
    return {};
}

}  // namespace varhush::sirna
