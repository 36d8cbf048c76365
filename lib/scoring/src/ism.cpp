#include "varhush/scoring/ism.hpp"

#include "varhush/core/error.hpp"
#include "varhush/seq/alphabet.hpp"

#include <array>
#include <limits>

namespace varhush::scoring {

namespace {

constexpr std::string_view kBases = "ACGT";
constexpr std::size_t kOthers = 3;

}  // namespace

std::vector<ScoredVariant> ism_variants(std::string_view contig,
                                        std::int64_t start,
                                        std::string_view bases) {
    std::vector<ScoredVariant> variants;
    variants.reserve(bases.size() * kOthers);
    for (std::size_t i = 0; i < bases.size(); ++i) {
        const char ref = seq::to_acgtn(bases[i]);
        for (const char alt : kBases) {
            if (alt != ref) {
                variants.push_back({std::string(contig),
                                    start + static_cast<std::int64_t>(i),
                                    std::string(1, ref),
                                    std::string(1, alt)});
            }
        }
    }
    return variants;
}

std::vector<double> ism_matrix(std::string_view bases,
                               std::span<const double> scores,
                               bool times_sequence) {
    constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
    std::vector<double> matrix;
    matrix.reserve(bases.size() * kBases.size());
    std::size_t next = 0;
    for (const char base : bases) {
        const std::size_t ref = kBases.find(seq::to_acgtn(base));
        const std::size_t given = ref == std::string_view::npos ? kBases.size() : kOthers;
        VARHUSH_CHECK(next + given <= scores.size());
        if (given != kOthers) {
            matrix.insert(matrix.end(), kBases.size(), kNan);
            next += given;
            continue;
        }
        const double mean = (scores[next] + scores[next + 1] + scores[next + 2]) / 3;
        for (std::size_t i = 0; i < kBases.size(); ++i) {
            const double score = i == ref ? 0 : scores[next++];
            matrix.push_back(times_sequence && i != ref ? 0 : score - mean);
        }
    }
    VARHUSH_CHECK(next == scores.size());
    return matrix;
}

}  // namespace varhush::scoring
