#pragma once

#include "apps/score/options.hpp"
#include "varhush/report/model_line.hpp"
#include "varhush/scoring/haplotype_effects.hpp"
#include "varhush/seq/reference_source.hpp"
#include "varhush/seq/transcript.hpp"

#include <memory>
#include <string>
#include <vector>

namespace varhush::apps {

/// A model that says what haplotypes do.
struct HaploModel {
    std::vector<std::shared_ptr<const void>> kept;  ///< what `effects` works with
    std::string name;                               ///< without signs that part fields
    report::ModelProvenance provenance;
    std::unique_ptr<scoring::HaplotypeEffects> effects;
};

/// Makes the models of -m ready. `genes` are those of --transcripts, `all_genes` all; both may be
/// null. All must outlive the models.
/// @throws Error{kUsage} for a model that cannot compare haplotypes, one named twice and options
/// that none understands; Error{kModel}.
[[nodiscard]] std::vector<HaploModel> make_haplo_models(const ScoreOptions& options,
                                                        const seq::ReferenceSource& reference,
                                                        const seq::GeneModels* genes,
                                                        const seq::GeneModels* all_genes,
                                                        int threads);

}  // namespace varhush::apps
