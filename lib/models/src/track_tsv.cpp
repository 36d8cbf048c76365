#include "track_tsv.hpp"

#include "varhush/core/error.hpp"
#include "varhush/core/next_line.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string_view>

namespace varhush::models {

namespace {

constexpr std::size_t kAbsent = static_cast<std::size_t>(-1);

/// Columns that are plain texts of a Track.
struct TextColumn {
    std::string_view name;
    std::string Track::*field;
};
constexpr std::array<TextColumn, 12> kTexts{{
    {"name", &Track::name},
    {"assay_title", &Track::assay_title},
    {"ontology_curie", &Track::ontology_curie},
    {"biosample_name", &Track::biosample_name},
    {"biosample_type", &Track::biosample_type},
    {"biosample_life_stage", &Track::biosample_life_stage},
    {"transcription_factor", &Track::transcription_factor},
    {"histone_mark", &Track::histone_mark},
    {"gtex_tissue", &Track::gtex_tissue},
    {"data_source", &Track::data_source},
    {"endedness", &Track::endedness},
    {"genetically_modified", &Track::genetically_modified},
}};

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

std::string_view known(std::string_view value) {
    return value == "NA" || value == "NaN" || value == "nan" || value == "None" ? std::string_view()
                                                                                : value;
}

bool same_but_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return std::tolower(static_cast<unsigned char>(x)) ==
               std::tolower(static_cast<unsigned char>(y));
    });
}

/// Reads the table line by line.
class Reader {
  public:
    Reader(std::string_view text, std::string_view organism, const std::string& file)
        : rest_(text), organism_(organism), file_(file) {}

    std::vector<Track> read() {
        std::string_view line;
        if (!next(line)) {
            fail("the file is empty; a header line is due");
        }
        read_header(line);
        std::vector<Track> tracks;
        while (next(line)) {
            if (line.empty()) {
                continue;
            }
            if (auto track = read_row(line)) {
                tracks.push_back(std::move(*track));
            }
        }
        return tracks;
    }

  private:
    [[noreturn]] void fail(const std::string& what) const {
        throw Error(ErrorKind::kInput,
                    file_ + ":" + std::to_string(line_) + ": " + what,
                    "a track table is tab-separated with a header line; see docs/tracks.md");
    }

    [[noreturn]] void fail_value(std::string_view column,
                                 std::string_view value,
                                 const std::string& expected) const {
        std::string what = "column ";
        what.append(column).append(" is '").append(value).append("', expected ").append(expected);
        fail(what);
    }

    bool next(std::string_view& line) {
        const bool found = core::next_line(rest_, line);
        line_ += found ? 1 : 0;
        return found;
    }

    [[nodiscard]] std::size_t find(std::string_view name) const {
        const auto place = std::find(header_.begin(), header_.end(), name);
        return place == header_.end() ? kAbsent : static_cast<std::size_t>(place - header_.begin());
    }

    [[nodiscard]] std::size_t require(std::string_view name) const {
        const std::size_t column = find(name);
        if (column == kAbsent) {
            fail("the header has no column " + std::string(name));
        }
        return column;
    }

    void read_header(std::string_view line) {
        header_ = split(line);
        for (std::size_t i = 0; i < header_.size(); ++i) {
            if (find(header_[i]) != i) {
                fail("the header has column " + std::string(header_[i]) + " twice");
            }
        }
        organism_column_ = require("organism");
        output_column_ = require("output_type");
        index_column_ = require("track_index");
        strand_column_ = require("strand");
        mean_column_ = find("nonzero_mean");
        for (std::size_t i = 0; i < kTexts.size(); ++i) {
            text_columns_[i] = find(kTexts[i].name);
        }
        if (text_columns_[0] == kAbsent) {
            text_columns_[0] = find("track_name");
        }
        if (text_columns_[0] == kAbsent) {
            fail("the header has no column name or track_name");
        }
    }

