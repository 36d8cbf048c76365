#pragma once

#include "varhush/io/variant_record.hpp"
#include "varhush/models/model_identity.hpp"
#include "varhush/report/model_line.hpp"
#include "varhush/scoring/variant_input.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace varhush::apps {

/// The records as the scorers take them; `inputs` only grows, so that its memory is reused.
void copy_records(std::span<const io::VariantRecord> records,
                  std::vector<scoring::VariantInput>& inputs);

/// What the header says of a model that reads so many bases for one output.
[[nodiscard]] report::ModelProvenance provenance_of(const models::ModelIdentity& identity,
                                                    std::int64_t window_bp);

}  // namespace varhush::apps
