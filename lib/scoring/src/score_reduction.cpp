#include "varhush/scoring/score_reduction.hpp"

#include <cmath>
#include <cstdint>
#include <limits>

namespace varhush::scoring {

bool is_called(const Gene& gene, const std::string& wanted) {
    return gene.name == wanted || gene.id == wanted || without_version(gene.id) == wanted;
}

double reduced(const ScoreTable& table, ScoreReduction reduction, const std::string& gene) {
    double sum = 0;
    double largest = std::numeric_limits<double>::quiet_NaN();
    std::int64_t count = 0;
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
        const Gene* its = table.rows[row].gene;
        if (!gene.empty() && (its == nullptr || !is_called(*its, gene))) {
            continue;
        }
        for (std::size_t column = 0; column < table.channels.size(); ++column) {
            const double value = table.at(row, column);
            if (std::isnan(value)) {
                continue;
            }
            sum += value;
            ++count;
            if (std::isnan(largest) || std::abs(value) > std::abs(largest)) {
                largest = value;
            }
        }
    }
    if (count == 0 || reduction == ScoreReduction::kMax) {
        return largest;
    }
    return sum / static_cast<double>(count);
}

}  // namespace varhush::scoring
