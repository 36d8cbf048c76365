#include "page_text.hpp"

#include "markup.hpp"
#include "varhush/report/design_page.hpp"
#include "varhush/report/run_summary.hpp"

#include <cmath>

namespace varhush::report {

std::string count_text(std::int64_t value) {
    return with_thousands(value);
}

std::string count_text(std::size_t value) {
    return with_thousands(static_cast<std::int64_t>(value));
}

std::string range_text(std::size_t start, std::size_t end) {
    return count_text(start + 1) + "\u2013" + count_text(end);
}

std::string load_text(double load) {
    if (std::isnan(load)) {
        return "\u2013";
    }
    if (load > 0 && load < 0.005) {
        return "<0.01";
    }
    return load < 10 ? fixed(load)
                     : (load < 100 ? fixed(load, 1)
                                   : count_text(static_cast<std::int64_t>(std::llround(load))));
}

std::string anchor_of(std::size_t guide) {
    return "guide-" + std::to_string(guide + 1);
}

std::string guide_link(const sirna::DesignReport& report, std::size_t guide) {
    if (guide >= kPageMostArticles) {
        return escaped(report.guides[guide].id);
    }
    std::string link;
    put(link, "<a href=\"#", anchor_of(guide), "\">", escaped(report.guides[guide].id), "</a>");
    return link;
}

}  // namespace varhush::report
