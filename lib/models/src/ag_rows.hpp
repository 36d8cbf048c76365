#pragma once

#include "ag_weights.hpp"
#include "varhush/nn/packed_matrix.hpp"

namespace varhush::models {

/// The element-wise steps of the network on blocks of rows, shared out by a team.

/// out = gelu_s(norm(in)).
void norm_gelu_rows(const nn::Team& team,
                    const Affine& norm,
                    nn::ConstRows in,
                    std::int64_t rows,
                    std::int64_t columns,
                    nn::Rows out);

/// out = norm(in); may work in place.
void norm_rows(const nn::Team& team,
               const Affine& norm,
               nn::ConstRows in,
               std::int64_t rows,
               std::int64_t columns,
               nn::Rows out);

/// to += what.
void add_rows(
    const nn::Team& team, nn::ConstRows what, std::int64_t rows, std::int64_t columns, nn::Rows to);

/// LayerNorm over `columns` entries with eps 1e-5: centred, or by the root mean square alone (which
/// still has its bias). Padding up to whole panels becomes zero. Alone: for use inside a loop.
void layer_norm(nn::ConstRows in,
                std::int64_t rows,
                std::int64_t columns,
                bool centred,
                const float* weight,
                const float* bias,
                nn::Rows out);

}  // namespace varhush::models
