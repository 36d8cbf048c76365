#pragma once

#include "apps/predict/journal.hpp"

#include <cstddef>
#include <functional>
#include <string>

namespace varhush::apps {

/// What a run came to.
struct FinishedRun {
    std::size_t tiles_kept = 0;  ///< from the journal
    std::size_t files = 0;
};

/// Makes the output folder, runs `compute` (puts tiles into the journal, returns how many were
/// there) and `write` (makes the files, returns how many), then takes the journal away. After a
/// failure finished tiles stay, with a line that says so; a journal without any goes.
/// @throws Error{kOutput}, and what the two throw.
FinishedRun run_with_journal(const PredictJournal& journal,
                             const std::string& output,
                             const std::function<std::size_t()>& compute,
                             const std::function<std::size_t()>& write);

}  // namespace varhush::apps
