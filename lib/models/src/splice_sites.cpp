#include "varhush/models/sequence_model.hpp"

#include <algorithm>

namespace varhush::models {

namespace {

struct Site {
    float probability;
    std::int64_t position;
};

bool better(const Site& a, const Site& b) {
    return a.probability != b.probability ? a.probability > b.probability : a.position < b.position;
}

}  // namespace

SpliceSiteRows choose_splice_sites(std::span<const float> probabilities,
                                   std::int64_t first,
                                   const AlphaGenomeConfig& config) {
    SpliceSiteRows rows;
    const auto threshold = static_cast<float>(config.splice_site_threshold);
    const auto most = static_cast<std::size_t>(config.num_splice_sites);
    for (std::size_t klass = 0; klass < rows.size(); ++klass) {
        std::vector<Site> sites;
        for (std::size_t at = klass; at < probabilities.size(); at += kSpliceClasses) {
            if (probabilities[at] >= threshold) {
                sites.push_back(
                    {probabilities[at], first + static_cast<std::int64_t>(at / kSpliceClasses)});
            }
        }
        if (sites.size() > most) {
            std::nth_element(sites.begin(),
                             sites.begin() + static_cast<std::ptrdiff_t>(most),
                             sites.end(),
                             better);
            sites.resize(most);
        }
        for (const Site& site : sites) {
            rows[klass].push_back(site.position);
        }
        std::sort(rows[klass].begin(), rows[klass].end());
    }
    return rows;
}

}  // namespace varhush::models
