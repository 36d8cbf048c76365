#pragma once

#include <string>
#include <vector>

namespace varhush::apps {

/// A file of a run, as the command line names it.
struct NamedFile {
    std::string role;  ///< for the message: "-o", "--gtf", "the input"
    std::string path;  ///< empty, "-" and devices are never in conflict
};

/// No output may be another file of the same run, however the two are spelled. Beside each output
/// its .part and its indexes count, beside each input its indexes (.tbi, .csi, .fai, .gzi, .bai,
/// .crai).
/// @throws Error{kUsage} naming both.
void reject_output_clashes(const std::vector<NamedFile>& inputs,
                           const std::vector<NamedFile>& outputs);

}  // namespace varhush::apps
