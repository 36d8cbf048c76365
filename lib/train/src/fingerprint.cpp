#include "fingerprint.hpp"

#include <array>

namespace varhush::train {

void Fingerprint::raw(const void* data, std::size_t size) {
    const auto length = static_cast<std::uint64_t>(size);
    sha256_update(&context_, sizeof length, reinterpret_cast<const std::uint8_t*>(&length));
    if (size > 0) {
        sha256_update(&context_, size, static_cast<const std::uint8_t*>(data));
    }
}

void Fingerprint::add(std::string_view text) {
    raw(text.data(), text.size());
}

void Fingerprint::add(std::int64_t value) {
    raw(&value, sizeof value);
}

void Fingerprint::add(double value) {
    raw(&value, sizeof value);
}

void Fingerprint::add(const std::vector<float>& values) {
    raw(values.data(), values.size() * sizeof(float));
}

void Fingerprint::add(const std::vector<std::int64_t>& values) {
    raw(values.data(), values.size() * sizeof(std::int64_t));
}

void Fingerprint::add(const TileSpec& spec) {
    add(std::string_view(spec.contig));
    add(std::vector<std::int64_t>{spec.start,
                                  spec.end,
                                  static_cast<std::int64_t>(spec.minus),
                                  static_cast<std::int64_t>(spec.validation),
                                  static_cast<std::int64_t>(spec.masked),
                                  spec.gene_start,
                                  spec.gene_end});
}

void Fingerprint::add(const std::vector<TileSite>& sites) {
    std::vector<std::int64_t> flat;
    for (const auto& site : sites) {
        flat.push_back(site.index);
        flat.push_back(static_cast<std::int64_t>(site.donor));
    }
    add(flat);
}

void Fingerprint::add(const Tile& tile) {
    add(tile.spec);
    add(std::string_view(tile.bases));
    add(tile.acceptor);
    add(tile.donor);
    add(tile.sites);
    add(tile.mutations);
    add(std::vector<std::int64_t>{static_cast<std::int64_t>(tile.annotation_only),
                                  static_cast<std::int64_t>(tile.same_coordinates)});
}

std::string Fingerprint::take() {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::array<std::uint8_t, SHA256_DIGEST_SIZE> digest{};
    sha256_digest(&context_, digest.size(), digest.data());
    std::string text;
    for (const std::uint8_t byte : digest) {
        text += kDigits[byte >> 4U];
        text += kDigits[byte & 15U];
    }
    return text;
}

}  // namespace varhush::train
