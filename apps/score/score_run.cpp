#include "apps/score/score_run.hpp"

#include "apps/common/progress.hpp"
#include "apps/common/reader_options.hpp"
#include "varhush/core/log.hpp"
#include "varhush/report/run_summary.hpp"

#include <utility>

namespace varhush::apps {

namespace {

constexpr int kTooManyUnscored = 4;

int judge_unscored(const std::string& limit_text, const report::RunSummary& summary) {
    if (limit_text.empty()) {
        return 0;
    }
    if (!parse_unscored_limit(limit_text).exceeded(summary.unscored(), summary.alleles)) {
        return 0;
    }
    core::log(core::LogLevel::kError,
              report::with_thousands(summary.unscored()) + " of " +
                  report::with_thousands(summary.alleles) +
                  " alleles have no score, more than --max-unscored " + limit_text +
                  " allows (the output is complete)");
    return kTooManyUnscored;
}

}  // namespace

ScoreRun::ScoreRun(const ScoreOptions& options)
    : options_(options),
      plan_(core::make_thread_plan(options.run.threads)),
      pool_(plan_.hts),
      reader_(reader_options(options.input, options.regions), pool_) {
    if (!options.stats.empty()) {
        stats_.emplace(options.stats);
    }
}

int ScoreRun::finish(RecordScorer& scorer,
                     report::VcfAnnotatorOptions content,
                     const std::vector<report::ModelProvenance>& models,
                     const PipelineLimits& limits,
                     const std::function<void()>& close_others,
                     const std::function<std::vector<report::ModelCounts>()>& parts) {
    content.command_line = options_.command_line;
    content.no_version = options_.output.no_version;
    for (const auto& model : models) {
        content.model_lines.push_back(report::model_line(model));
    }
    const auto writer = replaced_ ? std::move(replaced_)
                                  : make_result_writer(options_, content, reader_.header(), pool_);

    report::RunSummary summary;
    {
        ProgressCounters counters;
        const ProgressDisplay display(counters,
                                      choose_progress(options_.progress, options_.run.quiet));
        summary = run_pipeline(reader_, scorer, *writer, counters, limits);
        if (close_others) {
            close_others();
        }
        writer->close();
    }
    const auto elapsed = std::chrono::steady_clock::now() - start_;
    for (const auto& model : models) {
        summary.model += (summary.model.empty() ? "" : ",") + model.id;
    }
    if (parts) {
        summary.parts = parts();
    }
    summary.seconds = std::chrono::duration<double>(elapsed).count();
    if (stats_) {
        stats_->write(summary.to_json());
        stats_->close();
    }
    const int code = judge_unscored(options_.max_unscored, summary);
    for (const std::string& line : summary.part_lines()) {
        core::log(core::LogLevel::kInfo, line);
    }
    core::log(core::LogLevel::kInfo, summary.to_text());
    return code;
}

}  // namespace varhush::apps
