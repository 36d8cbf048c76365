#include "apps/common/help_formatter.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace varhush::apps {

namespace {

constexpr std::size_t kOptionColumn = 34;
constexpr std::size_t kTextWidth = 96;

// CLI11 writes the value's name with every validator behind it: "N:INT in [0 - 9]".
std::string without_validators(const CLI::Option& option) {
    std::string name = option.get_type_name();
    std::string suffix;
    try {
        for (int i = 0;; ++i) {
            // get_validator() lacks a const form but changes nothing.
            const auto* validator = const_cast<CLI::Option&>(option).get_validator(i);
            const std::string description = validator->get_description();
            suffix += description.empty() ? "" : ":" + description;
        }
    } catch (const CLI::OptionNotFound&) {
        // that was the last validator
    }
    if (!suffix.empty() && name.ends_with(suffix)) {
        name.resize(name.size() - suffix.size());
    }
    return name;
}

}  // namespace

std::string wrapped(std::string_view text, std::size_t width, std::size_t indent) {
    std::string out;
    std::size_t column = 0;
    const auto start_line = [&] {
        out += '\n' + std::string(indent, ' ');
        column = 0;
    };
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of(" \n"), text.size());
        const std::string_view word = text.substr(0, end);
        if (column > 0 && column + 1 + word.size() > width) {
            start_line();
        }
        out += (column > 0 ? " " : "") + std::string(word);
        column += word.size() + (column > 0 ? 1 : 0);
        if (end < text.size() && text[end] == '\n') {
            start_line();
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

std::string HelpFormatter::make_option_opts(const CLI::Option* option) const {
    const std::string name = without_validators(*option);
    return name.empty() || option->get_type_size() == 0 ? "" : " " + name;
}

std::string HelpFormatter::make_option(const CLI::Option* option, bool is_positional) const {
    std::string line = "  " + make_option_name(option, is_positional) + make_option_opts(option);
    if (line.size() < kOptionColumn) {
        line.resize(kOptionColumn, ' ');
    } else {
        line += '\n' + std::string(kOptionColumn, ' ');
    }
    std::string description = option->get_description();
    if (!option->get_default_str().empty()) {
        description += " (default: " + option->get_default_str() + ")";
    }
    if (option->get_required()) {
        description += " (required)";
    }
    return line + wrapped(description, kTextWidth - kOptionColumn, kOptionColumn) + "\n";
}

}  // namespace varhush::apps
