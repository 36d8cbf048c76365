#pragma once

#include <nlohmann/json_fwd.hpp>

#include <array>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace varhush::apps {

/// A number with its 95 % interval.
struct Bounded {
    double value = 0;
    double low = 0;
    double high = 0;
};
/// The 2.5 and 97.5 percent points of what resampling gave.
[[nodiscard]] Bounded interval_of(double value, std::vector<double> drawn);

/// AUC, Pearson, Spearman and F1 on one set of guides.
struct SirnaTest {
    std::string name;
    std::string model;
    std::size_t guides = 0;
    std::array<Bounded, 4> metrics;
};

/// A model with a part missing, beside the whole one.
struct SirnaAblation {
    struct On {
        double auc = 0;
        double pearson = 0;
        Bounded auc_difference;
        Bounded pearson_difference;
    };
    std::string name;
    std::array<On, 2> values;  ///< Huesken held out, Mixset
};

struct SirnaCoverage {
    std::string name;
    std::size_t guides = 0;
    double known_laboratory = 0;
    double new_laboratory = 0;  ///< NaN: not measured
    double calibration_error = 0;
};

struct SirnaBenchReport {
    std::vector<SirnaTest> tests;      ///< no test selection
    std::vector<SirnaTest> published;  ///< published protocol: epoch picked on the test
    std::vector<SirnaAblation> ablations;
    std::vector<SirnaCoverage> calibration;
    double threshold = 0;  ///< of F1 on other data sets: best on all held-out genes
    std::map<int, double> fold_thresholds;  ///< on held-out genes: best on the other folds
};

[[nodiscard]] std::string to_text(const SirnaBenchReport& report);
[[nodiscard]] nlohmann::ordered_json to_json(const SirnaBenchReport& report);

}  // namespace varhush::apps
