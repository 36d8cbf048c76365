#pragma once

#include "apps/ism/attribute.hpp"
#include "varhush/io/output_file.hpp"
#include "varhush/io/signal_writer.hpp"

#include <memory>
#include <string>
#include <vector>

namespace varhush::apps {

/// All output files of a run. Made before the work, so that a folder that cannot be written to is
/// known at once; without write() nothing is left behind.
class IsmOutputs {
  public:
    /// `contigs`: of the reference, for the bigWig.
    IsmOutputs(const IsmOptions& options, const std::vector<seq::ReferenceSource::Contig>& contigs);

    /// Writes everything and completes the files. `title` and `scorer` say in the logo what was
    /// done.
    void write(const std::vector<Attribution>& results,
               const std::string& title,
               const std::string& scorer);

  private:
    io::OutputFile table_;
    std::unique_ptr<io::OutputFile> matrix_;
    std::unique_ptr<io::OutputFile> logo_;
    std::vector<std::unique_ptr<io::SignalWriter>> signals_;
};

}  // namespace varhush::apps
