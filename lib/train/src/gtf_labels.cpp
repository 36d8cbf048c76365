#include "gtf_labels.hpp"

#include "varhush/io/gene_model_reader.hpp"

#include <algorithm>
#include <tuple>

namespace varhush::train {
namespace {

/// The first base of a transcript in the direction of transcription, or its last one.
std::int64_t end_of(const seq::Transcript& transcript, bool start) {
    return start == (transcript.strand == '+') ? transcript.span.start : transcript.span.end - 1;
}

}  // namespace

const std::set<std::string>& gtf_features() {
    static const std::set<std::string> features{
        "transcript", "exon", "transcript_start", "transcript_end"};
    return features;
}

void read_gtf_intervals(
    const TrackSource& source,
    const std::function<void(const std::string& contig, std::int64_t start, std::int64_t end)>&
        add) {
    const auto models = io::read_gtf_or_gff3(source.file);
    // Isoforms share exons and ends.
    std::set<std::tuple<std::string, std::int64_t, std::int64_t>> intervals;
    for (const seq::Transcript& one : models.transcripts()) {
        if (source.track.strand != '.' && source.track.strand != one.strand) {
            continue;
        }
        if (source.feature == "exon") {
            for (const seq::Interval& exon : one.exons) {
                intervals.emplace(one.contig, exon.start, exon.end);
            }
        } else if (source.feature == "transcript") {
            intervals.emplace(one.contig, one.span.start, one.span.end);
        } else {
            const std::int64_t at = end_of(one, source.feature == "transcript_start");
            intervals.emplace(one.contig,
                              std::max<std::int64_t>(0, at - source.half_width),
                              at + source.half_width + 1);
        }
    }
    for (const auto& [contig, start, end] : intervals) {
        add(contig, start, end);
    }
}

SpliceAnnotation read_gtf_splice_sites(const TrackSource& source) {
    return annotation_from(io::read_gtf_or_gff3(source.file));
}

}  // namespace varhush::train
