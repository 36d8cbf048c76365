#pragma once

#include "reporter_sequence.hpp"

#include <ATen/core/TensorBody.h>

namespace varhush::train {

/// A linear score of square-root word counts for each track, by ridge on bins: [kGappedWords,
/// tracks], float. Source of the features: gapped k-mers (Ghandi et al. 2014, PLoS Comput Biol
/// 10:e1003711), here canonical six-mers, solid and 3+3. Cost: words^2 multiply-adds a bin, 50 s of
/// one core for 60,000.
[[nodiscard]] at::Tensor fit_word_heads(const LabelledSequence& sequence,
                                        const BinChoice& choice,
                                        double lambda);

}  // namespace varhush::train
