#pragma once

#include "apps/count/options.hpp"
#include "varhush/count/site.hpp"
#include "varhush/count/site_counts.hpp"
#include "varhush/io/thread_pool.hpp"
#include "varhush/io/variant_record.hpp"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace varhush::apps {

/// Where counts go, record by record in the order of the input.
class CountOutput {
  public:
    virtual ~CountOutput() = default;
    /// One entry of `counts` a sample. The record may be changed.
    virtual void add(io::VariantRecord& record,
                     const count::Site& site,
                     std::span<const count::SampleCounts> counts) = 0;
    virtual void close() = 0;
};

/// A tidy table (a line a record, ALT and sample), or the records with the samples of the reads.
/// `header` is that of the variants and must outlive this.
[[nodiscard]] std::unique_ptr<CountOutput> make_count_output(
    const CountCommandOptions& options,
    const std::vector<std::string>& samples,
    const io::VariantHeader& header,
    const std::string& command_line,
    const io::ThreadPool& pool);

}  // namespace varhush::apps
