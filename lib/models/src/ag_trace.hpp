#pragma once

#include "varhush/models/sequence_model.hpp"
#include "varhush/nn/packed_matrix.hpp"

#include <string>

namespace varhush::models {

/// Hands activations to a tap, without their padding; does nothing without one.
class AgTrace {
  public:
    explicit AgTrace(const ActivationTap* tap = nullptr) : tap_(tap) {}

    [[nodiscard]] bool wanted() const noexcept { return tap_ != nullptr; }
    /// `rows` rows of `columns` values under `shape`.
    void rows(const std::string& name,
              const std::vector<std::int64_t>& shape,
              nn::ConstRows values,
              std::int64_t rows,
              std::int64_t columns) const;
    /// The same turned to [columns, rows], the channel-first names.
    void columns(const std::string& name,
                 nn::ConstRows values,
                 std::int64_t rows,
                 std::int64_t columns) const;
    void values(const std::string& name,
                const std::vector<std::int64_t>& shape,
                std::span<const float> values) const;

  private:
    const ActivationTap* tap_;
};

}  // namespace varhush::models
