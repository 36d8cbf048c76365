#pragma once

#include "varhush/sirna/chemistry.hpp"

#include <string>

namespace varhush::apps {

/// A modification pattern of the user's, as docs/sidesign.md describes it.
/// @throws Error{kInput} for what is no JSON, unknown keys and values of another kind.
[[nodiscard]] sirna::ChemistryPattern read_chemistry_file(const std::string& path);

}  // namespace varhush::apps
