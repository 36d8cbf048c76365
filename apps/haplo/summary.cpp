#include "apps/haplo/summary.hpp"

#include "varhush/core/version.hpp"
#include "varhush/report/run_summary.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <cstdio>

namespace varhush::apps {

namespace {

std::string fixed(const char* format, double value) {
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), format, value);
    return text.data();
}

}  // namespace

std::int64_t HaploSummary::unscored() const {
    const auto scored = counts.find("OK");
    return haplotypes - (scored == counts.end() ? 0 : scored->second);
}

double HaploSummary::reuse() const {
    return changed == 0 ? 0.0 : 1.0 - static_cast<double>(distinct) / static_cast<double>(changed);
}

std::string HaploSummary::to_text() const {
    using report::with_thousands;
    std::string text = with_thousands(records) + " records, " + with_thousands(samples) +
                       (samples == 1 ? " sample, " : " samples, ") + with_thousands(blocks) +
                       " blocks, " + with_thousands(haplotypes) +
                       " haplotypes = " + with_thousands(haplotypes - unscored()) + " scored";
    for (const auto& [status, count] : counts) {
        if (status != "OK") {
            text += " + " + with_thousands(count) + ' ' + status;
        }
    }
    if (unphased_blocks > 0) {
        text += ", " + with_thousands(unphased_blocks) + " blocks of unknown phase";
    }
    if (missing > 0) {
        text += ", " + with_thousands(missing) + " genotypes missing";
    }
    if (ploidy > 0) {
        text += ", " + with_thousands(ploidy) + " genotypes of more than two haplotypes";
    }
    return text + ", " + with_thousands(distinct) + " distinct sequences of " +
           with_thousands(changed) + " (reuse " + fixed("%.1f", 100 * reuse()) + " %), " +
           fixed("%.1f", seconds) + " s";
}

std::string HaploSummary::to_json() const {
    nlohmann::ordered_json json{{"version", core::version()},
                                {"model", models},
                                {"records", records},
                                {"samples", samples},
                                {"blocks", blocks},
                                {"unphased_blocks", unphased_blocks},
                                {"haplotypes", haplotypes},
                                {"scored", haplotypes - unscored()},
                                {"unscored", unscored()},
                                {"status", counts},
                                {"genotypes_missing", missing},
                                {"genotypes_ploidy", ploidy},
                                {"changed_haplotypes", changed},
                                {"distinct_haplotypes", distinct},
                                {"reuse", reuse()},
                                {"effects_wanted", effects_wanted},
                                {"effects_computed", effects_computed},
                                {"seconds", seconds}};
    return json.dump(2) + "\n";
}

}  // namespace varhush::apps
