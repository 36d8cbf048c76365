#include "validation.hpp"

#include "encode.hpp"
#include "varhush/core/correlation.hpp"
#include "varhush/train/metrics.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <string_view>

namespace varhush::train {
namespace {

constexpr std::int64_t kReach = 50;  // bases on each side of a change, the default of `score`

struct Track {
    std::vector<float> acceptor, donor;
};

struct Collected {
    double loss = 0;
    double positions = 0;
    std::vector<Scored> acceptor, donor;
    std::vector<double> expected, found;
};

Track predict(models::SpliceResnetTorch& member, const Tile& tile) {
    const std::int64_t cut = kTileFlank - member.config().half_context();
    const auto length =
        static_cast<std::size_t>(static_cast<std::int64_t>(tile.bases.size()) - 2 * cut);
    const auto bases = std::string_view(tile.bases).substr(static_cast<std::size_t>(cut), length);
    const at::Tensor p = member.probabilities(encode(bases)).contiguous();
    const float* values = p.data_ptr<float>();
    const std::int64_t n = p.size(2);
    return {{values + n, values + 2 * n}, {values + 2 * n, values + 3 * n}};
}

void add_loss(const Tile& tile, const Track& track, Collected& out) {
    const auto term = [](double label, double p) {
        return label > 0 ? -label * std::log(std::max(p, 1e-12)) : 0.0;
    };
    for (std::size_t i = 0; i < tile.acceptor.size(); ++i) {
        const double a = tile.acceptor[i];
        const double d = tile.donor[i];
        const double pa = track.acceptor[i];
        const double pd = track.donor[i];
        out.loss += term(a, pa) + term(d, pd) + term(1 - a - d, 1 - pa - pd);
    }
    out.positions += static_cast<double>(tile.acceptor.size());
}

void add_sites(const Tile& tile, const Track& track, Collected& out) {
    const std::size_t first = out.acceptor.size();
    for (std::size_t i = 0; i < track.acceptor.size(); ++i) {
        out.acceptor.push_back({track.acceptor[i], false});
        out.donor.push_back({track.donor[i], false});
    }
    for (const auto& site : tile.sites) {
        (site.donor ? out.donor : out.acceptor)[first + static_cast<std::size_t>(site.index)]
            .positive = true;
    }
}

/// The change of largest size within kReach of `at`.
double largest_change(std::span<const float> before,
                      std::span<const float> after,
                      std::int64_t at) {
    double best = 0;
    const auto size = static_cast<std::int64_t>(before.size());
    for (auto i = std::max<std::int64_t>(at - kReach, 0); i < std::min(at + kReach + 1, size);
         ++i) {
        const auto k = static_cast<std::size_t>(i);
        const double change = static_cast<double>(after[k]) - static_cast<double>(before[k]);
        best = std::abs(change) > std::abs(best) ? change : best;
    }
    return best;
}

void add_changes(const Tile& original,
                 const Track& original_track,
                 const Tile& tile,
                 const Track& track,
                 Collected& out) {
    for (const auto at : tile.mutations) {
        if (at < 0 || at >= tile.length()) {
            continue;
        }
        out.expected.push_back(largest_change(original.acceptor, tile.acceptor, at));
        out.found.push_back(largest_change(original_track.acceptor, track.acceptor, at));
        out.expected.push_back(largest_change(original.donor, tile.donor, at));
        out.found.push_back(largest_change(original_track.donor, track.donor, at));
    }
}

bool is_copy(const Tile* original, const Tile& tile) {
    return original != nullptr && tile.same_coordinates &&
           original->spec.contig == tile.spec.contig && original->spec.start == tile.spec.start &&
           original->length() == tile.length();
}

}  // namespace

ValidationResult validate_member(models::SpliceResnetTorch& member,
                                 const std::vector<Tile>& tiles,
                                 int limit) {
    Collected all;
    const Tile* original = nullptr;
    Track original_track;
    for (const auto& tile : tiles) {
        if (!tile.spec.validation) {
            continue;
        }
        if (tile.mutations.empty() && limit-- <= 0) {
            break;
        }
        Track track = predict(member, tile);
        add_loss(tile, track, all);
        if (tile.mutations.empty()) {
            add_sites(tile, track, all);
            original = &tile;
            original_track = std::move(track);
        } else if (is_copy(original, tile)) {
            add_changes(*original, original_track, tile, track, all);
        }
    }
    ValidationResult out;
    out.loss = all.positions > 0 ? 1000 * all.loss / all.positions : 0;
    out.acceptor_auprc = average_precision(all.acceptor);
    out.donor_auprc = average_precision(all.donor);
    out.acceptor_top_k = top_k_accuracy(std::move(all.acceptor));
    out.donor_top_k = top_k_accuracy(std::move(all.donor));
    out.substitutions = static_cast<std::int64_t>(all.expected.size() / 2);
    out.delta_pearson =
        out.substitutions > 0 ? core::pearson_correlation(all.expected, all.found) : 0;
    return out;
}

}  // namespace varhush::train
