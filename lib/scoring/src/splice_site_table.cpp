#include "varhush/scoring/splice_site_table.hpp"

#include <algorithm>
#include <optional>

namespace varhush::scoring {

namespace {

// Rows of models::SpliceSiteRows.
constexpr std::size_t kDonorPlus = 0;
constexpr std::size_t kAcceptorPlus = 1;
constexpr std::size_t kDonorMinus = 2;
constexpr std::size_t kAcceptorMinus = 3;

}  // namespace

SpliceSiteTable::SpliceSiteTable(const seq::GeneModels& models) {
    std::vector<std::string> contigs;
    for (const seq::Transcript& transcript : models.transcripts()) {
        const auto [place, fresh] = by_contig_.try_emplace(transcript.contig);
        if (fresh) {
            contigs.push_back(transcript.contig);
        }
        Rows& rows = place->second;
        const bool minus = transcript.strand == '-';
        for (std::size_t i = 1; i < transcript.exons.size(); ++i) {
            const std::int64_t left = transcript.exons[i - 1].end;
            const std::int64_t right = transcript.exons[i].start;
            if (left < right) {
                rows[minus ? kAcceptorMinus : kDonorPlus].push_back(left - 1);
                rows[minus ? kDonorMinus : kAcceptorPlus].push_back(right);
            }
        }
    }
    for (auto& [contig, rows] : by_contig_) {
        for (auto& row : rows) {
            std::sort(row.begin(), row.end());
            row.erase(std::unique(row.begin(), row.end()), row.end());
        }
    }
    aliases_ = seq::ContigAliases(contigs);
}

models::SpliceSiteRows SpliceSiteTable::inside(const ScoreWindow& window) const {
    models::SpliceSiteRows found;
    const std::optional<std::string> contig = aliases_.find(window.contig);
    if (!contig) {
        return found;
    }
    const Rows& rows = by_contig_.at(*contig);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        auto site = std::lower_bound(rows[i].begin(), rows[i].end(), window.start);
        for (; site != rows[i].end() && *site < window.end; ++site) {
            found[i].push_back(*site - window.start);
        }
    }
    return found;
}

}  // namespace varhush::scoring
