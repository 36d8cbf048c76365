#pragma once

#include "apps/check/findings.hpp"
#include "varhush/io/variant_fixer.hpp"

#include <optional>
#include <string>

namespace varhush::apps {

/// What a report is made of. The repaired file is checked like the input.
struct CheckReport {
    Findings findings;
    Verdict verdict;
    struct Repair {
        std::string path;
        io::VariantFixerCounts counts;
        Findings findings;
        Verdict verdict;
    };
    std::optional<Repair> repair;

    /// Of the repaired file where there is one.
    [[nodiscard]] bool fits() const { return repair ? repair->verdict.fits() : verdict.fits(); }
};

[[nodiscard]] std::string text_report(const CheckReport& report);
[[nodiscard]] std::string json_report(const CheckReport& report);

}  // namespace varhush::apps
