#pragma once

#include "varhush/seq/reference_source.hpp"
#include "varhush/train/splice_annotation.hpp"
#include "varhush/train/track_config.hpp"

#include <cstdint>
#include <functional>
#include <set>
#include <string>

namespace varhush::train {

/// What of gene models may be a label: "transcript", "exon", "transcript_start", "transcript_end".
[[nodiscard]] const std::set<std::string>& gtf_features();

/// Intervals of `source.feature` of the transcripts of a GTF or GFF3, on source.track.strand ('.':
/// both), ends of transcripts with source.half_width to each side. Calls add(contig, start, end)
/// once for each interval, contigs as the file has them.
/// @throws Error{kInput} for what is malformed.
void read_gtf_intervals(
    const TrackSource& source,
    const std::function<void(const std::string& contig, std::int64_t start, std::int64_t end)>&
        add);

/// Donors and acceptors of all transcripts of a GTF or GFF3.
[[nodiscard]] SpliceAnnotation read_gtf_splice_sites(const TrackSource& source);

}  // namespace varhush::train
