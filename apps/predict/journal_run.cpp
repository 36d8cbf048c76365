#include "apps/predict/journal_run.hpp"

#include "apps/predict/outputs.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"

namespace varhush::apps {

namespace {

/// A journal without windows; the failure that left it so is what is told.
void drop(const PredictJournal& journal) {
    try {
        journal.remove();
    } catch (const Error& error) {
        core::log(core::LogLevel::kWarning, error.what());
    }
}

}  // namespace

FinishedRun run_with_journal(const PredictJournal& journal,
                             const std::string& output,
                             const std::function<std::size_t()>& compute,
                             const std::function<std::size_t()>& write) {
    FinishedRun finished;
    {
        const OutputFolder folder(output);
        try {
            journal.start();
            finished.tiles_kept = compute();
            finished.files = write();
        } catch (...) {
            if (journal.holds_tiles()) {
                core::log(
                    core::LogLevel::kWarning,
                    "finished windows are kept in " + journal.folder() + "; --resume goes on");
            } else {
                drop(journal);
            }
            throw;
        }
    }
    journal.remove();
    return finished;
}

}  // namespace varhush::apps
