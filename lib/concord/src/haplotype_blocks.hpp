#pragma once

#include "table_columns.hpp"
#include "varhush/concord/count_table.hpp"
#include "varhush/concord/score_book.hpp"

#include <string>

namespace varhush::concord {

/// Whether a table is that of `varhush count --blocks`.
[[nodiscard]] bool is_block_table(const TableReader& reader);

/// Its lines: each is a variant of its own whose REF and ALT are haplotypes 1 and 2.
void read_block_counts(TableReader& reader, const CountInput& input, CountTable& table);

/// The table of `varhush haplo`: the effect of haplotype 2 less that of haplotype 1, joined by
/// sample and place. Where a line of counts and a block of haplo do not overlap each other alone,
/// the reason says so.
void read_haplotype_scores(const ScoreInput& input, CountTable& table, ScoreBook& book);

}  // namespace varhush::concord
