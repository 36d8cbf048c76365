#pragma once

#include "apps/common/progress.hpp"
#include "apps/score/record_scorer.hpp"
#include "apps/score/result_writer.hpp"
#include "varhush/io/variant_reader.hpp"
#include "varhush/report/run_summary.hpp"

#include <cstddef>
#include <cstdint>

namespace varhush::apps {

/// How much is under way at once. Memory is bounded by batches x what one batch may hold.
struct PipelineLimits {
    std::size_t batches = 6;  ///< between the stages and in them
    std::size_t batch_records = 512;
    std::size_t batch_bytes = 4 << 20;  ///< long alleles, annotations and genotypes make it full
    /// From this many records on a batch ends where the next record is too far away to share
    /// anything with it: progress is then seen early, and no work is done twice.
    std::size_t sparse_records = 64;
    std::int64_t gap_bp = 20'000;
};

/// Reader -> scorer -> writer, a thread each, order kept. Returns the counts (model and seconds are
/// left to the caller). The writer is not closed: whoever called does that, so that only a complete
/// run leaves an output.
/// @throws the first error of any stage.
[[nodiscard]] report::RunSummary run_pipeline(io::VariantReader& reader,
                                              RecordScorer& scorer,
                                              ResultWriter& writer,
                                              ProgressCounters& counters,
                                              const PipelineLimits& limits = {});

}  // namespace varhush::apps
