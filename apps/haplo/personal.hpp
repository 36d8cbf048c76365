#pragma once

#include "apps/common/sample_haplotype.hpp"
#include "varhush/io/output_file.hpp"
#include "varhush/seq/reference_source.hpp"

namespace varhush::apps {

/// Writes every contig of the reference with the haplotype's changes in it: upper case, N for what
/// is no A, C, G or T, 60 bases a line. Memory: a piece of a contig.
void write_personal_fasta(const seq::ReferenceSource& reference,
                          const Haplotype& haplotype,
                          io::OutputFile& output);

/// Writes a UCSC chain from the reference (target) to the haplotype (query), a chain a contig, with
/// gaps where bases come or go: what `liftOver` and `CrossMap` read. Source of the format:
/// genome.ucsc.edu/goldenPath/help/chain.html; the score is the number of bases in both.
void write_chain(const seq::ReferenceSource& reference,
                 const Haplotype& haplotype,
                 io::OutputFile& output);

}  // namespace varhush::apps
