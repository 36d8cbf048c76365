#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace varhush::models {

/// Log-odds ln(p / 0.25) of a matrix of counts, centred in 35 columns for MotifBank: [4, 35]. p =
/// (count + 0.5) / (column total + 2). A matrix of more columns loses its rims.
[[nodiscard]] std::vector<float> motif_log_odds(const std::array<std::vector<double>, 4>& counts);

/// How well binding motifs fit a stretch of sequence, best placement on either strand.
///
/// Every matrix is given in kMotifColumns columns of log-odds ln(p / 0.25), centred, zeros outside
/// of it; all placements of these columns inside the stretch count, so a short matrix does not see
/// the rims of the stretch. Bases outside ACGT add nothing. A turned stretch gets the same numbers.
class MotifBank {
  public:
    static constexpr std::int64_t kMotifColumns = 35;

    /// `log_odds`: [motifs, 4, kMotifColumns], rows A C G T.
    /// @throws Error{kInternal} when the size is no multiple of a matrix.
    MotifBank(std::span<const float> log_odds, double slope, double threshold);

    [[nodiscard]] std::size_t size() const noexcept { return best_possible_.size(); }

    /// Largest log-odds of each motif: [motifs]. `codes` (0..3 for A C G T, 4 for anything else)
    /// has at least kMotifColumns bases. Sums run over columns in order in float32 whatever the
    /// processor: same bits everywhere. Cost: 879 JASPAR matrices over 69 bases 0.7 M additions.
    void best(std::span<const std::uint8_t> codes, std::span<float> out) const;

    /// Site occupancy 1 / (1 + exp(-slope (best / best possible - threshold))): weak sites count a
    /// little, strong ones fully. [motifs].
    void occupancy(std::span<const std::uint8_t> codes, std::span<double> out) const;

  private:
    // Eight matrices side by side that start and end at about the same columns.
    struct Panel {
        std::int64_t first_column = 0;
        int columns = 0;
        std::vector<float> table;  ///< [columns, 5 letters, 8 matrices]
    };

    void add_panels(std::span<const float> log_odds, bool turned);

    double slope_;
    double threshold_;
    std::vector<double> best_possible_;
    std::vector<std::size_t> order_;  ///< motifs by their columns; eight to a panel
    std::vector<Panel> panels_;       ///< the forward strand's, then the other's
};

}  // namespace varhush::models
