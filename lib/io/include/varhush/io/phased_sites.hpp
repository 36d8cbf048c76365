#pragma once

#include "varhush/io/alignment_reader.hpp"
#include "varhush/io/thread_pool.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace varhush::io {

/// Phased heterozygous SNVs of one sample, to tell which haplotype a read comes from. Haplotype 1
/// is the allele in front of the '|', which means the same only inside a phase set. Memory 16 bytes
/// a site.
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
    /// when as many speak for either. Of several phase sets the one with the most telling sites
    /// decides; kConflict when two have as many and speak for different haplotypes.
    [[nodiscard]] Vote haplotype(const Alignment& read) const;

    [[nodiscard]] std::int64_t used() const noexcept { return used_; }
    [[nodiscard]] std::int64_t unused() const noexcept { return unused_; }
    /// Each contig's sites without PS are one.
    [[nodiscard]] std::int64_t phase_sets() const noexcept { return phase_sets_; }

  private:
    struct Site {
        std::int64_t position;
        std::int32_t phase_set;  ///< numbered on the contig
        char first;              ///< base of haplotype 1
        char second;             ///< base of haplotype 2
    };
    std::vector<std::vector<Site>> contigs_;
    std::int64_t used_ = 0;
    std::int64_t unused_ = 0;
    std::int64_t phase_sets_ = 0;
};

}  // namespace varhush::io
