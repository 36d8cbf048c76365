#pragma once

#include "apps/common/run_options.hpp"
#include "varhush/concord/agreement.hpp"
#include "varhush/concord/imbalance.hpp"
#include "varhush/concord/score_book.hpp"

#include <string>
#include <vector>

namespace varhush::apps {

/// What `varhush concord` was asked for.
struct ConcordOptions {
    concord::CountInput counts{.path = "-", .kind = concord::FileKind::kTable, .samples = {}};
    concord::ScoreInput scores;
    std::string genotypes;
    std::string assays;
    std::string fasta;
    bool pool = false;
    concord::ImbalanceOptions imbalance;
    concord::AgreementOptions agreement;
    std::string output = "-";
    std::string json;
    std::string html;
    bool no_version = false;
    RunOptions run;
    std::string command_line;
};

/// @throws Error{kUsage}, CLI::CallForHelp; Error{kInput} when the kind of a file cannot be told.
ConcordOptions parse_concord_options(int argc, const char* const* argv);

}  // namespace varhush::apps
