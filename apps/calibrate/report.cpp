#include "apps/calibrate/report.hpp"

#include "varhush/report/run_summary.hpp"
#include "varhush/report/vcf_annotator.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace varhush::apps {

namespace {

constexpr std::array kRanks{0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999};

std::string number(double value) {
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%.6g", value);
    return text.data();
}

std::string slot_name(std::size_t slot) {
    return slot == 0 ? "all"
                     : std::string(
                           scoring::allele_class_name(static_cast<scoring::AlleleClass>(slot - 1)));
}

template <class GridSet>
void append_grids(const std::string& series,
                  const char* values,
                  const GridSet& grids,
                  std::string& out) {
    for (std::size_t slot = 0; slot < grids.size(); ++slot) {
        if (!grids[slot]) {
            continue;
        }
        const scoring::RankGrid& grid = *grids[slot];
        const double highest = std::min(grid.highest(), scoring::CalibrationTable::kLargestRank);
        out += series;
        for (const std::string& field : {slot_name(slot),
                                         std::string(values),
                                         std::to_string(grid.size()),
                                         std::to_string(grid.knots().size()),
                                         number(highest)}) {
            out.append("\t").append(field);
        }
        for (const double rank : kRanks) {
            out.append("\t").append(number(score_at_rank(grid, rank)));
        }
        out += '\n';
    }
}

}  // namespace

double score_at_rank(const scoring::RankGrid& grid, double rank) {
    const auto& knots = grid.knots();
    const double twice = rank * 2 * static_cast<double>(grid.size());
    const auto above =
        std::lower_bound(knots.begin(), knots.end(), twice, [](const auto& knot, double wanted) {
            return static_cast<double>(knot.twice_below) < wanted;
        });
    if (above == knots.begin() || above == knots.end()) {
        return static_cast<double>(above == knots.end() ? knots.back().value : above->value);
    }
    const auto& below = *(above - 1);
    const double share = (twice - static_cast<double>(below.twice_below)) /
                         static_cast<double>(above->twice_below - below.twice_below);
    const double left = static_cast<double>(below.value);
    return left + share * (static_cast<double>(above->value) - left);
}

std::string calibration_report(const scoring::CalibrationTable& table) {
    std::string out = "series\tclass\tscores\tbackground\tknots\thighest_rank";
    for (const double rank : kRanks) {
        out.append("\tat_").append(number(rank));
    }
    out += '\n';
    for (std::size_t i = 0; i < table.series().size(); ++i) {
        const auto& name = table.series()[i].name;
        append_grids(name, "raw", table.grids(i).values, out);
        append_grids(name, "size", table.grids(i).sizes, out);
    }
    if (table.profile()) {
        const std::array<std::optional<scoring::RankGrid>, 1> distances{
            table.profile()->distances()};
        append_grids("sequence", "distance", distances, out);
    }
    return out;
}

std::vector<std::string> resolution_lines(const scoring::CalibrationTable& table) {
    std::vector<std::string> lines;
    for (std::size_t c = 0; c < scoring::kAlleleClassCount; ++c) {
        const auto kind = static_cast<scoring::AlleleClass>(c);
        const auto count = table.info().alleles[c];
        const double highest = table.highest_rank(kind);
        const bool pooled =
            count < static_cast<std::int64_t>(scoring::CalibrationTable::kSmallestClass);
        std::array<char, 80> text{};
        std::snprintf(text.data(),
                      text.size(),
                      ": VH_MAX up to %.6g, VH_PHRED up to %.1f",
                      highest,
                      report::rank_to_phred(highest));
        lines.push_back(
            std::string(scoring::allele_class_name(kind)) + "s: " + report::with_thousands(count) +
            (pooled ? " scored, too few: ranked among all alleles" : " scored") + text.data());
    }
    return lines;
}

}  // namespace varhush::apps
