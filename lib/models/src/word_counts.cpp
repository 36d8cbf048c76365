#include "varhush/models/word_counts.hpp"

#include <array>
#include <vector>

namespace varhush::models {

namespace {

// Number of every word of `length` bases among the canonical ones.
std::vector<std::size_t> canonical_numbers(int length) {
    const std::size_t words = std::size_t{1} << static_cast<unsigned>(2 * length);
    std::vector<std::size_t> numbers(words);
    std::size_t next = 0;
    for (std::size_t word = 0; word < words; ++word) {
        std::size_t turned = 0;
        for (std::size_t rest = word, i = 0; i < static_cast<std::size_t>(length); ++i) {
            turned = turned * 4 + (3 - rest % 4);
            rest /= 4;
        }
        numbers[word] = turned < word ? numbers[turned] : next++;
    }
    return numbers;
}

// Words of the bases at `places` behind each start. All forms are their own mirror image, so that
// the reverse complement of a word is a word of the same form.
template <std::size_t kPlaces>
void visit(std::span<const std::uint8_t> codes,
           const std::array<std::size_t, kPlaces>& places,
           const std::vector<std::size_t>& numbers,
           std::size_t offset,
           const std::function<void(std::size_t)>& seen) {
    for (std::size_t start = 0; start + places.back() < codes.size(); ++start) {
        std::size_t word = 0;
        bool known = true;
        for (const std::size_t place : places) {
            const std::uint8_t code = codes[start + place];
            known = known && code < 4;
            word = word * 4 + code % 4U;
        }
        if (known) {
            seen(offset + numbers[word]);
        }
    }
}

}  // namespace

void visit_gapped_words(std::span<const std::uint8_t> codes,
                        const std::function<void(std::size_t)>& seen) {
    static const auto numbers = canonical_numbers(6);
    visit<6>(codes, {0, 1, 2, 3, 4, 5}, numbers, 0, seen);
    visit<6>(codes, {0, 1, 2, 5, 6, 7}, numbers, kSixMers, seen);
}

void visit_four_mers(std::span<const std::uint8_t> codes,
                     const std::function<void(std::size_t)>& seen) {
    static const auto numbers = canonical_numbers(4);
    visit<4>(codes, {0, 1, 2, 3}, numbers, 0, seen);
}

}  // namespace varhush::models
