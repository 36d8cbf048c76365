#include "dominance_tree.hpp"

#include <algorithm>
#include <numeric>

namespace varhush::sirna {

namespace {

constexpr std::size_t kLeaf = 8;

bool reaches(const PartValues& one, const PartValues& other) noexcept {
    for (std::size_t i = 0; i < one.size(); ++i) {
        if (one[i] < other[i]) {
            return false;
        }
    }
    return true;
}

}  // namespace

DominanceTree::DominanceTree(std::span<const PartValues> points)
    : points_(points), order_(points.size()), leaf_of_(points.size()), fronts_(points.size(), 0) {
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    if (!points.empty()) {
        build(0, points.size(), 0);
    }
}

std::size_t DominanceTree::build(std::size_t first, std::size_t end, std::size_t parent) {
    const std::size_t number = nodes_.size();
    Node node;
    node.first = first;
    node.end = end;
    node.parent = parent;
    node.least = points_[order_[first]];
    node.most = node.least;
    for (std::size_t i = first; i < end; ++i) {
        const PartValues& point = points_[order_[i]];
        for (std::size_t d = 0; d < point.size(); ++d) {
            node.least[d] = std::min(node.least[d], point[d]);
            node.most[d] = std::max(node.most[d], point[d]);
        }
    }
    nodes_.push_back(node);
    std::size_t widest = 0;
    for (std::size_t d = 1; d < node.most.size(); ++d) {
        const bool wider = node.most[d] - node.least[d] > node.most[widest] - node.least[widest];
        widest = wider ? d : widest;
    }
    if (end - first <= kLeaf || !(node.most[widest] > node.least[widest])) {
        for (std::size_t i = first; i < end; ++i) {
            leaf_of_[order_[i]] = number;
        }
        return number;
    }
    const std::size_t middle = first + (end - first) / 2;
    const auto begin = order_.begin();
    std::nth_element(
        begin + static_cast<std::ptrdiff_t>(first),
        begin + static_cast<std::ptrdiff_t>(middle),
        begin + static_cast<std::ptrdiff_t>(end),
        [&](std::size_t a, std::size_t b) { return points_[a][widest] < points_[b][widest]; });
    build(first, middle, number);
    const std::size_t right = build(middle, end, number);
    nodes_[number].right = right;
    return number;
}

std::size_t DominanceTree::highest_front(const PartValues& point) const {
    std::size_t best = 0;
    if (!nodes_.empty()) {
        search(0, point, best);
    }
    return best;
}

void DominanceTree::search(std::size_t number, const PartValues& point, std::size_t& best) const {
    const Node& node = nodes_[number];
    if (node.front <= best || !reaches(node.most, point)) {
        return;
    }
    if (reaches(node.least, point)) {
        best = node.front;
        return;
    }
    if (node.right == 0) {
        for (std::size_t i = node.first; i < node.end; ++i) {
            const std::size_t other = order_[i];
            if (fronts_[other] > best && reaches(points_[other], point)) {
                best = fronts_[other];
            }
        }
        return;
    }
    search(node.right, point, best);  // the larger values first: the most likely to beat
    search(number + 1, point, best);
}

void DominanceTree::set_front(std::size_t number, std::size_t front) {
    fronts_[number] = front;
    for (std::size_t at = leaf_of_[number];; at = nodes_[at].parent) {
        nodes_[at].front = std::max(nodes_[at].front, front);
        if (at == 0) {
            return;
        }
    }
}

}  // namespace varhush::sirna
