#pragma once

#include "interval_map.hpp"
#include "varhush/train/track_config.hpp"

#include <functional>
#include <string>

namespace varhush::train {

/// Gives the values of a bedGraph or bigWig (by its content) or the depth of the reads of a BAM or
/// CRAM to `add`, in the order of the file.
/// @throws Error{kInput} for what is malformed.
void read_signal(const TrackSource& source,
                 const std::function<void(const std::string& contig, const LabelSpan&)>& add);

}  // namespace varhush::train
