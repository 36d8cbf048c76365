#pragma once

#include "varhush/sirna/allele_sites.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace varhush::sirna {

/// A stretch of one copy of the target round a heterozygous variant.
struct ChromosomeCopy {
    std::string bases;
    std::vector<std::size_t> origin;  ///< of each base, on the target; inserted bases: of the next
    std::size_t anchor_start = 0;     ///< the variant's bases; equal ends: a deletion
    std::size_t anchor_end = 0;
};

/// Both copies of a target round one variant.
struct ChromosomeCopies {
    VariantOnTarget anchor;
    ChromosomeCopy wanted;
    ChromosomeCopy spared;
    std::string wanted_allele;
    std::string spared_allele;
    std::string phase;    ///< how the wanted copy is known
    std::string refused;  ///< why no site over the variant can be used; empty: they can
    /// Changes of which it is not known on which copy they are, with the reason.
    std::vector<std::pair<VariantOnTarget, std::string>> unclear;
};

/// `anchor` is one of `variants`. The stretch reaches `margin` bases to both sides of it.
ChromosomeCopies chromosome_copies(std::string_view rna,
                                   const std::vector<CarriedVariant>& variants,
                                   const CarriedVariant& anchor,
                                   const AlleleRequest& request,
                                   std::size_t margin);

}  // namespace varhush::sirna
