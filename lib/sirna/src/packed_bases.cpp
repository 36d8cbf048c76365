#include "packed_bases.hpp"

#include <algorithm>
#include <bit>

namespace varhush::sirna {

void PackedBases::push(std::uint64_t word, unsigned count) {
    if (count < kWordBases) {
        word &= (std::uint64_t{1} << (2 * count)) - 1;
    }
    const unsigned used = static_cast<unsigned>(size_ % kWordBases);
    if (used == 0) {
        words_.push_back(word);
    } else {
        words_.back() |= word << (2 * used);
        if (used + count > kWordBases) {
            words_.push_back(word >> (2 * (kWordBases - used)));
        }
    }
    size_ += count;
}

void PackedBases::append(std::span<const std::uint8_t> codes) {
    while (!codes.empty()) {
        const std::size_t count = std::min<std::size_t>(kWordBases, codes.size());
        std::uint64_t word = 0;
        for (std::size_t i = 0; i < count; ++i) {
            word |= std::uint64_t{codes[i]} << (2 * i);
        }
        push(word, static_cast<unsigned>(count));
        codes = codes.subspan(count);
    }
}

void PackedBases::append(const PackedBases& other, std::uint64_t start, std::uint64_t end) {
    while (start < end) {
        const std::uint64_t count = std::min<std::uint64_t>(kWordBases, end - start);
        push(other.word_at(start), static_cast<unsigned>(count));
        start += count;
    }
}

std::uint64_t PackedBases::word_at(std::uint64_t base) const noexcept {
    const std::uint64_t index = base / kWordBases;
    const auto shift = static_cast<unsigned>(2 * (base % kWordBases));
    std::uint64_t word = index < words_.size() ? words_[index] >> shift : 0;
    if (shift > 0 && index + 1 < words_.size()) {
        word |= words_[index + 1] << (64 - shift);
    }
    return word;
}

std::uint64_t common_right(const PackedBases& one,
                           std::uint64_t a,
                           const PackedBases& other,
                           std::uint64_t b,
                           std::uint64_t limit) noexcept {
    std::uint64_t done = 0;
    while (done < limit) {
        const std::uint64_t difference = one.word_at(a + done) ^ other.word_at(b + done);
        if (difference != 0) {
            done += static_cast<std::uint64_t>(std::countr_zero(difference)) / 2;
            break;
        }
        done += PackedBases::kWordBases;
    }
    return std::min(done, limit);
}

}  // namespace varhush::sirna
