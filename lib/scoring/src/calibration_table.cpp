#include "varhush/scoring/calibration_table.hpp"

#include "varhush/core/error.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace varhush::scoring {

namespace {

constexpr std::array<std::string_view, kAlleleClassCount> kClassNames{
    "substitution", "insertion", "deletion"};

std::size_t slot_of(AlleleClass allele_class) {
    return 1 + static_cast<std::size_t>(allele_class);
}

// The class's own grid, else that of all alleles.
const std::optional<RankGrid>& grid_for(
    const std::array<std::optional<RankGrid>, 1 + kAlleleClassCount>& grids,
    AlleleClass allele_class) {
    const auto& own = grids[slot_of(allele_class)];
    return own ? own : grids[0];
}

}  // namespace

AlleleClass allele_class(std::size_t ref_length, std::size_t alt_length) noexcept {
    return alt_length > ref_length   ? AlleleClass::kInsertion
           : alt_length < ref_length ? AlleleClass::kDeletion
                                     : AlleleClass::kSubstitution;
}

std::string_view allele_class_name(AlleleClass allele_class) noexcept {
    return kClassNames[static_cast<std::size_t>(allele_class)];
}

CalibrationTable::CalibrationTable(CalibrationInfo info,
                                   std::vector<ScoreSeries> series,
                                   std::vector<Grids> grids,
                                   std::optional<SequenceProfile> profile)
    : info_(std::move(info)),
      series_(std::move(series)),
      grids_(std::move(grids)),
      profile_(std::move(profile)) {
    VARHUSH_CHECK(series_.size() == grids_.size());
    for (std::size_t i = 0; i < series_.size(); ++i) {
        index_.emplace(series_[i].name, i);
    }
}

CalibrationTable CalibrationTable::with_sign(SignCalibration sign) && {
    const auto series = find(sign.series);
    if (!series || !series_[*series].is_signed) {
        throw Error(ErrorKind::kUsage,
                    "the table has no signed scores " + sign.series + " whose sign could be right",
                    {});
    }
    sign_ = std::move(sign);
    return std::move(*this);
}

void CalibrationTable::require_model(const std::string& sha256, const std::string& path) const {
    if (sha256 != info_.model_sha256) {
        throw Error(ErrorKind::kModel,
                    path + ": this calibration belongs to another model: " + info_.model_id +
                        " with SHA-256 " + info_.model_sha256 + ", not " + sha256,
                    "make one for this model: 'varhush calibrate --help'");
    }
}

std::optional<std::size_t> CalibrationTable::find(std::string_view series) const {
    const auto found = index_.find(series);
    return found == index_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<double> CalibrationTable::size_rank(std::size_t series,
                                                  AlleleClass allele_class,
                                                  double value) const {
    const Grids& grids = grids_[series];
    const auto& grid =
        grid_for(series_[series].is_signed ? grids.sizes : grids.values, allele_class);
    if (!grid || std::isnan(value)) {
        return std::nullopt;
    }
    const double seen = series_[series].is_signed ? std::fabs(value) : value;
    return std::min(grid->rank(static_cast<float>(seen)), kLargestRank);
}

std::optional<double> CalibrationTable::quantile_score(std::size_t series,
                                                       AlleleClass allele_class,
                                                       double value) const {
    const auto& grid = grid_for(grids_[series].values, allele_class);
    if (!grid || std::isnan(value)) {
        return std::nullopt;
    }
    const double rank = grid->rank(static_cast<float>(value));
    return std::clamp(series_[series].is_signed ? 2 * rank - 1 : rank, -kLargestRank, kLargestRank);
}

double CalibrationTable::highest_rank(AlleleClass allele_class) const {
    double highest = 0;
    for (std::size_t i = 0; i < series_.size(); ++i) {
        const auto& grids = series_[i].is_signed ? grids_[i].sizes : grids_[i].values;
        if (const auto& grid = grid_for(grids, allele_class)) {
            highest = std::max(highest, std::min(grid->highest(), kLargestRank));
        }
    }
    return highest;
}

}  // namespace varhush::scoring
