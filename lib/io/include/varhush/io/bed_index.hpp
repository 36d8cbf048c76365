#pragma once

#include <string>

namespace varhush::io {

/// Removes FILE.tbi and FILE.csi: they would be taken for indexes of a new FILE.
/// @throws Error{kOutput}
void remove_former_indexes(const std::string& path);

/// Indexes a bgzipped, sorted BED or bedGraph: FILE.tbi, or FILE.csi, which holds positions beyond
/// 2^29, too.
/// @throws Error{kOutput}
void write_bed_index(const std::string& path, bool as_csi);

}  // namespace varhush::io
