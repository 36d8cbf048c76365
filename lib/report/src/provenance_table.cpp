#include "html_table.hpp"
#include "markup.hpp"
#include "page_tables.hpp"

#include <string>

namespace varhush::report {

std::string provenance_table(const sirna::DesignReport& report) {
    HtmlTable table("How this report was made");
    table.column("what");
    table.column("value");
    const auto fact = [&](const std::string& name, const std::string& value) {
        if (!value.empty()) {
            table.row();
            table.cell(name);
            table.cell_markup("<code>" + escaped(value) + "</code>");
        }
    };
    fact("varhush version", report.version);
    fact("command", report.command);
    fact("efficacy model", report.model);
    fact("model SHA-256", report.model_sha256);
    fact("off-target index", report.index.empty() ? "none: not searched" : report.index);
    for (const auto& [name, value] : report.settings) {
        fact(name, value);
    }
    return table.finish();
}

}  // namespace varhush::report
