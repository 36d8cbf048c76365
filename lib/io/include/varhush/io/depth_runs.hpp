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
/// of depth 0 are left out, neighbours of equal depth are one. Changes of depth within 131,072
/// bases lie in a ring of fixed size; those further ahead (long deletions, introns) in a heap, so
/// memory does not depend on depth or contig.
class DepthRuns {
  public:
    explicit DepthRuns(std::function<void(const DepthRun&)> emit)
        : emit_(std::move(emit)), changes_(kWindow, 0) {}

    /// All further blocks lie on `contig`.
    void start_contig(const std::string& contig);
    /// No further block starts before `position`.
    void advance(std::int64_t position);
    /// A block [start, end) with start at or behind the last advance().
    void add(std::int64_t start, std::int64_t end);
    /// Emits what is left.
    void finish();

  private:
    static constexpr std::int64_t kWindow = std::int64_t{1} << 17U;

    struct Step {
        std::int64_t position;
        int change;
    };
    struct Later {
        bool operator()(const Step& a, const Step& b) const noexcept {
            return a.position > b.position;
        }
    };

    static std::size_t slot(std::int64_t position) noexcept {
        return static_cast<std::size_t>(position & (kWindow - 1));
    }
    void note(std::int64_t position, int change);
    void take_far_steps();
    void scan(std::int64_t stop);
    void change_depth(std::int64_t position, std::int64_t depth);

    std::function<void(const DepthRun&)> emit_;
    std::vector<std::int32_t> changes_;  ///< of [at_, at_ + kWindow)
    std::int64_t at_ = 0;                ///< changes before it are done
    std::int64_t last_ = -1;             ///< no change in the ring behind it
    std::priority_queue<Step, std::vector<Step>, Later> far_;
    DepthRun run_;
    std::int64_t depth_ = 0;
};

}  // namespace varhush::io
