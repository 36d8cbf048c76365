#pragma once

#include "apps/bench/fold.hpp"
#include "apps/bench/transcriptome.hpp"
#include "apps/common/run_options.hpp"

#include <cstdint>
#include <string>

namespace varhush::apps {

struct BenchOptions {
    enum class Task {
        kKernels,
        kFold,
        kForward,
        kParity,
        kRecipe,
        kSatmut,
        kSirna,
        kTranscriptome
    };
    Task task = Task::kKernels;
    RunOptions run;
    bool json = false;

    // fold
    FoldOptions fold;

    // transcriptome
    TranscriptomeOptions transcriptome;

    // parity
    std::string folder;
    bool quick = false;
    std::string engine = "native";  ///< or "torch"
    std::string device = "cpu";     ///< of the torch engine

    // forward
    std::string model;
    std::int64_t window_bp = 131072;
    bool again = false;

    // sirna
    std::string data;
    std::string targets;
    std::string epochs;
    int rounds = 1000;

    // satmut; the table is `data`
    std::string elements;
    std::string kinds;
    std::string splits = "all";

    // recipe
    std::string output;
    std::string config;  ///< file; empty: the released widths
};

/// @throws Error{kUsage} for what does not parse or does not go together.
[[nodiscard]] BenchOptions parse_bench_options(int argc, const char* const* argv);

}  // namespace varhush::apps
