#pragma once

#include "apps/common/run_options.hpp"
#include "varhush/io/coverage.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace varhush::apps {

enum class Normalisation { kNone, kCpm, kRpgc };

/// What `varhush cover` was asked for.
struct CoverOptions {
    std::vector<std::string> inputs;  ///< never empty once parsed
    std::string output = "-";
    std::string fasta;
    std::string index;  ///< empty: none; auto, tbi or csi
    std::vector<std::string> regions;
    std::string regions_file;
    std::string blacklist;
    std::int64_t bin_bp = 1;
    Normalisation normalisation = Normalisation::kNone;
    std::int64_t effective_genome_bp = 0;
    double scale = 1;
    bool hp_tag = false;
    std::string phased_vcf;
    std::string sample;
    io::CoverageOptions coverage;
    RunOptions run;
};

/// @throws Error{kUsage}, CLI::CallForHelp
CoverOptions parse_cover_options(int argc, const char* const* argv);

/// "x.hap1.bw" for "x.bw" and "hap1"; the path itself for an empty track.
[[nodiscard]] std::string track_path(const std::string& path, const std::string& track);

}  // namespace varhush::apps
