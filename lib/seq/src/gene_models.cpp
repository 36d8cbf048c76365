#include "varhush/seq/contig_alias.hpp"
#include "varhush/seq/transcript.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

namespace varhush::seq {
namespace {

/// Bases covered by the exons; where exons overlap a base counts once.
std::int64_t exonic_bp(const Transcript& transcript) {
    std::int64_t covered = 0;
    std::int64_t reached = transcript.exons.empty() ? 0 : transcript.exons.front().start;
    for (const Interval& exon : transcript.exons) {
        covered += std::max<std::int64_t>(exon.end - std::max(exon.start, reached), 0);
        reached = std::max(reached, exon.end);
    }
    return covered;
}

std::string gene_key(const Transcript& transcript) {
    const std::string& gene = !transcript.gene_id.empty()     ? transcript.gene_id
                              : !transcript.gene_name.empty() ? transcript.gene_name
                                                              : transcript.id;
    return transcript.contig + '\t' + gene;  // a tab is in neither
}

bool better(const Transcript& candidate, const Transcript& best) {
    if (candidate.canonical != best.canonical) {
        return candidate.canonical;
    }
    return exonic_bp(candidate) > exonic_bp(best);
}

}  // namespace

void widen(std::optional<Interval>& whole, const Interval& part) {
    whole =
        whole ? Interval{std::min(whole->start, part.start), std::max(whole->end, part.end)} : part;
}

GeneModels::GeneModels(std::vector<Transcript> transcripts) : transcripts_(std::move(transcripts)) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < transcripts_.size(); ++i) {
        Transcript& transcript = transcripts_[i];
        if (transcript.exons.empty()) {
            transcript.exons.push_back(transcript.span);
        }
        std::sort(transcript.exons.begin(), transcript.exons.end(), [](auto& a, auto& b) {
            return std::pair(a.start, a.end) < std::pair(b.start, b.end);
        });
        ContigIndex& index = by_contig_[transcript.contig];
        if (index.by_start.empty()) {
            names.push_back(transcript.contig);
        }
        index.by_start.push_back(i);
    }
    for (auto& [contig, index] : by_contig_) {
        std::stable_sort(index.by_start.begin(), index.by_start.end(), [&](auto a, auto b) {
            return transcripts_[a].span.start < transcripts_[b].span.start;
        });
        std::int64_t furthest = 0;
        for (const std::size_t i : index.by_start) {
            furthest = std::max(furthest, transcripts_[i].span.end);
            index.running_max_end.push_back(furthest);
        }
    }
    aliases_ = ContigAliases(names);
}

std::vector<std::size_t> GeneModels::overlapping(std::string_view contig,
                                                 std::int64_t start,
                                                 std::int64_t end) const {
    std::vector<std::size_t> hits;
    const std::optional<std::string> name = aliases_.find(contig);
    if (!name || start >= end) {
        return hits;
    }
    const ContigIndex& index = by_contig_.at(*name);
    // Everything before the first place where the running maximum passes `start` ends too early.
    const auto first =
        std::upper_bound(index.running_max_end.begin(), index.running_max_end.end(), start);
    for (auto i = static_cast<std::size_t>(first - index.running_max_end.begin());
         i < index.by_start.size();
         ++i) {
        const Interval& span = transcripts_[index.by_start[i]].span;
        if (span.start >= end) {
            break;
        }
        if (span.end > start) {
            hits.push_back(index.by_start[i]);
        }
    }
    std::sort(hits.begin(), hits.end());
    return hits;
}

GeneModels GeneModels::canonical_only() const {
    std::unordered_map<std::string, std::size_t> best;
    for (std::size_t i = 0; i < transcripts_.size(); ++i) {
        const auto [place, fresh] = best.emplace(gene_key(transcripts_[i]), i);
        if (!fresh && better(transcripts_[i], transcripts_[place->second])) {
            place->second = i;
        }
    }
    std::vector<std::size_t> chosen;
    chosen.reserve(best.size());
    for (const auto& [gene, index] : best) {
        chosen.push_back(index);
    }
    std::sort(chosen.begin(), chosen.end());
    std::vector<Transcript> kept;
    kept.reserve(chosen.size());
    for (const std::size_t i : chosen) {
        kept.push_back(transcripts_[i]);
    }
    return GeneModels(std::move(kept));
}

}  // namespace varhush::seq
