#pragma once

#include "apps/sidesign/options.hpp"
#include "varhush/io/thread_pool.hpp"
#include "varhush/io/variant_record.hpp"
#include "varhush/seq/transcript.hpp"
#include "varhush/sirna/designer.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace varhush::apps {

/// Which targets a VCF's contig stands for: transcripts by their own name, and those that lie on
/// the contig of the genome.
class TargetContigs {
  public:
    explicit TargetContigs(const std::vector<sirna::DesignTarget>& targets);

    /// Numbers of the targets, and whether positions are the transcript's own.
    struct Match {
        std::size_t target = 0;
        bool own = false;
    };
    [[nodiscard]] const std::vector<Match>& of(const std::string& contig);
    /// Places an allele on a target.
    [[nodiscard]] sirna::PlacedAllele place(const Match& match,
                                            const sirna::GenomeAllele& allele) const;
    /// The bases of a target between two places of the contig: the first, and behind the last;
    /// equal where there are none. On a circle they are those near its back-splice junction: what
    /// lies behind the place where it is cut open is no place of a site.
    [[nodiscard]] std::pair<std::size_t, std::size_t> bases_between(const Match& match,
                                                                    std::int64_t start,
                                                                    std::int64_t end) const;
    /// @throws Error{kInput} when none of `names` is a contig of a target.
    void require_any(const std::string& file, const std::vector<std::string>& names);

  private:
    const std::vector<sirna::DesignTarget>& targets_;
    std::map<std::string, std::vector<Match>> known_;
};

/// Counts of what a VCF gave, for people.
struct VariantCounts {
    std::string file;
    std::int64_t records = 0;
    std::int64_t placed = 0;
    std::int64_t outside = 0;
    std::int64_t ref_mismatch = 0;
    std::int64_t not_bases = 0;
    std::int64_t symbolic = 0;   ///< of those on the targets, placed by END or SVLEN
    std::int64_t no_extent = 0;  ///< symbolic, and neither says how far they reach
    std::int64_t split = 0;
    std::int64_t unknown_frequency = 0;
    bool bars_sites = false;  ///< what is no plain bases is not left out but bars its sites

    void count(sirna::AllelePlace place);
    /// @throws Error{kInput} when REF disagrees for most of what lies on the targets.
    void check() const;
    /// Whether something was left out or taken for the worse.
    [[nodiscard]] bool warns() const noexcept;
    [[nodiscard]] std::string to_text() const;
};

/// The bases of the contig that an allele takes, 0-based: of a symbolic one those behind POS up to
/// END or for SVLEN (none of an insertion). Nothing when the record does not say.
[[nodiscard]] std::optional<seq::Interval> extent_of(const io::VariantRecord& record,
                                                     const io::VariantHeader& header,
                                                     std::size_t alt);

/// Puts the variants of --avoid-vcf on the targets; jumps by index where there is one.
/// @throws Error{kInput} for files that do not fit the targets.
VariantCounts load_avoided(const VariantOptions& options,
                           const io::ThreadPool& pool,
                           sirna::DesignInput& input);

}  // namespace varhush::apps
