#pragma once

#include "varhush/scoring/variant_input.hpp"
#include "varhush/seq/annotation.hpp"
#include "varhush/seq/reference_source.hpp"

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace varhush::apps {

using ReporterScore =
    std::function<std::vector<seq::RecordAnnotation>(std::span<const scoring::VariantInput>)>;

/// What the model's family has as VH_MPRA, on contigs that are whole inserts: only windows inside
/// count. `reference` must outlive it.
/// @throws Error{kModel} for models that are no reporter-mix or reporter-cnn.
[[nodiscard]] ReporterScore reporter_scorer(const std::string& model,
                                            const seq::ReferenceSource& reference,
                                            int threads);

}  // namespace varhush::apps
