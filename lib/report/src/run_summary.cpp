#include "varhush/report/run_summary.hpp"

#include "varhush/core/error.hpp"
#include "varhush/core/version.hpp"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <numeric>

namespace varhush::report {

namespace {

constexpr auto kOkIndex = static_cast<std::size_t>(seq::AlleleStatus::kOk);

std::string fixed(double value, int digits) {
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", digits, value);
    return text;
}

}  // namespace

std::string with_thousands(std::int64_t value) {
    std::string text = std::to_string(value);
    const std::size_t first = text.front() == '-' ? 1 : 0;
    for (std::size_t i = text.size(); i > first + 3;) {
        i -= 3;
        text.insert(i, ",");
    }
    return text;
}

namespace {

// " + 20 NO_GENE + 10 STAR"
std::string reasons(const seq::StatusCounts& counts, const std::string& joint) {
    std::string text;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (i != kOkIndex && counts[i] > 0) {
            text += joint;
            text += with_thousands(counts[i]);
            text += ' ';
            text += seq::status_text(static_cast<seq::AlleleStatus>(i));
        }
    }
    return text;
}

nlohmann::ordered_json by_status(const seq::StatusCounts& counts) {
    nlohmann::ordered_json status;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        status[std::string(seq::status_text(static_cast<seq::AlleleStatus>(i)))] = counts[i];
    }
    return status;
}

}  // namespace

std::int64_t RunSummary::scored() const {
    return counts[kOkIndex];
}

void RunSummary::check() const {
    VARHUSH_CHECK(std::accumulate(counts.begin(), counts.end(), std::int64_t{0}) == alleles);
}

std::string RunSummary::to_text() const {
    std::string text = with_thousands(records) + (records == 1 ? " record, " : " records, ") +
                       with_thousands(alleles) + (alleles == 1 ? " allele = " : " alleles = ") +
                       with_thousands(scored()) + " scored";
    text += reasons(counts, " + ");
    text += ", " + fixed(seconds, 1) + " s";
    if (seconds > 0) {
        text += " (" +
                with_thousands(static_cast<std::int64_t>(static_cast<double>(alleles) / seconds)) +
                " alleles/s)";
    }
    return text;
}

std::vector<std::string> RunSummary::part_lines() const {
    std::vector<std::string> lines;
    for (const ModelCounts& part : parts) {
        lines.push_back(part.model + ": " + with_thousands(part.counts[kOkIndex]) +
                        " alleles scored" + reasons(part.counts, ", "));
    }
    return lines;
}

std::string RunSummary::to_json() const {
    nlohmann::ordered_json all;
    all["version"] = std::string(core::version());
    all["model"] = model;
    all["records"] = records;
    all["alleles"] = alleles;
    all["scored"] = scored();
    all["unscored"] = unscored();
    all["status"] = by_status(counts);
    for (const ModelCounts& part : parts) {
        all["parts"][part.model] = by_status(part.counts);
        all["part_seconds"][part.model] = part.seconds;
    }
    all["seconds"] = seconds;
    // A model path may hold any bytes: show what is not UTF-8 as U+FFFD instead of throwing.
    return all.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace varhush::report
