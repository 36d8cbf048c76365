#pragma once

#include "varhush/io/alignment_reader.hpp"
#include "varhush/io/thread_pool.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace varhush::io {

/// Phased heterozygous SNVs of one sample, to tell which haplotype a read comes from. Memory 16
/// bytes a site.
class PhasedSites {
  public:
    /// `sample` may be empty for a VCF with one sample. Records that are not phased (`|`), not
    /// heterozygous, no SNV or on contigs without reads are counted, not used.
    /// @throws Error{kInput} for a VCF that cannot be read, and one without a site that can be
    /// used; Error{kUsage} for a sample it has not.
    PhasedSites(const std::string& path,
                const std::string& sample,
                std::span<const AlignmentReader::Contig> contigs,
                const ThreadPool& pool);

    enum class Vote { kNone, kFirst, kSecond, kConflict };
    /// The haplotype most of the read's bases at sites (quality 13 or more) agree with; kConflict
    /// when as many speak for either.
    [[nodiscard]] Vote haplotype(const Alignment& read) const;

    [[nodiscard]] std::int64_t used() const noexcept { return used_; }
    [[nodiscard]] std::int64_t unused() const noexcept { return unused_; }

  private:
    struct Site {
        std::int64_t position;
        char first;   ///< base of haplotype 1
        char second;  ///< base of haplotype 2
    };
    std::vector<std::vector<Site>> contigs_;
    std::int64_t used_ = 0;
    std::int64_t unused_ = 0;
};

}  // namespace varhush::io
