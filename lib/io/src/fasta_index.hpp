#pragma once

#include "hts.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace varhush::io {

/// One line of a .fai: where the bases of a sequence lie in the uncompressed file.
struct FastaEntry {
    std::string name;
    std::int64_t length_bp = 0;
    std::int64_t offset = 0;
    std::int64_t line_bases = 0;
    std::int64_t line_width = 0;  ///< with the line end

    /// Uncompressed offset of base `position`.
    [[nodiscard]] std::int64_t offset_of(std::int64_t position) const noexcept {
        return line_bases == 0
                   ? offset
                   : offset + position / line_bases * line_width + position % line_bases;
    }
};

/// Reads through a FASTA and notes where its sequences lie. With `gzi_path` the file must be
/// bgzipped and its block offsets are written there.
/// @throws Error{kInput} with the line for text before the first '>', lines of different length in
/// one sequence, names given twice or missing; Error{kOutput} when gzi_path cannot be written.
std::vector<FastaEntry> scan_fasta(const std::string& path, const std::string& gzi_path);

/// @throws Error{kInput} with the line when the file is not a .fai.
std::vector<FastaEntry> read_fai(const std::string& path);

/// Where a BGZF block starts, in the packed and in the unpacked file.
struct BlockStart {
    std::uint64_t packed = 0;
    std::uint64_t unpacked = 0;
};

/// The blocks of a .gzi, the first one (0, 0) included, ascending.
/// @throws Error{kInput} when the file is none or cut.
std::vector<BlockStart> read_gzi(const std::string& path);

/// @throws Error{kOutput}
void write_fai(const std::string& path, const std::vector<FastaEntry>& entries);

}  // namespace varhush::io
