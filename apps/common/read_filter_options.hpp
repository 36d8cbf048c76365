#pragma once

#include "varhush/io/read_filter.hpp"

#include <string>

namespace CLI {
class App;
}  // namespace CLI

namespace varhush::apps {

/// The texts of the options until they are parsed.
struct ReadFilterTexts {
    std::string excluded = "0xF04";
    std::string required = "0";
};

/// Adds -q, -F and `required_names` ("-f,--require-flags") to the options under `group`.
void add_read_filter_options(CLI::App& app,
                             io::ReadFilter& filter,
                             ReadFilterTexts& texts,
                             const std::string& required_names,
                             const std::string& group);

/// After parsing. @throws Error{kUsage} for texts that are no SAM flags.
void set_read_flags(const ReadFilterTexts& texts, io::ReadFilter& filter);

}  // namespace varhush::apps
