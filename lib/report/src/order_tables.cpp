#include "html_table.hpp"
#include "markup.hpp"
#include "page_tables.hpp"
#include "page_text.hpp"

#include <string>

namespace varhush::report {

namespace {

using Kind = HtmlTable::Kind;

}  // namespace

std::string order_table(const sirna::DesignReport& report, std::size_t first, std::size_t count) {
    HtmlTable table("Strands as they are ordered, 5'\u21923'");
    table.column("guide");
    table.column("strand");
    table.column("varhush notation", Kind::kSequence);
    table.column("vendor notation (IDT)", Kind::kSequence);
    table.column("g/mol, free acid", Kind::kNumber);
    const auto strand = [&](std::size_t i,
                            const char* name,
                            const std::string& plain,
                            const std::string& text,
                            const std::string& idt,
                            double mass) {
        table.row();
        table.cell_markup(guide_link(report, i));
        table.cell(name);
        table.cell(text.empty() ? plain : text);
        table.cell(idt.empty() ? "\u2013" : idt);
        table.cell(fixed_or_dash(mass, 1));
    };
    for (std::size_t i = first; i < first + count; ++i) {
        const sirna::DesignedGuide& guide = report.guides[i];
        const sirna::ModifiedDuplex& duplex = guide.duplex;
        strand(i, "guide", guide.guide_strand, duplex.guide, duplex.guide_idt, duplex.guide_g_mol);
        strand(i,
               "passenger",
               guide.passenger_strand,
               duplex.passenger,
               duplex.passenger_idt,
               duplex.passenger_g_mol);
    }
    return table.finish();
}

std::string control_table(const sirna::DesignReport& report) {
    HtmlTable table("Matched negative controls, 5'\u21923'");
    table.column("control");
    table.column("kind");
    table.column("guide strand", Kind::kSequence);
    table.column("passenger strand", Kind::kSequence);
    table.column("sites with 0, 1, 2, 3 mm", Kind::kNumber, "in the index, both strands");
    table.column("judgement");
    for (const sirna::DesignedGuide& guide : report.guides) {
        for (const sirna::ControlDuplex& control : guide.controls) {
            table.row();
            table.cell(control.id);
            table.cell(control.kind);
            table.cell(control.duplex.guide.empty() ? control.guide : control.duplex.guide);
            table.cell(control.duplex.passenger.empty() ? control.passenger
                                                        : control.duplex.passenger);
            std::string sites;
            for (std::size_t i = 0; i < 4; ++i) {
                put(sites, i == 0 ? "" : ", ", count_text(control.sites[i]));
            }
            table.cell(control.searched ? sites : "\u2013");
            std::string judgement = control.searched
                                        ? (control.clean ? "no site within 3 mismatches"
                                                         : "has sites within 3 mismatches")
                                        : "not searched";
            table.cell(control.note.empty() ? judgement : control.note);
        }
    }
    return table.rows() == 0 ? std::string() : table.finish();
}

}  // namespace varhush::report
