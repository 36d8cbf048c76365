#pragma once

#include "varhush/sirna/chemistry.hpp"
#include "varhush/sirna/design_report.hpp"

#include <cstddef>
#include <string_view>

namespace varhush::sirna {

// Placing modifications on a duplex: of all choices that a pattern with `placement` allows, the one
// of least cost. The cost is a sum of terms, each of which says what is given up for what; which
// way a term points is published (src/placement_rules.cpp, docs/sirna.md), its size is ours. It was
// fitted to no measurement and predicts no efficacy.

/// A duplex to be modified.
struct DuplexToModify {
    std::string_view guide_strand;  ///< RNA 5'->3' with overhang, 't' for dT
    std::string_view passenger_strand;
    /// Passenger position 1 faces this guide position; positions 1 to `paired` of both strands
    /// pair.
    std::size_t paired = 0;
};

/// `pattern` as it is, when it has no `placement`; else a plain pattern of the same name, ends and
/// ligand whose `sugars` are as long as the strands: the cheapest of all that are allowed.
///
/// The search is exact, not a beam. Every term belongs to one nucleotide and the links beside it,
/// but for runs of 2'-O-methyl and the numbers of 2'-fluoro: dynamic programming along a strand
/// keeps both in its state, once for every number of thioates at the two ends, and gives the best
/// strand for each number of 2'-fluoro; the strands are put together under the limit for both.
/// Costs are whole thousandths, so the same input gives the same pattern everywhere. Among equals
/// the one with fewer 2'-fluoro is taken, then with fewer thioates. About half a millisecond.
/// @throws Error{kUsage} for letters and positions that are none, and where nothing is allowed.
[[nodiscard]] ChemistryPattern place_chemistry(const ChemistryPattern& pattern,
                                               const DuplexToModify& duplex);

/// What a modified duplex costs by the same terms; both strands must be modifications of `duplex`.
[[nodiscard]] PlacementAccount placement_account(const ModifiedStrand& guide,
                                                 const ModifiedStrand& passenger,
                                                 const DuplexToModify& duplex,
                                                 const PlacementOptions& options);

/// Both strands ready to be ordered: `modified_duplex` of the placed pattern and, where something
/// was placed, its account beside those of the library's patterns that fit the strands.
[[nodiscard]] ModifiedDuplex ordered_duplex(const ChemistryPattern& pattern,
                                            const DuplexToModify& duplex);

/// "modifications placed by exact search: …" for people.
[[nodiscard]] std::string to_sentence(const PlacementAccount& account);

}  // namespace varhush::sirna
