#pragma once

#include "apps/check/options.hpp"
#include "varhush/io/thread_pool.hpp"
#include "varhush/io/variant_fixer.hpp"
#include "varhush/io/variant_record.hpp"
#include "varhush/seq/reference_source.hpp"

namespace varhush::apps {

/// Reads the input once more and writes `options.fix`. `header` is the reader's after its last
/// record, `sorted` whether the records were in order.
/// @throws Error{kInput} when unsorted records are to be joined, and what reader and writer throw.
[[nodiscard]] io::VariantFixerCounts repair(const CheckOptions& options,
                                            const io::VariantHeader& header,
                                            const seq::ReferenceSource& reference,
                                            bool sorted,
                                            const io::ThreadPool& pool);

}  // namespace varhush::apps
