#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace varhush::sirna {

/// Parts of a score, in one order; larger is better.
using PartValues = std::array<double, 6>;

/// Which of many points beat one: a k-d tree (Bentley 1975, CACM 18:509) over points known from the
/// start, whose fronts become known one after the other.
class DominanceTree {
  public:
    /// Cost O(n log n). `points` must stay.
    explicit DominanceTree(std::span<const PartValues> points);

    /// The largest front among the points with a front that are at least as good as `point` in
    /// every part; 0 when there is none. Far below O(n) where few parts vary.
    [[nodiscard]] std::size_t highest_front(const PartValues& point) const;

    void set_front(std::size_t number, std::size_t front);

  private:
    /// Points [first, end) of `order_` and the box round them.
    struct Node {
        PartValues least{};
        PartValues most{};
        std::size_t first = 0;
        std::size_t end = 0;
        std::size_t right = 0;  ///< 0: a leaf
        std::size_t parent = 0;
        std::size_t front = 0;  ///< the largest in it
    };

    std::size_t build(std::size_t first, std::size_t end, std::size_t parent);
    void search(std::size_t number, const PartValues& point, std::size_t& best) const;

    std::span<const PartValues> points_;
    std::vector<std::size_t> order_;
    std::vector<std::size_t> leaf_of_;  ///< by point
    std::vector<std::size_t> fronts_;   ///< by point; 0: not known yet
    std::vector<Node> nodes_;           ///< the root first, a left child right behind its parent
};

}  // namespace varhush::sirna
