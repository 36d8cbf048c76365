#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace varhush::report {

/// A table of a page. The first column names the row.
class HtmlTable {
  public:
    enum class Kind { kText, kNumber, kSequence };

    explicit HtmlTable(std::string_view caption);

    /// `title` explains the head.
    void column(std::string_view head, Kind kind = Kind::kText, std::string_view title = {});

    /// Opens a row; its cells follow in the order of the columns.
    void row();
    void cell(std::string_view text);           ///< plain text, escaped here
    void cell_markup(std::string_view markup);  ///< HTML, as it is

    [[nodiscard]] std::size_t rows() const noexcept { return rows_; }

    /// The table in a box of its own that scrolls where it is too wide.
    [[nodiscard]] std::string finish() const;

  private:
    std::string caption_;
    std::vector<Kind> kinds_;
    std::string head_;
    std::string body_;
    std::size_t rows_ = 0;
    std::size_t at_ = 0;  // column of the next cell
};

}  // namespace varhush::report
