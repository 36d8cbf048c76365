#pragma once

#include "varhush/io/jaspar_reader.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace varhush::apps {

/// A motif as log-odds against equal shares of A, C, G and T.
class Motif {
  public:
    /// Shares with a pseudocount of 1, a quarter a base (as Bailey & Elkan 1994 spread it).
    explicit Motif(const io::CountMatrix& counts);

    /// "NAME=TGACTCA"; letters of IUPAC. @throws Error{kUsage} for other text.
    static Motif from_consensus(const std::string& text);

    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    [[nodiscard]] std::size_t size() const noexcept { return columns_.size(); }
    /// The best base of every column.
    [[nodiscard]] const std::string& best() const noexcept { return best_; }
    /// Columns from the most informative one to the least (Shannon information of the shares).
    [[nodiscard]] const std::vector<std::size_t>& by_information() const noexcept {
        return by_information_;
    }
    /// The worst base of a column.
    [[nodiscard]] char worst(std::size_t column) const;

    /// How well `word` (size() bases) fits, 0 for the worst and 1 for the best word; the better of
    /// its two strands. 0 for words with other letters than A, C, G, T.
    [[nodiscard]] double fit(std::string_view word) const;

    /// Where words of `bases` start that fit at least `threshold`, ascending.
    [[nodiscard]] std::vector<std::size_t> instances(std::string_view bases,
                                                     double threshold) const;

    /// best() with bases exchanged for the worst ones, the most informative first, until it fits
    /// less than `threshold`.
    [[nodiscard]] std::string broken(double threshold) const;

  private:
    std::string name_;
    std::vector<std::array<double, 4>> columns_;
    std::string best_;
    std::vector<std::size_t> by_information_;
    double least_ = 0;
    double most_ = 0;
};

}  // namespace varhush::apps
