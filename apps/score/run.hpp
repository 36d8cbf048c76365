#pragma once

#include "apps/score/options.hpp"
#include "apps/score/score_collector.hpp"
#include "varhush/models/alphagenome_file.hpp"
#include "varhush/models/sequence_model.hpp"
#include "varhush/models/splice_evaluator.hpp"

#include <functional>
#include <memory>
#include <string>

namespace varhush::apps {

/// Makes what runs the network: on this processor, or on a graphics card.
using EvaluatorFactory = std::function<std::unique_ptr<models::SpliceEvaluator>(
    const std::shared_ptr<const models::SpliceNetwork>& network,
    const std::string& model,  ///< name or path
    int threads)>;

using SequenceModelFactory = std::function<std::unique_ptr<models::SequenceModel>(
    const models::AlphaGenomeFile& file, int threads)>;

struct Engines {
    EvaluatorFactory splice;
    SequenceModelFactory alphagenome;
    bool on_processor = true;
};

/// @throws Error{kUsage} for --precision bf16 on the processor.
void refuse_bf16_on_cpu(const ScoreOptions& options);

/// The whole of `varhush score` behind its command line; returns the exit code.
/// With a `collector` the annotated records go there, uncalibrated and with AlleleAnnotation::raw,
/// and nothing is written.
[[nodiscard]] int run_score_with(const ScoreOptions& options,
                                 const Engines& engines,
                                 ScoreCollector* collector = nullptr);

}  // namespace varhush::apps
