#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace varhush::apps {

/// Names of miRNAs by the seed of seven (positions 2 to 8, RNA).
class MirnaSeeds {
  public:
    /// A table with a header line that names the columns `mirna` and `seed7` (or `seed7_2_8`).
    /// @throws Error{kInput} for another table or seeds that are no seven bases.
    explicit MirnaSeeds(const std::string& path);

    /// miRNAs with the seed of `strand`: at most five names and how many more, "." for none.
    [[nodiscard]] std::string names(std::string_view strand) const;

  private:
    std::unordered_map<std::string, std::vector<std::string>> by_seed_;
};

/// A number for each seed, e.g. the viability of cells with siRNAs of that seed (Gao 2018,
/// Nat Commun 9:4504).
class SeedValues {
  public:
    /// Two columns, seed and value, a header line or none; seeds of six (positions 2 to 7) or seven
    /// bases (2 to 8), all alike.
    /// @throws Error{kInput} for anything else and for seeds that are there twice.
    explicit SeedValues(const std::string& path);

    [[nodiscard]] std::optional<double> of(std::string_view strand) const;

  private:
    std::unordered_map<std::string, double> values_;
    std::size_t length_ = 0;
};

/// Pairs of names, one pair a line, two columns and more; a line that begins with '#' is none.
/// @throws Error{kInput} for lines with one column.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> read_name_pairs(
    const std::string& path);

}  // namespace varhush::apps
