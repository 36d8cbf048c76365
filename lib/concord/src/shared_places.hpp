#pragma once

#include "varhush/concord/count_table.hpp"

namespace varhush::concord {

/// Finds heterozygous variants of a sample that stand against another ALT of it, not against REF.
/// Zygosity becomes kNoRef where two ALTs have the same POS and REF or change the same bases (a GT
/// of 1/2, split into two records), kOverlap where changes share some bases (a substitution inside
/// a deletion): fragments without the one ALT then carry the other. '*' changes all of REF; of
/// symbolic alleles only POS and REF are looked at. Cost O(rows log rows), and the pairs.
void mark_shared_places(CountTable& table);

}  // namespace varhush::concord
