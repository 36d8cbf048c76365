#include "row_reader.hpp"

#include "varhush/core/error.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace varhush::train {
namespace {

/// The column for text such as "6", counted from 0; -1 for a name.
std::int64_t numbered(const std::string& name) {
    std::int64_t value = 0;
    const char* end = name.data() + name.size();
    const auto result = std::from_chars(name.data(), end, value);
    return result.ec == std::errc{} && result.ptr == end && value > 0 && value < 100'000 ? value - 1
                                                                                         : -1;
}

bool is_comment(const std::string& line) {
    return line.empty() || line[0] == '#' || line.starts_with("track ") ||
           line.starts_with("browser ");
}

}  // namespace

RowReader::RowReader(const std::string& path, const std::vector<std::string>& names)
    : path_(path), reader_(path) {
    bool named = false;
    for (const std::string& name : names) {
        if (const std::int64_t at = numbered(name); at >= 0) {
            columns_[name] = static_cast<std::size_t>(at);
        } else {
            named = true;
        }
    }
    if (named) {
        read_header(names);
    }
}

void RowReader::read_header(const std::vector<std::string>& names) {
    if (!reader_.next(line_)) {
        throw Error(ErrorKind::kInput, path_ + ": is empty, expected a header line");
    }
    const auto header = io::split_tabs(line_);
    for (const std::string& name : names) {
        if (columns_.contains(name)) {
            continue;
        }
        const auto found = std::find_if(header.begin(), header.end(), [&](std::string_view text) {
            return text == name || (text.starts_with('#') && text.substr(1) == name);
        });
        if (found == header.end()) {
            throw Error(ErrorKind::kInput, path_ + ": no column \"" + name + "\" in the header");
        }
        columns_[name] = static_cast<std::size_t>(found - header.begin());
    }
}

bool RowReader::next() {
    do {
        if (!reader_.next(line_)) {
            return false;
        }
    } while (is_comment(line_));
    reader_.refuse_cut_line();
    fields_ = io::split_tabs(line_);
    return true;
}

bool RowReader::has(const std::string& name) const {
    return columns_.at(name) < fields_.size();
}

std::string_view RowReader::field(const std::string& name) const {
    const std::size_t at = columns_.at(name);
    if (at >= fields_.size()) {
        refuse("has " + std::to_string(fields_.size()) + " columns, but column " +
               std::to_string(at + 1) + " is needed");
    }
    return fields_[at];
}

std::int64_t RowReader::position(const std::string& name) const {
    const std::string_view text = field(name);
    std::int64_t value = -1;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    if (result.ec != std::errc{} || result.ptr != text.data() + text.size() || value < 0) {
        refuse("expected a position, found '" + std::string(text) + "'");
    }
    return value;
}

double RowReader::number(const std::string& name) const {
    const std::string_view text = field(name);
    double value = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    if (result.ec != std::errc{} || result.ptr != text.data() + text.size() ||
        !std::isfinite(value)) {
        refuse("expected a number, found '" + std::string(text) + "'");
    }
    return value;
}

bool RowReader::matches(const std::map<std::string, std::string>& where) const {
    return std::all_of(where.begin(), where.end(), [&](const auto& wanted) {
        return field(wanted.first) == wanted.second;
    });
}

void RowReader::refuse(const std::string& what) const {
    throw Error(ErrorKind::kInput, reader_.where() + ": " + what);
}

}  // namespace varhush::train
