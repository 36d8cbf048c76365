#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace varhush::io {

/// A variant of a cloned element and its measured effect.
struct EffectRow {
    std::string element;
    std::string split;          ///< "train", "valid" or "test"
    std::int64_t position = 0;  ///< 0-based, in the element
    std::string ref;
    std::string alt;  ///< empty: deleted
    double effect_log2 = 0;
    std::optional<double> p_value;  ///< of the effect, where the table has that column
    std::optional<double> score;    ///< of a model, where the table has that column
    bool passed = true;             ///< by the study's own filter
    bool primary = true;            ///< of the one assay that stands for the element
    std::string assay;              ///< empty where the table has no such column
    std::string cell;               ///< of the assay; as above
};

/// A table with a header line and the columns element, split, offset (from 1), ref, alt ("-": a
/// deletion), log2_effect, pass and primary (0 or 1), in any order, and maybe p_value, score, assay
/// and cell_type; others are left alone. Source of the form: saturation mutagenesis of Kircher et
/// al. 2019 (Nature Communications 10:3583).
/// @throws Error{kInput} with file and line for a missing column, a short or cut line, a bad value.
[[nodiscard]] std::vector<EffectRow> read_effect_table(const std::string& path);

}  // namespace varhush::io
