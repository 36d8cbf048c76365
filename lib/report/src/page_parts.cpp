#include "page_parts.hpp"

#include "markup.hpp"
#include "page_style.hpp"

namespace varhush::report {

std::string page_head(const std::string& title) {
    const std::string text = escaped(title);
    std::string html;
    // The policy keeps out whatever a later hand might paste in: no script, nothing from elsewhere.
    put(html, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    put(html, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; ");
    put(html, "style-src 'unsafe-inline'\">\n");
    put(html, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    put(html, "<meta name=\"color-scheme\" content=\"light dark\">\n<title>", text, "</title>\n");
    put(html, "<style>\n", page_style(), "</style>\n</head>\n<body>\n<header>\n<h1>", text);
    put(html, "</h1>\n</header>\n");
    return html;
}

std::string paragraph(const std::string& text) {
    return "<p class=\"soft\">" + escaped(text) + "</p>\n";
}

std::string section(const char* id, const std::string& title, const std::string& body) {
    std::string html;
    if (!body.empty()) {
        put(html, "<section aria-labelledby=\"", id, "\">\n<h2 id=\"", id, "\">", escaped(title));
        put(html, "</h2>\n", body, "</section>\n");
    }
    return html;
}

void add_fact(std::string& html, const std::string& value, const std::string& name) {
    put(html, "<div><b>", escaped(value), "</b><span>", escaped(name), "</span></div>\n");
}

std::string key(const char* look, const std::string& text) {
    std::string html;
    put(html, "<span class=\"key\"><svg viewBox=\"0 0 12 12\" aria-hidden=\"true\"><rect class=\"");
    put(html, look, "\" x=\"1\" y=\"1\" width=\"10\" height=\"10\"/></svg>", escaped(text));
    return html + "</span>";
}

std::string figure(const std::string& svg, const std::string& caption, bool narrow) {
    return std::string(narrow ? "<figure class=\"narrow\">" : "<figure>") +
           "\n<div class=\"drawing\">\n" + svg + "</div>\n<figcaption>" + caption +
           "</figcaption>\n</figure>\n";
}

}  // namespace varhush::report
