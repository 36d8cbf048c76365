#pragma once

#include "varhush/models/track_table.hpp"
#include "varhush/scoring/track_selection.hpp"

#include <functional>
#include <memory>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

namespace varhush::scoring {

/// The texts of a track that a field name stands for: one, or several of which any may match.
using TrackTexts = std::vector<std::string> (*)(const models::Track& track);

/// nullptr for an unknown field.
[[nodiscard]] TrackTexts find_track_field(std::string_view name);

/// Every text of a track, for words without a field.
[[nodiscard]] std::vector<std::string> all_texts(const models::Track& track);

/// Names of the fields, for messages.
[[nodiscard]] std::string track_field_names();

[[nodiscard]] std::string lower_case(std::string_view text);

/// A condition on one track; kinds are told apart by what is set.
struct TrackFilter::Node {
    enum class Kind { kAll, kAnd, kOr, kNot, kEqual, kRegex, kWord };

    Kind kind = Kind::kAll;
    std::unique_ptr<const Node> left;
    std::unique_ptr<const Node> right;
    TrackTexts texts = nullptr;
    std::string value;  ///< lower case
    std::regex pattern;

    [[nodiscard]] bool matches(const models::Track& track) const;
};

/// @throws Error{kUsage} naming the column.
[[nodiscard]] std::unique_ptr<const TrackFilter::Node> parse_condition(std::string_view text);

}  // namespace varhush::scoring
