#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

/// An invariant of a fuzz target: says which and aborts, so that libFuzzer keeps the input.
#define VARHUSH_INVARIANT(condition)                                                            \
    do {                                                                                        \
        if (!(condition)) {                                                                     \
            std::fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition); \
            std::abort();                                                                       \
        }                                                                                       \
    } while (false)

namespace varhush::fuzz {

/// Hands out the bytes of a fuzz input; zeros once they are used up.
class Bytes {
  public:
    Bytes(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}

    std::uint8_t next() {
        if (used_ == size_) {
            return 0;
        }
        return data_[used_++];
    }

    /// 0 .. bound - 1.
    std::size_t below(std::size_t bound) { return next() % bound; }

    std::string text(std::size_t length) {
        std::string result;
        for (std::size_t i = 0; i < length; ++i) {
            result += static_cast<char>(next());
        }
        return result;
    }

    [[nodiscard]] bool empty() const { return used_ == size_; }

  private:
    const std::uint8_t* data_;
    std::size_t size_;
    std::size_t used_ = 0;
};

}  // namespace varhush::fuzz
