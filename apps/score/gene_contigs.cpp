#include "apps/score/gene_contigs.hpp"

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

}  // namespace varhush::apps
