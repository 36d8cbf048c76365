#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace varhush::io {

/// One value of a signal along the genome on [start, end), 0-based half-open.
struct SignalRun {
    std::string contig;
    std::int64_t start = 0;
    std::int64_t end = 0;
    float value = 0;
};

/// Whether a file starts as a bigWig does; false for what cannot be read.
[[nodiscard]] bool is_bigwig(const std::string& path);

/// Gives all values of a bigWig file to `emit`, contig by contig, ascending. A few million bases
/// are held at a time; runs are cut at the borders of these stretches. Local files only.
/// @throws Error{kInput} for a file that is no bigWig, cut or damaged.
void read_bigwig(const std::string& path, const std::function<void(const SignalRun&)>& emit);

}  // namespace varhush::io
