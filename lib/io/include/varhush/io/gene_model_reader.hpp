#pragma once

#include "varhush/seq/transcript.hpp"

#include <string>

namespace varhush::io {

/// Transcripts of a GTF or GFF3 file (GENCODE, Ensembl and RefSeq dialects, any compression
/// TextReader knows), in order of first appearance. Both are told apart by content. `canonical` is
/// set by the "tag" attributes: in every gene for the transcripts with the strongest of
/// MANE_Select, Ensembl_canonical, RefSeq Select, appris_principal; none without such a tag. Exons
/// are in genome order, exact repeats once; the span covers them. In GFF3 whatever has exons is a
/// transcript, also a RefSeq pseudogene with exons of its own; transcripts without exons keep an
/// empty list there and get one exon by seq::GeneModels.
/// @throws Error{kInput} with file and line for malformed lines, exons on two strands or contigs,
/// transcripts without a strand, unknown Parents, ends before starts, and a file without a single
/// transcript or exon.
[[nodiscard]] seq::GeneModels read_gtf_or_gff3(const std::string& path);

/// The SpliceAI gene table: #NAME CHROM STRAND TX_START TX_END EXON_START EXON_END, starts 0-based,
/// lists with a trailing comma; one row a gene, all canonical, in file order.
/// @throws Error{kInput} with file and line.
[[nodiscard]] seq::GeneModels read_spliceai_table(const std::string& path);

/// Whether a file of gene models is a SpliceAI gene table, by its first line.
/// @throws Error{kInput} when it cannot be read.
[[nodiscard]] bool is_spliceai_table(const std::string& path);

/// Either of the two, told apart by the first line.
/// @throws Error{kInput} with file and line.
[[nodiscard]] seq::GeneModels read_gene_models(const std::string& path);

}  // namespace varhush::io
