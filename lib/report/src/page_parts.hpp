#pragma once

#include <string>

// What every HTML report is put together from.

namespace varhush::report {

/// Everything up to the end of the page's header: style sheet, a policy that lets nothing in from
/// elsewhere and no script run, the title as heading.
[[nodiscard]] std::string page_head(const std::string& title);

/// A paragraph in soft colour; the text is escaped.
[[nodiscard]] std::string paragraph(const std::string& text);

/// A section with its heading; nothing for an empty body, which is HTML.
[[nodiscard]] std::string section(const char* id,
                                  const std::string& title,
                                  const std::string& body);

/// A number with what it is, for the row of facts on top.
void add_fact(std::string& html, const std::string& value, const std::string& name);

/// A coloured square with what it stands for.
[[nodiscard]] std::string key(const char* look, const std::string& text);

/// A drawing with its caption, which is HTML.
[[nodiscard]] std::string figure(const std::string& svg,
                                 const std::string& caption,
                                 bool narrow = false);

}  // namespace varhush::report
