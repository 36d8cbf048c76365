#pragma once

#include "apps/common/run_options.hpp"
#include "varhush/scoring/score_reduction.hpp"

#include <string>
#include <vector>

namespace varhush::apps {

/// How contributions are found.
enum class IsmMethod {
    kIsm,            ///< every single-base change is predicted
    kGradient,       ///< gradient minus its mean over the four bases
    kInputGradient,  ///< gradient as it is
};

/// Everything `varhush ism` can be told.
struct IsmOptions {
    std::string model;
    std::vector<std::string> adapters;
    std::string fasta;
    std::string regions;       ///< -r
    std::string regions_file;  ///< -R
    std::string gtf;
    std::string pas;
    std::string scorer;
    std::string window;  ///< bases, "auto", or empty: the model's
    std::string organism = "human";
    std::string tracks;
    std::string tissue;
    std::string gene;                     ///< empty: all
    std::vector<std::string> variants;    ///< background
    std::string method_name = "ism";      ///< as typed
    std::string reduction_name = "mean";  ///< as typed
    bool times_sequence = false;
    std::string output = "-";
    std::string matrix;
    std::string bedgraph;
    std::string bigwig;
    std::string svg;
    std::string device = "auto";
    std::string progress = "auto";
    RunOptions run;

    [[nodiscard]] IsmMethod method() const;
    [[nodiscard]] scoring::ScoreReduction reduction() const;
};

/// @throws Error{kUsage}, CLI::CallForHelp
[[nodiscard]] IsmOptions parse_ism_options(int argc, const char* const* argv);

/// The only place for checks across options. @throws Error{kUsage}
void validate(const IsmOptions& options);

}  // namespace varhush::apps
