#include "apps/bench/reliability_data.hpp"

#include "varhush/core/error.hpp"
#include "varhush/core/split_list.hpp"
#include "varhush/io/text_reader.hpp"
#include "varhush/nn/safetensors.hpp"
#include "varhush/scoring/calibration_table.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>

namespace varhush::apps {

namespace {

const std::string kSize = "size";  // of the score: a confidence that needs no column

// A named column of a table, or none.
struct Column {
    std::string name;
    std::optional<std::size_t> place;
};

Column find_column(const io::TextReader& reader,
                   const std::vector<std::string_view>& header,
                   const std::string& name) {
    if (name.empty()) {
        return {};
    }
    const auto found = std::find(header.begin(), header.end(), name);
    if (found == header.end()) {
        throw Error(ErrorKind::kInput,
                    reader.where() + ": there is no column '" + name + "'",
                    "expected a header line with the columns' names");
    }
    return {name, static_cast<std::size_t>(found - header.begin())};
}

// Empty for a missing value.
std::optional<double> number_in(const io::TextReader& reader,
                                const std::vector<std::string_view>& fields,
                                const Column& column) {
    const std::string_view text = fields[*column.place];
    if (text == "." || text == "NA") {
        return std::nullopt;
    }
    double value = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    if (result.ec != std::errc{} || result.ptr != text.data() + text.size() ||
        !std::isfinite(value)) {
        throw Error(
            ErrorKind::kInput,
            reader.where() + ": " + column.name + " is no number: '" + std::string(text) + "'");
    }
    return value;
}

std::pair<std::string, std::string> split_condition(const std::string& option,
                                                    const std::string& text) {
    const auto at = text.find('=');
    if (!text.empty() && (at == 0 || at == std::string::npos || at + 1 == text.size())) {
        throw Error(ErrorKind::kUsage, option + " " + text + " is no COLUMN=VALUE", {});
    }
    return text.empty() ? std::pair<std::string, std::string>{}
                        : std::pair{text.substr(0, at), text.substr(at + 1)};
}

class TableReader {
  public:
    explicit TableReader(const ReliabilityOptions& options)
        : options_(options), reader_(options.table) {
        if (!options.calibration.empty()) {
            table_.emplace(
                scoring::CalibrationTable::from_file(nn::SafeTensors::open(options.calibration)));
            if (!table_->sign()) {
                throw Error(ErrorKind::kUsage,
                            options.calibration + " says nothing of signs",
                            "see 'varhush calibrate --measured'");
            }
        }
    }

    ReliabilityData read() {
        read_header();
        while (reader_.next(line_)) {
            const auto fields = io::split_tabs(line_);
            if (fields.size() != columns_) {
                throw Error(ErrorKind::kInput,
                            reader_.where() + ": the line has " + std::to_string(fields.size()) +
                                " fields, the header " + std::to_string(columns_));
            }
            take(fields);
        }
        reader_.refuse_cut_line();
        if (data_.scores.empty()) {
            throw Error(ErrorKind::kInput,
                        options_.table + ": no row counts",
                        "a row counts that fits --where and has all numbers");
        }
        return std::move(data_);
    }

  private:
    void read_header() {
        if (!reader_.next(line_)) {
            throw Error(ErrorKind::kInput, reader_.where() + ": the file is empty");
        }
        const auto header = io::split_tabs(line_);
        columns_ = header.size();
        const auto [where, values] = split_condition("--where", options_.where);
        wanted_ = core::split_list(values);
        const auto [p_value, limit] = split_condition("--max-p", options_.max_p);
        if (!p_value.empty()) {
            const auto result = std::from_chars(limit.data(), limit.data() + limit.size(), max_p_);
            if (result.ec != std::errc{} || result.ptr != limit.data() + limit.size()) {
                throw Error(ErrorKind::kUsage, "--max-p " + options_.max_p + " has no number", {});
            }
        }
        where_ = find_column(reader_, header, where);
        p_value_ = find_column(reader_, header, p_value);
        group_ = find_column(reader_, header, options_.group);
        numbers_ = {find_column(reader_, header, options_.score),
                    find_column(reader_, header, options_.truth)};
        for (const std::string& name : core::split_list(options_.by)) {
            data_.confidences.push_back({name, {}});
            if (name != kSize) {
                numbers_.push_back(
                    find_column(reader_, header, name.starts_with('-') ? name.substr(1) : name));
            }
        }
        if (!options_.probability.empty()) {
            numbers_.push_back(find_column(reader_, header, options_.probability));
        }
    }

    void take(const std::vector<std::string_view>& fields) {
        if (where_.place &&
            std::find(wanted_.begin(), wanted_.end(), fields[*where_.place]) == wanted_.end()) {
            return;
        }
        if (p_value_.place) {
            const auto p = number_in(reader_, fields, p_value_);
            if (!p || *p > max_p_) {
                return;
            }
        }
        std::vector<double> row;
        for (const Column& column : numbers_) {
            const auto value = number_in(reader_, fields, column);
            if (!value) {
                return;
            }
            row.push_back(*value);
        }
        data_.groups.emplace_back(group_.place ? fields[*group_.place] : std::string_view());
        data_.scores.push_back(row[0]);
        data_.truths.push_back(row[1]);
        std::size_t next = 2;
        for (auto& confidence : data_.confidences) {
            const double value = confidence.name == kSize           ? std::fabs(row[0])
                                 : confidence.name.starts_with('-') ? -row[next++]
                                                                    : row[next++];
            confidence.values.push_back(value);
        }
        if (table_) {
            data_.probabilities.push_back(table_->sign()->curve.probability(row[0]));
        } else if (!options_.probability.empty()) {
            data_.probabilities.push_back(row[next]);
        }
    }

    const ReliabilityOptions& options_;
    io::TextReader reader_;
    std::string line_;
    std::optional<scoring::CalibrationTable> table_;
    std::size_t columns_ = 0;
    std::vector<std::string> wanted_;
    double max_p_ = 1;
    Column where_;
    Column p_value_;
    Column group_;
    std::vector<Column> numbers_;
    ReliabilityData data_;
};

}  // namespace

std::vector<std::size_t> ReliabilityData::signed_rows(double min_truth) const {
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < truths.size(); ++i) {
        if (truths[i] != 0 && std::fabs(truths[i]) >= min_truth) {
            rows.push_back(i);
        }
    }
    return rows;
}

bool ReliabilityData::wrong_sign(std::size_t row) const {
    return !(scores[row] * truths[row] > 0);
}

ReliabilityData read_reliability(const ReliabilityOptions& options) {
    return TableReader(options).read();
}

}  // namespace varhush::apps
