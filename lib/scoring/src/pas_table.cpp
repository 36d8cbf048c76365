#include "varhush/scoring/pas_table.hpp"

#include "varhush/core/error.hpp"
#include "varhush/core/next_line.hpp"
#include "varhush/scoring/gene_table.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace varhush::scoring {

namespace {

constexpr std::size_t kAbsent = static_cast<std::size_t>(-1);

std::vector<std::string_view> split(std::string_view line) {
    std::vector<std::string_view> fields;
    while (true) {
        const std::size_t tab = line.find('\t');
        fields.push_back(line.substr(0, tab));
        if (tab == std::string_view::npos) {
            return fields;
        }
        line.remove_prefix(tab + 1);
    }
}

/// Takes a table apart line by line.
class Reader {
  public:
    Reader(std::string_view text, const std::string& file) : rest_(text), file_(file) {}

    bool next(std::string_view& line) {
        const bool found = core::next_line(rest_, line);
        line_ += found ? 1 : 0;
        return found;
    }

    void read_header(std::string_view line) {
        header_ = split(line);
        start_ = require({"Start"});
        end_ = require({"End"});
        strand_ = require({"pas_strand", "Strand"});
        gene_ = require({"gene_id"});
    }

    /// The gene's identifier without version, and the site.
    std::pair<std::string, PasSite> read_row(std::string_view line) const {
        const std::vector<std::string_view> fields = split(line);
        if (fields.size() != header_.size()) {
            fail("expected " + std::to_string(header_.size()) +
                 " columns as in the header, found " + std::to_string(fields.size()));
        }
        PasSite site;
        site.start = number(fields, start_);
        site.end = number(fields, end_);
        if (site.end <= site.start) {
            fail("the site ends before it starts");
        }
        const std::string_view strand = fields[strand_];
        if (strand != "+" && strand != "-") {
            fail_value(strand_, strand, "+ or -");
        }
        site.strand = strand.front();
        if (fields[gene_].empty()) {
            fail("column gene_id is empty");
        }
        return {std::string(without_version(fields[gene_])), site};
    }

    [[noreturn]] void fail(const std::string& what) const {
        throw Error(ErrorKind::kInput,
                    file_ + ":" + std::to_string(line_) + ": " + what,
                    "a PAS table is tab-separated text with the columns Start, End, pas_strand and "
                    "gene_id; see docs/scorers.md");
    }

  private:
    [[noreturn]] void fail_value(std::size_t column,
                                 std::string_view value,
                                 const std::string& expected) const {
        std::string what = "column ";
        what.append(header_[column]).append(" is '").append(value).append("', expected ");
        fail(what + expected);
    }

    [[nodiscard]] std::size_t require(const std::vector<std::string_view>& names) const {
        for (const std::string_view name : names) {
            const auto place = std::find(header_.begin(), header_.end(), name);
            if (place != header_.end()) {
                return static_cast<std::size_t>(place - header_.begin());
            }
        }
        fail("the header has no column " + std::string(names.front()));
    }

    [[nodiscard]] std::int64_t number(const std::vector<std::string_view>& fields,
                                      std::size_t column) const {
        const std::string_view text = fields[column];
        std::int64_t value = -1;
        const char* const end = text.data() + text.size();
        const auto [stop, code] = std::from_chars(text.data(), end, value);
        if (code != std::errc() || stop != end || value < 0) {
            fail_value(column, text, "a position from 0 on");
        }
        return value;
    }

    std::string_view rest_;
    const std::string& file_;
    std::int64_t line_ = 0;
    std::vector<std::string_view> header_;
    std::size_t start_ = kAbsent;
    std::size_t end_ = kAbsent;
    std::size_t strand_ = kAbsent;
    std::size_t gene_ = kAbsent;
};

}  // namespace

PasTable PasTable::from_tsv(const std::string& text, const std::string& file) {
    if (text.rfind("ARROW1", 0) == 0 || text.rfind("FEA1", 0) == 0) {
        throw Error(ErrorKind::kInput,
                    file + " is a Feather file; PAS tables are read as tab-separated text",
                    "docs/scorers.md says how to convert it");
    }
    Reader reader(text, file);
    std::string_view line;
    if (!reader.next(line)) {
        reader.fail("the file is empty; a header line is due");
    }
    reader.read_header(line);
    PasTable table;
    while (reader.next(line)) {
        if (!line.empty()) {
            auto [gene, site] = reader.read_row(line);
            table.by_gene_[std::move(gene)].push_back(site);
        }
    }
    if (table.by_gene_.empty()) {
        reader.fail("the table holds no polyadenylation site");
    }
    return table;
}

std::span<const PasSite> PasTable::sites(std::string_view gene_id) const {
    const auto found = by_gene_.find(std::string(without_version(gene_id)));
    return found == by_gene_.end() ? std::span<const PasSite>() : found->second;
}

}  // namespace varhush::scoring
