#pragma once

#include "varhush/models/adapter.hpp"

#include <map>
#include <string>
#include <vector>

namespace varhush::models {

/// The tensors of one network made of a base model and adapters: their heads behind one another on
/// the trunk of the base, which the change of at most one of them is multiplied into.
class JoinedNetwork {
  public:
    struct Make {
        std::vector<const AdapterFile*> heads;  ///< whose tracks it has
        const AdapterFile* trunk = nullptr;     ///< whose change of the trunk; null: none
        bool base_heads = true;                 ///< whether it has those of the base too
    };

    /// @throws Error{kModel} for an adapter that does not fit `base`. All must outlive this.
    JoinedNetwork(const AlphaGenomeFile& base, Make make);

    [[nodiscard]] const AlphaGenomeConfig& config() const noexcept { return config_; }
    [[nodiscard]] const std::vector<nn::TensorShape>& shapes() const noexcept { return shapes_; }
    [[nodiscard]] std::vector<float> values(std::size_t index) const;
    /// The bytes of a whole file.
    [[nodiscard]] std::string bytes(const std::map<std::string, std::string>& metadata) const;

  private:
    [[nodiscard]] bool is_joined_head(const std::string& name) const;
    [[nodiscard]] bool is_changed(const std::string& name) const;
    [[nodiscard]] std::vector<float> head_values(const TensorSpec& spec) const;
    [[nodiscard]] std::vector<float> trunk_values(const TensorSpec& spec) const;

    const AlphaGenomeFile& base_;
    Make make_;
    AlphaGenomeConfig config_;
    std::vector<TensorSpec> layout_;
    std::vector<nn::TensorShape> shapes_;
};

/// @throws Error{kModel} when `adapter` was made for another model than `base`, or has tensors that
/// do not fit it.
void check_fits(const AlphaGenomeFile& base, const AdapterFile& adapter);

/// By organism row of `base`: its rows (unless `base_heads` is false), then those of `adapters`.
[[nodiscard]] std::array<TrackTable, 2> joined_tracks(
    const AlphaGenomeFile& base, const std::vector<const AdapterFile*>& adapters, bool base_heads);

}  // namespace varhush::models
