#pragma once

#include "apps/score/options.hpp"
#include "apps/score/pipeline.hpp"
#include "apps/score/record_scorer.hpp"
#include "apps/score/run.hpp"
#include "varhush/nn/safetensors.hpp"
#include "varhush/report/model_line.hpp"
#include "varhush/report/vcf_annotator.hpp"
#include "varhush/scoring/calibration_table.hpp"
#include "varhush/seq/reference_source.hpp"
#include "varhush/seq/transcript.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace varhush::apps {

/// What a run has at hand for all of its models; outlives them.
struct ModelSetting {
    const ScoreOptions& options;
    const seq::ReferenceSource& reference;
    const seq::GeneModels* genes;      ///< those of --transcripts; may be null
    const seq::GeneModels* all_genes;  ///< all transcripts; may be null
    const Engines& engines;
    int threads = 1;
    bool collecting = false;  ///< scores are to be as they are: no calibration
    bool several = false;     ///< other models score too
};

/// A model that scores, and what the output says of it.
struct ReadyModel {
    std::vector<std::shared_ptr<const void>> kept;  ///< what the scorer works with
    std::shared_ptr<RecordScorer> scorer;
    report::VcfAnnotatorOptions content;
    report::ModelProvenance provenance;
    std::string settings;                      ///< see calibration_settings()
    std::vector<scoring::ScoreSeries> series;  ///< what AlleleAnnotation::raw holds
    std::vector<seq::Modality> flat;           ///< not empty: it holds nothing, these effects do
    PipelineLimits limits;
    std::function<void()> close_others;  ///< completes what is written beside the output
};

/// The kind of a model's architecture. What is not one of the others is taken for a splice network,
/// whose loader says what is wrong.
[[nodiscard]] ModelKind kind_of(const nn::SafeTensors& file);

/// "a splice network"
[[nodiscard]] const char* kind_text(ModelKind kind);

/// How many networks of one thread each: as many as threads, unless a window is work enough for all
/// of them or the memory does not hold so many (choose_window() has seen to one).
[[nodiscard]] int networks_that_fit(const models::AlphaGenomeConfig& config,
                                    std::int64_t window_bp,
                                    int threads);

/// Whether a variant is work enough for all threads.
[[nodiscard]] bool is_large(const models::AlphaGenomeConfig& config);

/// Makes a model of `kind` score, with its calibration table where it has one that fits.
/// @throws Error{kModel} for a file that is none, Error{kUsage} for options it cannot follow.
[[nodiscard]] ReadyModel make_ready(const ModelSetting& setting,
                                    ModelKind kind,
                                    const std::string& name,
                                    nn::SafeTensors file);

}  // namespace varhush::apps
