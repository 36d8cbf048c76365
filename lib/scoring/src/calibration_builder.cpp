#include "varhush/core/error.hpp"
#include "varhush/scoring/calibration_table.hpp"

#include <cmath>
#include <numeric>
#include <utility>

namespace varhush::scoring {

namespace {

using ByClass = std::array<std::vector<float>, kAlleleClassCount>;
using GridSet = std::array<std::optional<RankGrid>, 1 + kAlleleClassCount>;

GridSet grids_of(const ByClass& by_class, double tolerance) {
    GridSet grids;
    std::vector<float> all;
    for (std::size_t c = 0; c < kAlleleClassCount; ++c) {
        all.insert(all.end(), by_class[c].begin(), by_class[c].end());
        if (by_class[c].size() >= CalibrationTable::kSmallestClass) {
            grids[1 + c] = RankGrid::of(by_class[c], tolerance);
        }
    }
    if (!all.empty()) {
        grids[0] = RankGrid::of(std::move(all), tolerance);
    }
    return grids;
}

ByClass sizes_of(ByClass by_class) {
    for (auto& values : by_class) {
        for (float& value : values) {
            value = std::fabs(value);
        }
    }
    return by_class;
}

}  // namespace

CalibrationBuilder::CalibrationBuilder(std::vector<ScoreSeries> series)
    : series_(std::move(series)), values_(series_.size()) {}

void CalibrationBuilder::add(std::size_t series, AlleleClass allele_class, float value) {
    if (std::isfinite(value)) {
        // No difference between 0 and -0: both are in the middle of the same tie.
        values_.at(series)[static_cast<std::size_t>(allele_class)].push_back(value + 0.0F);
    }
}

void CalibrationBuilder::add_allele(AlleleClass allele_class, std::string_view key) {
    ++alleles_[static_cast<std::size_t>(allele_class)];
    hash_.update(std::as_bytes(std::span(key)));
    hash_.update(std::as_bytes(std::span("\n", 1)));
}

std::int64_t CalibrationBuilder::alleles() const {
    return std::accumulate(alleles_.begin(), alleles_.end(), std::int64_t{0});
}

CalibrationTable CalibrationBuilder::finish(CalibrationInfo info,
                                            std::optional<SequenceProfile> profile) {
    if (alleles() == 0) {
        throw Error(ErrorKind::kInput,
                    "no allele of the background has a score: there is nothing to rank among",
                    "'varhush score' with the same options tells why, allele by allele");
    }
    info.alleles = alleles_;
    info.background_sha256 = hash_.finish();
    std::vector<CalibrationTable::Grids> grids;
    grids.reserve(series_.size());
    for (std::size_t i = 0; i < series_.size(); ++i) {
        auto& one = grids.emplace_back();
        one.values = grids_of(values_[i], info.tolerance);
        if (series_[i].is_signed) {
            one.sizes = grids_of(sizes_of(std::move(values_[i])), info.tolerance);
        }
        values_[i] = {};
    }
    return {std::move(info), std::move(series_), std::move(grids), std::move(profile)};
}

}  // namespace varhush::scoring
