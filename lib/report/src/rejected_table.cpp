#include "html_table.hpp"
#include "markup.hpp"
#include "page_tables.hpp"
#include "page_text.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace varhush::report {

namespace {

using Kind = HtmlTable::Kind;

struct Reason {
    std::string name;
    std::size_t candidates = 0;
    std::size_t alone = 0;
    std::string example;
};

std::vector<Reason> reasons_of(const sirna::DesignReport& report) {
    std::map<std::string, Reason> found;
    for (const sirna::RejectedCandidate& one : report.rejected) {
        for (std::size_t i = 0; i < one.reasons.size(); ++i) {
            Reason& reason = found[one.reasons[i]];
            reason.name = one.reasons[i];
            ++reason.candidates;
            reason.alone += one.reasons.size() == 1 ? 1 : 0;
            if (reason.example.empty() && i < one.details.size()) {
                reason.example = one.details[i];
            }
        }
    }
    std::vector<Reason> reasons;
    reasons.reserve(found.size());
    for (auto& [name, reason] : found) {
        reasons.push_back(std::move(reason));
    }
    std::stable_sort(reasons.begin(), reasons.end(), [](const Reason& a, const Reason& b) {
        return a.candidates > b.candidates;
    });
    return reasons;
}

}  // namespace

std::string rejected_table(const sirna::DesignReport& report) {
    constexpr std::size_t kMost = 60;
    const std::vector<Reason> reasons = reasons_of(report);
    if (reasons.empty()) {
        return {};
    }
    HtmlTable table("Rejected candidates by reason; one candidate may have several");
    table.column("reason");
    table.column("candidates", Kind::kNumber);
    table.column("share", Kind::kNumber, "of all rejected candidates");
    table.column("only reason", Kind::kNumber, "candidates with this reason alone");
    table.column("for example");
    for (std::size_t i = 0; i < std::min(reasons.size(), kMost); ++i) {
        const Reason& reason = reasons[i];
        table.row();
        table.cell(reason.name);
        table.cell(count_text(reason.candidates));
        table.cell(percent(static_cast<double>(reason.candidates) /
                           static_cast<double>(report.rejected.size())));
        table.cell(count_text(reason.alone));
        table.cell(shortened(reason.example, 160));
    }
    return table.finish();
}

}  // namespace varhush::report
