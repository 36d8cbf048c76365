#pragma once

#include "varhush/core/error.hpp"
#include "varhush/models/alphagenome_config.hpp"
#include "varhush/models/model_identity.hpp"
#include "varhush/models/track_table.hpp"
#include "varhush/nn/safetensors.hpp"

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace varhush::models {

/// Organisms by the index that the released weights have for them.
inline constexpr std::array<std::string_view, 2> kOrganisms{"human", "mouse"};

/// A network with a trunk of its own among several whose tracks stand side by side.
struct AlphaGenomePart {
    nn::SafeTensors file;
    AlphaGenomeConfig config;
    std::shared_ptr<const std::string> bytes;  ///< as AlphaGenomeFile::bytes
};

/// An AlphaGenome-style model as it lies in its file; nothing of the weights is read yet.
struct AlphaGenomeFile {
    nn::SafeTensors file;
    AlphaGenomeConfig config;
    /// By organism index. Every output that the config has is there in full; unnamed (see
    /// TrackTable::unnamed) where the file says nothing.
    std::array<TrackTable, 2> tracks;
    /// By organism index; empty where this model is not meant for the organism of that row.
    std::array<std::string, 2> organisms;
    ModelIdentity identity;
    /// What a user should know: no metadata, widths inferred; empty: nothing.
    std::string notice;
    /// With adapters that change the trunk (adapter.hpp): the networks behind the channels of
    /// `config`, of each output first those of parts[0], then of parts[1], …; `file` is then that
    /// of parts[0]. Else empty: all is in `file`.
    std::vector<AlphaGenomePart> parts;
    /// Of a file that was made in memory: what `file` refers to, so this must outlive its engines.
    std::shared_ptr<const std::string> bytes;

    /// Networks that a sequence may go through.
    [[nodiscard]] int networks() const noexcept {
        return parts.empty() ? 1 : static_cast<int>(parts.size());
    }
    /// @throws Error{kUsage} naming those the model has.
    [[nodiscard]] int organism_index(const std::string& name) const;
};

/// Checks architecture, config, every tensor (missing, misshapen, no float, left over) and that the
/// track tables have a row for every channel. A file of the PyTorch port without metadata is
/// accepted: its config comes from the shapes, its tracks are unnamed.
/// @throws Error{kModel} with the file's name and what was expected and found.
[[nodiscard]] AlphaGenomeFile read_alphagenome(nn::SafeTensors file);

/// The same of a model by name or path; see model_store.hpp.
[[nodiscard]] AlphaGenomeFile load_alphagenome(const std::string& name_or_path);

/// The outputs of `config` with their channels, in the order of OutputType.
[[nodiscard]] std::vector<std::pair<OutputType, int>> output_channels(
    const AlphaGenomeConfig& config);

/// @throws Error{kind} with `name` when a table does not have exactly the rows of `config`.
void check_track_rows(const TrackTable& tracks,
                      const AlphaGenomeConfig& config,
                      const std::string& name,
                      ErrorKind kind);

}  // namespace varhush::models
