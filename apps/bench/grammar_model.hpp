#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace varhush::apps {

/// One sequence changed into another of the same length.
struct GrammarChange {
    std::string from;
    std::string to;
    std::size_t place = 0;  ///< where tracks are read
};

/// What a model says of such changes.
class GrammarModel {
  public:
    virtual ~GrammarModel() = default;

    /// Whether it tells factors apart: then only the track of `factor` is read.
    [[nodiscard]] virtual bool has_tracks() const = 0;
    /// @throws nothing; false: changes by this motif cannot be judged.
    [[nodiscard]] virtual bool knows(const std::string& factor) const = 0;
    /// Bases of a sequence where nothing else is asked for.
    [[nodiscard]] virtual std::size_t usual_length() const = 0;
    /// @throws Error{kUsage} for a length that the model cannot take.
    virtual void check_length(std::size_t length) const = 0;
    /// By how much each change raises the activity, or the factor's tracks at `place`; empty for
    /// changes without a score.
    [[nodiscard]] virtual std::vector<std::optional<double>> differences(
        const std::vector<GrammarChange>& changes, const std::string& factor) const = 0;
};

/// Of a reporter mix, a reporter network, or an AlphaGenome-style model with factors.
/// @throws Error{kModel} for other models.
[[nodiscard]] std::unique_ptr<GrammarModel> open_grammar_model(const std::string& model,
                                                               int threads);

}  // namespace varhush::apps
