#pragma once

#include "varhush/seq/transcript.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace varhush::train {

/// An annotated splice site: the last (donor) or first (acceptor) base of an exon in the direction
/// of transcription, 0-based on the plus strand.
struct SpliceSite {
    std::int64_t position = 0;
    bool donor = false;
    bool minus = false;
};

/// From the first to the last exon base of a gene, 0-based half-open.
struct GeneSpan {
    std::string name;
    std::int64_t start = 0;
    std::int64_t end = 0;
    bool minus = false;
};

/// Splice sites and gene bodies by contig, each list sorted by position.
struct SpliceAnnotation {
    std::map<std::string, std::vector<SpliceSite>> sites;
    std::map<std::string, std::vector<GeneSpan>> genes;

    /// Sites of one strand in [start, end).
    [[nodiscard]] std::vector<SpliceSite> sites_in(const std::string& contig,
                                                   std::int64_t start,
                                                   std::int64_t end,
                                                   bool minus) const;
    /// Unions of overlapping genes of one strand that lie wholly or partly in [start, end).
    [[nodiscard]] std::vector<GeneSpan> gene_unions(const std::string& contig,
                                                    std::int64_t start,
                                                    std::int64_t end) const;
};

/// `sites_path`: tab-separated with the header `chrom pos0 type strand gene`, type donor|acceptor.
/// `exons_path`: BED6 exons, name = gene; exons of one name and strand that lie within 3 Mb make a
/// gene.
/// @throws Error{kInput} with file and line.
SpliceAnnotation read_splice_annotation(const std::string& sites_path,
                                        const std::string& exons_path);

/// Splice sites and gene bodies of all transcripts: the last base of every exon but the last is a
/// donor, the first base of every exon but the first an acceptor, in the direction of
/// transcription.
SpliceAnnotation annotation_from(const seq::GeneModels& models);

}  // namespace varhush::train
