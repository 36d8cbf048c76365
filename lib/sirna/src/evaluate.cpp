#include "loop_energy.hpp"
#include "loop_tables.hpp"
#include "varhush/core/error.hpp"
#include "varhush/sirna/fold.hpp"

#include <numeric>
#include <string>
#include <utility>

namespace varhush::sirna {

namespace {

constexpr int kUnpaired = -1;

[[noreturn]] void refuse(const std::string& what) {
    throw Error(ErrorKind::kInput, what, {});
}

std::string pair_text(int i, int j) {
    return "the pair of positions " + std::to_string(i + 1) + " and " + std::to_string(j + 1);
}

// Partner of each base, or kUnpaired.
std::vector<int> read_pairs(const Strand& strand, std::string_view structure) {
    if (structure.size() != static_cast<std::size_t>(strand.size())) {
        refuse("the sequence has " + std::to_string(strand.size()) + " bases and the structure " +
               std::to_string(structure.size()));
    }
    std::vector<int> partner(structure.size(), kUnpaired);
    std::vector<int> open;
    for (int j = 0; j < strand.size(); ++j) {
        const char letter = structure[static_cast<std::size_t>(j)];
        if (letter == '(') {
            open.push_back(j);
        } else if (letter == ')') {
            if (open.empty()) {
                refuse("position " + std::to_string(j + 1) + " closes a pair that was not opened");
            }
            const int i = open.back();
            open.pop_back();
            if (strand.pair(i, j) == kNoPair) {
                refuse(pair_text(i, j) + " is none that RNA forms (A-U, C-G, G-U)");
            }
            partner[static_cast<std::size_t>(i)] = j;
            partner[static_cast<std::size_t>(j)] = i;
        } else if (letter != '.') {
            refuse("position " + std::to_string(j + 1) + " of the structure is '" +
                   std::string(1, letter) + "', not '(', ')' or '.'");
        }
    }
    if (!open.empty()) {
        refuse("position " + std::to_string(open.back() + 1) + " opens a pair that is not closed");
    }
    return partner;
}

// Pairs that lie next to each other in bases first..last.
std::vector<std::pair<int, int>> stems_between(const std::vector<int>& partner,
                                               int first,
                                               int last) {
    std::vector<std::pair<int, int>> stems;
    for (int i = first; i <= last; ++i) {
        const int j = partner[static_cast<std::size_t>(i)];
        if (j != kUnpaired) {
            stems.emplace_back(i, j);
            i = j;
        }
    }
    return stems;
}

LoopEnergy loop_closed_by(const Strand& strand,
                          int i,
                          int j,
                          const std::vector<std::pair<int, int>>& stems) {
    LoopEnergy loop;
    loop.i = static_cast<std::size_t>(i);
    loop.j = static_cast<std::size_t>(j);
    int energy = 0;
    if (stems.empty()) {
        loop.kind = LoopEnergy::Kind::kHairpin;
        energy = hairpin_energy(strand, i, j);
    } else if (stems.size() == 1) {
        const auto [p, q] = stems.front();
        loop.kind = LoopEnergy::Kind::kInterior;
        loop.p = static_cast<std::size_t>(p);
        loop.q = static_cast<std::size_t>(q);
        energy = interior_energy(interior_loop(strand, i, j, p, q));
    } else {
        loop.kind = LoopEnergy::Kind::kMulti;
        energy = multi_closing_energy(strand, i, j);
        for (const auto& [p, q] : stems) {
            energy += multi_stem_energy(strand, p, q);
        }
    }
    if (energy >= kImpossible) {
        refuse(pair_text(i, j) + (stems.empty()
                                      ? " closes a hairpin of fewer than 3 bases"
                                      : " closes an interior loop of more than 30 bases"));
    }
    loop.kcal_mol = energy * kKcalPerUnit;
    return loop;
}

}  // namespace

std::vector<LoopEnergy> evaluate_loops(std::string_view rna, std::string_view structure) {
    const Strand strand(rna);
    const auto partner = read_pairs(strand, structure);
    auto waiting = stems_between(partner, 0, strand.size() - 1);
    int exterior = 0;
    for (const auto& [i, j] : waiting) {
        exterior += exterior_stem_energy(strand, i, j);
    }
    LoopEnergy outermost;
    outermost.kcal_mol = exterior * kKcalPerUnit;
    std::vector<LoopEnergy> loops{outermost};
    for (std::size_t next = 0; next < waiting.size(); ++next) {
        const auto [i, j] = waiting[next];
        const auto stems = stems_between(partner, i + 1, j - 1);
        loops.push_back(loop_closed_by(strand, i, j, stems));
        waiting.insert(waiting.end(), stems.begin(), stems.end());
    }
    return loops;
}

double evaluate(std::string_view rna, std::string_view structure) {
    const auto loops = evaluate_loops(rna, structure);
    return std::accumulate(loops.begin(), loops.end(), 0.0, [](double sum, const LoopEnergy& loop) {
        return sum + loop.kcal_mol;
    });
}

}  // namespace varhush::sirna
