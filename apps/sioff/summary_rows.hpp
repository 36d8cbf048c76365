#pragma once

#include "apps/common/guide_list.hpp"
#include "apps/common/seed_tables.hpp"
#include "varhush/sirna/off_target_index.hpp"
#include "varhush/sirna/off_target_risk.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace varhush::apps {

/// The summaries of guides as lines.
class SummaryRows {
  public:
    SummaryRows(const sirna::OffTargetIndex& index,
                int max_mismatches,
                std::optional<MirnaSeeds> mirnas,
                std::optional<SeedValues> viability);

    [[nodiscard]] std::string columns() const;
    [[nodiscard]] std::string line(const ListedGuide& guide,
                                   const std::string& passenger,
                                   const sirna::OffTargetSummary& summary) const;
    /// A guide that was set apart: its name, the letters and the reason as status.
    [[nodiscard]] std::string line(const RefusedGuide& guide) const;

  private:
    [[nodiscard]] std::string genes(const std::vector<std::uint32_t>& numbers) const;
    [[nodiscard]] std::string value_of(const std::string& strand) const;

    const sirna::OffTargetIndex& index_;
    std::size_t counts_;  ///< columns by mismatches
    std::optional<MirnaSeeds> mirnas_;
    std::optional<SeedValues> viability_;
};

}  // namespace varhush::apps
