#pragma once

#include "apps/common/guide_list.hpp"
#include "varhush/sirna/off_target_index.hpp"
#include "varhush/sirna/off_target_search.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace varhush::apps {

/// What a gene is to the guide.
enum class Relation { kIntended, kIsoform, kParalogue, kOffTarget };

[[nodiscard]] std::string_view to_text(Relation relation) noexcept;

/// Header line of the table of sites.
[[nodiscard]] std::string_view site_columns() noexcept;

/// The sites of guides as lines.
class SiteRows {
  public:
    /// `tpm` is one a transcript or empty; `paralogues` are genes, ascending.
    SiteRows(const sirna::OffTargetIndex& index,
             const std::vector<double>& tpm,
             std::vector<std::uint32_t> paralogues);

    /// Appends a line for each full site and then each seed site. Seed sites that are part of a
    /// full one are not repeated.
    void append(const ListedGuide& guide,
                std::span<const sirna::OffTargetHit> full,
                std::span<const sirna::OffTargetHit> seeds,
                std::span<const std::uint32_t> intended,
                std::string& table,
                std::string* bed) const;

  private:
    struct Names {
        std::string tail;  ///< gene, gene name, species
        std::string name;
        std::string tpm;
    };

    void append_line(const ListedGuide& guide,
                     const sirna::OffTargetHit& hit,
                     Relation relation,
                     std::string_view effect,
                     std::string& table,
                     std::string* bed) const;
    [[nodiscard]] Relation relation_of(const sirna::OffTargetHit& hit,
                                       std::span<const std::uint32_t> intended) const;
    [[nodiscard]] std::vector<std::string_view> effects(
        std::span<const sirna::OffTargetHit> hits) const;
    [[nodiscard]] bool has_alleles(const sirna::OffTargetHit& hit) const;
    void append_alleles(const sirna::OffTargetHit& hit, std::string& line) const;
    [[nodiscard]] std::string_view region(const sirna::OffTargetHit& hit) const;

    const sirna::OffTargetIndex& index_;
    std::vector<Names> names_;
    std::vector<std::uint32_t> paralogues_;
};

}  // namespace varhush::apps
