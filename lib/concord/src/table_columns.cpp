#include "table_columns.hpp"

#include "varhush/core/error.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

namespace varhush::concord {

namespace {

bool same_name(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
        return std::tolower(x) == std::tolower(y);
    });
}

}  // namespace

TableReader::TableReader(const std::string& path) : path_(path), reader_(path) {
    while (reader_.next(line_)) {
        if (line_.starts_with("##fileformat=VCF") || line_.starts_with("BCF\2")) {
            throw Error(ErrorKind::kInput,
                        reader_.where() + ": VCF or BCF where a table was expected",
                        "standard input is taken for a table of counts and for scored VCF or BCF; "
                        "name a file to have its kind found out");
        }
        if (!line_.starts_with("##")) {
            break;
        }
        line_.clear();
    }
    reader_.refuse_cut_line();
    const std::string_view line = line_;
    for (const std::string_view name : io::split_tabs(line.substr(line.starts_with('#') ? 1 : 0))) {
        columns_.emplace_back(name);
    }
    if (line_.empty()) {
        throw Error(ErrorKind::kInput, path + ": no header line");
    }
}

std::optional<std::size_t> TableReader::find(std::string_view name) const {
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (!same_name(columns_[i], name)) {
            continue;
        }
        if (found) {
            throw Error(ErrorKind::kInput,
                        path_ + ": the column '" + columns_[i] + "' is there twice",
                        "which one counts? leave the other out");
        }
        found = i;
    }
    return found;
}

std::optional<std::size_t> TableReader::find(std::initializer_list<std::string_view> names) const {
    for (const std::string_view name : names) {
        if (const auto found = find(name)) {
            return found;
        }
    }
    return std::nullopt;
}

std::size_t TableReader::require(std::initializer_list<std::string_view> names) const {
    if (const auto found = find(names)) {
        return *found;
    }
    std::string there;
    for (const std::string& name : columns_) {
        there.append(there.empty() ? "" : ", ").append(name);
    }
    throw Error(ErrorKind::kInput,
                path_ + ": no column '" + std::string(*names.begin()) + "'",
                "its columns are " + there);
}

bool TableReader::next() {
    do {
        if (!reader_.next(line_)) {
            return false;
        }
        reader_.refuse_cut_line();
    } while (line_.empty());
    fields_ = io::split_tabs(line_);
    if (fields_.size() != columns_.size()) {
        throw Error(ErrorKind::kInput,
                    where() + ": " + std::to_string(fields_.size()) + " fields, the header has " +
                        std::to_string(columns_.size()));
    }
    return true;
}

std::int64_t TableReader::whole_number(std::size_t column) const {
    const std::string_view text = field(column);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) {
        throw Error(ErrorKind::kInput,
                    where() + ": '" + std::string(text) + "' in column '" + columns_[column] +
                        "' is no whole number");
    }
    return value;
}

std::optional<double> TableReader::number(std::size_t column) const {
    const std::string_view text = field(column);
    if (text.empty() || text == "." || text == "NA") {
        return std::nullopt;
    }
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
        throw Error(ErrorKind::kInput,
                    where() + ": '" + std::string(text) + "' in column '" + columns_[column] +
                        "' is no finite number");
    }
    return value;
}

}  // namespace varhush::concord
