#pragma once

#include "varhush/io/text_reader.hpp"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace varhush::concord {

/// A tab-separated table with a header line behind any lines of "##", read line by line.
class TableReader {
  public:
    /// Reads the header line; a '#' in front of it is left out.
    /// @throws Error{kInput} for an empty file and for VCF or BCF.
    explicit TableReader(const std::string& path);

    /// Number of the first of `names` that is a column, without regard to case.
    [[nodiscard]] std::optional<std::size_t> find(
        std::initializer_list<std::string_view> names) const;
    [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;
    /// @throws Error{kInput}, naming the columns that are there, when there is none.
    [[nodiscard]] std::size_t require(std::initializer_list<std::string_view> names) const;

    /// False at the end. @throws Error{kInput} for a line with another number of fields and for a
    /// last line without its end.
    bool next();
    [[nodiscard]] std::string_view field(std::size_t column) const { return fields_[column]; }
    [[nodiscard]] std::string where() const { return reader_.where(); }
    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    [[nodiscard]] const std::vector<std::string>& columns() const noexcept { return columns_; }

    /// Whole number, 1-based position and so on. @throws Error{kInput} for anything else.
    [[nodiscard]] std::int64_t whole_number(std::size_t column) const;
    /// A finite number; nothing for "", "." and "NA". @throws Error{kInput} for anything else.
    [[nodiscard]] std::optional<double> number(std::size_t column) const;

  private:
    std::string path_;
    io::TextReader reader_;
    std::vector<std::string> columns_;
    std::string line_;
    std::vector<std::string_view> fields_;
};

}  // namespace varhush::concord
