#pragma once

#include "varhush/models/aparent_network.hpp"
#include "varhush/seq/reference_source.hpp"
#include "varhush/train/polya_training.hpp"
#include "varhush/train/random.hpp"
#include "varhush/train/splice_annotation.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace varhush::train {

/// Where the first base of a hexamer stands on one strand of a contig, read in that strand's
/// direction.
struct PolyaSite {
    std::size_t strand = 0;  ///< see PolyaWindows
    std::int64_t at = 0;

    auto operator<=>(const PolyaSite&) const = default;
};

/// A window and the same window after a change, framed on the same site: letters as
/// models::AparentNetwork reads them.
struct PolyaPair {
    std::vector<std::uint8_t> ref, alt;
};

enum class PolyaPart { kTrain, kValidation, kTest };

/// Draws windows round polyadenylation hexamers and changes in them.
class PolyaWindows {
  public:
    /// Bases beside a window that decide with it which part it belongs to; changes are shorter.
    static constexpr std::int64_t kMargin = 64;

    /// `reference`, `annotation` and `config` need not outlive this.
    /// @throws Error{kInput} for a contig or a part that is not there.
    PolyaWindows(const seq::ReferenceSource& reference,
                 const SpliceAnnotation& annotation,
                 const PolyaConfig& config,
                 const models::AparentConfig& shape);

    /// Every hexamer that reads an annotated 3' end: its first base 120 before to 80 behind it.
    [[nodiscard]] const std::vector<PolyaSite>& near_ends(PolyaPart part) const;
    /// One hexamer a 3' end: of those that begin 5 to 60 bases before it the one nearest to 21
    /// bases, where most cuts are (Beaudoing et al. 2000, Genome Research 10:1001). Ends without
    /// any are left out and counted.
    [[nodiscard]] const std::vector<PolyaSite>& of_ends(PolyaPart part) const;
    [[nodiscard]] std::int64_t ends_without(PolyaPart part) const;

    /// A hexamer anywhere. @throws Error{kInput} when there seems to be none.
    [[nodiscard]] PolyaSite anywhere(PolyaPart part, Random& random) const;
    /// Frames and changes as the recipe says. @throws Error{kInput} as anywhere().
    [[nodiscard]] PolyaPair draw(PolyaPart part, Random& random) const;
    /// The pair of one site with one change.
    [[nodiscard]] PolyaPair pair_at(const PolyaSite& site, Random& random) const;
    [[nodiscard]] std::vector<std::uint8_t> window_at(const PolyaSite& site) const;

    [[nodiscard]] const std::string& contig_of(const PolyaSite& site) const;
    [[nodiscard]] bool is_minus(const PolyaSite& site) const { return site.strand % 2 == 1; }
    /// 0-based on the plus strand.
    [[nodiscard]] std::int64_t genome_position(const PolyaSite& site) const;

  private:
    struct Contig {
        std::string name;
        std::string strands[2];  // the second one is the reverse complement
    };
    struct PartSites {
        std::vector<seq::Region> regions;
        std::vector<std::int64_t> lengths;  // within their contigs
        std::vector<PolyaSite> near;
        std::vector<PolyaSite> ends;
        std::int64_t without = 0;
    };

    void load(const seq::ReferenceSource& reference);
    void find_ends(const SpliceAnnotation& annotation);
    [[nodiscard]] const std::string& bases_of(const PolyaSite& site) const {
        return contigs_[site.strand / 2].strands[site.strand % 2];
    }
    [[nodiscard]] PartSites& sites_of(PolyaPart part) {
        return parts_[static_cast<std::size_t>(part)];
    }
    [[nodiscard]] const PartSites& sites_of(PolyaPart part) const {
        return parts_[static_cast<std::size_t>(part)];
    }
    [[nodiscard]] bool hexamer_at(const PolyaSite& site) const;
    [[nodiscard]] std::optional<PolyaPart> part_of(const PolyaSite& site) const;

    PolyaRecipe recipe_;
    std::int64_t window_;
    std::int64_t offset_;
    std::vector<Contig> contigs_;
    PartSites parts_[3];
};

}  // namespace varhush::train
