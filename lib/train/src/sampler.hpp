#pragma once

#include "varhush/train/random.hpp"
#include "varhush/train/splice_tile.hpp"

#include <ATen/core/TensorBody.h>

#include <cstdint>
#include <vector>

namespace varhush::train {

struct Batch {
    at::Tensor bases;    ///< [N, 4, window + 2 * half_context]
    at::Tensor labels;   ///< [N, 3, window]: neither, acceptor, donor
    at::Tensor weights;  ///< [N, window]: 0 outside the tile
};

/// How windows are drawn.
struct SamplerOptions {
    std::int64_t window = 0;
    std::int64_t half_context = 0;
    double near_site_share = 0;   ///< of windows that hold a site or a change on purpose
    double hard_weight = 0;       ///< share of the annotation in a teacher's labels
    double annotation_share = 0;  ///< of windows from tiles with the annotation as labels
};

/// Draws training windows from tiles: a share of them round a splice site (annotated or given by
/// the labels) or a change, the rest anywhere.
class Sampler {
  public:
    Sampler(const std::vector<Tile>& tiles, const SamplerOptions& options);

    [[nodiscard]] Batch draw(int count, Random& random) const;
    [[nodiscard]] std::size_t size() const {
        return labelled_.tiles.size() + annotated_.tiles.size();
    }

  private:
    struct Source {
        const Tile* tile = nullptr;
        std::vector<std::int64_t> active;  ///< sites and changes
    };
    struct Pool {
        std::vector<Source> tiles;
        std::vector<double> by_length;  ///< cumulative
        std::vector<double> by_active;

        void add(const Tile& tile);
        [[nodiscard]] const Source& pick(bool active, Random& random) const;
        [[nodiscard]] bool has_active() const;
    };
    [[nodiscard]] std::int64_t draw_start(const Source& source, bool near, Random& random) const;
    void fill(const Source& source, std::int64_t start, std::int64_t row, Batch& batch) const;
    void mix_annotation(const Tile& tile, std::int64_t start, float* labels) const;

    SamplerOptions options_;
    Pool labelled_;
    Pool annotated_;
};

}  // namespace varhush::train
