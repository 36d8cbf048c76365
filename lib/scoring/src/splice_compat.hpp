#pragma once

#include "splice_jobs.hpp"
#include "varhush/scoring/splice_scorer.hpp"

#include <string>
#include <vector>

namespace varhush::scoring {

/// The reference command-line tools, imitated with all they refuse: SpliceAI 1.3 / OpenSpliceAI
/// 0.0.7 for three-class networks, Pangolin 1.0.2 for tissue networks. Rules: docs/score.md,
/// "Compatibility".
class SpliceCompat {
  public:
    SpliceCompat(const models::SpliceConfig& config,
                 const seq::ReferenceSource& reference,
                 const seq::GeneModels& genes,
                 const SpliceScorerOptions& options);

    struct Item {
        std::string alt;
        std::size_t transcript = 0;
        bool dots = false;  ///< an entry without values
        JobTable::Id job = 0;
    };
    struct Plan {
        std::vector<Item> items;
    };

    /// Adds the jobs of ALT `allele` to `table`; an empty plan where the tools leave it alone.
    [[nodiscard]] Plan plan(const VariantInput& record,
                            const std::string& contig,
                            std::size_t allele,
                            JobTable& table) const;

    /// Entries of the tag, in the tools' order.
    [[nodiscard]] std::vector<std::string> entries(const VariantInput& record,
                                                   const Plan& plan,
                                                   const JobTable& table) const;

  private:
    [[nodiscard]] bool accepts(const VariantInput& record, const std::string& contig) const;
    [[nodiscard]] bool shape_is_scored(const std::string& ref, const std::string& alt) const;
    [[nodiscard]] std::string three_class_entry(const VariantInput& record,
                                                const Item& item,
                                                const JobResult& result) const;
    [[nodiscard]] std::string tissue_entry(const VariantInput& record,
                                           const Item& item,
                                           const JobResult& result) const;

    const models::SpliceConfig& config_;
    const seq::ReferenceSource& reference_;
    const seq::GeneModels& genes_;
    SpliceScorerOptions options_;
};

/// The job of one allele as a record spells it, windows round POS. `known` is the site's.
[[nodiscard]] Job job_as_spelled(const VariantInput& record,
                                 const std::string& alt,
                                 const seq::Interval& known,
                                 int distance_bp,
                                 bool extend_over_ref);

}  // namespace varhush::scoring
