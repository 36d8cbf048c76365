#pragma once

#include "random_tensors.hpp"
#include "varhush/models/reporter_mix.hpp"
#include "varhush/models/word_counts.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

namespace varhush::models::test {

/// A small reporter mix of random weights, and its score by the definition: float64 and whole
/// sequences, every placement, word and column by itself.
class RandomMix : public RandomTensors {
  public:
    static constexpr std::size_t kMotifs = 19;  // no multiple of the kernels' lanes
    static constexpr std::size_t kChannels = 6;
    static constexpr std::size_t kWord = 9;
    static constexpr double kGain = 0.6;

    RandomMix() {
        metadata = {{"varhush.architecture", "reporter-mix"},
                    {"varhush.name", "random-mix"},
                    {"occupancy_slope", "10"},
                    {"occupancy_threshold", "0.78"},
                    {"gain_factor", "0.6"},
                    {"batchnorm_eps", "1e-12"},
                    {"licence", "none"}};
        std::string names;
        for (std::size_t m = 0; m < kMotifs; ++m) {
            names += (m == 0 ? "" : ",") + ("M" + std::to_string(m));
        }
        metadata["motif_names"] = names;
        const auto motifs = static_cast<std::int64_t>(kMotifs);
        add("motif.log_odds", {motifs, 4, 35}, 0, 1.5F);
        for (std::size_t m = 0; m < kMotifs; ++m) {  // widths 5 to 23
            for (std::size_t base = 0; base < 4; ++base) {
                for (std::size_t column = 0; column < 35; ++column) {
                    if (column < first(m) || column >= first(m) + width(m)) {
                        tensors.back().values[(m * 4 + base) * 35 + column] = 0;
                    }
                }
            }
        }
        add("motif.activator", {motifs}, 0, 0.5F);
        add("motif.weight", {motifs}, 0, 0.5F);
        add("words.gapped.weight", {static_cast<std::int64_t>(kGappedWords)}, 0, 0.02F);
        add("words.four.weight", {static_cast<std::int64_t>(kFourMers)}, 0, 0.02F);
        const auto channels = static_cast<std::int64_t>(kChannels);
        for (const int layer : {0, 1}) {
            const std::string index = std::to_string(layer);
            add("model.0.conv." + index + ".weight",
                {channels, layer == 0 ? 4 : channels, 5},
                0,
                0.5F);
            add("model.0.conv." + index + ".bias", {channels}, 0, 0.3F);
            add_norm("model.0.bn." + index, channels);
        }
        add("model.0.head.weight", {1, channels, 1}, 0, 0.2F);
        add("model.0.head.bias", {1}, 0, 0.2F);
    }

    /// Of alleles whose first and last 34 bases are the same: gain factor included.
    [[nodiscard]] double score(const std::vector<std::uint8_t>& reference,
                               const std::vector<std::uint8_t>& alternative) const {
        double sum =
            words(alternative) - words(reference) + network(alternative) - network(reference);
        const auto before = occupancies(reference);
        const auto after = occupancies(alternative);
        for (std::size_t m = 0; m < kMotifs; ++m) {
            sum += (static_cast<double>(values("motif.activator")[m]) +
                    static_cast<double>(values("motif.weight")[m])) *
                   (after[m] - before[m]);
        }
        return sum > 0 ? kGain * sum : sum;
    }

    [[nodiscard]] double best(const std::vector<std::uint8_t>& codes, std::size_t motif) const {
        double top = -1e9;
        for (const auto& strand : {codes, reversed_complement(codes)}) {
            for (std::size_t start = 0; start + 35 <= strand.size(); ++start) {
                double sum = 0;
                for (std::size_t column = 0; column < 35; ++column) {
                    sum += strand[start + column] < 4
                               ? log_odds(motif, strand[start + column], column)
                               : 0.0;
                }
                top = std::max(top, sum);
            }
        }
        return top;
    }

    [[nodiscard]] std::vector<double> occupancies(const std::vector<std::uint8_t>& codes) const {
        std::vector<double> out;
        for (std::size_t m = 0; m < kMotifs; ++m) {
            double possible = 0;
            for (std::size_t column = 0; column < 35; ++column) {
                double largest = log_odds(m, 0, column);
                for (std::uint8_t base = 1; base < 4; ++base) {
                    largest = std::max(largest, log_odds(m, base, column));
                }
                possible += largest;
            }
            out.push_back(1 / (1 + std::exp(-10 * (best(codes, m) / possible - 0.78))));
        }
        return out;
    }

  private:
    static std::size_t width(std::size_t motif) { return 5 + motif; }
    static std::size_t first(std::size_t motif) { return (35 - width(motif)) / 2; }

    [[nodiscard]] double log_odds(std::size_t motif, std::uint8_t base, std::size_t column) const {
        return values("motif.log_odds")[(motif * 4 + base) * 35 + column];
    }

    // Weight sums of all words of a sequence, by their letters: canonical words in dictionary
    // order.
    [[nodiscard]] double words(const std::vector<std::uint8_t>& codes) const {
        std::string text;
        for (const auto code : codes) {
            text += "ACGTN"[code];
        }
        double sum = 0;
        for (std::size_t at = 0; at < text.size(); ++at) {
            if (at + 6 <= text.size()) {
                sum += word(text.substr(at, 6), "words.gapped.weight", 0);
            }
            if (at + 8 <= text.size()) {
                sum += word(
                    text.substr(at, 3) + text.substr(at + 5, 3), "words.gapped.weight", kSixMers);
            }
            if (at + 4 <= text.size()) {
                sum += word(text.substr(at, 4), "words.four.weight", 0);
            }
        }
        return sum;
    }

    [[nodiscard]] double word(const std::string& text,
                              const std::string& tensor,
                              std::size_t offset) const {
        if (text.find('N') != std::string::npos) {
            return 0;
        }
        static std::map<std::size_t, std::map<std::string, std::size_t>> dictionaries;
        auto& dictionary = dictionaries[text.size()];
        if (dictionary.empty()) {
            for (std::size_t n = 0; n < (std::size_t{1} << (2 * text.size())); ++n) {
                std::string one;
                for (std::size_t i = text.size(); i-- > 0;) {
                    one += "ACGT"[(n >> (2 * i)) & 3U];
                }
                if (one <= turned(one)) {
                    dictionary.emplace(one, dictionary.size());
                }
            }
        }
        return values(tensor).at(offset + dictionary.at(std::min(text, turned(text))));
    }
    static std::string turned(const std::string& text) {
        std::string out(text.rbegin(), text.rend());
        for (char& base : out) {
            base = base == 'A' ? 'T' : base == 'C' ? 'G' : base == 'G' ? 'C' : 'A';
        }
        return out;
    }

    [[nodiscard]] double network(const std::vector<std::uint8_t>& codes) const {
        double sum = 0;
        for (const auto& strand : {codes, reversed_complement(codes)}) {
            Planes planes = one_hot(strand, 0.0);
            for (const char* layer : {"0", "1"}) {
                planes = normalise(
                    *this,
                    std::string("model.0.bn.") + layer,
                    relu(convolve(
                        *this, std::string("model.0.conv.") + layer, planes, kChannels, 5)),
                    1e-12);
            }
            sum += values("model.0.head.bias")[0] * static_cast<double>(planes[0].size()) / 2;
            for (std::size_t c = 0; c < kChannels; ++c) {
                for (const double value : planes[c]) {  // an output for every word
                    sum += values("model.0.head.weight")[c] * value / 2;
                }
            }
        }
        return sum;
    }
};

}  // namespace varhush::models::test
