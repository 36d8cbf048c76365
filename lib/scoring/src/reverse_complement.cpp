#include "varhush/scoring/reverse_complement.hpp"

#include "varhush/core/error.hpp"

#include <algorithm>

namespace varhush::scoring {

namespace {

/// A matrix of cells of `cell` values with both axes reversed is the list of cells backwards.
std::vector<float> backwards(std::span<const float> values, std::size_t cell) {
    std::vector<float> result;
    result.reserve(values.size());
    for (std::size_t end = values.size(); end > 0; end -= cell) {
        const auto part = values.subspan(end - cell, cell);
        result.insert(result.end(), part.begin(), part.end());
    }
    return result;
}

std::vector<std::int64_t> mirrored(const std::vector<std::int64_t>& sites, std::int64_t length) {
    std::vector<std::int64_t> result;
    result.reserve(sites.size());
    for (auto site = sites.rbegin(); site != sites.rend(); ++site) {
        result.push_back(length - 1 - *site);
    }
    return result;
}

}  // namespace

std::vector<float> reversed_tracks(std::span<const float> values,
                                   std::span<const models::Track> tracks,
                                   bool dnase_shift) {
    const std::size_t width = tracks.size();
    VARHUSH_CHECK(width > 0 && values.size() % width == 0);
    const std::vector<std::int32_t> permutation = models::strand_permutation(tracks);
    const std::size_t rows = values.size() / width;
    const std::size_t shift = dnase_shift ? 1 : 0;
    std::vector<float> result(values.size());
    for (std::size_t row = shift; row < rows; ++row) {
        const float* const from = values.data() + (rows - 1 - row + shift) * width;
        for (std::size_t i = 0; i < width; ++i) {
            result[row * width + i] = from[permutation[i]];
        }
    }
    return result;
}

std::vector<float> reversed_contacts(std::span<const float> values,
                                     std::int64_t bins,
                                     std::int64_t channels) {
    VARHUSH_CHECK(values.size() == static_cast<std::size_t>(bins * bins * channels));
    return backwards(values, static_cast<std::size_t>(channels));
}

models::SpliceSiteRows reversed_sites(const models::SpliceSiteRows& sites, std::int64_t length) {
    return {mirrored(sites[2], length),
            mirrored(sites[3], length),
            mirrored(sites[0], length),
            mirrored(sites[1], length)};
}

models::JunctionCounts reversed_junctions(const models::JunctionCounts& counts,
                                          const models::SpliceSiteRows& sites,
                                          std::int64_t tissues) {
    const auto cell = static_cast<std::size_t>(tissues);
    VARHUSH_CHECK(counts.plus.size() == sites[0].size() * sites[1].size() * cell &&
                  counts.minus.size() == sites[2].size() * sites[3].size() * cell);
    return {backwards(counts.minus, cell), backwards(counts.plus, cell)};
}

}  // namespace varhush::scoring
