#pragma once

#include "varhush/seq/status.hpp"

#include <cstdint>
#include <string>

namespace varhush::apps {

/// Looks at the first alleles of a run and warns, once, when so many disagree with the FASTA that
/// it must be the wrong one. Only alleles that were compared with the FASTA count.
class MismatchWatch {
  public:
    /// Takes note of one allele; warns as soon as enough were seen.
    void see(seq::AlleleStatus status);

    /// Judges what there was of a short file.
    void finish();

    /// The warning, empty while there is none.
    [[nodiscard]] const std::string& warning() const noexcept { return warning_; }

  private:
    void judge();

    std::int64_t compared_ = 0;
    std::int64_t mismatched_ = 0;
    std::int64_t contig_missing_ = 0;
    bool judged_ = false;
    std::string warning_;
};

}  // namespace varhush::apps
