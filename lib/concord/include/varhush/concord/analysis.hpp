#pragma once

#include "varhush/concord/agreement.hpp"
#include "varhush/concord/count_table.hpp"
#include "varhush/concord/imbalance.hpp"
#include "varhush/concord/score_book.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace varhush::concord {

/// What a sample was measured with.
struct SampleAssay {
    std::string assay;  ///< empty: not told
    std::string score;  ///< the one score that is compared with it; empty: every score
};

/// A table with the columns sample, assay and maybe score; one entry for each of `samples`.
/// @throws Error{kInput}, with file and line, for a missing column, a sample twice, one of
/// `samples` that it lacks, a score that is none of `labels`.
[[nodiscard]] std::vector<SampleAssay> read_assays(const std::string& path,
                                                   std::span<const std::string> samples,
                                                   std::span<const std::string> labels);

/// One score over one set of samples.
struct ScoreResult {
    std::string score;
    std::string kind;  ///< "all", "assay" or "sample": which samples
    std::string name;  ///< of the assay or sample; empty for all
    std::int64_t tested = 0;
    std::map<std::string, std::int64_t> without;  ///< tested sites without a score, by reason
    std::int64_t negative = 0;                    ///< scores below 0
    Agreement agreement;                          ///< of the others
};

/// Everything that a run found.
struct Analysis {
    CountTable counts;
    ScoreBook scores;
    std::vector<SampleAssay> assays;       ///< by sample; empty: not given
    std::vector<std::string> group_names;  ///< whose rows share a null
    ImbalanceResult tests;
    std::vector<ScoreResult> results;
    std::array<std::int64_t, kSiteStatusCount> statuses{};
};

/// Whether score number `label` is compared with a sample.
[[nodiscard]] bool applies(const Analysis& analysis, std::size_t label, std::uint32_t sample);

/// Tests all rows and measures each score: over all samples, over each assay, over each sample when
/// there are several. `pool`: all samples share one null, else each has its own. Fills what
/// `analysis` lacks.
void analyse(const ImbalanceOptions& imbalance,
             const AgreementOptions& agreement,
             bool pool,
             Analysis& analysis);

}  // namespace varhush::concord
