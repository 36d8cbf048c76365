#include "partition.hpp"
#include "varhush/core/error.hpp"
#include "varhush/sirna/fold.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace varhush::sirna {

namespace {

PartitionShape whole(const Strand& strand) {
    return {.first = 0, .size = strand.size(), .window = strand.size(), .span = strand.size()};
}

// Calls use(partition) in double, or in long double where double does not reach.
template <class Use>
void with_partition(const Strand& strand, const Use& use) {
    {
        Partition<double> partition(strand, whole(strand), double_kernels());
        if (partition.in_range() && use(partition)) {
            return;
        }
    }
    Partition<long double> partition(strand, whole(strand), long_double_kernels());
    if (!partition.in_range() || !use(partition)) {
        throw Error(ErrorKind::kInput,
                    "a strand of " + std::to_string(strand.size()) +
                        " bases is too long to be folded as a whole",
                    "fold it in windows");
    }
}

}  // namespace

double ensemble_kcal_mol(std::string_view rna) {
    const Strand strand(rna);
    double energy = 0;
    if (strand.size() > 0) {
        with_partition(strand, [&](const auto& partition) {
            energy = partition.ensemble_kcal_mol();
            return true;
        });
    }
    return energy;
}

PairProbabilities::PairProbabilities(std::size_t length, std::vector<double> triangle)
    : length_(length), triangle_(std::move(triangle)) {
    VARHUSH_CHECK(triangle_.size() == length * length);
}

double PairProbabilities::paired(std::size_t i, std::size_t j) const {
    VARHUSH_CHECK(i < length_ && j < length_);
    const auto [first, second] = std::minmax(i, j);
    return triangle_[first * length_ + (second - first)];
}

double PairProbabilities::unpaired(std::size_t i) const {
    double sum = 0;
    for (std::size_t j = 0; j < length_; ++j) {
        sum += j == i ? 0 : paired(i, j);
    }
    return 1 - sum;
}

PairProbabilities pair_probabilities(std::string_view rna) {
    const Strand strand(rna);
    const auto n = static_cast<std::size_t>(strand.size());
    std::vector<double> triangle(n * n, 0.0);
    if (n > 0) {
        with_partition(strand, [&](auto& partition) {
            partition.run_outside();
            bool good = true;
            for (std::size_t i = 0; i < n; ++i) {
                for (std::size_t d = 1; i + d < n; ++d) {
                    const auto p = static_cast<double>(
                        partition.paired(static_cast<int>(i), static_cast<int>(i + d)));
                    triangle[i * n + d] = p;
                    good = good && std::isfinite(p);
                }
            }
            return good;
        });
    }
    return {n, std::move(triangle)};
}

}  // namespace varhush::sirna
