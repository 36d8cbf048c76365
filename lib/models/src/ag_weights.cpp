#include "ag_weights.hpp"

#include "varhush/core/error.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace varhush::models {

namespace {

std::vector<float> padded(std::vector<float> values) {
    values.resize(
        static_cast<std::size_t>(nn::padded_columns(static_cast<std::int64_t>(values.size()))),
        0.0F);
    return values;
}

// Weights of one output, [input, tap] in the file, standardised over all of them and turned to
// [tap, input]. Sums in double: the folded weight then is within an ulp of the exact one.
void standardize(std::vector<float>& weights, int taps, double scale, float* out) {
    const auto count = static_cast<double>(weights.size());
    const double mean = std::accumulate(weights.begin(), weights.end(), 0.0) / count;
    double squares = 0;
    for (const float w : weights) {
        squares += (w - mean) * (w - mean);
    }
    const double factor = scale / std::sqrt(std::max(squares, 1e-4));
    const auto inputs = static_cast<std::int64_t>(weights.size()) / taps;
    for (int tap = 0; tap < taps; ++tap) {
        for (std::int64_t i = 0; i < inputs; ++i) {
            const double w = weights[static_cast<std::size_t>(i * taps + tap)];
            out[tap * inputs + i] = static_cast<float>((w - mean) * factor);
        }
    }
}

}  // namespace

AgWeights::AgWeights(const nn::SafeTensors& file, const AlphaGenomeConfig& config)
    : file_(file), config_(config) {}

const nn::SafeTensors::Entry& AgWeights::entry(const std::string& name) const {
    const auto found = file_.entries().find(name);
    if (found == file_.entries().end()) {
        throw Error(ErrorKind::kModel, file_.name() + ": tensor \"" + name + "\" is missing", "");
    }
    return found->second;
}

const std::vector<std::int64_t>& AgWeights::shape(const std::string& name) const {
    return entry(name).shape;
}

std::vector<float> AgWeights::slice(const std::string& name,
                                    std::int64_t first,
                                    std::int64_t count) const {
    std::vector<float> values(static_cast<std::size_t>(count));
    nn::widen(entry(name), first, values);
    return values;
}

const std::vector<float>& AgWeights::vector(const std::string& name) {
    const auto [found, fresh] = vectors_.try_emplace(name);
    if (fresh) {
        std::int64_t count = 1;
        for (const std::int64_t extent : shape(name)) {
            count *= extent;
        }
        found->second = padded(slice(name, 0, count));
    }
    return found->second;
}

const std::vector<float>& AgWeights::organism_vector(const std::string& name, int organism) {
    const auto [found, fresh] = vectors_.try_emplace(name + "#" + std::to_string(organism));
    if (fresh) {
        const std::int64_t count = shape(name).at(1);
        found->second = padded(slice(name, organism * count, count));
    }
    return found->second;
}

const Affine& AgWeights::batch_norm(const std::string& name) {
    const auto [found, fresh] = norms_.try_emplace(name);
    if (fresh) {
        const auto& weight = vector(name + ".weight");
        const auto& variance = vector(name + ".running_var");
        found->second.shift = vector(name + ".bias");
        auto& scale = found->second.scale;
        scale.resize(weight.size());
        for (std::size_t c = 0; c < weight.size(); ++c) {
            scale[c] = weight[c] * (1.0F / std::sqrt(variance[c] + 1e-5F));
        }
    }
    return found->second;
}

const Affine& AgWeights::batch_norm(const std::string& name,
                                    const std::string& embedding,
                                    int organism) {
    const auto [found, fresh] = norms_.try_emplace(name + "#" + std::to_string(organism));
    if (fresh) {
        found->second = batch_norm(name);
        const auto& added = organism_vector(embedding, organism);
        for (std::size_t c = 0; c < added.size(); ++c) {
            found->second.shift[c] += added[c];
        }
    }
    return found->second;
}

