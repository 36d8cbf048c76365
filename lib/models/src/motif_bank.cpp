#include "varhush/models/motif_bank.hpp"

#include "motif_sets.hpp"
#include "varhush/core/error.hpp"
#include "varhush/nn/conv32.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>
#include <utility>

namespace varhush::models {

namespace {

constexpr std::size_t kColumns = MotifBank::kMotifColumns;
constexpr std::size_t kMatrix = 4 * kColumns;
constexpr std::size_t kLanes = kMotifLanes;
constexpr std::size_t kLetters = kMotifLetters;

// The one that the house's other kernels were chosen by, so that VARHUSH_ISA holds here, too.
MotifScan choose() {
#if defined(__x86_64__)
    if (nn::kernels32().name != "generic") {
        return kMotifScanAvx2;
    }
#endif
    return kMotifScanGeneric;
}

MotifScan motif_scan() {
    static const MotifScan chosen = choose();
    return chosen;
}

float value_at(std::span<const float> matrix, std::size_t base, std::size_t column, bool turned) {
    return turned ? matrix[(3 - base) * kColumns + kColumns - 1 - column]
                  : matrix[base * kColumns + column];
}

// Columns [first, last) that say anything.
std::pair<std::size_t, std::size_t> used_columns(std::span<const float> matrix, bool turned) {
    std::size_t first = kColumns;
    std::size_t last = 0;
    for (std::size_t column = 0; column < kColumns; ++column) {
        for (std::size_t base = 0; base < 4; ++base) {
            if (value_at(matrix, base, column, turned) != 0) {
                first = std::min(first, column);
                last = column + 1;
            }
        }
    }
    return {std::min(first, last), last};
}

double best_possible(std::span<const float> matrix) {
    double sum = 0;
    for (std::size_t column = 0; column < kColumns; ++column) {
        float largest = matrix[column];
        for (std::size_t base = 1; base < 4; ++base) {
            largest = std::max(largest, matrix[base * kColumns + column]);
        }
        sum += largest;
    }
    return sum;
}

}  // namespace

std::vector<float> motif_log_odds(const std::array<std::vector<double>, 4>& counts) {
    constexpr double kPseudo = 0.5;
    std::vector<float> log_odds(kMatrix, 0.0F);
    const auto width = static_cast<std::int64_t>(counts[0].size());
    const auto all = static_cast<std::int64_t>(kColumns);
    const std::int64_t before = width <= all ? (all - width) / 2 : -((width - all) / 2);
    for (std::int64_t column = 0; column < width; ++column) {
        if (const std::int64_t place = before + column; place >= 0 && place < all) {
            double total = 4 * kPseudo;
            for (const auto& row : counts) {
                total += row[static_cast<std::size_t>(column)];
            }
            for (std::size_t base = 0; base < 4; ++base) {
                const double p = (counts[base][static_cast<std::size_t>(column)] + kPseudo) / total;
                log_odds[base * kColumns + static_cast<std::size_t>(place)] =
                    static_cast<float>(std::log(p / 0.25));
            }
        }
    }
    return log_odds;
}

MotifBank::MotifBank(std::span<const float> log_odds, double slope, double threshold)
    : slope_(slope), threshold_(threshold) {
    VARHUSH_CHECK(log_odds.size() % kMatrix == 0);
    const std::size_t count = log_odds.size() / kMatrix;
    order_.resize(count);
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    const auto matrix = [&](std::size_t motif) {
        return log_odds.subspan(motif * kMatrix, kMatrix);
    };
    std::stable_sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) {
        return used_columns(matrix(a), false) < used_columns(matrix(b), false);
    });
    for (std::size_t motif = 0; motif < count; ++motif) {
        best_possible_.push_back(best_possible(matrix(motif)));
    }
    add_panels(log_odds, false);
    add_panels(log_odds, true);
}

void MotifBank::add_panels(std::span<const float> log_odds, bool turned) {
    for (std::size_t start = 0; start < order_.size(); start += kLanes) {
        const std::size_t members = std::min(kLanes, order_.size() - start);
        std::size_t first = kColumns;
        std::size_t last = 0;
        const auto matrix = [&](std::size_t lane) {
            return log_odds.subspan(order_[start + lane] * kMatrix, kMatrix);
        };
        for (std::size_t lane = 0; lane < members; ++lane) {
            const auto used = used_columns(matrix(lane), turned);
            first = std::min(first, used.first);
            last = std::max(last, used.second);
        }
        Panel panel;
        panel.first_column = static_cast<std::int64_t>(first);
        panel.columns = static_cast<int>(last - first);
        panel.table.assign((last - first) * kLetters * kLanes, 0.0F);
        for (std::size_t column = first; column < last; ++column) {
            for (std::size_t base = 0; base < 4; ++base) {
                for (std::size_t lane = 0; lane < members; ++lane) {
                    panel.table[((column - first) * kLetters + base) * kLanes + lane] =
                        value_at(matrix(lane), base, column, turned);
                }
            }
        }
        panels_.push_back(std::move(panel));
    }
}

void MotifBank::best(std::span<const std::uint8_t> codes, std::span<float> out) const {
    const auto placements = static_cast<std::int64_t>(codes.size()) - kMotifColumns + 1;
    VARHUSH_CHECK(placements > 0 && out.size() == size());
    const MotifScan scan = motif_scan();
    const std::size_t panels = panels_.size() / 2;
    for (std::size_t p = 0; p < panels; ++p) {
        std::array<float, kLanes> top;
        top.fill(std::numeric_limits<float>::lowest());
        for (const Panel* panel : {&panels_[p], &panels_[p + panels]}) {
            scan(codes.data() + panel->first_column,
                 placements,
                 panel->columns,
                 panel->table.data(),
                 top.data());
        }
        for (std::size_t lane = 0; lane < kLanes && p * kLanes + lane < size(); ++lane) {
            out[order_[p * kLanes + lane]] = top[lane];
        }
    }
}

void MotifBank::occupancy(std::span<const std::uint8_t> codes, std::span<double> out) const {
    std::vector<float> top(size());
    best(codes, top);
    for (std::size_t motif = 0; motif < top.size(); ++motif) {
        const double share = static_cast<double>(top[motif]) / best_possible_[motif];
        out[motif] = 1 / (1 + std::exp(-slope_ * (share - threshold_)));
    }
}

}  // namespace varhush::models
