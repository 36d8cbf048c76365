#pragma once

#include "varhush/sirna/accessibility.hpp"

#include <string>

namespace varhush::apps {

struct FoldOptions {
    std::string input;
    std::string output = "-";
    sirna::AccessibilityOptions accessibility{.lengths = {1, 8, 19}};
};

/// Writes the accessibility of every transcript of a FASTA as a table and logs how long the folding
/// took. @throws Error for files and options, naming the transcript that cannot be folded.
void run_fold(const FoldOptions& options, int threads);

}  // namespace varhush::apps
