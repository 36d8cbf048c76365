#pragma once

#include "apps/score/options.hpp"
#include "varhush/seq/transcript.hpp"

#include <optional>
#include <string>
#include <vector>

namespace varhush::apps {

/// An option that the model's kind does not understand would be ignored silently.
/// @throws Error{kUsage} naming it.
void reject_foreign(const ScoreOptions& options, const std::vector<ModelKind>& kinds);

/// The models of -m; without it the embedded ones.
/// @throws Error{kUsage} when -m names none.
[[nodiscard]] std::vector<std::string> names_of(const ScoreOptions& options);

/// A model's id without the signs that part the entries of VH and VH_MISS.
[[nodiscard]] std::string part_name(std::string id);

/// Gene models as the models want them: AlphaGenome-style ones all transcripts, others those of
/// --transcripts.
struct GeneChoice {
    std::optional<seq::GeneModels> all;
    std::optional<seq::GeneModels> canonical;  ///< where that is another choice

    /// @throws Error{kInput} for files that cannot be read.
    explicit GeneChoice(const ScoreOptions& options);
    [[nodiscard]] const seq::GeneModels* chosen() const {
        return canonical ? &*canonical : all ? &*all : nullptr;
    }
};

}  // namespace varhush::apps
