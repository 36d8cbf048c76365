#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <string>
#include <vector>

namespace varhush::io {

/// One run of bases with the same depth, 0-based half-open.
struct DepthRun {
    std::string contig;
    std::int64_t start = 0;
    std::int64_t end = 0;
    std::int64_t depth = 0;
};

/// Turns aligned blocks, in the order of the starts of their reads, into runs of equal depth. Runs
/// of depth 0 are left out, neighbours of equal depth are one. Memory grows with the blocks that
/// reach over the current position, never with the contig.
class DepthRuns {
  public:
    explicit DepthRuns(std::function<void(const DepthRun&)> emit) : emit_(std::move(emit)) {}

    /// All further blocks lie on `contig`.
    void start_contig(const std::string& contig);
    /// No further block starts before `position`.
    void advance(std::int64_t position);
    /// A block [start, end) with start at or behind the last advance().
    void add(std::int64_t start, std::int64_t end);
    /// Emits what is left.
    void finish();

  private:
    struct Step {
        std::int64_t position;
        int change;
    };
    struct Later {
        bool operator()(const Step& a, const Step& b) const noexcept {
            return a.position > b.position;
        }
    };

    void change_depth(std::int64_t position, std::int64_t depth);

    std::function<void(const DepthRun&)> emit_;
    std::priority_queue<Step, std::vector<Step>, Later> steps_;
    DepthRun run_;
    std::int64_t depth_ = 0;
};

}  // namespace varhush::io
