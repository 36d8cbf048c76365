#include "varhush/scoring/gene_table.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

namespace varhush::scoring {

namespace {

const std::string& key_of(const seq::Transcript& transcript) {
    return !transcript.gene_id.empty()     ? transcript.gene_id
           : !transcript.gene_name.empty() ? transcript.gene_name
                                           : transcript.id;
}

bool is_coding(const seq::Transcript& transcript) {
    return transcript.biotype == "protein_coding" || transcript.biotype == "mRNA";
}

/// Coordinate of the first transcribed base: of '-' the half-open end.
std::int64_t start_site(const seq::Transcript& transcript) {
    return transcript.strand == '-' ? transcript.span.end : transcript.span.start;
}

seq::GeneModels bodies_of(const std::vector<Gene>& genes) {
    std::vector<seq::Transcript> bodies;
    bodies.reserve(genes.size());
    for (const Gene& gene : genes) {
        seq::Transcript body;
        body.id = gene.id;
        body.contig = gene.contig;
        body.strand = gene.strand;
        body.span = gene.body;
        bodies.push_back(std::move(body));
    }
    return seq::GeneModels(std::move(bodies));
}

}  // namespace

GeneTable::GeneTable(const seq::GeneModels& models) : models_(models) {
    std::unordered_map<std::string, std::size_t> known;
    for (const seq::Transcript& transcript : models.transcripts()) {
        const std::string& id = key_of(transcript);
        const auto [place, fresh] = known.emplace(transcript.contig + '\t' + id, genes_.size());
        if (fresh) {
            genes_.push_back({id,
                              transcript.gene_name,
                              transcript.gene_biotype,
                              transcript.contig,
                              transcript.strand,
                              transcript.span});
        }
        gene_of_.push_back(place->second);
        Gene& gene = genes_[place->second];
        gene.body = {std::min(gene.body.start, transcript.span.start),
                     std::max(gene.body.end, transcript.span.end)};
        if (gene.type.empty()) {
            const bool coding = transcript.gene_biotype.empty() && is_coding(transcript);
            gene.type = coding ? "protein_coding" : transcript.gene_biotype;
        }
        typed_ = typed_ || !gene.type.empty() || !transcript.biotype.empty();
    }
    bodies_ = bodies_of(genes_);
}

GeneTable::~GeneTable() = default;

std::vector<GeneMask> GeneTable::with_start_in(const ScoreWindow& window) const {
    std::map<std::size_t, std::vector<seq::Interval>> exons;  // by gene: the order of the file
    for (const std::size_t i : models_.overlapping(window.contig, window.start - 1, window.end)) {
        const seq::Transcript& transcript = models_.transcripts()[i];
        const std::int64_t site = start_site(transcript);
        if (site >= window.start && site < window.end) {
            auto& all = exons[gene_of_[i]];
            all.insert(all.end(), transcript.exons.begin(), transcript.exons.end());
        }
    }
    std::vector<GeneMask> masks;
    masks.reserve(exons.size());
    for (auto& [gene, intervals] : exons) {
        masks.push_back(
            {&genes_[gene], clipped_union(std::move(intervals), window.start, window.end)});
    }
    return masks;
}

std::vector<const Gene*> GeneTable::overlapping(const ScoredVariant& variant) const {
    const std::int64_t end =
        std::max(variant.end(), variant.start + static_cast<std::int64_t>(variant.alt.size()));
    std::vector<const Gene*> found;
    for (const std::size_t i : bodies_.overlapping(variant.contig, variant.start, end)) {
        found.push_back(&genes_[i]);
    }
    return found;
}

bool GeneTable::protein_coding(const Gene& gene) const noexcept {
    return !typed_ || gene.type == "protein_coding";
}

std::vector<seq::Interval> clipped_union(std::vector<seq::Interval> intervals,
                                         std::int64_t start,
                                         std::int64_t end) {
    std::sort(intervals.begin(), intervals.end(), [](const auto& a, const auto& b) {
        return std::pair(a.start, a.end) < std::pair(b.start, b.end);
    });
    std::vector<seq::Interval> joined;
    for (const seq::Interval& interval : intervals) {
        const seq::Interval part{std::max(interval.start, start), std::min(interval.end, end)};
        if (part.start >= part.end) {
            continue;
        }
        if (!joined.empty() && part.start <= joined.back().end) {
            joined.back().end = std::max(joined.back().end, part.end);
        } else {
            joined.push_back(part);
        }
    }
    return joined;
}

std::string_view without_version(std::string_view gene_id) noexcept {
    return gene_id.substr(0, 3) == "ENS" ? gene_id.substr(0, gene_id.find('.')) : gene_id;
}

}  // namespace varhush::scoring
