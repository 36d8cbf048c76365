#include "apps/common/command_table.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace varhush::apps {

namespace {

constexpr std::size_t kNearEnough = 2;
constexpr std::size_t kNameColumn = 12;

// Optimal string alignment distance: insert, delete, replace, swap of neighbours.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::vector<std::size_t>> cost(a.size() + 1,
                                               std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) {
        for (std::size_t j = 0; j <= b.size(); ++j) {
            if (i == 0 || j == 0) {
                cost[i][j] = i + j;
                continue;
            }
            const std::size_t replace = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, replace});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
            }
        }
    }
    return cost[a.size()][b.size()];
}

}  // namespace

const Command* find_command(std::span<const Command> table, std::string_view name) {
    const auto found = std::find_if(
        table.begin(), table.end(), [&](const Command& command) { return command.name == name; });
    return found == table.end() ? nullptr : &*found;
}

std::string nearest_name(std::span<const Command> table, std::string_view name) {
    std::string best;
    std::size_t best_distance = kNearEnough + 1;
    for (const Command& command : table) {
        const std::size_t distance = edit_distance(command.name, name);
        if (distance < best_distance && distance < command.name.size()) {
            best = command.name;
            best_distance = distance;
        }
    }
    return best;
}

std::string table_help(std::span<const Command> table) {
    std::string text;
    std::string_view group;
    for (const Command& command : table) {
        if (command.group != group) {
            group = command.group;
            text += "\n" + std::string(group) + "\n";
        }
        std::string name(command.name);
        name.resize(std::max(kNameColumn, name.size() + 1), ' ');
        text += "  " + name + std::string(command.summary) + "\n";
    }
    return text;
}

}  // namespace varhush::apps
