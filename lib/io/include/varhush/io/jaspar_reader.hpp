#pragma once

#include <array>
#include <string>
#include <vector>

namespace varhush::io {

/// A motif as counts of A, C, G, T, one value a column.
struct CountMatrix {
    std::string id;
    std::string name;  ///< the id where the file gives none
    std::array<std::vector<double>, 4> counts;

    [[nodiscard]] std::size_t columns() const noexcept { return counts[0].size(); }
};

/// Matrices in JASPAR form: ">MA0004.1 Arnt", then a line "A [ 4 19 0 ]" for each of A, C, G, T.
/// @throws Error{kInput} with file and line for rows that are missing, unequal or no counts, and
/// for a file without matrices.
[[nodiscard]] std::vector<CountMatrix> read_jaspar(const std::string& path);

}  // namespace varhush::io
