#pragma once

#include "member_tensors.hpp"
#include "varhush/models/residual_unit.hpp"

namespace varhush::models {

/// unit.N.{bn1,conv1,bn2,conv2} of a member; kernels are stored [32, 32, width].
/// @throws Error{kModel} as MemberTensors.
[[nodiscard]] ResidualUnit bind_residual_unit(const MemberTensors& tensors,
                                              int unit,
                                              int width,
                                              double eps);

}  // namespace varhush::models
