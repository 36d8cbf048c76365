#include "png_image.hpp"

#include <zlib.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>
#include <string>

namespace varhush::report::test {

namespace {

using Bytes = std::vector<unsigned char>;

void require(bool truth, const char* what) {
    if (!truth) {
        throw std::runtime_error(std::string("no PNG: ") + what);
    }
}

std::size_t number_at(const Bytes& bytes, std::size_t at) {
    require(at + 4 <= bytes.size(), "cut");
    std::size_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        value = value << 8U | bytes[at + i];
    }
    return value;
}

int paeth(int left, int up, int corner) {
    const int guess = left + up - corner;
    const int to_left = std::abs(guess - left);
    const int to_up = std::abs(guess - up);
    const int to_corner = std::abs(guess - corner);
    if (to_left <= to_up && to_left <= to_corner) {
        return left;
    }
    return to_up <= to_corner ? up : corner;
}

/// Undoes the filter of one row; `above` is the row before, zeros for the first.
void unfilter(int filter, std::size_t step, const Bytes& above, Bytes& row) {
    for (std::size_t i = 0; i < row.size(); ++i) {
        const int left = i >= step ? row[i - step] : 0;
        const int up = above[i];
        const int corner = i >= step ? above[i - step] : 0;
        int add = 0;
        switch (filter) {
            case 0:
                break;
            case 1:
                add = left;
                break;
            case 2:
                add = up;
                break;
            case 3:
                add = (left + up) / 2;
                break;
            case 4:
                add = paeth(left, up, corner);
                break;
            default:
                require(false, "unknown filter");
        }
        row[i] = static_cast<unsigned char>(row[i] + add);
    }
}

/// The pieces of the compressed picture; fills width, height and the kind of colour.
Bytes chunks(const Bytes& file, PngImage& image, std::size_t& channels) {
    const Bytes signature{0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    require(file.size() > 8 && std::equal(signature.begin(), signature.end(), file.begin()),
            "signature");
    Bytes packed;
    std::string name;
    for (std::size_t at = 8; name != "IEND";) {
        const std::size_t size = number_at(file, at);
        require(at + 12 + size <= file.size(), "cut");
        name.assign(file.begin() + static_cast<std::ptrdiff_t>(at + 4),
                    file.begin() + static_cast<std::ptrdiff_t>(at + 8));
        const std::size_t data = at + 8;
        require(crc32(0, file.data() + at + 4, static_cast<uInt>(size + 4)) ==
                    number_at(file, data + size),
                "checksum");
        if (name == "IHDR") {
            image.width = number_at(file, data);
            image.height = number_at(file, data + 4);
            require(file[data + 8] == 8 && file[data + 12] == 0, "depth or interlace");
            channels = file[data + 9] == 6 ? 4 : (file[data + 9] == 2 ? 3 : 0);
            require(channels != 0, "kind of colour");
        } else if (name == "IDAT") {
            packed.insert(packed.end(),
                          file.begin() + static_cast<std::ptrdiff_t>(data),
                          file.begin() + static_cast<std::ptrdiff_t>(data + size));
        }
        at = data + size + 4;
    }
    return packed;
}

}  // namespace

std::size_t PngImage::colours() const {
    return std::set<std::uint32_t>(pixels.begin(), pixels.end()).size();
}

std::size_t PngImage::count(std::uint32_t colour) const {
    return static_cast<std::size_t>(std::count(pixels.begin(), pixels.end(), colour));
}

PngImage read_png(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    const Bytes file{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    PngImage image;
    std::size_t channels = 0;
    const Bytes packed = chunks(file, image, channels);
    const std::size_t row_bytes = image.width * channels;
    Bytes raw((row_bytes + 1) * image.height);
    uLongf size = raw.size();
    require(
        uncompress(raw.data(), &size, packed.data(), packed.size()) == Z_OK && size == raw.size(),
        "data");
    Bytes above(row_bytes, 0);
    Bytes row(row_bytes);
    for (std::size_t y = 0; y < image.height; ++y) {
        const unsigned char* const start = raw.data() + y * (row_bytes + 1);
        row.assign(start + 1, start + 1 + row_bytes);
        unfilter(*start, channels, above, row);
        for (std::size_t x = 0; x < row_bytes; x += channels) {
            image.pixels.push_back(static_cast<std::uint32_t>(row[x]) << 16U |
                                   static_cast<std::uint32_t>(row[x + 1]) << 8U | row[x + 2]);
        }
        above = row;
    }
    return image;
}

}  // namespace varhush::report::test
