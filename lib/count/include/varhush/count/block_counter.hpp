#pragma once

#include "varhush/count/counter.hpp"
#include "varhush/count/features.hpp"
#include "varhush/count/reason.hpp"
#include "varhush/count/site.hpp"
#include "varhush/count/site_counts.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace varhush::count {

/// Which alleles of a site the two haplotypes of a sample carry. Both can be counted.
struct PhasedGenotype {
    /// PS; without one all of the contig is one set.
    std::optional<std::int64_t> phase_set;
    std::uint16_t first = 0;
    std::uint16_t second = 0;
};

/// Fragments by haplotype, summed over the sites of a phase set (in a feature).
struct BlockCounts {
    std::size_t sample = 0;
    std::optional<std::size_t> feature;
    int contig_id = -1;
    std::optional<std::int64_t> phase_set;
    std::int64_t begin = 0;  ///< POS of its first site
    std::int64_t end = 0;    ///< one past POS of its last site
    std::int64_t sites = 0;
    /// A fragment is one of these, however many sites it lies over.
    std::int64_t first = 0;
    std::int64_t second = 0;
    std::int64_t conflict = 0;  ///< its sites speak for both haplotypes
    std::int64_t other = 0;     ///< only alleles or bases of neither haplotype
    ReasonCounts dropped{};     ///< says nothing at any site: why at the first (kDepth: of reads)
};

struct BlockOptions {
    /// A fragment counts for a haplotype that so large a share of its telling sites speak for,
    /// above 0.5; else it is in conflict.
    double min_agreement = 1;
};

/// Sums what fragments say at sites over blocks: the phase sets of each sample, or, with features,
/// the part of each phase set whose sites a feature holds. Memory: 150 bytes a block of the contig,
/// 100 bytes for each fragment that may reach another site.
class BlockCounter {
  public:
    using Take = std::function<void(const BlockCounts&)>;

    /// `features` may be null and must outlive this. `take` gets the blocks contig by contig, by
    /// first site, then sample.
    BlockCounter(const FeatureIndex* features, BlockOptions options, Take take);

    /// Reads that go on behind what their mates know of (CountOptions::long_read).
    void extend(const LongRead& read);

    /// What the fragments say of a site. `genotypes` and `counts` have one entry a sample; without
    /// a genotype the sample has no phase there.
    /// @throws Error{kInput} for a site that lies before the last one, or on a contig that was
    /// left: fragments could then count twice.
    void add(const Site& site,
             std::span<const std::optional<PhasedGenotype>> genotypes,
             std::span<const FragmentCall> calls,
             std::span<const SampleCounts> counts);
    /// After the last site.
    void finish();
    /// Genotypes that lie in no feature, so in no block.
    [[nodiscard]] std::int64_t in_no_feature() const noexcept { return in_no_feature_; }

  private:
    struct Key {
        std::uint64_t fragment;
        std::size_t sample;
        bool operator==(const Key&) const = default;
    };
    struct KeyHash {
        std::size_t operator()(const Key& key) const noexcept;
    };
    /// What a fragment said in one block so far.
    struct Vote {
        std::uint32_t block;
        std::uint16_t first = 0;
        std::uint16_t second = 0;
        bool other = false;
        std::optional<Reason> reason;
    };
    struct Fragment {
        std::int64_t reach = 0;
        std::vector<Vote> votes;
    };
    using BlockKey = std::tuple<std::size_t, std::size_t, std::optional<std::int64_t>>;

    bool enter(int contig_id);
    void go_to(const Site& site);
    [[nodiscard]] std::vector<std::uint32_t> blocks_of(const Site& site,
                                                       std::size_t sample,
                                                       const PhasedGenotype& genotype);
    void take_call(const FragmentCall& call,
                   const PhasedGenotype& genotype,
                   std::span<const std::uint32_t> blocks);
    void judge(const Vote& vote);
    void close_fragments(std::int64_t before);
    void close_contig();

    const FeatureIndex* features_;
    BlockOptions options_;
    Take take_;
    int contig_id_ = -1;
    std::int64_t position_ = 0;
    std::vector<bool> left_;  ///< contigs
    std::map<BlockKey, std::uint32_t> numbers_;
    std::vector<BlockCounts> blocks_;
    std::unordered_map<Key, Fragment, KeyHash> open_;
    std::size_t close_at_ = 0;
    std::int64_t in_no_feature_ = 0;
};

}  // namespace varhush::count
