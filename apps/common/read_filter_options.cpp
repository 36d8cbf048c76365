#include "apps/common/read_filter_options.hpp"

#include <CLI/CLI.hpp>

namespace varhush::apps {

void add_read_filter_options(CLI::App& app,
                             io::ReadFilter& filter,
                             ReadFilterTexts& texts,
                             const std::string& required_names,
                             const std::string& group) {
    app.add_option("-q,--min-mapq", filter.min_mapping_quality, "Least mapping quality")
        ->type_name("N")
        ->check(CLI::Range(0, 255).description(""))
        ->group(group);
    app.add_option("-F,--exclude-flags",
                   texts.excluded,
                   "Leave out reads with any of these SAM flags (number or names)")
        ->type_name("FLAGS")
        ->capture_default_str()
        ->group(group);
    app.add_option(required_names, texts.required, "Only reads with all of these SAM flags")
        ->type_name("FLAGS")
        ->group(group);
}

void set_read_flags(const ReadFilterTexts& texts, io::ReadFilter& filter) {
    filter.excluded_flags = io::parse_sam_flags(texts.excluded);
    filter.required_flags = io::parse_sam_flags(texts.required);
}

}  // namespace varhush::apps
