#pragma once

#include "svg.hpp"
#include "transcript_axis.hpp"
#include "varhush/sirna/design_report.hpp"

#include <cstddef>
#include <string_view>

// The lanes of a transcript's drawing. Each draws from `top` down and returns the height it took.

namespace varhush::report {

/// One or two lines left of a lane.
void draw_lane_label(double y, std::string_view first, std::string_view second, Svg& svg);

/// Probability that 8 bases are open, the mean of each bin.
double draw_accessibility(const sirna::TargetProfile& target,
                          const TranscriptAxis& axis,
                          double top,
                          Svg& svg);

/// Untranslated and coding regions, the part designed for, exon borders, a back-splice junction.
double draw_parts(const sirna::TargetProfile& target,
                  const TranscriptAxis& axis,
                  double top,
                  Svg& svg);

/// Chosen sites, each with its rank below it where there is room.
double draw_sites(const sirna::DesignReport& report,
                  std::size_t target,
                  const TranscriptAxis& axis,
                  double top,
                  Svg& svg);

/// Along the target, the shares of candidates that a filter rejects, that were good but not good
/// enough, and that were chosen.
double draw_candidates(const sirna::DesignReport& report,
                       std::size_t target,
                       const TranscriptAxis& axis,
                       double top,
                       Svg& svg);

/// Known variants by the logarithm of their frequency; nothing without any.
double draw_variants(const sirna::TargetProfile& target,
                     const TranscriptAxis& axis,
                     double top,
                     Svg& svg);

/// Positions, 1-based.
double draw_positions(const TranscriptAxis& axis, double top, Svg& svg);

/// True when the candidate passed every filter and lost its place to better ones.
[[nodiscard]] bool was_outranked(const sirna::RejectedCandidate& candidate);

}  // namespace varhush::report
