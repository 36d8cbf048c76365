#include "mask_sums.hpp"

#include "varhush/core/error.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace varhush::scoring {

MaskSums::MaskSums(const std::vector<std::vector<seq::Interval>>& masks,
                   std::size_t channels,
                   MaskReduction reduction)
    : channels_(channels),
      reduction_(reduction),
      sums_ref_(channels),
      sums_alt_(channels),
      totals_ref_(masks.size() * channels),
      totals_alt_(masks.size() * channels) {
    struct Change {
        std::vector<std::size_t> ends, starts;
    };
    std::map<std::int64_t, Change> changes;
    for (std::size_t mask = 0; mask < masks.size(); ++mask) {
        std::int64_t size = 0;
        for (const seq::Interval& interval : masks[mask]) {
            changes[interval.start].starts.push_back(mask);
            changes[interval.end].ends.push_back(mask);
            size += interval.end - interval.start;
        }
        sizes_.push_back(size);
    }
    std::set<std::size_t> open;
    std::int64_t from = 0;
    for (const auto& [position, change] : changes) {
        if (!open.empty()) {
            stretches_.push_back({{from, position}, {open.begin(), open.end()}});
        }
        for (const std::size_t mask : change.ends) {
            open.erase(mask);
        }
        open.insert(change.starts.begin(), change.starts.end());
        from = position;
    }
}

std::vector<models::PositionRange> MaskSums::bins() const {
    std::vector<models::PositionRange> result;
    for (const Stretch& stretch : stretches_) {
        if (!result.empty() && result.back().end == stretch.bins.begin) {
            result.back().end = stretch.bins.end;
        } else {
            result.push_back(stretch.bins);
        }
    }
    return result;
}

void MaskSums::consume(const TrackBlock& ref, const TrackBlock& alt) {
    VARHUSH_CHECK(ref.first_bin == alt.first_bin && ref.rows == alt.rows);
    const std::size_t size = static_cast<std::size_t>(ref.rows) * channels_;
    VARHUSH_CHECK(ref.values.size() == size && alt.values.size() == size);
    for (std::int64_t row = 0; row < ref.rows; ++row) {
        VARHUSH_CHECK(current_ < stretches_.size() &&
                      stretches_[current_].bins.begin + read_ == ref.first_bin + row);
        const std::size_t offset = static_cast<std::size_t>(row) * channels_;
        add(ref.values.data() + offset, alt.values.data() + offset);
        if (++read_ == stretches_[current_].bins.size()) {
            finish_stretch();
        }
    }
}

void MaskSums::check_complete() const {
    VARHUSH_CHECK(channels_ == 0 || current_ == stretches_.size());
}

void MaskSums::add(const float* ref, const float* alt) {
    if (reduction_ == MaskReduction::kSums) {
        for (std::size_t i = 0; i < channels_; ++i) {
            sums_ref_[i] += static_cast<double>(ref[i]);
            sums_alt_[i] += static_cast<double>(alt[i]);
        }
        return;
    }
    for (std::size_t i = 0; i < channels_; ++i) {
        const double change = std::fabs(static_cast<double>(alt[i]) - static_cast<double>(ref[i]));
        sums_ref_[i] = std::max(sums_ref_[i], change);
    }
}

void MaskSums::finish_stretch() {
    for (const std::size_t mask : stretches_[current_].masks) {
        double* const ref = totals_ref_.data() + mask * channels_;
        double* const alt = totals_alt_.data() + mask * channels_;
        for (std::size_t i = 0; i < channels_; ++i) {
            ref[i] = reduction_ == MaskReduction::kSums ? ref[i] + sums_ref_[i]
                                                        : std::max(ref[i], sums_ref_[i]);
            alt[i] += sums_alt_[i];
        }
    }
    std::fill(sums_ref_.begin(), sums_ref_.end(), 0.0);
    std::fill(sums_alt_.begin(), sums_alt_.end(), 0.0);
    read_ = 0;
    ++current_;
}

}  // namespace varhush::scoring
