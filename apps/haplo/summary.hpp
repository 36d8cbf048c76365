#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace varhush::apps {

/// What a run did. Every haplotype that a sample carries in a block is in `counts` once: haplotypes
/// = scored + each reason. Of a block of unknown phase both count.
struct HaploSummary {
    std::string models;  ///< ids, comma-separated
    std::int64_t records = 0;
    std::int64_t samples = 0;
    std::int64_t blocks = 0;                     ///< of all samples
    std::int64_t haplotypes = 0;                 ///< of all samples and blocks
    std::map<std::string, std::int64_t> counts;  ///< by status
    std::int64_t unphased_blocks = 0;            ///< with bounds
    std::int64_t changed = 0;   ///< haplotypes that are not the reference, possible ones too
    std::int64_t distinct = 0;  ///< sequences among them
    std::int64_t missing = 0;   ///< genotypes
    std::int64_t ploidy = 0;    ///< genotypes
    std::int64_t effects_wanted = 0;
    std::int64_t effects_computed = 0;
    double seconds = 0;

    [[nodiscard]] std::int64_t unscored() const;
    /// Share of the changed haplotypes that had been scored before.
    [[nodiscard]] double reuse() const;
    [[nodiscard]] std::string to_text() const;
    [[nodiscard]] std::string to_json() const;
};

}  // namespace varhush::apps
