#include "apps/calibrate/command.hpp"

#include "apps/calibrate/background.hpp"
#include "apps/calibrate/options.hpp"
#include "apps/calibrate/report.hpp"
#include "apps/score/run.hpp"
#include "varhush/core/log.hpp"
#include "varhush/io/output_file.hpp"
#include "varhush/models/alphagenome_native.hpp"

#include <optional>

namespace varhush::apps {

namespace {

Engines processor_engines() {
    return {[](const auto& network, int threads) {
                return models::make_native_evaluator(network, threads);
            },
            [](const models::AlphaGenomeFile& file, int threads) {
                return models::make_native_alphagenome(file.file, file.config, threads);
            }};
}

void log_resolution(const scoring::CalibrationTable& table) {
    for (const std::string& line : resolution_lines(table)) {
        core::log(core::LogLevel::kInfo, line);
    }
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
    const auto table = background.finish();
    output.write(table.to_bytes());
    output.finish();
    if (report) {
        report->write(calibration_report(table));
        report->close();
    }
    output.close();
    log_resolution(table);
    return 0;
}

}  // namespace varhush::apps
