#pragma once

#include "varhush/train/splice_tile.hpp"

#include <nettle/sha2.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace varhush::train {

/// SHA-256 of a sequence of values. Each value brings its length, so that no two sequences read the
/// same.
class Fingerprint {
  public:
    Fingerprint() { sha256_init(&context_); }

    void add(std::string_view text);
    void add(std::int64_t value);
    void add(double value);
    void add(const std::vector<float>& values);
    void add(const std::vector<std::int64_t>& values);
    void add(const TileSpec& spec);
    void add(const std::vector<TileSite>& sites);
    /// All that a tile is: bases, labels, sites, changes, origin.
    void add(const Tile& tile);

    /// Lower-case hexadecimal digits; the object starts anew.
    [[nodiscard]] std::string take();

  private:
    void raw(const void* data, std::size_t size);

    sha256_ctx context_{};
};

}  // namespace varhush::train
