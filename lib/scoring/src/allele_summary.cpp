#include "allele_summary.hpp"

#include "splice_format.hpp"
#include "varhush/scoring/tidy_table.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <optional>

namespace varhush::scoring {

namespace {

/// The score of a table that counts: the largest in magnitude; of equals the first.
struct Best {
    std::size_t row = 0;
    std::size_t column = 0;
    double value = 0;
};

std::optional<Best> best_of(const ScoreTable& table, const models::TrackTable& tracks) {
    std::optional<Best> best;
    if (table.status != seq::AlleleStatus::kOk) {
        return best;  // numbers of nothing, which the official code gives for an empty mask
    }
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
        for (std::size_t column = 0; column < table.channels.size(); ++column) {
            const double value = table.at(row, column);
            if (!std::isfinite(value) || !is_reported(table, row, column, tracks)) {
                continue;
            }
            if (!best || std::fabs(value) > std::fabs(best->value)) {
                best = Best{row, column, value};
            }
        }
    }
    return best;
}

const models::Track& track_of(const ScoreTable& table,
                              const Best& best,
                              const models::TrackTable& tracks) {
    return tracks.tracks(table.output)[static_cast<std::size_t>(table.channels[best.column])];
}

std::string number(double value) {
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%.6g", value);
    return text.data();
}

// In the words of a Consequence: direction where the sign means one.
std::string consequence_of(const ScorerSpec& spec, double value) {
    std::string text(models::output_key(spec.output));
    if (spec.kind == ScorerKind::kPolyadenylation) {
        text = "polyadenylation";
    }
    if (!spec.modality()) {
        return text + "_level";
    }
    if (!spec.is_signed()) {
        return text + "_change";
    }
    return text + (value > 0 ? "_gain" : value < 0 ? "_loss" : "_unchanged");
}

std::string gene_name_of(const ScoreRow& row) {
    return row.gene == nullptr ? std::string() : row.gene->name;
}

std::string pack_entry(const AlleleSummaryInput& input,
                       const ScorerSpec& spec,
                       const ScoreTable& table,
                       const Best& best) {
    const ScoreRow& row = table.rows[best.row];
    const models::Track& track = track_of(table, best, *input.tracks);
    std::string junction;
    if (row.junction) {
        junction =
            std::to_string(row.junction->start + 1) + "-" + std::to_string(row.junction->end);
    }
    const bool shifted = !table.aligned && !spec.needs_genes();
    std::string flags = input.edge ? "EDGE" : "";
    if (shifted) {
        flags += flags.empty() ? "SHIFTED" : "&SHIFTED";
    }
    std::string entry = input.allele;
    for (const std::string& field :
         {consequence_of(spec, best.value),
          field_text(gene_name_of(row)),
          field_text(row.gene == nullptr ? "" : row.gene->id),
          row.gene == nullptr ? std::string() : std::string(1, row.gene->strand),
          field_text(short_scorer_name(spec)),
          field_text(track.name),
          std::string(1, track.strand),
          field_text(track.ontology_curie),
          field_text(track.biosample_name),
          junction,
          number(best.value),
          flags}) {
        entry.append("|").append(field);
    }
    if (input.levels) {
        const std::size_t at = best.row * table.channels.size() + best.column;
        const bool known = !table.ref_levels.empty();
        entry.append("|").append(known ? number(table.ref_levels[at]) : "");
        entry.append("|").append(known ? number(table.alt_levels[at]) : "");
    }
    return entry;
}

// Log ratios can be held against each other; sums of differences and probabilities cannot.
bool comparable(const ScorerSpec& spec) {
    return spec.kind == ScorerKind::kGeneMaskLfc ||
           (spec.kind == ScorerKind::kCenterMask && spec.aggregation == Aggregation::kDiffLog2Sum);
}

// Natural logarithms to base 2.
double in_log2(const ScorerSpec& spec, double value) {
    return spec.kind == ScorerKind::kGeneMaskLfc ? value / std::log(2.0) : value;
}

std::string words_of(const ScorerSpec& spec,
                     const ScoreTable& table,
                     const Best& best,
                     const models::TrackTable& tracks) {
    const auto gene = gene_name_of(table.rows[best.row]);
    return std::string(models::output_name(spec.output)) + ":" +
           (gene.empty() ? "" : field_text(gene) + ":") +
           field_text(track_of(table, best, tracks).name);
}

// The highest calibrated rank, and which track has it.
void add_rank(const AlleleSummaryInput& input, seq::AlleleAnnotation& annotation) {
    const auto ranked = input.ranks->best(*input.scores, *input.tracks, input.allele_class);
    if (!ranked) {
        return;
    }
    const ScoreTable& table = (*input.scores)[ranked->spec];
    const double value = table.at(ranked->row, ranked->column);
    annotation.max_rank = ranked->rank;
    annotation.top = value == 0 ? ""
                                : words_of((*input.specs)[ranked->spec],
                                           table,
                                           {ranked->row, ranked->column, value},
                                           *input.tracks);
}

// The status when no scorer has a value: the one they share, else that of the first.
seq::AlleleStatus status_without_values(const VariantScores& scores) {
    for (const auto& table : scores) {
        if (table.status != seq::AlleleStatus::kOk) {
            return table.status;
        }
    }
    return seq::AlleleStatus::kNoGene;
}

}  // namespace

std::string short_scorer_name(const ScorerSpec& spec) {
    for (const auto& scorer : recommended_scorers()) {
        if (scorer.spec == spec) {
            return std::string(scorer.key);
        }
    }
    return spec.name();
}

std::string summary_fields(bool levels) {
    std::string fields =
        "Allele|Consequence|Gene|Gene_ID|Strand|Scorer|Track|Track_strand|Ontology|Biosample|"
        "Junction|Score|Flags";
    if (levels) {
        fields += "|Level_REF|Level_ALT";
    }
    return fields;
}

seq::AlleleAnnotation summarise(const AlleleSummaryInput& input) {
    seq::AlleleAnnotation annotation;
    double top = 0;
    for (std::size_t s = 0; s < input.scores->size(); ++s) {
        const ScorerSpec& spec = (*input.specs)[s];
        const ScoreTable& table = (*input.scores)[s];
        const auto best = best_of(table, *input.tracks);
        if (!best) {
            continue;
        }
        annotation.packed.push_back(pack_entry(input, spec, table, *best));
        if (const auto modality = spec.modality()) {
            auto& effect = annotation[*modality];
            if (!effect || std::fabs(best->value) > std::fabs(static_cast<double>(*effect))) {
                effect = static_cast<float>(best->value);
            }
        }
        const double magnitude = std::fabs(in_log2(spec, best->value));
        if (comparable(spec) && magnitude > top) {
            top = magnitude;
            annotation.top = words_of(spec, table, *best, *input.tracks);
        }
    }
    if (input.ranks != nullptr) {
        add_rank(input, annotation);
    }
    annotation.status =
        annotation.packed.empty() ? status_without_values(*input.scores) : seq::AlleleStatus::kOk;
    return annotation;
}

}  // namespace varhush::scoring
