#include "loop_energy.hpp"
#include "loop_tables.hpp"
#include "varhush/sirna/fold.hpp"

#include <algorithm>
#include <string>

namespace varhush::sirna {

namespace {

// Energies of the best structures of all stretches, and the way back to one of them.
class MfeFolder {
  public:
    explicit MfeFolder(std::string_view rna)
        : strand_(rna),
          n_(strand_.size()),
          closed_(cells(), kImpossible),
          stems_(cells(), kImpossible),
          first_stem_(cells(), kImpossible),
          prefix_(static_cast<std::size_t>(n_) + 1, 0) {
        for (int i = n_ - 1; i >= 0; --i) {
            for (int j = i + kShortestHairpin + 1; j < n_; ++j) {
                fill(i, j);
            }
        }
        for (int j = 0; j < n_; ++j) {
            fill_prefix(j);
        }
    }

    Fold best() {
        structure_.assign(static_cast<std::size_t>(n_), '.');
        trace_prefix(n_ - 1);
        return {prefix_.back() * kKcalPerUnit, structure_};
    }

  private:
    [[nodiscard]] std::size_t cells() const {
        return static_cast<std::size_t>(n_) * static_cast<std::size_t>(n_);
    }
    [[nodiscard]] std::size_t at(int i, int j) const {
        return static_cast<std::size_t>(i) * static_cast<std::size_t>(n_) +
               static_cast<std::size_t>(j);
    }
    // Value of a stretch that may be empty or too short for a pair.
    [[nodiscard]] int value(const std::vector<int>& table, int i, int j) const {
        return j < i ? kImpossible : table[at(i, j)];
    }
    // Best of the exterior loop of bases 0..j.
    [[nodiscard]] int prefix(int j) const { return prefix_[as_index(j + 1)]; }

    // Calls body(p, q) for every pair that can be the inner one of an interior loop of (i, j),
    // until it returns true.
    template <class Body>
    void for_inner_pairs(int i, int j, const Body& body) const {
        const int last_p = std::min(i + 1 + kLongestInterior, j - kShortestHairpin - 2);
        for (int p = i + 1; p <= last_p; ++p) {
            const int left = kLongestInterior - (p - i - 1);
            const int first_q = std::max(p + kShortestHairpin + 1, j - 1 - left);
            for (int q = j - 1; q >= first_q; --q) {
                if (closed_[at(p, q)] < kImpossible && body(p, q)) {
                    return;
                }
            }
        }
    }

    // Best of two or more stems in bases i..j.
    [[nodiscard]] int two_stems(int i, int j) const {
        int best = kImpossible;
        for (int k = i + 1; k < j; ++k) {
            best = std::min(best, value(stems_, i, k - 1) + value(first_stem_, k, j));
        }
        return best;
    }

    [[nodiscard]] int best_closed(int i, int j) const {
        int best = hairpin_energy(strand_, i, j);
        for_inner_pairs(i, j, [&](int p, int q) {
            best = std::min(
                best, interior_energy(interior_loop(strand_, i, j, p, q)) + closed_[at(p, q)]);
            return false;
        });
        return std::min(best, two_stems(i + 1, j - 1) + multi_closing_energy(strand_, i, j));
    }

    void fill(int i, int j) {
        int first = value(first_stem_, i, j - 1);  // base j unpaired
        if (strand_.pair(i, j) != kNoPair) {
            closed_[at(i, j)] = best_closed(i, j);
            first = std::min(first, closed_[at(i, j)] + multi_stem_energy(strand_, i, j));
        }
        first_stem_[at(i, j)] = std::min(first, kImpossible);
        int best = kImpossible;
        for (int k = i; k < j; ++k) {
            best = std::min(best, std::min(0, value(stems_, i, k - 1)) + first_stem_[at(k, j)]);
        }
        stems_[at(i, j)] = std::min(best, kImpossible);
    }

    [[nodiscard]] int with_last_stem(int k, int j) const {
        return prefix(k - 1) + closed_[at(k, j)] + exterior_stem_energy(strand_, k, j);
    }

    void fill_prefix(int j) {
        int best = prefix(j - 1);
        for (int k = 0; k < j; ++k) {
            if (closed_[at(k, j)] < kImpossible) {
                best = std::min(best, with_last_stem(k, j));
            }
        }
        prefix_[as_index(j + 1)] = best;
    }

    void trace_prefix(int j) {
        while (j > 0) {
            if (prefix(j) == prefix(j - 1)) {
                --j;
                continue;
            }
            int k = 0;
            while (closed_[at(k, j)] >= kImpossible || with_last_stem(k, j) != prefix(j)) {
                ++k;
            }
            trace_closed(k, j);
            j = k - 1;
        }
    }

    void trace_closed(int i, int j) {
        for (;;) {
            structure_[static_cast<std::size_t>(i)] = '(';
            structure_[static_cast<std::size_t>(j)] = ')';
            const int energy = closed_[at(i, j)];
            if (energy == hairpin_energy(strand_, i, j)) {
                return;
            }
            int next_i = -1;
            int next_j = -1;
            for_inner_pairs(i, j, [&](int p, int q) {
                const bool found = energy == interior_energy(interior_loop(strand_, i, j, p, q)) +
                                                 closed_[at(p, q)];
                if (found) {
                    next_i = p;
                    next_j = q;
                }
                return found;
            });
            if (next_i < 0) {
                trace_two_stems(i + 1, j - 1);
                return;
            }
            i = next_i;
            j = next_j;
        }
    }

    void trace_two_stems(int i, int j) {
        const int energy = two_stems(i, j);
        int k = i + 1;
        while (value(stems_, i, k - 1) + value(first_stem_, k, j) != energy) {
            ++k;
        }
        trace_stems(i, k - 1);
        trace_first_stem(k, j);
    }

    void trace_stems(int i, int j) {
        for (;;) {
            const int energy = stems_[at(i, j)];
            int k = i;
            while (std::min(0, value(stems_, i, k - 1)) + first_stem_[at(k, j)] != energy) {
                ++k;
            }
            trace_first_stem(k, j);
            if (value(stems_, i, k - 1) >= 0) {
                return;
            }
            j = k - 1;
        }
    }

    void trace_first_stem(int i, int j) {
        while (first_stem_[at(i, j)] == value(first_stem_, i, j - 1)) {
            --j;
        }
        trace_closed(i, j);
    }

    Strand strand_;
    int n_;
    // [i][j]: bases i and j paired; one or more stems of a multiloop in i..j; one stem that starts
    // at i, unpaired bases behind it.
    std::vector<int> closed_;
    std::vector<int> stems_;
    std::vector<int> first_stem_;
    std::vector<int> prefix_;  // [j + 1]
    std::string structure_;
};

}  // namespace

Fold fold_mfe(std::string_view rna) {
    return MfeFolder(rna).best();
}

}  // namespace varhush::sirna
