#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace varhush::train {

struct LabelSpan {
    std::int64_t start = 0;
    std::int64_t end = 0;
    float value = 1;

    [[nodiscard]] std::int64_t length() const noexcept { return end - start; }
};

/// Intervals by contig, ascending and apart from each other once one of the two finishers ran.
class IntervalMap {
  public:
    void add(const std::string& contig, const LabelSpan& interval) {
        contigs_[contig].push_back(interval);
    }
    /// Sorts; what overlaps or touches becomes one interval with the value of the first.
    void merge();
    /// Sorts. Returns the contig and start of the first interval that overlaps the one before it,
    /// or nothing: {"", 0}.
    std::pair<std::string, std::int64_t> sort();

    [[nodiscard]] bool empty() const noexcept { return contigs_.empty(); }
    [[nodiscard]] std::int64_t size() const noexcept;
    [[nodiscard]] const std::map<std::string, std::vector<LabelSpan>>& contigs() const noexcept {
        return contigs_;
    }
    /// Calls visit(interval) for those that overlap [start, end), in order. O(log n + found).
    void each(const std::string& contig,
              std::int64_t start,
              std::int64_t end,
              const std::function<void(const LabelSpan&)>& visit) const;

  private:
    std::map<std::string, std::vector<LabelSpan>> contigs_;
};

}  // namespace varhush::train
