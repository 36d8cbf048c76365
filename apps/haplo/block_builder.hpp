#pragma once

#include "apps/haplo/block.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace varhush::apps {

/// How far a block reaches.
struct BlockRule {
    std::int64_t max_gap_bp = 250;    ///< between neighbouring records of the sample
    std::int64_t max_span_bp = 2000;  ///< from the first base to the last
    std::size_t max_records = 16;
    std::size_t max_unphased = 4;
};

/// A sample's block that is complete.
struct SampleBlock {
    std::size_t sample = 0;
    std::shared_ptr<const Block> block;
    std::int64_t missing = 0;  ///< records between its first and last without a whole genotype
};

/// Cuts the records of every sample into blocks: a block holds the records at which the sample
/// carries an ALT, each at most max_gap_bp behind the one before, as far as span, number and ploidy
/// allow. Samples that carry the same share one Block. Memory: the open blocks.
class BlockBuilder {
  public:
    BlockBuilder(std::size_t samples, const BlockRule& rule, const seq::ReferenceSource& reference)
        : rule_(rule), reference_(reference), open_(samples) {}

    struct Counts {
        std::int64_t missing = 0;  ///< calls with a missing allele
        std::int64_t ploidy = 0;   ///< calls with more than two haplotypes
    };

    /// Takes the next record with the calls of all samples. Blocks that it completes are appended
    /// to `done`.
    void add(const std::shared_ptr<const HaploSite>& site,
             const std::string& reference_contig,
             const std::vector<Call>& calls,
             std::vector<SampleBlock>& done);
    /// Completes all blocks: the contig or the input is over.
    void finish(std::vector<SampleBlock>& done);

    /// Records from this position on may still belong to open blocks.
    [[nodiscard]] std::int64_t first_open(std::int64_t otherwise) const {
        return starts_.empty() ? otherwise : std::min(otherwise, *starts_.begin());
    }
    [[nodiscard]] const Counts& counts() const noexcept { return counts_; }

  private:
    struct Open {
        std::vector<std::shared_ptr<const HaploSite>> sites;
        std::vector<Call> calls;
        std::int64_t end = 0;
        std::int64_t missing = 0;
        std::int64_t missing_behind = 0;  ///< since its last record
    };

    void close(std::size_t sample, std::vector<SampleBlock>& done);
    [[nodiscard]] bool belongs(const Open& open, const HaploSite& site, const Call& call) const;

    BlockRule rule_;
    const seq::ReferenceSource& reference_;
    std::string reference_contig_;
    std::vector<Open> open_;
    std::multiset<std::int64_t> starts_;
    std::unordered_map<std::string, std::weak_ptr<const Block>> known_;  ///< by sites and calls
    std::size_t next_sweep_ = 1024;  ///< size at which what is gone is taken out of known_
    Counts counts_;
};

}  // namespace varhush::apps
