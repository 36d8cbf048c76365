#include "strand.hpp"

#include "varhush/core/error.hpp"

#include <array>
#include <string>

namespace varhush::sirna {

namespace {

int base_code(char letter) noexcept {
    switch (letter) {
        case 'A':
        case 'a':
            return 0;
        case 'C':
        case 'c':
            return 1;
        case 'G':
        case 'g':
            return 2;
        case 'U':
        case 'u':
        case 'T':
        case 't':
            return 3;
        default:
            return std::string_view("RYSWKMBDHVNryswkmbdhvn").find(letter) != std::string_view::npos
                       ? kUnknownBase
                       : kNoBase;
    }
}

}  // namespace

int reverse_pair(int pair) noexcept {
    constexpr std::array<int, kPairs + 1> kReverse{4, 2, 1, 5, 0, 3, kNoPair};
    return kReverse[static_cast<std::size_t>(pair)];
}

bool is_weak_pair(int pair) noexcept {
    return pair != 1 && pair != 2;
}

bool is_wobble(int pair) noexcept {
    return pair == 3 || pair == 5;
}

Strand::Strand(std::string_view letters) {
    codes_.reserve(letters.size() + 2);
    codes_.push_back(kNoBase);
    for (std::size_t i = 0; i < letters.size(); ++i) {
        const int code = base_code(letters[i]);
        if (code == kNoBase) {
            throw Error(ErrorKind::kInput,
                        "position " + std::to_string(i + 1) + " of the sequence is '" +
                            std::string(1, letters[i]) + "', which is no nucleotide",
                        {});
        }
        codes_.push_back(static_cast<std::uint8_t>(code));
    }
    codes_.push_back(kNoBase);
}

}  // namespace varhush::sirna
