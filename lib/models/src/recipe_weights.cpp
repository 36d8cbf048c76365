#include "varhush/models/recipe_weights.hpp"

#include "varhush/core/error.hpp"
#include "varhush/core/worker_pool.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>
#include <vector>

namespace varhush::models {
namespace {

struct Spread {
    double centre = 0;
    double half_width = 0;
};

// Fowler, Noll and Vo's hash 1a, 64 bits.
std::uint64_t name_hash(std::string_view name) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char letter : name) {
        hash = (hash ^ static_cast<std::uint8_t>(letter)) * 0x100000001b3U;
    }
    return hash;
}

// SplitMix64 (Steele, Lea and Flood 2014).
inline std::uint64_t mix(std::uint64_t x) {
    x += 0x9E3779B97F4A7C15U;
    x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9U;
    x = (x ^ (x >> 27U)) * 0x94D049BB133111EBU;
    return x ^ (x >> 31U);
}

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

/// The last part of a dotted name, and the part before it.
std::pair<std::string_view, std::string_view> last_parts(std::string_view name) {
    const auto dot = name.rfind('.');
    if (dot == std::string_view::npos) {
        return {name, {}};
    }
    const std::string_view rest = name.substr(0, dot);
    const auto before = rest.rfind('.');
    return {name.substr(dot + 1),
            before == std::string_view::npos ? rest : rest.substr(before + 1)};
}

std::int64_t fan_in(const TensorSpec& tensor) {
    const std::string& name = tensor.name;
    if (name.starts_with("contact_maps_head")) {
        return tensor.shape.at(1);
    }
    if (name.starts_with("heads.") || name.starts_with("splice_")) {
        return tensor.shape.at(2);
    }
    std::int64_t product = 1;
    for (std::size_t i = 1; i < tensor.shape.size(); ++i) {
        product *= tensor.shape[i];
    }
    return product;
}

constexpr std::string_view kSpliceClassifier = "splice_sites_classification_head.conv.";

/// The rules 1 to 9 of the recipe: the first that fits.
Spread spread(const TensorSpec& tensor) {
    const std::string_view name = tensor.name;
    const auto [last, before] = last_parts(name);
    if (last == "running_var" || last == "track_means") {
        return {1.0, 0.5};
    }
    if (contains(name, ".residual_scales.")) {
        return {0.5, 0.5};
    }
    if (last == "scale") {
        return {0.4, 0.1};
    }
    if (last == "residual_scale") {
        return {0.7, 0.1};
    }
    if (last == "weight" && contains(before, "norm")) {
        return {1.0, 0.25};
    }
    if (last == "bias" || last == "q_r_bias" || last == "k_r_bias" ||
        contains(name, ".rope_params.")) {
        return {0.0, 0.1};
    }
    if (last == "weight" && before == "organism_embed") {
        return {0.0, 0.5};
    }
    const double unit = std::sqrt(3.0 / static_cast<double>(fan_in(tensor)));
    return {0.0, name == std::string(kSpliceClassifier) + "weight" ? 1.5 * unit : unit};
}

std::vector<nn::TensorShape> shapes(const std::vector<TensorSpec>& layout) {
    std::vector<nn::TensorShape> list;
    list.reserve(layout.size());
    for (const TensorSpec& tensor : layout) {
        list.push_back({tensor.name, tensor.shape});
    }
    return list;
}

std::int64_t element_count(const TensorSpec& tensor) {
    std::int64_t count = 1;
    for (const std::int64_t dimension : tensor.shape) {
        count *= dimension;
    }
    return count;
}

/// Values of one tensor that one thread makes in one go.
struct Piece {
    std::size_t tensor = 0;
    std::int64_t first = 0;
    std::int64_t count = 0;
    std::size_t offset = 0;  // in bytes of the file
};

std::vector<Piece> cut(const std::vector<TensorSpec>& layout, std::size_t offset) {
    constexpr std::int64_t kPiece = std::int64_t{1} << 20U;
    std::vector<Piece> pieces;
    for (std::size_t i = 0; i < layout.size(); ++i) {
        const std::int64_t count = element_count(layout[i]);
        for (std::int64_t first = 0; first < count; first += kPiece) {
            const std::int64_t length = std::min(kPiece, count - first);
            pieces.push_back({i, first, length, offset});
            offset += static_cast<std::size_t>(length) * sizeof(float);
        }
    }
    return pieces;
}

}  // namespace

void fill_recipe(const TensorSpec& tensor, std::int64_t first, std::span<float> out) {
    const Spread rule = spread(tensor);
    const std::uint64_t seed = name_hash(tensor.name) + static_cast<std::uint64_t>(first);
    const std::size_t count = out.size();
    float* values = out.data();
    for (std::size_t i = 0; i < count; ++i) {
        const double u = static_cast<double>(mix(seed + i) >> 40U) * 0x1p-24;
        values[i] = static_cast<float>(rule.centre + rule.half_width * (2 * u - 1));
    }
    if (tensor.name == std::string(kSpliceClassifier) + "bias") {
        const std::int64_t classes = tensor.shape.at(1);
        for (std::size_t i = 0; i < count; ++i) {
            if ((first + static_cast<std::int64_t>(i)) % classes == classes - 1) {
                values[i] += 4.0F;
            }
        }
    }
}

std::vector<std::uint8_t> recipe_sequence(std::string_view name, std::int64_t length) {
    const std::uint64_t seed = name_hash(name);
    std::vector<std::uint8_t> codes(static_cast<std::size_t>(length));
    for (std::size_t i = 0; i < codes.size(); ++i) {
        const std::uint64_t z = mix(seed + i);
        codes[i] = static_cast<std::uint8_t>((z >> 8U) % 64 == 0 ? 4 : z & 3U);
    }
    return codes;
}

std::map<std::string, std::string> recipe_metadata(const AlphaGenomeConfig& config) {
    return {{"varhush.architecture", "alphagenome"},
            {"varhush.config", config.to_json()},
            {"varhush.origin", "values from a formula; its predictions mean nothing"}};
}

RecipeWeights::RecipeWeights(const AlphaGenomeConfig& config, int threads) {
    const std::vector<TensorSpec> layout = alphagenome_layout(config);
    const std::string header = nn::safetensors_header(shapes(layout), recipe_metadata(config));
    const std::vector<Piece> pieces = cut(layout, header.size());
    VARHUSH_CHECK(!pieces.empty());
    const std::size_t size =
        pieces.back().offset + static_cast<std::size_t>(pieces.back().count) * sizeof(float);
    bytes_ = std::make_unique_for_overwrite<std::byte[]>(size);
    std::memcpy(bytes_.get(), header.data(), header.size());
    core::WorkerPool pool(threads);
    pool.run(static_cast<std::int64_t>(pieces.size()), [&](std::int64_t index, int) {
        const Piece& piece = pieces[static_cast<std::size_t>(index)];
        // The header's length and every tensor's are multiples of four.
        auto* values = reinterpret_cast<float*>(bytes_.get() + piece.offset);
        fill_recipe(
            layout[piece.tensor], piece.first, {values, static_cast<std::size_t>(piece.count)});
    });
    file_ = nn::SafeTensors::from_memory({bytes_.get(), size}, "recipe weights");
}

}  // namespace varhush::models
