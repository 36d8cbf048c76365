#include "apps/bench/motif.hpp"

#include "varhush/core/error.hpp"
#include "varhush/seq/alphabet.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace varhush::apps {

namespace {

constexpr std::string_view kBases = "ACGT";

/// Bases that a letter of IUPAC stands for (Cornish-Bowden 1985).
std::string_view meaning(char letter) {
    static const std::map<char, std::string_view> kLetters{{'A', "A"},
                                                           {'C', "C"},
                                                           {'G', "G"},
                                                           {'T', "T"},
                                                           {'R', "AG"},
                                                           {'Y', "CT"},
                                                           {'S', "CG"},
                                                           {'W', "AT"},
                                                           {'K', "GT"},
                                                           {'M', "AC"},
                                                           {'B', "CGT"},
                                                           {'D', "AGT"},
                                                           {'H', "ACT"},
                                                           {'V', "ACG"},
                                                           {'N', "ACGT"}};
    const auto found = kLetters.find(letter);
    return found == kLetters.end() ? std::string_view() : found->second;
}

}  // namespace

Motif::Motif(const io::CountMatrix& counts) : name_(counts.name) {
    std::vector<double> information;
    for (std::size_t i = 0; i < counts.columns(); ++i) {
        std::array<double, 4> column{};
        double total = 1;
        for (std::size_t base = 0; base < 4; ++base) {
            total += counts.counts.at(base)[i];
        }
        double bits = 0;
        for (std::size_t base = 0; base < 4; ++base) {
            const double share = (counts.counts.at(base)[i] + 0.25) / total;
            column.at(base) = std::log2(share / 0.25);
            bits += share * column.at(base);
        }
        const auto [low, high] = std::minmax_element(column.begin(), column.end());
        least_ += *low;
        most_ += *high;
        best_ += kBases[static_cast<std::size_t>(high - column.begin())];
        columns_.push_back(column);
        information.push_back(bits);
    }
    by_information_.resize(columns_.size());
    std::iota(by_information_.begin(), by_information_.end(), std::size_t{0});
    std::stable_sort(by_information_.begin(),
                     by_information_.end(),
                     [&](std::size_t a, std::size_t b) { return information[a] > information[b]; });
}

Motif Motif::from_consensus(const std::string& text) {
    const auto equals = text.find('=');
    io::CountMatrix counts;
    counts.name = text.substr(0, equals);
    const std::string letters = equals == std::string::npos ? "" : text.substr(equals + 1);
    for (const char letter : letters) {
        const std::string_view bases = meaning(letter);
        for (std::size_t base = 0; base < 4; ++base) {
            const bool is = bases.find(kBases[base]) != std::string_view::npos;
            counts.counts.at(base).push_back(is ? 100.0 / static_cast<double>(bases.size()) : 0.0);
        }
        if (bases.empty()) {
            counts.name.clear();
        }
    }
    if (counts.name.empty() || letters.size() < 4) {
        throw Error(ErrorKind::kUsage,
                    "--consensus " + text + ": expected NAME=LETTERS, at least four letters",
                    "letters are A, C, G, T and those of IUPAC");
    }
    return Motif(counts);
}

char Motif::worst(std::size_t column) const {
    const auto& values = columns_[column];
    return kBases[static_cast<std::size_t>(std::min_element(values.begin(), values.end()) -
                                           values.begin())];
}

double Motif::fit(std::string_view word) const {
    double forward = 0;
    double reverse = 0;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        const auto base = kBases.find(word[i]);
        if (base == std::string_view::npos) {
            return 0;
        }
        forward += columns_[i].at(base);
        reverse += columns_[columns_.size() - 1 - i].at(3 - base);
    }
    return (std::max(forward, reverse) - least_) / (most_ - least_);
}

std::vector<std::size_t> Motif::instances(std::string_view bases, double threshold) const {
    std::vector<std::size_t> found;
    for (std::size_t at = 0; at + size() <= bases.size(); ++at) {
        if (fit(bases.substr(at, size())) >= threshold) {
            found.push_back(at);
        }
    }
    return found;
}

std::string Motif::broken(double threshold) const {
    std::string bases = best_;
    for (const std::size_t column : by_information_) {
        if (fit(bases) < threshold) {
            break;
        }
        bases[column] = worst(column);
    }
    return bases;
}

}  // namespace varhush::apps
