#pragma once

#include "apps/score/options.hpp"
#include "apps/score/pipeline.hpp"
#include "apps/score/record_scorer.hpp"
#include "apps/score/result_writer.hpp"
#include "varhush/core/thread_plan.hpp"
#include "varhush/io/output_file.hpp"
#include "varhush/io/thread_pool.hpp"
#include "varhush/io/variant_reader.hpp"
#include "varhush/report/model_line.hpp"
#include "varhush/report/vcf_annotator.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace varhush::apps {

/// The parts of a `score` run that do not depend on the model: input, output, counts, exit code.
/// Made first, so that a wrong input is known before a model is loaded.
class ScoreRun {
  public:
    /// Opens the input and creates the --stats file, so that neither fails after hours of work.
    explicit ScoreRun(const ScoreOptions& options);

    [[nodiscard]] const core::ThreadPlan& threads() const noexcept { return plan_; }

    /// Streams the input through `scorer` into the output, then writes the summary line and
    /// --stats. `content` says what the scorer fills in; command line, version switch and model
    /// lines are set here. `parts` says what became of the alleles in each of several models, once
    /// all are scored. `close_others` completes what the scorer writes beside the output, before
    /// that is closed. Returns the exit code: 0, or 4 when --max-unscored was exceeded.
    [[nodiscard]] int finish(RecordScorer& scorer,
                             report::VcfAnnotatorOptions content,
                             const std::vector<report::ModelProvenance>& models,
                             const PipelineLimits& limits = {},
                             const std::function<void()>& close_others = {},
                             const std::function<std::vector<report::ModelCounts>()>& parts = {});

    /// Hands the records to `writer` instead of writing an output.
    void replace_output(std::unique_ptr<ResultWriter> writer) { replaced_ = std::move(writer); }

    /// Contigs of the input; more after the run where its header lacks some.
    [[nodiscard]] std::vector<io::VariantHeader::Contig> contigs() const {
        return reader_.header().contigs();
    }

  private:
    const ScoreOptions& options_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    core::ThreadPlan plan_;
    io::ThreadPool pool_;
    io::VariantReader reader_;
    std::optional<io::OutputFile> stats_;
    std::unique_ptr<ResultWriter> replaced_;
};

}  // namespace varhush::apps
