#pragma once

#include "varhush/count/bias.hpp"
#include "varhush/count/reason.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace varhush::count {

/// What the reads of one sample say of one site. Alleles: REF, then the ALTs.
struct SampleCounts {
    struct Strands {
        std::int64_t forward = 0;
        std::int64_t reverse = 0;
        [[nodiscard]] std::int64_t both() const noexcept { return forward + reverse; }
    };
    std::vector<Strands> alleles;
    std::int64_t other = 0;
    ReasonCounts dropped{};
    /// An ALT against REF.
    struct Bias {
        double strand_phred = 0;           ///< Fisher's test of strand and allele
        std::optional<double> position_z;  ///< rank sum of the distance to the read's end
        /// Rank sum of the mapping quality. 255, which the SAM specification has for "unknown" and
        /// aligners of RNA write for "one place only", is a number like the others.
        std::optional<double> mapping_z;
    };
    std::vector<Bias> bias;  ///< one an ALT

    /// Fragments (or reads) that spoke: alleles and other.
    [[nodiscard]] std::int64_t depth() const noexcept;
};

/// What one fragment (or read) says of a site.
struct FragmentCall {
    std::uint64_t fragment;  ///< equal for both mates of a pair and for nothing else in the sample
    std::int64_t reach;      ///< no part of it that is known of lies behind
    std::uint32_t sample;
    bool reverse;
    std::uint8_t mapping_quality = 0;
    ReadCall call;
};
static_assert(sizeof(FragmentCall) == 40, "docs/count.md says what a read at a site takes");

/// Collects the calls at one site until it is passed. Memory 40 bytes a read.
class SiteTally {
  public:
    /// No more than `max_depth` reads of all samples are kept.
    SiteTally(std::size_t samples, std::int64_t max_depth)
        : max_depth_(max_depth), over_(samples, 0) {}

    /// Another site begins; the memory of the last one stays.
    void start(std::size_t alleles);

    void add(const FragmentCall& call);

    /// One entry a sample. With `by_fragment` a fragment counts once: its mates must agree, and one
    /// that says something goes before one that was dropped.
    [[nodiscard]] std::vector<SampleCounts> finish(bool by_fragment);

    /// What was counted, once finished: one entry a fragment (or read).
    [[nodiscard]] std::span<const FragmentCall> calls() const noexcept { return calls_; }

  private:
    using Place = std::vector<FragmentCall>::const_iterator;

    [[nodiscard]] static FragmentCall judge_fragment(Place from, Place to);
    [[nodiscard]] bool has_mates() const noexcept;
    void join_mates();
    void count(std::vector<SampleCounts>& counts);
    void compare(std::span<const FragmentCall> calls, SampleCounts& sample);

    std::size_t alleles_ = 0;
    std::int64_t max_depth_;
    std::vector<std::int64_t> over_;
    std::vector<FragmentCall> calls_;
    RankSum distances_;
    RankSum qualities_;
};

}  // namespace varhush::count
