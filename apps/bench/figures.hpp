#pragma once

#include "apps/bench/options.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <vector>

namespace varhush::apps {

/// A number of an accuracy report with its bootstrap interval. More is better.
struct Figure {
    std::string name;
    double value = 0;  ///< NaN: could not be told
    double low = 0;
    double high = 0;
};

/// Every object of a report that has "low" and "high". The value is its "value", or else the
/// number in front of "low". The name is made of the texts of the enclosing objects, their keys,
/// and that of the value, with slashes between: "E1/test/pearson". Equal names get "#2" and so on.
[[nodiscard]] std::vector<Figure> figures_in(const nlohmann::ordered_json& report);

/// What `--expect` holds: a report as --json wrote it, or an object of names and numbers.
/// @throws Error{kInput} naming the file, for bad JSON and for a file without a figure.
[[nodiscard]] std::vector<Figure> read_expectations(const std::string& path);

/// One line for each expectation that is missed: it, less `tolerance` of itself (0 to 1), lies
/// above the interval of the new figure (without one: above its value), or the new report lacks it.
[[nodiscard]] std::vector<std::string> missed(const std::vector<Figure>& expected,
                                              const std::vector<Figure>& found,
                                              double tolerance = 0);

/// Points with their intervals, one line a figure.
[[nodiscard]] std::string figures_svg(const std::string& title, const std::vector<Figure>& figures);

/// Rows as tab-separated text with three decimals, '.' for what a row does not have.
[[nodiscard]] std::string rows_text(const std::vector<std::string>& columns,
                                    const std::vector<nlohmann::ordered_json>& rows);

/// The end of every accuracy command: prints, draws --svg, and compares with --expect. The file of
/// expectations is read by the constructor, before the work.
class Report {
  public:
    /// `tolerance` is that of missed().
    explicit Report(const BenchOptions& options, double tolerance = 0);

    /// Returns the exit code: 1 when an expectation is missed, each of which is logged.
    [[nodiscard]] int finish(const std::string& title,
                             const std::string& text,
                             const nlohmann::ordered_json& json) const;

  private:
    const BenchOptions& options_;
    double tolerance_;
    std::optional<std::vector<Figure>> expected_;
};

}  // namespace varhush::apps
