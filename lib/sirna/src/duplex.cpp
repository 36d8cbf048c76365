#include "varhush/sirna/duplex.hpp"

#include "loop_energy.hpp"
#include "loop_tables.hpp"
#include "varhush/core/error.hpp"

#include <algorithm>
#include <vector>

namespace varhush::sirna {

namespace {

constexpr int kStart = -1;  // in place of the pair before: the helix starts here

// Helices of guide base i (going up) and site base j (going down).
class DuplexFolder {
  public:
    DuplexFolder(std::string_view guide, std::string_view site)
        : guide_(guide), site_(site), energy_(cells(), kImpossible), before_(cells(), kStart) {}

    DuplexEnergy best_of_all() {
        for (int i = 0; i < guide_.size(); ++i) {
            for (int j = site_.size() - 1; j >= 0; --j) {
                extend(i, j, [&](const auto& from) {
                    const int first_p = std::max(0, i - 1 - kLongestInterior);
                    for (int p = i - 1; p >= first_p; --p) {
                        const int left = kLongestInterior - (i - p - 1);
                        const int last_q = std::min(site_.size() - 1, j + 1 + left);
                        for (int q = j + 1; q <= last_q; ++q) {
                            from(p, q);
                        }
                    }
                });
            }
        }
        return result();
    }

    DuplexEnergy best_in_register() {
        const int n = guide_.size();
        for (int i = 0; i < n; ++i) {
            extend(i, n - 1 - i, [&](const auto& from) {
                const int first_p = std::max(0, i - 1 - kLongestInterior / 2);
                for (int p = i - 1; p >= first_p; --p) {
                    from(p, n - 1 - p);
                }
            });
        }
        return result();
    }

  private:
    [[nodiscard]] std::size_t cells() const {
        return static_cast<std::size_t>(guide_.size()) * static_cast<std::size_t>(site_.size());
    }
    [[nodiscard]] std::size_t at(int i, int j) const {
        return static_cast<std::size_t>(i) * static_cast<std::size_t>(site_.size()) +
               static_cast<std::size_t>(j);
    }
    [[nodiscard]] int pair(int i, int j) const { return pair_code(guide_[i], site_[j]); }

    // The first pair of a helix is a stem, and so is the last one, seen from the other end.
    [[nodiscard]] int start_energy(int i, int j) const {
        return duplex_initiation() +
               loop_energies().exterior_stem.at(pair(i, j), guide_[i - 1], site_[j + 1]);
    }
    [[nodiscard]] int end_energy(int i, int j) const {
        return loop_energies().exterior_stem.at(
            reverse_pair(pair(i, j)), site_[j - 1], guide_[i + 1]);
    }
    [[nodiscard]] int loop_between(int p, int q, int i, int j) const {
        return interior_energy({.outer = pair(p, q),
                                .inner = pair(i, j),
                                .unpaired_5 = i - p - 1,
                                .unpaired_3 = q - j - 1,
                                .after_outer = guide_[p + 1],
                                .before_inner = guide_[i - 1],
                                .after_inner = site_[j + 1],
                                .before_outer = site_[q - 1]});
    }

    // The best helix that ends with pair (i, j); `for_earlier(from)` calls from(p, q) for the pairs
    // that may come before it.
    template <class ForEarlier>
    void extend(int i, int j, const ForEarlier& for_earlier) {
        if (pair(i, j) == kNoPair) {
            return;
        }
        int best = start_energy(i, j);
        int origin = kStart;
        for_earlier([&](int p, int q) {
            const int before = energy_[at(p, q)];
            if (before >= kImpossible) {
                return;
            }
            const int energy = before + loop_between(p, q, i, j);
            if (energy < best) {
                best = energy;
                origin = static_cast<int>(at(p, q));
            }
        });
        energy_[at(i, j)] = best;
        before_[at(i, j)] = origin;
    }

    [[nodiscard]] DuplexEnergy result() const {
        DuplexEnergy found;
        found.guide_structure.assign(static_cast<std::size_t>(guide_.size()), '.');
        found.site_structure.assign(static_cast<std::size_t>(site_.size()), '.');
        int best = kImpossible;
        int last = kStart;
        for (int i = 0; i < guide_.size(); ++i) {
            for (int j = 0; j < site_.size(); ++j) {
                const int helix = energy_[at(i, j)];
                if (helix < kImpossible && helix + end_energy(i, j) < best) {
                    best = helix + end_energy(i, j);
                    last = static_cast<int>(at(i, j));
                }
            }
        }
        for (int cell = last; cell != kStart; cell = before_[static_cast<std::size_t>(cell)]) {
            const int i = cell / site_.size();
            const int j = cell % site_.size();
            found.guide_structure[static_cast<std::size_t>(i)] = '(';
            found.site_structure[static_cast<std::size_t>(j)] = ')';
            ++found.pairs;
            found.wobbles += is_wobble(pair(i, j)) ? 1U : 0U;
        }
        found.kcal_mol = last == kStart ? 0 : best * kKcalPerUnit;
        return found;
    }

    Strand guide_;
    Strand site_;
    std::vector<int> energy_;  // [i][j]
    std::vector<int> before_;  // [i][j]: the cell of the pair before, or kStart
};

}  // namespace

DuplexEnergy hybridize(std::string_view guide, std::string_view site) {
    return DuplexFolder(guide, site).best_of_all();
}

DuplexEnergy pair_in_register(std::string_view guide, std::string_view site) {
    if (guide.size() != site.size()) {
        throw Error(ErrorKind::kInput,
                    "the guide has " + std::to_string(guide.size()) + " bases and the site " +
                        std::to_string(site.size()),
                    {});
    }
    return DuplexFolder(guide, site).best_in_register();
}

}  // namespace varhush::sirna
