#pragma once

#include "varhush/models/sirna_ensemble.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace varhush::models {

// How an ensemble's parts are put together and its numbers made to mean what they say, from
// predictions for guides that were held out of training. Used by the training and by the benchmark.

/// Predictions for rows that their models had not seen, and what was measured.
struct SirnaHeldOut {
    std::vector<std::vector<double>> parts;  ///< [part][row]
    std::vector<double> efficacy;            ///< 0 to 1
    std::vector<double> target;              ///< as the source gives it
    std::vector<int> study;
    std::vector<int> gene;
    std::vector<int> fold;

    [[nodiscard]] std::size_t size() const noexcept { return efficacy.size(); }
    /// Only the rows with keep[row] != 0.
    [[nodiscard]] SirnaHeldOut subset(std::span<const std::uint8_t> keep) const;
};

/// Non-negative weights and the offset that bring the parts nearest to the target in squares;
/// differences between studies do not count (stacking, Breiman 1996).
struct SirnaMix {
    std::vector<double> weights;
    double offset = 0;

    [[nodiscard]] double score(const std::vector<std::vector<double>>& parts,
                               std::size_t row) const;
    [[nodiscard]] std::vector<double> scores(const std::vector<std::vector<double>>& parts) const;
};
[[nodiscard]] SirnaMix stack_parts(const SirnaHeldOut& rows, const std::vector<bool>& use);

/// P by logistic regression (Platt 1999); the interval by conformal quantiles of the scaled errors
/// in which every gene weighs the same, however many guides it has (Dunn, Wasserman & Ramdas 2023).
[[nodiscard]] SirnaCalibration calibrate_scores(const SirnaHeldOut& rows,
                                                std::span<const double> scores);

/// The smallest factor from 1 on with which intervals cover 90 % on average over studies that the
/// model had not seen. Studies with fewer than 10 guides are left out.
[[nodiscard]] double laboratory_factor(const SirnaCalibration& calibration,
                                       const SirnaHeldOut& rows,
                                       std::span<const double> scores);

/// Share of rows inside their interval.
[[nodiscard]] double interval_coverage(const SirnaCalibration& calibration,
                                       const SirnaHeldOut& rows,
                                       std::span<const double> scores,
                                       bool known_laboratory);

/// Every fold judged with a mix and a calibration that come from the other folds.
struct SirnaCrossFit {
    std::vector<double> scores;         ///< without the folds' own offsets: on one scale
    std::vector<double> probabilities;  ///< of being effective
    double coverage = 0;                ///< of the 90 % interval, known laboratory
};
[[nodiscard]] SirnaCrossFit cross_fit(const SirnaHeldOut& rows, const std::vector<bool>& use);

}  // namespace varhush::models
