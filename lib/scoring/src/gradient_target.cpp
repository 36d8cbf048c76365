#include "varhush/scoring/gradient_target.hpp"

#include "scorers.hpp"
#include "varhush/core/error.hpp"
#include "varhush/scoring/score_reduction.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace varhush::scoring {

namespace {

using models::PositionRange;

constexpr double kPseudo = 0.001;  // as in the gene mask scorer

bool takes_logs_of_values(const ScorerSpec& spec) {
    return spec.kind == ScorerKind::kCenterMask && spec.aggregation == Aggregation::kDiffSumLog2;
}

// Row of the query's result that holds position `at`.
std::int64_t row_of(const std::vector<PositionRange>& bins, std::int64_t at) {
    std::int64_t row = 0;
    for (const auto& range : bins) {
        if (at < range.end) {
            return row + at - range.begin;
        }
        row += range.size();
    }
    return row;
}

}  // namespace

std::string why_no_gradient(const ScorerSpec& spec) {
    if (spec.kind == ScorerKind::kGeneMaskLfc) {
        return {};
    }
    if (spec.kind == ScorerKind::kCenterMask) {
        switch (spec.aggregation) {
            case Aggregation::kDiffMean:
            case Aggregation::kDiffSum:
            case Aggregation::kDiffSumLog2:
            case Aggregation::kDiffLog2Sum:
                return {};
            default:
                break;
        }
    }
    return spec.name() + " is no difference between two numbers, one of each sequence";
}

GradientTarget::GradientTarget(const ScorerSpec& spec,
                               const ScorerContext& context,
                               const ScoreWindow& window,
                               std::int64_t focus,
                               const std::string& gene)
    : spec_(spec) {
    if (const auto reason = why_no_gradient(spec); !reason.empty()) {
        throw Error(ErrorKind::kUsage,
                    "no gradient: " + reason,
                    "--method ism works with every scorer; gradients with centre masks (DIFF_…) "
                    "and GeneMaskLFC");
    }
    query_.output = spec.output;
    query_.channels = context.selection->of(spec.output);
    if (spec.kind == ScorerKind::kCenterMask) {
        add_center(context, window, focus);
    } else {
        add_genes(context, window, gene);
    }
    if (terms_.empty()) {
        throw Error(ErrorKind::kInput,
                    window.contig + ":" + std::to_string(focus + 1) +
                        ": no gene and track of the window gives a score");
    }
}

// The bins are those the scorer itself asks for, for a variant at the focus.
void GradientTarget::add_center(const ScorerContext& context,
                                const ScoreWindow& window,
                                std::int64_t focus) {
    const auto scorer = make_scorer(spec_, context, window, {window.contig, focus, "N", "N"});
    VARHUSH_CHECK(scorer->needs().size() == 1);
    const TrackNeed& need = scorer->needs().front();
    query_.resolution_bp = need.resolution_bp;
    query_.bins = need.bins;
    masks_.push_back({{0, need.bins.front().size()}});
    for (std::size_t column = 0; column < query_.channels.size(); ++column) {
        terms_.push_back({0, column});
    }
}

void GradientTarget::add_genes(const ScorerContext& context,
                               const ScoreWindow& window,
                               const std::string& gene) {
    if (context.genes == nullptr) {
        return;
    }
    std::vector<seq::Interval> all;
    std::vector<std::vector<seq::Interval>> inside;
    const auto tracks = context.tracks->tracks(spec_.output);
    for (const GeneMask& mask : context.genes->with_start_in(window)) {
        const auto positions = inside_window(mask.positions, window);
        if (positions.empty() || (!gene.empty() && !is_called(*mask.gene, gene))) {
            continue;
        }
        for (std::size_t column = 0; column < query_.channels.size(); ++column) {
            const char strand = tracks[static_cast<std::size_t>(query_.channels[column])].strand;
            if (strand == '.' || strand == mask.gene->strand) {
                terms_.push_back({inside.size(), column});
            }
        }
        inside.push_back(positions);
        all.insert(all.end(), positions.begin(), positions.end());
    }
    for (const auto& interval : clipped_union(std::move(all), 0, window.width())) {
        query_.bins.push_back({interval.start, interval.end});
    }
    for (const auto& positions : inside) {
        auto& rows = masks_.emplace_back();
        for (const auto& interval : positions) {
            const std::int64_t first = row_of(query_.bins, interval.start);
            rows.push_back({first, first + interval.end - interval.start});
        }
    }
}

double GradientTarget::masked_sum(std::span<const float> tracks, const Term& term) const {
    const std::size_t columns = query_.channels.size();
    const bool logs = takes_logs_of_values(spec_);
    double sum = 0;
    for (const auto& rows : masks_[term.mask]) {
        for (std::int64_t row = rows.begin; row < rows.end; ++row) {
            const double value = tracks[static_cast<std::size_t>(row) * columns + term.column];
            sum += logs ? std::log2(value + 1) : value;
        }
    }
    return sum;
}

double GradientTarget::bins_of(const Term& term) const {
    std::int64_t bins = 0;
    for (const auto& rows : masks_[term.mask]) {
        bins += rows.size();
    }
    return static_cast<double>(bins);
}

double GradientTarget::value(std::span<const float> tracks) const {
    double total = 0;
    for (const Term& term : terms_) {
        const double sum = masked_sum(tracks, term);
        if (spec_.kind == ScorerKind::kGeneMaskLfc) {
            total += std::log(sum / bins_of(term) + kPseudo);
        } else if (spec_.aggregation == Aggregation::kDiffLog2Sum) {
            total += std::log2(1 + sum);
        } else if (spec_.aggregation == Aggregation::kDiffMean) {
            total += sum / bins_of(term);
        } else {
            total += sum;
        }
    }
    return total / static_cast<double>(terms_.size());
}

std::vector<float> GradientTarget::weights(std::span<const float> tracks) const {
    const std::size_t columns = query_.channels.size();
    std::vector<double> slopes(tracks.size());
    for (const Term& term : terms_) {
        const double bins = bins_of(term);
        double slope = 1 / static_cast<double>(terms_.size());
        if (spec_.kind == ScorerKind::kGeneMaskLfc) {
            slope /= bins * (masked_sum(tracks, term) / bins + kPseudo);
        } else if (spec_.aggregation == Aggregation::kDiffLog2Sum) {
            slope /= std::numbers::ln2 * (1 + masked_sum(tracks, term));
        } else if (spec_.aggregation == Aggregation::kDiffMean) {
            slope /= bins;
        }
        for (const auto& rows : masks_[term.mask]) {
            for (std::int64_t row = rows.begin; row < rows.end; ++row) {
                const std::size_t at = static_cast<std::size_t>(row) * columns + term.column;
                const double value = tracks[at];
                slopes[at] +=
                    takes_logs_of_values(spec_) ? slope / (std::numbers::ln2 * (value + 1)) : slope;
            }
        }
    }
    std::vector<float> result(slopes.size());
    std::transform(slopes.begin(), slopes.end(), result.begin(), [](double slope) {
        return static_cast<float>(slope);
    });
    return result;
}

}  // namespace varhush::scoring
