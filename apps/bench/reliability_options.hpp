#pragma once

#include <string>

namespace CLI {
class App;
}  // namespace CLI

namespace varhush::apps {

struct BenchOptions;

/// What `varhush bench reliability` judges.
struct ReliabilityOptions {
    std::string table;
    std::string score = "score";
    std::string truth = "truth";
    std::string group;  ///< column; empty: all rows are one group
    std::string where;  ///< "COLUMN=VALUE[,VALUE]"; empty: all rows
    std::string by = "size";
    double min_truth = 0;
    std::string max_p;        ///< "COLUMN=LIMIT": rows with at most this p-value; empty: all
    std::string probability;  ///< column; empty: none
    std::string calibration;  ///< table whose sign curve gives the probability; empty: none
    std::string svg;
    std::string curves;  ///< TSV of the risk-coverage curves
};

void add_reliability_command(CLI::App& app, BenchOptions& options);

/// @throws Error{kUsage} for what does not go together.
void validate(const ReliabilityOptions& options);

}  // namespace varhush::apps
