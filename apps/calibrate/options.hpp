#pragma once

#include "apps/score/options.hpp"

#include <cstdint>
#include <string>

namespace varhush::apps {

/// Everything `varhush calibrate` can be told.
struct CalibrateOptions {
    ScoreOptions score;      ///< what is scored and how: the options that `score` has too
    std::string output;      ///< the table
    std::string name;        ///< for ##varhush_model=<…,Calibration=…>; empty: by the output
    std::string background;  ///< in words; empty: by the input
    std::string profile = "background";  ///< "background", "none", or a FASTA
    std::int64_t profile_window_bp = 2048;
    std::string ood_limit = "0.97";
    double spread_limit = 1;
    std::string measured;                  ///< measured effects beside scores; empty: none
    std::string measured_split = "train";  ///< rows of this split, or "all"
    double measured_p = 1e-5;              ///< p-value of an effect that counts, at most
    std::string report;                    ///< TSV; empty: none
    double tolerance = 0.01;
    std::string random_vcf;   ///< matched random variants, for comparison; empty: none
    std::int64_t random = 0;  ///< how many; 0: as many as the background has
    std::uint64_t seed = 1;
};

/// @throws Error{kUsage} for what does not parse or does not make sense.
[[nodiscard]] CalibrateOptions parse_calibrate_options(int argc, const char* const* argv);

/// The only place for checks across options.
/// @throws Error{kUsage}
void validate(const CalibrateOptions& options);

}  // namespace varhush::apps
