#pragma once

#include "varhush/sirna/efficacy_model.hpp"

#include <span>
#include <string>
#include <vector>

namespace varhush::sirna {

/// Goes up when a feature of an old name means something new; model files state the version they
/// were trained with.
constexpr int kFeatureVersion = 1;

/// A number that describes a guide on its target.
struct Feature {
    std::string name;   ///< unique, e.g. "base_7_A", "dg_3", "context_au_up_10"
    std::string block;  ///< "base", "flank", "step", "ends", "rules", "self", "kmer", "pair",
                        ///< "triple", "context", "access"
};

/// All features, in the order of compute_features(). Guide positions are counted from 1 at the 5'
/// end; only positions 1 to 19 are looked at.
///  - base: one-hot of guide positions 1 to 19; flank: of positions -3 to 0 and 20 to 23 of a guide
///    made longer at both ends, from the context;
///  - step: the 18 nearest-neighbour steps of the duplex (Xia et al. 1998), kcal/mol;
///  - ends: 5' end minus 3' end over 3, 4 and 6 steps (negative: the 5' end is the more stable),
///    and sums over parts of the duplex (Khvorova 2003, Schwarz 2003);
///  - rules: GC by part, runs, A/U at the ends (Reynolds 2004, Ui-Tei 2004, Amarzguioui 2004);
///  - self: free energy of the guide folded on itself (ensemble), kcal/mol;
///  - kmer: counts of 1-, 2- and 3-mers in the guide (motifs);
///  - pair, triple: one-hot of two and three neighbours, at positions 1-2 to 18-19 and 1-3 to
///    17-19;
///  - context: share of A+U, A and U in 5, 10 and 19 bases up- and downstream of the site, and how
///    much of the 38 bases is known;
///  - access: what it costs to open the site in its transcript (GuideQuery::opening), kcal/mol.
[[nodiscard]] const std::vector<Feature>& features();

/// Writes the features of `query` into `out` (features().size() long). What the context does not
/// tell is NaN (flank letters: zeros), a state that models are trained on. Cost: some 20
/// microseconds, mostly for folding the guide.
/// @throws Error{kInternal} for a guide that `why_no_guide` refuses, or a site outside the context.
void compute_features(const GuideQuery& query, std::span<float> out);

}  // namespace varhush::sirna
