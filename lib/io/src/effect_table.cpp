#include "varhush/io/effect_table.hpp"

#include "varhush/core/error.hpp"
#include "varhush/io/text_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

namespace varhush::io {

namespace {

enum Column { kElement, kSplit, kOffset, kRef, kAlt, kEffect, kPass, kPrimary };
constexpr std::array<std::string_view, 8> kNames{
    "element", "split", "offset", "ref", "alt", "log2_effect", "pass", "primary"};

enum MaybeColumn { kPValue, kScore, kAssay, kCell };
constexpr std::array<std::string_view, 4> kMaybeNames{"p_value", "score", "assay", "cell_type"};

[[noreturn]] void refuse(const TextReader& reader, const std::string& what) {
    throw Error(ErrorKind::kInput,
                reader.where() + ": " + what,
                "expected a table with the columns element, split, offset, ref, alt, log2_effect, "
                "pass and primary");
}

template <class Number>
Number number(const TextReader& reader, std::string_view text, std::string_view column) {
    Number value{};
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    if (result.ec != std::errc{} || result.ptr != text.data() + text.size()) {
        refuse(reader, std::string(column) + " is no number: '" + std::string(text) + "'");
    }
    return value;
}

std::optional<std::size_t> place_of(const std::vector<std::string_view>& fields,
                                    std::string_view name) {
    const auto found = std::find(fields.begin(), fields.end(), name);
    return found == fields.end() ? std::nullopt
                                 : std::optional(static_cast<std::size_t>(found - fields.begin()));
}

std::array<std::size_t, kNames.size()> places_of(const TextReader& reader,
                                                 const std::vector<std::string_view>& fields) {
    std::array<std::size_t, kNames.size()> places{};
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        const auto found = place_of(fields, kNames[i]);
        if (!found) {
            refuse(reader, "there is no column '" + std::string(kNames[i]) + "'");
        }
        places[i] = *found;
    }
    return places;
}

}  // namespace

std::vector<EffectRow> read_effect_table(const std::string& path) {
    TextReader reader(path);
    std::string line;
    if (!reader.next(line)) {
        refuse(reader, "the file is empty");
    }
    const auto header = split_tabs(line);
    const auto places = places_of(reader, header);
    std::array<std::optional<std::size_t>, kMaybeNames.size()> maybe{};
    std::transform(kMaybeNames.begin(), kMaybeNames.end(), maybe.begin(), [&](auto name) {
        return place_of(header, name);
    });
    std::size_t needed = *std::max_element(places.begin(), places.end());
    for (const auto& place : maybe) {
        needed = std::max(needed, place.value_or(0));
    }
    ++needed;
    std::vector<EffectRow> rows;
    while (reader.next(line)) {
        const auto fields = split_tabs(line);
        if (fields.size() < needed) {
            refuse(reader, "the line has " + std::to_string(fields.size()) + " fields");
        }
        const auto field = [&](Column column) { return fields[places[column]]; };
        EffectRow row;
        row.element = field(kElement);
        row.split = field(kSplit);
        row.position = number<std::int64_t>(reader, field(kOffset), kNames[kOffset]) - 1;
        row.ref = field(kRef);
        row.alt = field(kAlt) == "-" ? std::string_view() : field(kAlt);
        row.effect_log2 = number<double>(reader, field(kEffect), kNames[kEffect]);
        row.passed = number<int>(reader, field(kPass), kNames[kPass]) != 0;
        row.primary = number<int>(reader, field(kPrimary), kNames[kPrimary]) != 0;
        const auto maybe_number = [&](MaybeColumn column) -> std::optional<double> {
            if (!maybe[column] || fields[*maybe[column]] == "NA") {
                return std::nullopt;
            }
            return number<double>(reader, fields[*maybe[column]], kMaybeNames[column]);
        };
        const auto maybe_text = [&](MaybeColumn column) {
            return maybe[column] ? std::string(fields[*maybe[column]]) : std::string();
        };
        row.p_value = maybe_number(kPValue);
        row.score = maybe_number(kScore);
        row.assay = maybe_text(kAssay);
        row.cell = maybe_text(kCell);
        if (row.position < 0 || row.ref.empty() || !std::isfinite(row.effect_log2) ||
            !std::isfinite(row.score.value_or(0))) {
            refuse(reader, "offset, ref, log2_effect or score cannot be");
        }
        rows.push_back(std::move(row));
    }
    reader.refuse_cut_line();
    return rows;
}

}  // namespace varhush::io
