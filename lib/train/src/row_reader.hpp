#pragma once

#include "varhush/io/text_reader.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace varhush::train {

/// Rows of a tab-separated table whose columns are asked for by name or by number from 1. A file
/// whose columns are named starts with a header line; lines of '#', "track" and "browser" are
/// passed over.
class RowReader {
  public:
    /// `names`: every text that will be asked for. @throws Error{kInput} for a missing column.
    RowReader(const std::string& path, const std::vector<std::string>& names);

    bool next();
    /// The field of the row at hand. @throws Error{kInput} when the row is too short.
    [[nodiscard]] std::string_view field(const std::string& name) const;
    /// @throws Error{kInput} for anything but a whole number from 0.
    [[nodiscard]] std::int64_t position(const std::string& name) const;
    [[nodiscard]] double number(const std::string& name) const;
    [[nodiscard]] bool has(const std::string& name) const;
    /// Whether every column of `where` holds its text.
    [[nodiscard]] bool matches(const std::map<std::string, std::string>& where) const;
    [[nodiscard]] std::string where() const { return reader_.where(); }
    [[noreturn]] void refuse(const std::string& what) const;

  private:
    void read_header(const std::vector<std::string>& names);

    std::string path_;
    io::TextReader reader_;
    std::map<std::string, std::size_t> columns_;
    std::string line_;
    std::vector<std::string_view> fields_;
};

}  // namespace varhush::train
