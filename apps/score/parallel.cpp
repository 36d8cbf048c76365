#include "apps/score/parallel.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace varhush::apps {

namespace {

// Neighbours stay together, so that a scorer can share work between them; some pieces a thread, so
// that none waits long for the last one.
constexpr std::size_t kMostPieceRecords = 16;
constexpr std::size_t kPiecesOfAThread = 4;

}  // namespace

ParallelRecordScorer::ParallelRecordScorer(std::vector<std::shared_ptr<RecordScorer>> scorers)
    : scorers_(std::move(scorers)), pool_(static_cast<int>(scorers_.size())) {}

void ParallelRecordScorer::score(std::span<const io::VariantRecord> records,
                                 std::span<seq::RecordAnnotation> annotations) {
    const std::size_t length = std::clamp(
        records.size() / (kPiecesOfAThread * scorers_.size()), std::size_t{1}, kMostPieceRecords);
    const std::size_t pieces = (records.size() + length - 1) / length;
    pool_.run(static_cast<std::int64_t>(pieces), [&](std::int64_t piece, int worker) {
        const std::size_t first = static_cast<std::size_t>(piece) * length;
        const std::size_t count = std::min(length, records.size() - first);
        scorers_[static_cast<std::size_t>(worker)]->score(records.subspan(first, count),
                                                          annotations.subspan(first, count));
    });
}

}  // namespace varhush::apps
