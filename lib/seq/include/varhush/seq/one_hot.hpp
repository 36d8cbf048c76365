#pragma once

#include <span>
#include <string_view>

namespace varhush::seq {

/// Writes the one-hot code of `bases` into `out` as [L, 4] floats, channel order A C G T.
/// Letters outside ACGT (either case) give a zero row. `out.size()` must be 4 * bases.size().
/// Cost O(L), no allocation. Source: encoding of Jaganathan et al. 2019 (Cell 176:535), Methods.
/// @throws Error{kInternal} when the sizes disagree (a bug in the caller).
void one_hot(std::string_view bases, std::span<float> out);

}  // namespace varhush::seq
