#pragma once

#include "apps/count/options.hpp"
#include "varhush/count/features.hpp"
#include "varhush/io/alignment_reader.hpp"

#include <optional>
#include <vector>

namespace varhush::apps {

/// The genes of --gtf (the exons of all their transcripts, with --introns all between them) or the
/// regions of --peaks; nothing when neither was asked for. Contigs may be named otherwise than in
/// the reads ("22", "chr22"); those the reads do not have are told in a warning.
/// @throws Error{kInput} for files that cannot be read, or that have no contig of the reads.
[[nodiscard]] std::optional<count::FeatureIndex> read_features(
    const CountCommandOptions& options, const std::vector<io::AlignmentReader::Contig>& contigs);

}  // namespace varhush::apps
