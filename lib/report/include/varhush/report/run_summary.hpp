#pragma once

#include "varhush/seq/status.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace varhush::report {

/// Alleles by status of one of several models, and the time that it took.
struct ModelCounts {
    std::string model;
    seq::StatusCounts counts{};
    double seconds = 0;
};

/// What a scoring run did, for the last line of stderr and for --stats. Every ALT allele of the
/// input is in `counts` exactly once: alleles = scored + each reason.
struct RunSummary {
    std::string model;  ///< ids, comma-separated
    std::int64_t records = 0;
    std::int64_t alleles = 0;  ///< ALT alleles read
    seq::StatusCounts counts{};
    double seconds = 0;
    std::vector<ModelCounts> parts;  ///< of a run with several models

    [[nodiscard]] std::int64_t scored() const;
    [[nodiscard]] std::int64_t unscored() const { return alleles - scored(); }

    /// @throws Error{kInternal} when the counts do not add up to `alleles` (a bug).
    void check() const;

    /// "1,204 records, 1,210 alleles = 1,180 scored + 20 NO_GENE + 10 STAR, 12.3 s (98 alleles/s)"
    [[nodiscard]] std::string to_text() const;

    /// "MODEL: 1,180 alleles scored, 20 NO_GENE, 10 STAR" of each part.
    [[nodiscard]] std::vector<std::string> part_lines() const;

    /// One JSON object and a newline: version, model, records, alleles, scored, unscored,
    /// status (every status with its count), parts (status by model, of a run with several),
    /// part_seconds (the same for the time in each), seconds.
    [[nodiscard]] std::string to_json() const;
};

/// 1234567 -> "1,234,567"
[[nodiscard]] std::string with_thousands(std::int64_t value);

}  // namespace varhush::report
