#pragma once

#include "varhush/models/alphagenome_file.hpp"
#include "varhush/nn/safetensors.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace varhush::models {

/// What varhush.architecture says of an adapter.
inline constexpr const char* kAdapterArchitecture = "alphagenome-adapter";

/// Names of the two factors of a layer's low-rank change in an adapter file.
[[nodiscard]] std::string low_rank_a(const std::string& layer);
[[nodiscard]] std::string low_rank_b(const std::string& layer);

/// What `varhush adapt` learned on top of one base model: heads of its own tracks and, unless only
/// heads were fitted, a low-rank change W + alpha / rank * B A of some layers of the trunk. Nothing
/// is read yet. Source: Hu et al. 2022 (ICLR), low-rank adaptation.
struct AdapterFile {
    nn::SafeTensors file;
    std::string name;         ///< in front of its tracks' names: "NAME/TRACK"
    std::string base_name;    ///< of the model it was made for
    std::string base_sha256;  ///< ModelIdentity::sha256 of that model
    std::string organism;
    TrackTable tracks;  ///< its own, names without that of the adapter
    int rank = 0;       ///< 0: heads only
    double alpha = 0;
    std::vector<std::string> layers;  ///< tensors of the trunk that it changes

    [[nodiscard]] bool changes_trunk() const noexcept { return !layers.empty(); }
};

/// @throws Error{kModel} for a file that is missing, cut, no adapter, or lacks what an adapter has.
[[nodiscard]] AdapterFile read_adapter(nn::SafeTensors file);
[[nodiscard]] AdapterFile read_adapter(const std::string& path);

/// `base` with the tracks of adapters beside its own, each as "ADAPTER/TRACK". Adapters that have
/// only heads share the trunk of `base`; one that changes the trunk gets a trunk of its own, its
/// change multiplied into the weights, which runs for its own tracks alone: what `base` says of its
/// tracks stays as it was, to the bit. All weights that change are float32, made in memory.
/// Channels of organisms that an adapter was not made for are padding.
/// @throws Error{kModel} for an adapter of another base or with tensors that do not fit it;
/// Error{kUsage} for two of one name.
[[nodiscard]] AlphaGenomeFile with_adapters(const AlphaGenomeFile& base,
                                            std::span<const AdapterFile> adapters);
/// The same of files; `base` itself when there are none.
[[nodiscard]] AlphaGenomeFile with_adapters(AlphaGenomeFile base,
                                            const std::vector<std::string>& paths);

/// Writes one model of one trunk: `base` with the adapter's change in the weights, and with its
/// tracks behind those of `base`, whose values change with the trunk. The adapter's tracks have the
/// same weights as in with_adapters(). @throws as with_adapters(), Error{kOutput}.
void write_merged(const AlphaGenomeFile& base, const AdapterFile& adapter, const std::string& path);

/// Matrices of the trunk that can be changed, in the layout's order: linear maps and convolutions,
/// neither heads nor norms, biases, embeddings of organisms.
[[nodiscard]] std::vector<TensorSpec> adaptable_layers(const AlphaGenomeConfig& config);

/// Those of adaptable_layers() that `words` mean, a comma list of attention, mlp, pair, tower
/// (these three), encoder, decoder, embedders, all, or parts of tensor names ("q_proj").
/// @throws Error{kUsage} for a word that means none.
[[nodiscard]] std::vector<TensorSpec> chosen_layers(const AlphaGenomeConfig& config,
                                                    const std::string& words);

/// Rows and columns of a layer as a matrix: [out, in * taps].
struct MatrixSize {
    std::int64_t rows = 0;
    std::int64_t columns = 0;
};
[[nodiscard]] MatrixSize matrix_size(const TensorSpec& layer);

/// Rank of a layer's change: `rank`, or the layer's own where that is less.
[[nodiscard]] std::int64_t layer_rank(const TensorSpec& layer, int rank);

}  // namespace varhush::models
