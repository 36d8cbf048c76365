#include "apps/score/gene_contigs.hpp"

#include "varhush/core/error.hpp"
#include "varhush/seq/contig_alias.hpp"

#include <algorithm>
#include <set>

namespace varhush::apps {

std::string gene_contig_warning(const std::vector<io::VariantHeader::Contig>& contigs,
                                const seq::GeneModels& genes) {
    std::set<std::string> names;
    for (const seq::Transcript& transcript : genes.transcripts()) {
        names.insert(transcript.contig);
    }
    const seq::ContigAliases aliases({names.begin(), names.end()});
    const bool any = std::any_of(contigs.begin(), contigs.end(), [&](const auto& contig) {
        return aliases.find(contig.name).has_value();
    });
    if (contigs.empty() || any) {
        return {};
    }
    return "the gene models have none of the input's contigs (" + contigs.front().name +
           (contigs.size() > 1 ? ", …" : "") + "; theirs: " +
           (names.empty() ? "none" : *names.begin() + (names.size() > 1 ? ", …" : "")) +
           "): every allele on them is NO_GENE";
}

void refuse_genes_past_contigs(const seq::ReferenceSource& reference,
                               const seq::GeneModels& genes) {
    const auto aliases = seq::aliases_of(reference);
    std::int64_t beyond = 0;
    const seq::Transcript* first = nullptr;
    for (const seq::Transcript& transcript : genes.transcripts()) {
        const auto contig = aliases.find(transcript.contig);
        if (contig && transcript.span.end > reference.length_bp(*contig).value_or(0)) {
            first = first == nullptr ? &transcript : first;
            ++beyond;
        }
    }
    if (first != nullptr) {
        throw Error(ErrorKind::kInput,
                    std::to_string(beyond) + " transcripts reach past the end of their contig (" +
                        first->id + " ends at " + first->contig + ":" +
                        std::to_string(first->span.end) + ")",
                    "are the gene models of another genome build than the FASTA?");
    }
}

}  // namespace varhush::apps
