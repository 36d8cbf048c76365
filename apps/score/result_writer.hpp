#pragma once

#include "apps/score/options.hpp"
#include "varhush/io/thread_pool.hpp"
#include "varhush/io/variant_record.hpp"
#include "varhush/report/vcf_annotator.hpp"
#include "varhush/seq/annotation.hpp"

#include <memory>

namespace varhush::apps {

/// Where annotated records go. Without close() no output is left behind.
class ResultWriter {
  public:
    virtual ~ResultWriter() = default;
    virtual void put(io::VariantRecord& record, const seq::RecordAnnotation& annotation) = 0;
    virtual void close() = 0;
};

/// A VCF/BCF writer, or a table with -O t. `pool` must outlive the writer.
/// @throws Error{kUsage} for options in conflict, Error{kInput} when the input header has one of
/// our tags with another meaning, Error{kOutput} when the output cannot be opened.
[[nodiscard]] std::unique_ptr<ResultWriter> make_result_writer(
    const ScoreOptions& options,
    const report::VcfAnnotatorOptions& content,
    const io::VariantHeader& input_header,
    const io::ThreadPool& pool);

}  // namespace varhush::apps
