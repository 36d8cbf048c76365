#pragma once

#include "varhush/sirna/allele_sites.hpp"
#include "varhush/sirna/design_report.hpp"
#include "varhush/sirna/designer.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace varhush::sirna {

/// A guide on its way through the filters.
struct Candidate {
    DesignedGuide guide;
    std::size_t unit = 0;
    std::string context;             ///< for the efficacy model
    std::size_t context_offset = 0;  ///< of the site of guide positions 1-19
    std::optional<AlleleSite> allele;
    std::vector<std::string> reasons;  ///< why it is rejected; empty: it is not
    std::vector<std::string> details;

    [[nodiscard]] bool alive() const noexcept { return reasons.empty(); }
    void reject(std::string reason, std::string detail) {
        reasons.push_back(std::move(reason));
        details.push_back(std::move(detail));
    }
};

/// Adds a verdict, and rejects the candidate when it fails an enforced filter.
void give_verdict(const FilterSet& filters,
                  const char* name,
                  bool passed,
                  const std::string& detail,
                  Candidate& candidate);

/// @throws Error{kInput} when no guide fits into the region of a target.
void require_room(const TargetProfile& profile, std::size_t length);

/// Every site of every unit; sites with an N and refused alleles come rejected. One candidate a
/// unit and guide sequence: repeats and isoforms are further sites.
[[nodiscard]] std::vector<Candidate> enumerate_candidates(const DesignInput& input,
                                                          const DesignOptions& options);

/// Fills accessibility, genome coordinates and coverage of the candidates' sites.
void describe_sites(const std::vector<TargetProfile>& profiles,
                    const DesignInput& input,
                    std::vector<Candidate>& candidates);

/// Off-targets, miRNA seeds and other species, for those that are still alive.
/// Returns notes for people.
std::vector<std::string> account_off_targets(const DesignInput& input,
                                             const DesignOptions& options,
                                             std::vector<Candidate>& candidates);
void account_species(const DesignInput& input,
                     const DesignOptions& options,
                     std::vector<Candidate>& candidates);

/// Matched negative controls of the given guides.
void make_controls(const DesignInput& input,
                   const DesignOptions& options,
                   const std::vector<DesignedGuide*>& guides);

/// Pieces of the genome of bases [start, end) of a target, in genome order; none when not known.
[[nodiscard]] std::vector<seq::Interval> genome_pieces(const DesignTarget& target,
                                                       std::size_t start,
                                                       std::size_t end);

}  // namespace varhush::sirna
