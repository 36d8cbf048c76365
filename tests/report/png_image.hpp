#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace varhush::report::test {

/// A picture read from a PNG file: 8 bits a channel, RGB or RGBA, not interlaced.
struct PngImage {
    std::size_t width = 0;
    std::size_t height = 0;
    std::vector<std::uint32_t> pixels;  ///< 0xRRGGBB, row by row

    [[nodiscard]] std::size_t colours() const;
    [[nodiscard]] std::size_t count(std::uint32_t colour) const;
};

/// @throws std::runtime_error for what is no such file, checksums included.
PngImage read_png(const std::filesystem::path& path);

}  // namespace varhush::report::test
