#include "apps/common/efficacy_features.hpp"

#include "varhush/core/error.hpp"
#include "varhush/sirna/features.hpp"

#include <map>
#include <string_view>

namespace varhush::apps {

namespace {

[[noreturn]] void refuse_feature(const std::string& source, const std::string& name) {
    throw Error(ErrorKind::kModel,
                source + ": needs the feature '" + name + "', which this build does not compute");
}

}  // namespace

EfficacyColumns::EfficacyColumns(const models::SirnaEnsembleConfig& config,
                                 const std::string& source) {
    if (config.feature_version != sirna::kFeatureVersion) {
        throw Error(ErrorKind::kModel,
                    source + ": made for version " + std::to_string(config.feature_version) +
                        " of the features; this build computes version " +
                        std::to_string(sirna::kFeatureVersion),
                    "train it anew with 'varhush train sirna'");
    }
    std::map<std::string_view, std::size_t> places;
    for (const sirna::Feature& feature : sirna::features()) {
        places.emplace(feature.name, places.size());
    }
    columns_.reserve(config.features.size());
    for (const std::string& name : config.features) {
        const auto found = places.find(name);
        if (found == places.end()) {
            refuse_feature(source, name);
        }
        columns_.push_back(found->second);
    }
}

std::vector<float> efficacy_features(std::span<const sirna::GuideQuery> queries,
                                     core::WorkerPool& pool) {
    const std::size_t width = sirna::features().size();
    std::vector<float> rows(queries.size() * width);
    pool.run(static_cast<std::int64_t>(queries.size()), [&](std::int64_t index, int /*worker*/) {
        const auto i = static_cast<std::size_t>(index);
        sirna::compute_features(queries[i], std::span(rows).subspan(i * width, width));
    });
    return rows;
}

std::vector<float> EfficacyColumns::rows(std::span<const sirna::GuideQuery> queries,
                                         core::WorkerPool* pool) const {
    const std::size_t width = sirna::features().size();
    std::vector<float> out(queries.size() * columns_.size());
    const auto work = [&](std::int64_t index, int /*worker*/) {
        const auto i = static_cast<std::size_t>(index);
        std::vector<float> row(width);
        sirna::compute_features(queries[i], row);
        for (std::size_t c = 0; c < columns_.size(); ++c) {
            out[i * columns_.size() + c] = row[columns_[c]];
        }
    };
    if (pool != nullptr) {
        pool->run(static_cast<std::int64_t>(queries.size()), work);
    } else {
        for (std::size_t i = 0; i < queries.size(); ++i) {
            work(static_cast<std::int64_t>(i), 0);
        }
    }
    return out;
}

}  // namespace varhush::apps
