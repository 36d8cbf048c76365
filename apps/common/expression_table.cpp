#include "apps/common/expression_table.hpp"

#include "varhush/core/error.hpp"
#include "varhush/io/text_reader.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>

namespace varhush::apps {

namespace {

[[noreturn]] void fail(const io::TextReader& reader,
                       const std::string& what,
                       const std::string& hint = {}) {
    throw Error(ErrorKind::kInput, reader.where() + ": " + what, hint);
}

std::optional<double> number_of(std::string_view text) {
    double value = 0;
    const char* const end = text.data() + text.size();
    const auto done = std::from_chars(text.data(), end, value);
    const bool good = done.ec == std::errc{} && done.ptr == end && std::isfinite(value);
    return good ? std::optional(value) : std::nullopt;
}

std::string lower(std::string_view text) {
    std::string copy(text);
    for (char& letter : copy) {
        letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    }
    return copy;
}

std::string listed(const std::vector<std::string>& names) {
    std::string text;
    for (std::size_t i = 1; i < names.size(); ++i) {
        text += (i > 1 ? ", " : "") + names[i];
    }
    return text;
}

/// Which column has the values.
std::size_t value_column(const io::TextReader& reader,
                         const std::vector<std::string>& names,
                         const std::string& wanted) {
    for (std::size_t i = 1; i < names.size(); ++i) {
        if (wanted.empty() ? lower(names[i]) == "tpm" : names[i] == wanted) {
            return i;
        }
    }
    if (!wanted.empty()) {
        fail(reader, "there is no column '" + wanted + "'", "there are: " + listed(names));
    }
    const bool described = names.size() == 3 && lower(names[1]) == "description";
    if (names.size() == 2 || described) {
        return names.size() - 1;
    }
    fail(reader,
         "several columns may hold the expression",
         "say which with --expression-column: " + listed(names));
}

/// Puts values on transcripts.
class Filler {
  public:
    explicit Filler(const sirna::OffTargetIndex& index) : index_(index), covered_(size()) {
        expression_.tpm.resize(size());
    }

    void add(std::string_view name, double value) {
        ++expression_.rows;
        if (!put_by_name(name, value) && !put_by_name(name.substr(0, name.find('|')), value)) {
            ++expression_.unknown;
        }
    }

    Expression finish() {
        expression_.without_value =
            static_cast<std::uint64_t>(std::count(covered_.begin(), covered_.end(), false));
        return std::move(expression_);
    }

  private:
    [[nodiscard]] std::size_t size() const { return index_.transcripts().size(); }
    bool put_by_name(std::string_view name, double value) {
        if (const auto transcript = index_.find_transcript(name)) {
            ++expression_.transcripts;
            put(*transcript, value);
            return true;
        }
        const auto genes = index_.find_genes(name);
        if (genes.size() != 1) {
            return false;
        }
        ++expression_.genes;
        const auto transcripts = index_.transcripts_of(genes.front());
        for (const std::uint32_t transcript : transcripts) {
            put(transcript, value / static_cast<double>(transcripts.size()));
        }
        return true;
    }
    void put(std::uint32_t transcript, double value) {
        expression_.tpm[transcript] += value;
        covered_[transcript] = true;
    }

    const sirna::OffTargetIndex& index_;
    std::vector<bool> covered_;
    Expression expression_;
};

}  // namespace

Expression read_expression(const std::string& path,
                           const std::string& column,
                           const sirna::OffTargetIndex& index) {
    io::TextReader reader(path);
    Filler filler(index);
    std::string line;
    std::vector<std::string> names;
    std::size_t value_at = 0;
    bool is_gct = false;
    while (reader.next(line)) {
        if (reader.line_number() == 1 && line.starts_with("#1.")) {
            is_gct = true;
            continue;
        }
        if (line.empty() || (is_gct && reader.line_number() == 2)) {
            continue;  // rows and columns of a gct
        }
        const auto fields = io::split_tabs(line);
        if (names.empty()) {
            names.assign(fields.begin(), fields.end());
            if (fields.size() < 2) {
                fail(reader, "this is no table of expression: one column");
            }
            // Without a header the first line is data: name and value.
            const auto first = fields.size() == 2 ? number_of(fields[1]) : std::nullopt;
            value_at = first ? 1 : value_column(reader, names, column);
            if (!first) {
                continue;
            }
        }
        if (fields.size() != names.size()) {
            fail(reader,
                 std::to_string(fields.size()) + " fields, the first line has " +
                     std::to_string(names.size()));
        }
        const auto value = number_of(fields[value_at]);
        if (!value || *value < 0) {
            fail(reader, "'" + std::string(fields[value_at]) + "' is no expression value");
        }
        filler.add(fields[0], *value);
    }
    reader.refuse_cut_line();
    return filler.finish();
}

}  // namespace varhush::apps
