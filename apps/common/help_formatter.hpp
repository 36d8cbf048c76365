#pragma once

#include <CLI/Formatter.hpp>

#include <string>
#include <string_view>

namespace varhush::apps {

/// Breaks `text` into lines of at most `width` letters, further lines indented by `indent` blanks;
/// line ends in the text stay. Words longer than a line are not cut.
[[nodiscard]] std::string wrapped(std::string_view text, std::size_t width, std::size_t indent);

/// House layout of options: names and value in the first column, the description wrapped in the
/// second with the default behind it; no lists of validators.
class HelpFormatter final : public CLI::Formatter {
  public:
    std::string make_option(const CLI::Option* option, bool is_positional) const override;
    std::string make_option_opts(const CLI::Option* option) const override;
};

}  // namespace varhush::apps
