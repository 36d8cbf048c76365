#pragma once

#include "varhush/models/sequence_model.hpp"
#include "varhush/scoring/window.hpp"
#include "varhush/seq/transcript.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace varhush::scoring {

/// Annotated splice sites: a donor is the last base of an exon, an acceptor the first base of the
/// next one, in the direction of transcription; of every transcript with introns.
class SpliceSiteTable {
  public:
    explicit SpliceSiteTable(const seq::GeneModels& models);

    /// Sites inside the window, counted from its start: donor+, acceptor+, donor-, acceptor-.
    [[nodiscard]] models::SpliceSiteRows inside(const ScoreWindow& window) const;

  private:
    using Rows = std::array<std::vector<std::int64_t>, 4>;
    std::unordered_map<std::string, Rows> by_contig_;
    seq::ContigAliases aliases_;
};

}  // namespace varhush::scoring
