#include "html_table.hpp"
#include "markup.hpp"
#include "page_tables.hpp"
#include "page_text.hpp"

#include <string>

namespace varhush::report {

namespace {

using Kind = HtmlTable::Kind;

/// One strand; `name` is HTML.
void strand_row(const std::string& name,
                const char* strand,
                const std::string& text,
                const std::string& idt,
                double g_mol,
                HtmlTable& table) {
    table.row();
    table.cell_markup(name);
    table.cell(strand);
    // One below the other: side by side they are wider than any page.
    std::string both = escaped(text);
    if (!idt.empty()) {
        put(both, "<br><span class=\"soft\">", escaped(idt), "</span>");
    }
    table.cell_markup(both);
    table.cell(fixed_or_dash(g_mol, 1));
}

void duplex_rows(const std::string& name,
                 const std::string& guide,
                 const std::string& passenger,
                 const sirna::ModifiedDuplex& duplex,
                 HtmlTable& table) {
    strand_row(name,
               "guide",
               duplex.guide.empty() ? guide : duplex.guide,
               duplex.guide_idt,
               duplex.guide_g_mol,
               table);
    strand_row(name,
               "passenger",
               duplex.passenger.empty() ? passenger : duplex.passenger,
               duplex.passenger_idt,
               duplex.passenger_g_mol,
               table);
}

}  // namespace

std::string order_table(const sirna::DesignReport& report, std::size_t first, std::size_t count) {
    HtmlTable table("Strands as they are ordered, 5'\u21923', with their controls");
    table.column("duplex");
    table.column("strand");
    table.column("varhush notation; below it that of IDT, where it has one", Kind::kSequence);
    table.column("g/mol", Kind::kNumber, "free acid");
    for (std::size_t i = first; i < first + count; ++i) {
        const sirna::DesignedGuide& guide = report.guides[i];
        duplex_rows(
            guide_link(report, i), guide.guide_strand, guide.passenger_strand, guide.duplex, table);
        for (const sirna::ControlDuplex& control : guide.controls) {
            duplex_rows(
                escaped(control.id), control.guide, control.passenger, control.duplex, table);
        }
    }
    return table.finish();
}

std::string control_table(const sirna::DesignReport& report) {
    HtmlTable table("Matched negative controls");
    table.column("control");
    table.column("kind");
    table.column("guide, 5'\u21923'", Kind::kSequence, "what pairs");
    for (const char* mismatches : {"0\u00a0mm", "1\u00a0mm", "2\u00a0mm", "3\u00a0mm"}) {
        table.column(mismatches, Kind::kNumber, "sites in the index, both strands");
    }
    table.column("judgement");
    for (const sirna::DesignedGuide& guide : report.guides) {
        for (const sirna::ControlDuplex& control : guide.controls) {
            table.row();
            table.cell(control.id);
            table.cell(control.kind);
            table.cell(control.guide);
            for (std::size_t i = 0; i < 4; ++i) {
                table.cell(control.searched ? count_text(control.sites[i]) : "\u2013");
            }
            const char* const judgement =
                control.clean ? "no site within 3 mismatches" : "has sites within 3 mismatches";
            table.cell(!control.note.empty() ? control.note
                                             : (control.searched ? judgement : "not searched"));
        }
    }
    return table.rows() == 0 ? std::string() : table.finish();
}

}  // namespace varhush::report
