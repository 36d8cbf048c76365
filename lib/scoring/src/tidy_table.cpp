#include "varhush/scoring/tidy_table.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>

namespace varhush::scoring {

namespace {

constexpr int kDigits = 9;

struct OptionalColumn {
    std::string_view name;
    std::string models::Track::*field;
};
constexpr std::array<OptionalColumn, 7> kOptional{{
    {"Assay title", &models::Track::assay_title},
    {"ontology_curie", &models::Track::ontology_curie},
    {"biosample_name", &models::Track::biosample_name},
    {"biosample_type", &models::Track::biosample_type},
    {"transcription_factor", &models::Track::transcription_factor},
    {"histone_mark", &models::Track::histone_mark},
    {"gtex_tissue", &models::Track::gtex_tissue},
}};

void append_text(std::string& out, std::string_view text) {
    out += '\t';
    for (const char c : text) {
        out += c == '\t' || c == '\n' || c == '\r' ? ' ' : c;
    }
}

void append_score(std::string& out, double value) {
    out += '\t';
    if (std::isnan(value)) {
        return;
    }
    std::array<char, 32> digits{};
    const auto done = std::to_chars(
        digits.data(), digits.data() + digits.size(), value, std::chars_format::general, kDigits);
    out.append(digits.data(), done.ptr);
}

void append_gene(std::string& out, const ScoreRow& row) {
    if (row.gene == nullptr) {
        out += "\t\t\t\t";
    } else {
        append_text(out, without_version(row.gene->id));
        append_text(out, row.gene->name);
        append_text(out, row.gene->type);
        append_text(out, std::string_view(&row.gene->strand, 1));
    }
    append_text(out, row.junction ? std::to_string(row.junction->start) : "");
    append_text(out, row.junction ? std::to_string(row.junction->end) : "");
}

/// Strand of a track in the table: that of a junction is its gene's.
char shown_strand(const models::Track& track) {
    return track.output == models::OutputType::kSpliceJunctions ? '.' : track.strand;
}

const models::Track& track_of(const ScoreTable& table,
                              std::size_t column,
                              const models::TrackTable& tracks) {
    return tracks.tracks(table.output)[static_cast<std::size_t>(table.channels[column])];
}

}  // namespace

bool is_reported(const ScoreTable& table,
                 std::size_t row,
                 std::size_t column,
                 const models::TrackTable& tracks) {
    const char strand = shown_strand(track_of(table, column, tracks));
    const Gene* const gene = table.rows[row].gene;
    return gene == nullptr || strand == '.' || strand == gene->strand;
}

TidyTable::TidyTable(const models::TrackTable& tracks,
                     const TrackSelection& selection,
                     bool with_intervals,
                     bool with_levels,
                     bool with_quantiles)
    : tracks_(tracks),
      with_intervals_(with_intervals),
      with_levels_(with_levels),
      with_quantiles_(with_quantiles) {
    for (std::size_t i = 0; i < kOptional.size(); ++i) {
        const auto says_something = [&](models::OutputType output) {
            const auto& channels = selection.of(output);
            return std::any_of(channels.begin(), channels.end(), [&](std::int32_t channel) {
                const auto& track = tracks.tracks(output)[static_cast<std::size_t>(channel)];
                return !(track.*kOptional[i].field).empty();
            });
        };
        const auto& outputs = models::all_output_types();
        if (std::any_of(outputs.begin(), outputs.end(), says_something)) {
            fields_.push_back(i);
        }
    }
}

std::string TidyTable::header() const {
    std::string line = with_intervals_ ? "scored_interval" : "variant_id\tscored_interval";
    line +=
        "\tgene_id\tgene_name\tgene_type\tgene_strand\tjunction_Start\tjunction_End\toutput_type";
    line += with_intervals_ ? "\tinterval_scorer" : "\tvariant_scorer";
    line += "\ttrack_name\ttrack_strand";
    for (const std::size_t field : fields_) {
        append_text(line, kOptional[field].name);
    }
    line += "\traw_score";
    line += with_quantiles_ ? "\tquantile_score" : "";
    line += with_levels_ ? "\tref_level\talt_level\n" : "\n";
    return line;
}

void TidyTable::append(const ScoredVariant& variant,
                       const ScoreWindow& window,
                       const ScorerSpec& spec,
                       const ScoreTable& scores,
                       std::string& out,
                       const QuantileOf& quantile_of) const {
    append_rows(variant.to_text() + '\t' + window.to_text(), spec.name(), scores, out, quantile_of);
}

void TidyTable::append(const ScoreWindow& window,
                       const IntervalScorerSpec& spec,
                       const ScoreTable& scores,
                       std::string& out) const {
    append_rows(window.to_text(), spec.name(), scores, out, {});
}

void TidyTable::append_rows(const std::string& front,
                            const std::string& scorer,
                            const ScoreTable& scores,
                            std::string& out,
                            const QuantileOf& quantile_of) const {
    constexpr double none = std::numeric_limits<double>::quiet_NaN();  // printed as nothing
    for (std::size_t column = 0; column < scores.channels.size(); ++column) {
        const models::Track& track = track_of(scores, column, tracks_);
        const char strand = shown_strand(track);
        for (std::size_t row = 0; row < scores.rows.size(); ++row) {
            if (!is_reported(scores, row, column, tracks_)) {
                continue;
            }
            out += front;
            append_gene(out, scores.rows[row]);
            append_text(out, models::output_name(scores.output));
            append_text(out, scorer);
            append_text(out, track.name);
            append_text(out, std::string_view(&strand, 1));
            for (const std::size_t field : fields_) {
                append_text(out, track.*kOptional[field].field);
            }
            append_score(out, scores.at(row, column));
            if (with_quantiles_) {
                const auto quantile =
                    quantile_of ? quantile_of(scores.channels[column], scores.at(row, column))
                                : std::nullopt;
                append_score(out, quantile.value_or(none));
            }
            if (with_levels_) {
                const std::size_t at = row * scores.channels.size() + column;
                append_score(out, scores.ref_levels.empty() ? none : scores.ref_levels[at]);
                append_score(out, scores.alt_levels.empty() ? none : scores.alt_levels[at]);
            }
            out += '\n';
        }
    }
}

}  // namespace varhush::scoring
