#pragma once

#include "gene_line.hpp"
#include "varhush/seq/transcript.hpp"

#include <string_view>

namespace varhush::io {

/// One row of the SpliceAI gene table. @throws Error{kInput}.
[[nodiscard]] seq::Transcript parse_spliceai_row(std::string_view line,
                                                 const FilePosition& position);

}  // namespace varhush::io
