#pragma once

#include "varhush/models/splice_evaluator.hpp"
#include "varhush/seq/reference_source.hpp"
#include "varhush/seq/transcript.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace varhush::scoring {

/// The sequence a prediction reads: one strand of a contig, with everything outside `known` turned
/// to N.
struct Site {
    std::string contig;  ///< as the FASTA writes it
    char strand = '+';
    seq::Interval known;  ///< the gene; the whole contig when there is no gene limit

    auto operator<=>(const Site& other) const {
        return std::tie(contig, strand, known.start, known.end) <=>
               std::tie(other.contig, other.strand, other.known.start, other.known.end);
    }
    bool operator==(const Site& other) const = default;
};

/// One haplotype at one site: bases [start, start + removed) become `inserted`. Reference
/// probabilities are wanted over `ref_window`, alternative ones over `alt_window` (haplotype
/// coordinates: equal to the reference's left of the edit, shifted right of it). Genome
/// coordinates, genome direction.
struct Job {
    models::PositionRange ref_window;
    std::int64_t start = 0;
    std::int64_t removed = 0;
    std::string inserted;
    models::PositionRange alt_window;

    [[nodiscard]] std::int64_t shift() const {
        return static_cast<std::int64_t>(inserted.size()) - removed;
    }
    auto operator<=>(const Job& other) const {
        return std::tie(ref_window.begin,
                        ref_window.end,
                        start,
                        removed,
                        inserted,
                        alt_window.begin,
                        alt_window.end) <=> std::tie(other.ref_window.begin,
                                                     other.ref_window.end,
                                                     other.start,
                                                     other.removed,
                                                     other.inserted,
                                                     other.alt_window.begin,
                                                     other.alt_window.end);
    }
    bool operator==(const Job& other) const = default;
};

/// Probabilities of one job in genome direction, [positions, channels].
struct JobResult {
    models::SpliceResult probabilities;
    double known_share = 1;  ///< share of A, C, G, T in what the model could see round the change
};

/// Collects jobs of a batch, each haplotype once, and runs them: jobs of one site that lie near
/// each other become one tile and share its reference pass.
class JobTable {
  public:
    using Id = std::size_t;

    /// The same job given twice gets the same id.
    Id add(const Site& site, const Job& job);

    /// Runs what was added. `half_context` and the worth of merging come from `config`.
    void run(const models::SpliceConfig& config,
             const seq::ReferenceSource& reference,
             models::SpliceEvaluator& evaluator);

    [[nodiscard]] const JobResult& result(Id id) const { return results_[id]; }
    /// Reference and alternative positions that the results hold or will hold.
    [[nodiscard]] std::int64_t rows() const noexcept { return rows_; }

  private:
    struct Collected;

    void evaluate(const Collected& waiting,
                  std::int64_t half_context,
                  models::SpliceEvaluator& evaluator);

    std::map<Site, std::map<Job, Id>> jobs_;
    std::vector<JobResult> results_;
    std::int64_t rows_ = 0;
};

}  // namespace varhush::scoring
