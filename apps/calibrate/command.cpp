#include "apps/calibrate/command.hpp"

#include "apps/calibrate/background.hpp"
#include "apps/calibrate/comparison.hpp"
#include "apps/calibrate/options.hpp"
#include "apps/calibrate/report.hpp"
#include "apps/calibrate/signs.hpp"
#include "apps/score/run.hpp"
#include "varhush/core/log.hpp"
#include "varhush/io/fasta_reader.hpp"
#include "varhush/io/output_file.hpp"
#include "varhush/models/alphagenome_native.hpp"

#include <optional>

namespace varhush::apps {

namespace {

Engines processor_engines() {
    return {[](const auto& network, const std::string&, int threads) {
                return models::make_native_evaluator(network, threads);
            },
            [](const models::AlphaGenomeFile& file, int threads) {
                return models::make_native_alphagenome(file, threads);
            }};
}

void log_resolution(const scoring::CalibrationTable& table) {
    for (const std::string& line : resolution_lines(table)) {
        core::log(core::LogLevel::kInfo, line);
    }
}

// Random variants like the background's, scored the same way and ranked in its table.
int compare_with_random(const CalibrateOptions& options,
                        const Background& background,
                        const scoring::CalibrationTable& table) {
    const auto count =
        options.random > 0 ? static_cast<std::size_t>(options.random) : background.alleles().size();
    io::OutputFile file(options.random_vcf);
    file.write(matched_vcf(
        background.alleles(), io::FastaReader(options.score.fasta), count, options.seed));
    file.close();
    ScoreOptions score = options.score;
    score.input = options.random_vcf;
    score.regions = {};
    score.detail.clear();
    Comparison comparison(table);
    const int code = run_score_with(score, processor_engines(), &comparison);
    for (const std::string& line : comparison.lines()) {
        core::log(core::LogLevel::kInfo, line);
    }
    return code;
}

}  // namespace

int run_calibrate(int argc, const char* const* argv) {
    const auto options = parse_calibrate_options(argc, argv);
    // Opened first: hours of scoring must not end at a folder that is not there.
    io::OutputFile output(options.output);
    std::optional<io::OutputFile> report;
    if (!options.report.empty()) {
        report.emplace(options.report);
    }
    Background background(options);
    if (const int code = run_score_with(options.score, processor_engines(), &background);
        code != 0) {
        return code;
    }
    const auto table = add_signs(background.finish(), options);
    output.write(table.to_bytes());
    output.finish();
    if (report) {
        report->write(calibration_report(table));
        report->close();
    }
    output.close();
    log_resolution(table);
    return options.random_vcf.empty() ? 0 : compare_with_random(options, background, table);
}

}  // namespace varhush::apps
