#include "apps/siindex/describe.hpp"

#include <cstdint>
#include <map>

namespace varhush::apps {

std::string describe_index(const sirna::OffTargetIndex& index) {
    std::uint64_t bases = 0;
    std::uint64_t coding = 0;
    std::uint64_t utr = 0;
    std::map<std::uint32_t, std::uint64_t> by_species;
    for (const sirna::IndexedTranscript& one : index.transcripts()) {
        bases += one.length;
        coding += one.cds ? 1 : 0;
        utr += one.cds ? one.length - one.cds->end : 0;
        ++by_species[index.genes()[one.gene].species];
    }
    std::string text;
    const auto line = [&](const std::string& key, const std::string& value) {
        text += key;
        text += '\t';
        text += value;
        text += '\n';
    };
    line("checksum", index.checksum());
    line("transcripts", std::to_string(index.transcripts().size()));
    line("genes", std::to_string(index.genes().size()));
    line("bases", std::to_string(bases));
    line("stored_bases", std::to_string(index.text_bases()));
    line("transcripts_with_cds", std::to_string(coding));
    line("utr3_bases", std::to_string(utr));
    line("alleles", std::to_string(index.variants().size()));
    for (const auto& [number, transcripts] : by_species) {
        const std::string& name = index.species()[number];
        line("species", (name.empty() ? "." : name) + "\t" + std::to_string(transcripts));
    }
    return text;
}

}  // namespace varhush::apps
