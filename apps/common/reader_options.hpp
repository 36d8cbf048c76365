#pragma once

#include "apps/common/region_options.hpp"
#include "varhush/io/variant_reader.hpp"

#include <string>

namespace varhush::apps {

/// What to read: `input` cut down by -r/-R and -t/-T. Lists are split at commas outside {braces},
/// so positions in them have no thousands separators, as in bcftools.
/// @throws Error{kUsage} for regions that do not parse or are empty, Error{kInput} for region files
/// that cannot be read.
[[nodiscard]] io::VariantReaderOptions reader_options(const std::string& input,
                                                      const RegionOptions& regions);

}  // namespace varhush::apps