const nn::PackedMatrix& AgWeights::standardized_conv(const std::string& name,
                                                     const nn::Team& team) {
    const auto [found, fresh] = matrices_.try_emplace(name);
    if (fresh) {
        const auto& weight = entry(name + ".weight");
        const std::int64_t inputs = weight.shape.at(1);
        const auto taps = static_cast<int>(weight.shape.at(2));
        const auto scale = vector(name + ".scale");
        found->second = nn::PackedMatrix(
            taps,
            inputs,
            weight.shape.at(0),
            [&](std::int64_t column, float* out) {
                std::vector<float> row(static_cast<std::size_t>(inputs * taps));
                nn::widen(weight, column * inputs * taps, row);
                standardize(row, taps, scale[static_cast<std::size_t>(column)], out);
            },
            team);
        found->second.set_bias(vector(name + ".bias").data());
        file_.release(weight);
    }
    return found->second;
}

nn::PackedMatrix AgWeights::pack_rows(const std::string& name,
                                      std::int64_t offset,
                                      std::int64_t depth,
                                      std::int64_t columns,
                                      std::span<const std::int32_t> channels,
                                      const nn::Team& team) const {
    const auto& weight = entry(name);
    const bool all = channels.empty();
    nn::PackedMatrix packed(
        1,
        depth,
        all ? columns : static_cast<std::int64_t>(channels.size()),
        [&, all](std::int64_t column, float* out) {
            const std::int64_t row = all ? column : channels[static_cast<std::size_t>(column)];
            nn::widen(
                weight, offset + row * depth, std::span(out, static_cast<std::size_t>(depth)));
        },
        team);
    file_.release(weight);
    return packed;
}

const nn::PackedMatrix& AgWeights::linear(const std::string& name, const nn::Team& team) {
    const auto [found, fresh] = matrices_.try_emplace(name);
    if (fresh) {
        const auto& dims = shape(name + ".weight");
        found->second = pack_rows(name + ".weight", 0, dims.at(1), dims.at(0), {}, team);
        if (file_.entries().contains(name + ".bias")) {
            found->second.set_bias(vector(name + ".bias").data());
        }
    }
    return found->second;
}

const nn::PackedMatrix& AgWeights::head(const std::string& name,
                                        int organism,
                                        std::span<const std::int32_t> channels,
                                        const nn::Team& team) {
    std::string key = name + "#" + std::to_string(organism);
    for (const std::int32_t channel : channels) {
        key.append(",").append(std::to_string(channel));
    }
    const auto [found, fresh] = matrices_.try_emplace(key);
    if (fresh) {
        const auto& dims = shape(name + ".weight");
        const std::int64_t outputs = dims.at(1);
        const std::int64_t depth = dims.at(2);
        found->second =
            pack_rows(name + ".weight", organism * outputs * depth, depth, outputs, channels, team);
        const auto& bias = organism_vector(name + ".bias", organism);
        std::vector<float> chosen;
        for (const std::int32_t channel : channels) {
            chosen.push_back(bias[static_cast<std::size_t>(channel)]);
        }
        found->second.set_bias(channels.empty() ? bias.data() : chosen.data());
    }
    return found->second;
}

const nn::PackedMatrix& AgWeights::contact_head(int organism, const nn::Team& team) {
    const std::string name = "contact_maps_head.linear";
    const auto [found, fresh] = matrices_.try_emplace(name + "#" + std::to_string(organism));
    if (fresh) {
        const auto& dims = shape(name + ".weight");  // [organisms, in, out]
        const std::int64_t depth = dims.at(1);
        const std::int64_t outputs = dims.at(2);
        const auto weights = slice(name + ".weight", organism * depth * outputs, depth * outputs);
        found->second = nn::PackedMatrix(
            1,
            depth,
            outputs,
            [&](std::int64_t column, float* out) {
                for (std::int64_t i = 0; i < depth; ++i) {
                    out[i] = weights[static_cast<std::size_t>(i * outputs + column)];
                }
            },
            team);
        found->second.set_bias(organism_vector(name + ".bias", organism).data());
    }
    return found->second;
}

}  // namespace varhush::models
