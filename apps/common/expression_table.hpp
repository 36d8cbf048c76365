#pragma once

#include "varhush/sirna/off_target_index.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace varhush::apps {

/// What a cell expresses, on the transcripts of an index.
struct Expression {
    std::vector<double> tpm;  ///< one a transcript; 0 where the table has none
    std::uint64_t rows = 0;
    std::uint64_t transcripts = 0;    ///< rows that named a transcript
    std::uint64_t genes = 0;          ///< rows that named a gene, shared evenly by its transcripts
    std::uint64_t unknown = 0;        ///< rows that named neither
    std::uint64_t without_value = 0;  ///< transcripts that no row covers
};

/// Reads TPM from the table of salmon (Name … TPM …), kallisto (target_id … tpm), GTEx (gct with
/// "#1.2", or Name Description tissue …), or any table with a header; `column` names the column of
/// values, empty: the one called TPM in any case, else the only column of numbers. Names may carry
/// another version than the index. A gene named twice (ENSG…_PAR_Y) counts once more.
/// @throws Error{kInput} with file and line for values that are no numbers or negative, and where
/// the column is not clear.
[[nodiscard]] Expression read_expression(const std::string& path,
                                         const std::string& column,
                                         const sirna::OffTargetIndex& index);

}  // namespace varhush::apps
