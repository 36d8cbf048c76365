#include "varhush/count/features.hpp"

#include <algorithm>
#include <utility>

namespace varhush::count {

Feature::Part Feature::hull() const noexcept {
    Part hull = parts.empty() ? Part{} : parts.front();
    for (const Part& part : parts) {
        hull = {std::min(hull.start, part.start), std::max(hull.end, part.end)};
    }
    return hull;
}

FeatureIndex::FeatureIndex(std::vector<Feature> features) : features_(std::move(features)) {
    for (std::size_t i = 0; i < features_.size(); ++i) {
        const Feature& feature = features_[i];
        if (feature.contig_id < 0) {
            continue;
        }
        const auto contig = static_cast<std::size_t>(feature.contig_id);
        contigs_.resize(std::max(contigs_.size(), contig + 1));
        for (const Feature::Part& part : feature.parts) {
            contigs_[contig].push_back({part, part.end, i});
        }
    }
    for (auto& entries : contigs_) {
        std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
            return a.part.start < b.part.start;
        });
        for (std::size_t i = 1; i < entries.size(); ++i) {
            entries[i].most_end = std::max(entries[i].most_end, entries[i - 1].most_end);
        }
    }
}

std::vector<std::size_t> FeatureIndex::at(int contig_id, std::int64_t position) const {
    std::vector<std::size_t> found;
    const auto contig = static_cast<std::size_t>(contig_id);
    if (contig_id < 0 || contig >= contigs_.size()) {
        return found;
    }
    const auto& entries = contigs_[contig];
    auto entry = std::upper_bound(
        entries.begin(), entries.end(), position, [](std::int64_t value, const Entry& one) {
            return value < one.part.start;
        });
    while (entry != entries.begin() && (entry - 1)->most_end > position) {
        --entry;
        if (entry->part.end > position) {
            found.push_back(entry->feature);
        }
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

}  // namespace varhush::count
