#pragma once

#include "apps/bench/options.hpp"

#include <string>
#include <vector>

namespace varhush::apps {

/// Scores beside the truth, and what claims to know which of them are right.
struct ReliabilityData {
    struct Confidence {
        std::string name;
        std::vector<double> values;  ///< larger: more trusted
    };

    std::vector<std::string> groups;  ///< of each row; one group where there is no column
    std::vector<double> scores;
    std::vector<double> truths;
    std::vector<Confidence> confidences;
    std::vector<double> probabilities;  ///< that the sign is right; empty: none

    /// Rows whose truth has a sign: a truth of 0, or one smaller than --min-truth, has none.
    [[nodiscard]] std::vector<std::size_t> signed_rows(double min_truth) const;
    [[nodiscard]] bool wrong_sign(std::size_t row) const;
};

/// Reads the table of --table: tab-separated, with a header line. Rows whose --where column has
/// another value, or in which a number is missing ("." or "NA"), do not count.
/// @throws Error{kInput} for a missing column, what is no number, a cut file, or no rows.
[[nodiscard]] ReliabilityData read_reliability(const ReliabilityOptions& options);

}  // namespace varhush::apps
