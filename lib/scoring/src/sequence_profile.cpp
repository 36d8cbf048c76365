#include "varhush/scoring/sequence_profile.hpp"

#include "varhush/core/error.hpp"
#include "varhush/seq/alphabet.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace varhush::scoring {

namespace {

constexpr std::size_t kMers = 64;
constexpr std::size_t kTriangle = kProfileFeatures * (kProfileFeatures + 1) / 2;

// Feature of each 3-mer: of a 3-mer and its reverse complement the same.
std::array<std::size_t, kMers> make_feature_of() {
    std::array<std::size_t, kMers> feature_of{};
    std::size_t next = 0;
    for (std::size_t mer = 0; mer < kMers; ++mer) {
        const std::size_t partner = (3 - mer % 4) * 16 + (3 - mer / 4 % 4) * 4 + (3 - mer / 16);
        feature_of[mer] = partner < mer ? feature_of[partner] : next++;
    }
    return feature_of;
}

std::size_t at(std::size_t row, std::size_t column) {  // in a lower triangle
    return row * (row + 1) / 2 + column;
}

using Doubles = std::vector<double>;

Doubles mean_of(const std::vector<ProfileFeatures>& windows) {
    Doubles mean(kProfileFeatures, 0);
    for (const auto& window : windows) {
        for (std::size_t i = 0; i < kProfileFeatures; ++i) {
            mean[i] += static_cast<double>(window[i]) / static_cast<double>(windows.size());
        }
    }
    return mean;
}

// Lower triangle of the covariance, its diagonal raised by the ridge.
Doubles covariance_of(const std::vector<ProfileFeatures>& windows, const Doubles& mean) {
    Doubles covariance(kTriangle, 0);
    for (const auto& window : windows) {
        for (std::size_t i = 0; i < kProfileFeatures; ++i) {
            for (std::size_t j = 0; j <= i; ++j) {
                covariance[at(i, j)] += (static_cast<double>(window[i]) - mean[i]) *
                                        (static_cast<double>(window[j]) - mean[j]) /
                                        static_cast<double>(windows.size());
            }
        }
    }
    double trace = 0;
    for (std::size_t i = 0; i < kProfileFeatures; ++i) {
        trace += covariance[at(i, i)];
    }
    // Equal windows have no spread; the smallest float keeps the factor finite.
    const double ridge = std::max(SequenceProfile::kRidge * trace / kProfileFeatures, 1e-12);
    for (std::size_t i = 0; i < kProfileFeatures; ++i) {
        covariance[at(i, i)] += ridge;
    }
    return covariance;
}

// Cholesky factor L of a positive definite matrix, in place.
void factorise(Doubles& matrix) {
    for (std::size_t i = 0; i < kProfileFeatures; ++i) {
        for (std::size_t j = 0; j <= i; ++j) {
            double sum = matrix[at(i, j)];
            for (std::size_t k = 0; k < j; ++k) {
                sum -= matrix[at(i, k)] * matrix[at(j, k)];
            }
            matrix[at(i, j)] = i == j ? std::sqrt(sum) : sum / matrix[at(j, j)];
        }
    }
}

// Inverse of a lower triangle, row by row.
std::vector<float> inverse_of(const Doubles& lower) {
    Doubles inverse(kTriangle, 0);
    for (std::size_t column = 0; column < kProfileFeatures; ++column) {
        inverse[at(column, column)] = 1 / lower[at(column, column)];
        for (std::size_t row = column + 1; row < kProfileFeatures; ++row) {
            double sum = 0;
            for (std::size_t k = column; k < row; ++k) {
                sum -= lower[at(row, k)] * inverse[at(k, column)];
            }
            inverse[at(row, column)] = sum / lower[at(row, row)];
        }
    }
    return {inverse.begin(), inverse.end()};
}

double distance_of(const ProfileFeatures& features,
                   const ProfileFeatures& mean,
                   const std::vector<float>& whitening) {
    double square = 0;
    for (std::size_t i = 0; i < kProfileFeatures; ++i) {
        double sum = 0;
        for (std::size_t j = 0; j <= i; ++j) {
            sum += static_cast<double>(whitening[at(i, j)]) *
                   (static_cast<double>(features[j]) - static_cast<double>(mean[j]));
        }
        square += sum * sum;
    }
    return std::sqrt(square);
}

}  // namespace

std::optional<ProfileFeatures> profile_features(std::string_view bases) {
    static const auto kFeatureOf = make_feature_of();
    std::array<std::size_t, kProfileFeatures> counts{};
    std::size_t known = 0;
    std::size_t mer = 0;
    std::size_t length = 0;  // known bases in a row
    for (const char base : bases) {
        const std::size_t code = seq::base_code(base);
        length = code < 4 ? length + 1 : 0;
        mer = (mer * 4 + (code & 3U)) % kMers;
        if (length >= 3) {
            ++counts[kFeatureOf[mer]];
            ++known;
        }
    }
    if (bases.size() < 3 || 2 * known < bases.size() - 2) {
        return std::nullopt;
    }
    ProfileFeatures features{};
    for (std::size_t i = 0; i < kProfileFeatures; ++i) {
        features[i] = static_cast<float>(
            std::sqrt(static_cast<double>(counts[i]) / static_cast<double>(known)));
    }
    return features;
}

SequenceProfile SequenceProfile::of(const std::vector<ProfileFeatures>& windows,
                                    std::int64_t window_bp,
                                    double tolerance) {
    VARHUSH_CHECK(windows.size() >= kFewestWindows);
    const Doubles centre = mean_of(windows);
    Doubles matrix = covariance_of(windows, centre);
    factorise(matrix);
    ProfileFeatures mean{};
    std::transform(centre.begin(), centre.end(), mean.begin(), [](double value) {
        return static_cast<float>(value);
    });
    auto whitening = inverse_of(matrix);
    std::vector<float> distances;
    distances.reserve(windows.size());
    for (const auto& window : windows) {
        distances.push_back(static_cast<float>(distance_of(window, mean, whitening)));
    }
    return {window_bp, mean, std::move(whitening), RankGrid::of(std::move(distances), tolerance)};
}

SequenceProfile::SequenceProfile(std::int64_t window_bp,
                                 const ProfileFeatures& mean,
                                 std::vector<float> whitening,
                                 RankGrid distances)
    : window_bp_(window_bp),
      mean_(mean),
      whitening_(std::move(whitening)),
      distances_(std::move(distances)) {
    const auto finite = [](float value) { return std::isfinite(value); };
    if (window_bp_ < 3 || window_bp_ > (std::int64_t{1} << 20U) || whitening_.size() != kTriangle ||
        !std::all_of(mean_.begin(), mean_.end(), finite) ||
        !std::all_of(whitening_.begin(), whitening_.end(), finite)) {
        throw Error(ErrorKind::kModel, "a sequence profile is damaged");
    }
}

double SequenceProfile::distance(const ProfileFeatures& features) const {
    return distance_of(features, mean_, whitening_);
}

double SequenceProfile::rank(const ProfileFeatures& features) const {
    // Whitening numbers of a hostile file may be huge: infinite is beyond every window.
    const double d = distance(features);
    return std::isfinite(d) ? distances_.rank(static_cast<float>(d)) : distances_.highest();
}

}  // namespace varhush::scoring
