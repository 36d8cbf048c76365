#pragma once

#include "varhush/sirna/efficacy_record.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace varhush::apps {

/// Reads a table of measured guides: tab-separated with the columns id, dataset, study, guide19,
/// accession, target_pos, context57 (sense; 19 bases, the site, 19 bases; X where unknown),
/// raw_value, raw_scale, efficacy, label_published, y_published, in_published, cluster, primary,
/// fold_hu_gene5 and fold_cluster5, in any order, others beside them.
/// @throws Error{kInput} with file and line.
[[nodiscard]] std::vector<sirna::EfficacyRecord> read_efficacy_table(const std::string& path);

/// How many records' sites were found in their transcripts.
struct TargetFit {
    std::size_t placed = 0;
};
/// Folds the transcripts of `fasta` that records name as their accession, and notes in the records
/// how open their sites are (GuideQuery::opening). Without a position in the table a site is looked
/// for by the bases around it. @throws Error{kInput}.
TargetFit fold_targets(const std::string& fasta,
                       std::vector<sirna::EfficacyRecord>& records,
                       int threads);

}  // namespace varhush::apps
