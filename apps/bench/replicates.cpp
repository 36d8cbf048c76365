#include "apps/bench/replicates.hpp"

#include "varhush/core/error.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace varhush::apps {

namespace {

using Change = std::tuple<std::int64_t, std::string, std::string>;  // position, ref, alt

// What the primary assay of an element says.
struct Primary {
    std::string assay;
    std::set<std::string> cells;
    std::map<Change, double> effects;
};

Change change_of(const io::EffectRow& row) {
    return {row.position, row.ref, row.alt};
}

[[noreturn]] void refuse_second(const io::EffectRow& row, const std::string& table) {
    throw Error(ErrorKind::kInput,
                table + ": " + row.element + " " + std::to_string(row.position + 1) + " " +
                    row.ref + ">" + (row.alt.empty() ? "-" : row.alt) +
                    " stands twice in the assay " + row.assay,
                "--replicates none judges without them");
}

std::map<std::string, Primary> primaries_of(const std::vector<io::EffectRow>& rows,
                                            const std::string& table) {
    std::map<std::string, Primary> primaries;
    for (const io::EffectRow& row : rows) {
        if (!row.primary || row.assay.empty()) {
            continue;
        }
        Primary& primary =
            primaries.try_emplace(row.element, Primary{row.assay, {}, {}}).first->second;
        primary.cells.insert(row.cell);
        if (primary.assay != row.assay) {
            throw Error(ErrorKind::kInput,
                        table + ": " + row.element + " has more than one primary assay",
                        "--replicates none judges by all of them");
        }
        if (row.passed && !primary.effects.emplace(change_of(row), row.effect_log2).second) {
            refuse_second(row, table);
        }
    }
    return primaries;
}

}  // namespace

std::vector<Replicate> replicates_in(const std::vector<io::EffectRow>& rows,
                                     const std::string& table) {
    const auto primaries = primaries_of(rows, table);
    std::vector<Replicate> replicates;
    std::map<std::pair<std::string, std::string>, std::size_t> places;
    std::set<std::tuple<std::string, std::string, Change>> seen;
    for (const io::EffectRow& row : rows) {
        const auto primary = primaries.find(row.element);
        if (row.primary || row.assay.empty() || primary == primaries.end() ||
            primary->second.assay == row.assay) {
            continue;
        }
        const auto [place, is_new] =
            places.try_emplace({row.element, row.assay}, replicates.size());
        if (is_new) {
            const bool same = row.cell.empty() || primary->second.cells.contains(row.cell);
            replicates.push_back(
                {row.element, row.split, row.assay + (same ? "" : " in " + row.cell), {}, {}});
        }
        if (!row.passed) {
            continue;
        }
        if (!seen.emplace(row.element, row.assay, change_of(row)).second) {
            refuse_second(row, table);
        }
        const auto effect = primary->second.effects.find(change_of(row));
        if (effect != primary->second.effects.end()) {
            Replicate& one = replicates[place->second];
            (row.alt.empty() ? one.deletions : one.substitutions)
                .add(row.effect_log2, effect->second);
        }
    }
    return replicates;
}

}  // namespace varhush::apps
