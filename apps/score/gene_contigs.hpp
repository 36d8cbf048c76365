#pragma once

#include "varhush/io/variant_record.hpp"
#include "varhush/seq/transcript.hpp"

#include <string>
#include <vector>

namespace varhush::apps {

/// A warning when none of the input's `contigs` has gene models: every allele would be NO_GENE.
/// Empty when there is nothing to warn of, or no contig is known yet.
[[nodiscard]] std::string gene_contig_warning(const std::vector<io::VariantHeader::Contig>& contigs,
                                              const seq::GeneModels& genes);

/// @throws Error{kInput} when transcripts reach past the end of their contig: gene models of
/// another build would put every mask in the wrong place.
void refuse_genes_past_contigs(const seq::ReferenceSource& reference, const seq::GeneModels& genes);

}  // namespace varhush::apps
