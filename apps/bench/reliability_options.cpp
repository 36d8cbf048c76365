#include "apps/bench/reliability_options.hpp"

#include "apps/bench/options.hpp"
#include "apps/common/output_clash.hpp"

#include <CLI/CLI.hpp>

namespace varhush::apps {

void add_reliability_command(CLI::App& app, BenchOptions& options) {
    ReliabilityOptions& own = options.reliability;
    CLI::App* sub = app.add_subcommand("reliability", "do confidences tell which scores are wrong");
    sub->callback([&options] { options.task = BenchOptions::Task::kReliability; });
    sub->add_option("--table", own.table, "Scores beside the truth, with a header line")
        ->required()
        ->type_name("TSV");
    sub->add_option("--score", own.score, "Column of the score")
        ->type_name("NAME")
        ->capture_default_str();
    sub->add_option("--truth", own.truth, "Column of what was measured")
        ->type_name("NAME")
        ->capture_default_str();
    sub->add_option("--group", own.group, "Column of what is redrawn together for the intervals")
        ->type_name("NAME");
    sub->add_option("--where", own.where, "Only rows with one of these values in a column")
        ->type_name("NAME=VALUE[,VALUE]");
    sub->add_option("--by",
                    own.by,
                    "Columns that claim to know which scores are right, larger is surer (-NAME: "
                    "smaller); size: of the score")
        ->type_name("NAME[,NAME]")
        ->capture_default_str();
    sub->add_option("--min-truth", own.min_truth, "Truths below this have no sign")
        ->type_name("SIZE")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    sub->add_option("--max-p", own.max_p, "Only rows with at most this p-value in a column")
        ->type_name("NAME=P");
    auto* probability =
        sub->add_option(
               "--probability", own.probability, "Column of the probability of the right sign")
            ->type_name("NAME");
    sub->add_option("--calibration", own.calibration, "Or the table that tells it by the score")
        ->type_name("FILE")
        ->excludes(probability);
    sub->add_option("--svg", own.svg, "Draw the curves and the reliability diagram")
        ->type_name("FILE");
    sub->add_option("--curves", own.curves, "Write the risk-coverage curves")->type_name("TSV");
    sub->add_option("--rounds", options.rounds, "Resamples for the intervals")
        ->type_name("N")
        ->check(CLI::Range(0, 100'000))
        ->default_str("1000");
    sub->add_flag("--json", options.json, "Report as JSON");
    add_run_options(*sub, options.run);
}

void validate(const ReliabilityOptions& options) {
    reject_output_clashes({{"--table", options.table}, {"--calibration", options.calibration}},
                          {{"--svg", options.svg}, {"--curves", options.curves}});
}

}  // namespace varhush::apps
