#pragma once

#include "varhush/scoring/haplotype_effects.hpp"
#include "varhush/seq/allele.hpp"
#include "varhush/seq/contig_alias.hpp"
#include "varhush/seq/reference_source.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace varhush::scoring {

/// Two haplotypes of one place, as canonical changes (seq::canonical_changes). What is scored is
/// `changes`; it may be empty: the reference.
struct HaplotypeTask {
    std::string contig;
    std::vector<seq::Change> changes;
    std::optional<std::vector<seq::Change>> other;  ///< none: nothing to compare with
};

/// What a model says of a haplotype in one tag. Numbers are there where `status` is kOk.
struct HaplotypeValues {
    seq::AlleleStatus status = seq::AlleleStatus::kOk;
    double joint = 0;           ///< effect against the reference, the largest in size
    std::string at;             ///< where that is; empty where it prints as nothing
    std::optional<double> sum;  ///< effects of the changes one by one, added up at that place
    /// Where joint effect and sum differ most: the difference, the two, the place.
    std::optional<double> epistasis;
    double epistasis_joint = 0;
    double epistasis_sum = 0;
    std::string epistasis_at;
    std::optional<double> other;  ///< against the other haplotype, the largest in size
    std::string other_at;
};

/// By model and tag.
using HaplotypeScores = std::vector<std::vector<HaplotypeValues>>;

/// Scores haplotypes jointly. Effects are looked for where each change of the haplotype would be
/// looked at alone (changes with at most two bases between them: where they would be as one), so
/// a haplotype of one change has the value of `score`. `sum` and `epistasis` take place by place:
/// a second change that does nothing leaves the first one's value, and two changes that each spoil
/// another site are no epistasis. Against another haplotype: the difference of both effects at the
/// places of both. Equal effects of equal haplotypes, for whichever sample, are computed once and
/// kept until forget_before().
class HaplotypeScorer {
  public:
    /// All must outlive this.
    HaplotypeScorer(std::vector<HaplotypeEffects*> models, const seq::ReferenceSource& reference);
    ~HaplotypeScorer();

    [[nodiscard]] std::vector<HaplotypeScores> score(std::span<const HaplotypeTask> tasks);

    /// Drops what is kept of places before `position`, and of other contigs.
    void forget_before(const std::string& contig, std::int64_t position);

    /// Effects that were wanted, and those that had to be computed.
    struct Counts {
        std::int64_t wanted = 0;
        std::int64_t computed = 0;
    };
    [[nodiscard]] const Counts& counts() const noexcept { return counts_; }

  private:
    struct Entry {
        HaplotypeQuery query;
        HaplotypeEffect effect;
    };
    using Key = std::pair<std::int64_t, std::string>;  ///< start of the frame, everything as text
    struct Frames {
        std::vector<HaplotypeFrame> own;
        std::vector<HaplotypeFrame> others;
    };

    [[nodiscard]] std::vector<HaplotypeFrame> frames_of(const std::string& contig,
                                                        std::span<const seq::Change> changes) const;
    [[nodiscard]] Frames frames_of(const HaplotypeTask& task) const;
    [[nodiscard]] std::vector<seq::Change> within_reach(std::size_t model,
                                                        const HaplotypeFrame& frame,
                                                        std::span<const seq::Change> changes) const;
    void want(std::size_t model, const HaplotypeFrame& frame, std::span<const seq::Change> changes);
    void want_all(const HaplotypeTask& task);
    void compute();
    [[nodiscard]] const HaplotypeEffect* effect(std::size_t model,
                                                const HaplotypeFrame& frame,
                                                std::span<const seq::Change> changes) const;
    [[nodiscard]] HaplotypeValues judge(std::size_t model,
                                        std::size_t tag,
                                        const HaplotypeTask& task,
                                        const Frames& frames) const;
    [[nodiscard]] std::vector<seq::Change> displacing(std::size_t model,
                                                      const HaplotypeFrame& frame,
                                                      std::span<const seq::Change> changes) const;
    void want_with_displacement(std::size_t model,
                                const HaplotypeFrame& frame,
                                std::span<const seq::Change> changes);
    [[nodiscard]] std::optional<std::vector<double>> displacement(
        std::size_t model,
        std::size_t tag,
        const HaplotypeFrame& frame,
        std::span<const seq::Change> changes,
        std::size_t places) const;
    [[nodiscard]] std::vector<double> sum_of_singles(std::size_t model,
                                                     std::size_t tag,
                                                     const HaplotypeFrame& frame,
                                                     std::span<const seq::Change> changes,
                                                     std::size_t places) const;
    void add_own(std::size_t model,
                 std::size_t tag,
                 const HaplotypeTask& task,
                 const HaplotypeFrame& frame,
                 HaplotypeValues& values,
                 bool& found) const;
    void add_other(std::size_t model,
                   std::size_t tag,
                   const HaplotypeTask& task,
                   const HaplotypeFrame& frame,
                   HaplotypeValues& values) const;

    std::vector<HaplotypeEffects*> models_;
    const seq::ReferenceSource& reference_;
    seq::ContigAliases aliases_;
    std::string contig_;  ///< of what is kept
    std::vector<std::map<Key, Entry>> kept_;
    std::vector<std::vector<Entry*>> todo_;
    Counts counts_;
};

}  // namespace varhush::scoring
