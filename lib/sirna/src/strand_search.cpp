#include "strand_search.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace varhush::sirna {

namespace {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

/// What the choices so far leave to know.
struct State {
    std::size_t run = 0;  // of 2'-O-methyl, at most kFreeRun
    std::size_t fluoro = 0;
    bool seed_set = false;
};

struct Step {
    std::int64_t cost = kNever;
    std::size_t from = 0;
    Sugar sugar = Sugar::kRibose;
};

/// One search, the thioates being given.
class StrandSearch {
  public:
    StrandSearch(const PlacementRules& rules,
                 const SearchSpace& space,
                 std::size_t thioates5,
                 std::size_t thioates3)
        : rules_(rules), space_(space), thioates5_(thioates5), thioates3_(thioates3) {}

    void run();

    /// Takes over the strands that are cheaper than those of `best`, by number of 2'-fluoros.
    void improve(std::vector<std::optional<PlacedStrand>>& best) const;

  private:
    [[nodiscard]] std::size_t length() const noexcept { return space_.allowed.size(); }
    [[nodiscard]] std::size_t states() const noexcept {
        return (kFreeRun + 1) * (space_.most_fluoro + 1) * 2;
    }
    [[nodiscard]] std::size_t number_of(const State& state) const noexcept {
        const std::size_t row = state.run * (space_.most_fluoro + 1) + state.fluoro;
        return row * 2 + (state.seed_set ? 1U : 0U);
    }
    [[nodiscard]] State state_of(std::size_t number) const noexcept {
        const std::size_t row = number / 2;
        const std::size_t width = space_.most_fluoro + 1;
        return {row / width, row % width, number % 2 == 1};
    }
    [[nodiscard]] bool thioate(std::size_t link) const noexcept {
        return link + 1 < length() && (link < thioates5_ || link + 1 + thioates3_ >= length());
    }
    /// Every way to put `sugar` behind what is known.
    void offer(std::size_t index, Sugar sugar, bool seed_choice);
    void extend(std::size_t index, std::size_t from, Step step, bool seed_choice);
    [[nodiscard]] std::string trace(std::size_t last) const;

    const PlacementRules& rules_;
    const SearchSpace& space_;
    std::size_t thioates5_;
    std::size_t thioates3_;
    std::vector<std::vector<Step>> steps_;  // [nucleotide][state behind it]
};

void StrandSearch::run() {
    steps_.assign(length(), std::vector<Step>(states()));
    for (std::size_t i = 0; i < length(); ++i) {
        for (const Sugar sugar : space_.allowed[i]) {
            offer(i, sugar, false);
        }
        const bool in_seed = i == 5 || i == 6;
        if (in_seed && space_.seed_sugar && !space_.given[i]) {
            offer(i, *space_.seed_sugar, true);
        }
    }
}

void StrandSearch::offer(std::size_t index, Sugar sugar, bool seed_choice) {
    const bool before = index > 0 && thioate(index - 1);
    const std::int64_t cost = sum_of(rules_.unit(index, sugar, before, thioate(index)));
    if (index == 0) {
        extend(0, number_of({}), {cost, 0, sugar}, seed_choice);
        return;
    }
    for (std::size_t from = 0; from < states(); ++from) {
        const std::int64_t so_far = steps_[index - 1][from].cost;
        if (so_far != kNever) {
            extend(index, from, {so_far + cost, from, sugar}, seed_choice);
        }
    }
}

void StrandSearch::extend(std::size_t index, std::size_t from, Step step, bool seed_choice) {
    State state = state_of(from);
    const bool counts = step.sugar == Sugar::kMethoxy && rules_.in_run_window(index);
    step.cost += counts ? rules_.run_cost(index, state.run) : 0;
    state.run = counts ? std::min(state.run + 1, kFreeRun) : 0;
    state.fluoro += step.sugar == Sugar::kFluoro ? 1U : 0U;
    if (state.fluoro > space_.most_fluoro || (seed_choice && state.seed_set)) {
        return;
    }
    state.seed_set = state.seed_set || seed_choice;
    Step& known = steps_[index][number_of(state)];
    if (step.cost < known.cost) {
        known = step;
    }
}

std::string StrandSearch::trace(std::size_t last) const {
    std::string sugars(length(), ' ');
    for (std::size_t i = length(); i-- > 0;) {
        const Step& step = steps_[i][last];
        sugars[i] = static_cast<char>(step.sugar);
        last = step.from;
    }
    return sugars;
}

void StrandSearch::improve(std::vector<std::optional<PlacedStrand>>& best) const {
    for (std::size_t number = 0; number < states(); ++number) {
        const Step& step = steps_.back()[number];
        std::optional<PlacedStrand>& known = best[state_of(number).fluoro];
        if (step.cost == kNever) {
            continue;
        }
        const bool fewer_thioates =
            known && thioates5_ + thioates3_ < known->thioates5 + known->thioates3;
        if (!known || step.cost < known->cost || (step.cost == known->cost && fewer_thioates)) {
            known = {step.cost, state_of(number).fluoro, trace(number), thioates5_, thioates3_};
        }
    }
}

}  // namespace

std::vector<PlacedStrand> place_strand(const PlacementRules& rules, const SearchSpace& space) {
    std::vector<std::optional<PlacedStrand>> best(space.most_fluoro + 1);
    for (std::size_t five = 0; five <= space.most_thioates5; ++five) {
        for (std::size_t three = 0; three <= space.most_thioates3; ++three) {
            StrandSearch search(rules, space, five, three);
            search.run();
            search.improve(best);
        }
    }
    std::vector<PlacedStrand> strands;
    for (std::optional<PlacedStrand>& one : best) {
        if (one) {
            strands.push_back(std::move(*one));
        }
    }
    return strands;
}

}  // namespace varhush::sirna
