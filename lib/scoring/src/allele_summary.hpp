#pragma once

#include "track_ranks.hpp"
#include "varhush/models/track_table.hpp"
#include "varhush/scoring/window_scorer.hpp"
#include "varhush/seq/annotation.hpp"

#include <string>
#include <vector>

namespace varhush::scoring {

/// What one allele's scores are reduced to for the VCF: the largest effect of each modality, one
/// packed entry for each scorer, and in words the largest of all, or with a calibration table the
/// one of the highest rank.
struct AlleleSummaryInput {
    const std::vector<ScorerSpec>* specs;
    const models::TrackTable* tracks;
    const VariantScores* scores;
    std::string allele;                 ///< ALT as the record writes it
    bool edge = false;                  ///< the window reaches past the contig
    bool levels = false;                ///< add what REF and ALT give
    const TrackRanks* ranks = nullptr;  ///< of a calibration table; null: none
    AlleleClass allele_class = AlleleClass::kSubstitution;
};

[[nodiscard]] seq::AlleleAnnotation summarise(const AlleleSummaryInput& input);

/// "Allele|Consequence|…" of the packed entries.
[[nodiscard]] std::string summary_fields(bool levels);

/// "RNA_SEQ_ACTIVE" for a recommended scorer, else its printed name.
[[nodiscard]] std::string short_scorer_name(const ScorerSpec& spec);

}  // namespace varhush::scoring
