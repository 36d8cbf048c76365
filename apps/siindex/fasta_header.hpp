#pragma once

#include "varhush/sirna/off_target_builder.hpp"

#include <string_view>

namespace varhush::apps {

/// What the header line of a transcript says, without the '>': name, gene, symbol and coding region
/// in the forms of GENCODE (ENST|ENSG|…|symbol|length|UTR5:1-60|CDS:61-978|), Ensembl
/// (gene:ENSG gene_symbol:X), RefSeq (NM_1.2 … (SYMBOL), mRNA), gffread (gene=X CDS=61-978), NCBI
/// ([gene=X]) and plain names. What it does not say stays empty.
[[nodiscard]] sirna::TranscriptRecord parse_fasta_header(std::string_view header);

}  // namespace varhush::apps
