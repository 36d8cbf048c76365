#pragma once

#include "reporter_student.hpp"
#include "varhush/io/effect_table.hpp"
#include "varhush/models/reporter_mix.hpp"

#include <ATen/core/TensorBody.h>

#include <string>
#include <vector>

namespace varhush::train {

/// One measured variant of an element.
struct ElementVariant {
    std::size_t element = 0;
    bool deletion = false;
    io::EffectRow measured;
    models::MixQuery query;
};

/// The variants of the study's primary assays that passed its filter, element by element.
struct ElementData {
    std::vector<std::string> names;
    std::vector<std::string> splits;  ///< of each element
    std::vector<ElementVariant> variants;
    SharedWords words;  ///< of all elements, whatever their split

    [[nodiscard]] std::vector<std::size_t> rows_of(std::size_t element, bool deletions) const;
};

/// @throws Error{kInput} when REF is not what stands in the element, an element is missing or has
/// variants of two splits.
[[nodiscard]] ElementData read_elements(const ReporterTrainingConfig& config);

/// Columns of the mix: what ALT has more than REF, [variants, columns], double.
struct MixColumns {
    at::Tensor motifs;  ///< occupancies
    at::Tensor heads;   ///< word heads
    at::Tensor four_mers;
    at::Tensor features;  ///< of the student, summed over words
};
[[nodiscard]] MixColumns mix_columns(const ElementData& data,
                                     const models::MotifBank& bank,
                                     const at::Tensor& word_heads,
                                     const ReporterStudent& student,
                                     std::int64_t word_bp,
                                     core::WorkerPool& pool);

}  // namespace varhush::train