    [[nodiscard]] std::optional<Track> read_row(std::string_view line) const {
        const std::vector<std::string_view> fields = split(line);
        if (fields.size() != header_.size()) {
            fail("expected " + std::to_string(header_.size()) +
                 " columns as in the header, found " + std::to_string(fields.size()));
        }
        if (!same_but_case(fields[organism_column_], organism_)) {
            return std::nullopt;
        }
        Track track;
        const auto output = find_output_type(fields[output_column_]);
        if (!output) {
            fail_value("output_type", fields[output_column_], "ATAC, RNA_SEQ, …");
        }
        track.output = *output;
        track.channel = read_channel(fields[index_column_]);
        track.strand = read_strand(fields[strand_column_]);
        for (std::size_t i = 0; i < kTexts.size(); ++i) {
            if (text_columns_[i] != kAbsent) {
                track.*kTexts[i].field = known(fields[text_columns_[i]]);
            }
        }
        if (mean_column_ != kAbsent) {
            track.nonzero_mean = read_mean(known(fields[mean_column_]), track.padding());
        }
        return track;
    }

    [[nodiscard]] int read_channel(std::string_view text) const {
        int channel = -1;
        const char* const end = text.data() + text.size();
        const auto [stop, code] = std::from_chars(text.data(), end, channel);
        if (code != std::errc() || stop != end || channel < 0) {
            fail_value("track_index", text, "a number from 0 on");
        }
        return channel;
    }

    [[nodiscard]] char read_strand(std::string_view text) const {
        const std::string_view strand = known(text);
        if (strand.empty()) {
            return '.';
        }
        if (strand.size() != 1 || std::string_view("+-.").find(strand) == std::string_view::npos) {
            fail_value("strand", text, "+, - or .");
        }
        return strand.front();
    }

    [[nodiscard]] double read_mean(std::string_view text, bool padding) const {
        double mean = std::numeric_limits<double>::quiet_NaN();
        if (text.empty()) {
            return mean;
        }
        const char* const end = text.data() + text.size();
        const auto [stop, code] = std::from_chars(text.data(), end, mean);
        if (code != std::errc() || stop != end || !std::isfinite(mean) || mean < 0 ||
            (mean == 0 && !padding)) {
            fail_value("nonzero_mean", text, "a number above 0");
        }
        return mean;
    }

    std::string_view rest_;
    std::string_view organism_;
    const std::string& file_;
    std::int64_t line_ = 0;
    std::vector<std::string_view> header_;
    std::size_t organism_column_ = 0;
    std::size_t output_column_ = 0;
    std::size_t index_column_ = 0;
    std::size_t strand_column_ = 0;
    std::size_t mean_column_ = 0;
    std::array<std::size_t, kTexts.size()> text_columns_{};
};

void append_text(std::string& out, std::string_view text) {
    out += '\t';
    for (const char c : text) {
        out += c == '\t' || c == '\n' || c == '\r' ? ' ' : c;
    }
}

}  // namespace

std::vector<Track> read_track_tsv(const std::string& text,
                                  const std::string& organism,
                                  const std::string& file) {
    return Reader(text, organism, file).read();
}

std::string track_lines(std::span<const Track> tracks, const std::string& organism) {
    std::string out = "organism\toutput_type\ttrack_index\tstrand";
    for (const TextColumn& column : kTexts) {
        append_text(out, column.name);
    }
    out += "\tnonzero_mean\n";
    std::array<char, 32> digits{};
    for (const Track& track : tracks) {
        out += organism;
        append_text(out, output_name(track.output));
        append_text(out, std::to_string(track.channel));
        append_text(out, std::string_view(&track.strand, 1));
        for (const TextColumn& column : kTexts) {
            append_text(out, track.*column.field);
        }
        char* end = digits.data();
        if (!std::isnan(track.nonzero_mean)) {
            end = std::to_chars(end, end + digits.size(), track.nonzero_mean).ptr;
        }
        append_text(out, std::string_view(digits.data(), end));
        out += '\n';
    }
    return out;
}

}  // namespace varhush::models
