#pragma once

#include "varhush/models/alphagenome_config.hpp"
#include "varhush/models/track_table.hpp"
#include "varhush/nn/safetensors.hpp"

#include <array>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace varhush::models {

struct ConvertOptions {
    std::string name;                         ///< empty: the source's
    std::optional<AlphaGenomeConfig> config;  ///< else from the metadata, else from the shapes
    std::vector<std::string> organisms;       ///< empty: those of the source, else all it has
    struct TrackText {
        std::string text;  ///< a table as TrackTable::from_tsv reads it; empty: the source's
        std::string file;  ///< for messages
    };
    std::array<TrackText, 2> tracks;  ///< human, mouse
    bool pad_tracks = false;          ///< add "Padding" rows where a table is shorter than the head
    std::optional<std::string> terms;  ///< else the source's
    std::string dtype;                 ///< F32, BF16 or F16; empty: as stored
    std::vector<OutputType> heads;     ///< empty: all
};

/// Brings weights of the AlphaGenome PyTorch port (any generation), or a file of ours, into the
/// form that models are loaded from. The source is never held in memory as a whole.
class AlphaGenomeConversion {
  public:
    /// Checks everything that can be checked without the values.
    /// @throws Error{kModel} for tensors that do not fit, Error{kInput} for track tables,
    /// Error{kUsage} for organisms and heads that the model does not have.
    AlphaGenomeConversion(const nn::SafeTensors& source, const ConvertOptions& options);
    ~AlphaGenomeConversion();
    AlphaGenomeConversion(const AlphaGenomeConversion&) = delete;
    AlphaGenomeConversion& operator=(const AlphaGenomeConversion&) = delete;

    using Sink = std::function<void(std::span<const std::byte>)>;
    /// Hands over the bytes of the new file in order, in two passes over the values: the first for
    /// their hash, which stands in the header. @throws Error{kModel} before anything is handed over
    /// when a value is no number, or does not fit the type.
    void write(const Sink& sink) const;

    [[nodiscard]] const AlphaGenomeConfig& config() const noexcept;
    /// What the user should know; one sentence each.
    [[nodiscard]] const std::vector<std::string>& notices() const noexcept;

  private:
    struct Plan;
    std::unique_ptr<const Plan> plan_;
};

}  // namespace varhush::models
