#include "apps/siscore/guide_rows.hpp"

#include "apps/siscore/judge.hpp"
#include "varhush/core/error.hpp"

#include <algorithm>
#include <utility>

namespace varhush::apps {

namespace {

/// An unknown value may be left empty or be a point, a dash or NA.
std::string known(std::string_view field) {
    const bool unknown = field == "." || field == "-" || field == "NA";
    return unknown ? std::string() : std::string(field);
}

}  // namespace

std::string input_name(const std::string& path) {
    return path == "-" ? "standard input" : path;
}

GuideRows::GuideRows(const std::string& path) : path_(input_name(path)), table_(path) {
    if (!table_->next(header_)) {
        throw Error(ErrorKind::kInput,
                    path_ + ": is empty",
                    "expected FASTA, or a table whose first line names the columns");
    }
    if (header_.starts_with('>')) {
        fasta_.emplace(std::move(*table_), header_);
        table_.reset();
        header_ = "id\tguide\tdescription";
        return;
    }
    read_header();
}

void GuideRows::read_header() {
    const auto names = io::split_tabs(header_);
    columns_ = names.size();
    const auto place = [&](std::string_view name) -> std::optional<std::size_t> {
        const auto found = std::find(names.begin(), names.end(), name);
        if (found == names.end()) {
            return std::nullopt;
        }
        if (std::find(found + 1, names.end(), name) != names.end()) {
            throw Error(ErrorKind::kInput,
                        path_ + ":1: two columns are called '" + std::string(name) + "'");
        }
        return static_cast<std::size_t>(found - names.begin());
    };
    for (const char* added : kJudgementColumns) {
        if (place(added)) {
            throw Error(ErrorKind::kInput,
                        path_ + ":1: there is a column '" + added + "' already",
                        "siscore adds it: rename or remove yours");
        }
    }
    const auto guide = place("guide");
    if (!guide) {
        throw Error(ErrorKind::kInput,
                    path_ + ":1: there is no column 'guide'",
                    "the first line must name the columns, separated by tabs: guide, and where "
                    "known id and context");
    }
    guide_ = *guide;
    id_ = place("id");
    context_ = place("context");
}

bool GuideRows::next(GuideRow& row) {
    row = {};
    if (fasta_) {
        FastaStream::Record record;
        if (!fasta_->next(record)) {
            return false;
        }
        row.id = record.name;
        row.guide = record.letters;
        std::replace(record.description.begin(), record.description.end(), '\t', ' ');
        row.text = record.name + "\t" + record.letters + "\t" +
                   (record.description.empty() ? "." : record.description);
        return true;
    }
    do {
        if (!table_->next(row.text)) {
            return false;
        }
    } while (row.text.empty());
    const auto fields = io::split_tabs(row.text);
    if (fields.size() != columns_) {
        throw Error(ErrorKind::kInput,
                    table_->where() + ": " + std::to_string(fields.size()) +
                        " columns, but the header has " + std::to_string(columns_));
    }
    row.guide = fields[guide_];
    row.id = id_ ? known(fields[*id_]) : std::string();
    row.context = context_ ? known(fields[*context_]) : std::string();
    return true;
}

bool GuideRows::complete() const {
    return !table_ || table_->last_line_complete();
}

}  // namespace varhush::apps
