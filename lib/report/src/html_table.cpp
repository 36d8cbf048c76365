#include "html_table.hpp"

#include "markup.hpp"
#include "varhush/core/error.hpp"

namespace varhush::report {

namespace {

std::string_view class_of(HtmlTable::Kind kind) {
    switch (kind) {
        case HtmlTable::Kind::kNumber:
            return " class=\"num\"";
        case HtmlTable::Kind::kSequence:
            return " class=\"seq\"";
        case HtmlTable::Kind::kText:
            break;
    }
    return {};
}

}  // namespace

HtmlTable::HtmlTable(std::string_view caption) : caption_(caption) {}

void HtmlTable::column(std::string_view head, Kind kind, std::string_view title) {
    put(head_, "<th scope=\"col\"", class_of(kind));
    if (!title.empty()) {
        put(head_, " title=\"", escaped(title), "\"");
    }
    put(head_, ">", escaped(head), "</th>");
    kinds_.push_back(kind);
}

void HtmlTable::row() {
    VARHUSH_CHECK(rows_ == 0 || at_ == kinds_.size());
    body_ += rows_ == 0 ? "<tr>" : "</tr>\n<tr>";
    ++rows_;
    at_ = 0;
}

void HtmlTable::cell(std::string_view text) {
    cell_markup(escaped(text));
}

void HtmlTable::cell_markup(std::string_view markup) {
    VARHUSH_CHECK(at_ < kinds_.size());
    const std::string_view look = class_of(kinds_[at_]);
    if (at_ == 0) {
        put(body_, "<th scope=\"row\"", look, ">", markup, "</th>");
    } else {
        put(body_, "<td", look, ">", markup, "</td>");
    }
    ++at_;
}

std::string HtmlTable::finish() const {
    VARHUSH_CHECK(rows_ == 0 || at_ == kinds_.size());
    std::string html;
    put(html, "<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"");
    put(html, escaped(caption_), "\">\n<table>\n<caption>", escaped(caption_));
    put(html, "</caption>\n<thead><tr>", head_, "</tr></thead>\n<tbody>\n", body_);
    put(html, rows_ == 0 ? "" : "</tr>\n", "</tbody>\n</table>\n</div>\n");
    return html;
}

}  // namespace varhush::report
