#include "stem_motifs.hpp"

#include "varhush/core/error.hpp"
#include "varhush/io/jaspar_reader.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <set>

namespace varhush::train {
namespace {

constexpr double kLowest = -4;
constexpr double kHighest = 2;
constexpr double kBestScore = 8;
constexpr double kThreshold = 0.75;
constexpr float kNormStart = 3;

std::string upper(std::string text) {
    for (char& letter : text) {
        letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
    }
    return text;
}

Motif motif_of(const io::CountMatrix& matrix) {
    Motif motif{matrix.id, matrix.name, {}};
    for (std::size_t i = 0; i < matrix.columns(); ++i) {
        double total = 2;
        for (const auto& row : matrix.counts) {
            total += row[i];
        }
        std::array<double, 4> column{};
        for (std::size_t base = 0; base < 4; ++base) {
            column.at(base) = std::log((matrix.counts.at(base)[i] + 0.5) / total / 0.25);
        }
        motif.columns.push_back(column);
    }
    return motif;
}

/// Bits of a column, from its log-odds.
double information(const std::array<double, 4>& column) {
    double sum = 0;
    for (const double odds : column) {
        sum += 0.25 * std::exp(odds) * odds;
    }
    return sum / std::log(2.0);
}

/// The most informative `width` columns, or all.
std::vector<std::array<double, 4>> core_of(const Motif& motif, std::size_t width) {
    if (motif.columns.size() <= width) {
        return motif.columns;
    }
    std::size_t best = 0;
    double most = -1;
    for (std::size_t first = 0; first + width <= motif.columns.size(); ++first) {
        double sum = 0;
        for (std::size_t i = first; i < first + width; ++i) {
            sum += information(motif.columns[i]);
        }
        if (sum > most) {
            most = sum;
            best = first;
        }
    }
    const auto begin = motif.columns.begin() + static_cast<std::ptrdiff_t>(best);
    return {begin, begin + static_cast<std::ptrdiff_t>(width)};
}

/// Columns clipped and scaled; the score of the best site goes to `best`.
std::vector<std::array<double, 4>> scaled(std::vector<std::array<double, 4>> columns,
                                          double& best) {
    best = 0;
    for (auto& column : columns) {
        for (double& odds : column) {
            odds = std::clamp(odds, kLowest, kHighest);
        }
        best += *std::max_element(column.begin(), column.end());
    }
    const double scale = std::min(1.0, kBestScore / best);
    for (auto& column : columns) {
        for (double& odds : column) {
            odds *= scale;
        }
    }
    best *= scale;
    return columns;
}

/// Filter `number` of `kernel` [out, 4, width].
void put_filter(const std::vector<std::array<double, 4>>& columns,
                bool turned,
                std::size_t number,
                nn::NamedTensor& kernel) {
    const auto width = static_cast<std::size_t>(kernel.shape[2]);
    float* filter = kernel.values.data() + number * 4 * width;
    std::fill(filter, filter + 4 * width, 0.0F);
    const std::size_t first = (width - columns.size()) / 2;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        for (std::size_t base = 0; base < 4; ++base) {
            const double odds =
                turned ? columns[columns.size() - 1 - i].at(3 - base) : columns[i].at(base);
            filter[base * width + first + i] = static_cast<float>(odds);
        }
    }
}

nn::NamedTensor& find(std::vector<nn::NamedTensor>& weights, const std::string& name) {
    const auto found = std::find_if(
        weights.begin(), weights.end(), [&](const auto& one) { return one.name == name; });
    VARHUSH_CHECK(found != weights.end());
    return *found;
}

}  // namespace

std::vector<Motif> read_motifs(const std::string& path) {
    std::vector<Motif> motifs;
    for (const io::CountMatrix& matrix : io::read_jaspar(path)) {
        motifs.push_back(motif_of(matrix));
    }
    return motifs;
}

int start_from_motifs(const std::vector<Motif>& motifs,
                      const TrackLabels& labels,
                      std::vector<nn::NamedTensor>& weights) {
    std::set<std::string> factors;
    for (const LabelTrack& one : labels.tracks) {
        factors.insert(upper(one.track.transcription_factor));
    }
    nn::NamedTensor& kernel = find(weights, "encoder.dna_embedder.conv1.weight");
    nn::NamedTensor& bias = find(weights, "encoder.dna_embedder.conv1.bias");
    nn::NamedTensor& norm = find(weights, "encoder.dna_embedder.block.norm.weight");
    const auto filters = static_cast<std::size_t>(kernel.shape[0]);
    const auto width = static_cast<std::size_t>(kernel.shape[2]);
    int used = 0;
    for (const Motif& motif : motifs) {
        const std::size_t first = 2 * static_cast<std::size_t>(used);
        if (!factors.contains(upper(motif.name)) || first + 2 > filters) {
            continue;
        }
        double best = 0;
        const auto columns = scaled(core_of(motif, width), best);
        for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
            put_filter(columns, side == 1, first + side, kernel);
            bias.values[first + side] = static_cast<float>(-kThreshold * best);
            norm.values[first + side] = kNormStart;
        }
        ++used;
    }
    return used;
}

}  // namespace varhush::train
