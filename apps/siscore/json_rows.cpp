#include "apps/siscore/json_rows.hpp"

#include "varhush/core/error.hpp"
#include "varhush/io/text_reader.hpp"

#include <nlohmann/json.hpp>

#include <set>

namespace varhush::apps {

namespace {

using Json = nlohmann::ordered_json;

std::string line_of(const Json& json) {
    // Text of the input that is no UTF-8 is shown with replacement characters.
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

JsonRows::JsonRows(const std::string& path, const Head& head, std::string_view columns)
    : out_(path, io::packing_for(path)) {
    std::set<std::string_view> seen;
    for (const std::string_view name : io::split_tabs(columns)) {
        if (!seen.insert(name).second) {
            throw Error(ErrorKind::kInput,
                        "--json: two columns of the input are called '" + std::string(name) + "'",
                        "a JSON object has every name once");
        }
        columns_.emplace_back(name);
    }
    std::string text = "{\n";
    const auto add = [&](const char* name, const Json& value) {
        text.append("  \"").append(name).append("\": ").append(line_of(value)).append(",\n");
    };
    if (!head.version.empty()) {
        add("version", head.version);
        add("command", head.command);
    }
    add("model", {{"id", head.model}, {"sha256", head.sha256}});
    add("intervals", head.known_laboratory ? "known laboratory" : "new laboratory");
    out_.write(text + "  \"guides\": [");
}

void JsonRows::add(std::string_view text, const PreparedRow& row, const sirna::Efficacy& efficacy) {
    Json json = Json::object();
    const auto fields = io::split_tabs(text);
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        json[columns_[i]] = std::string(fields[i]);
    }
    const Judgement judged = judgement_of(row, efficacy);
    // The digits of the table: numbers that differ by less mean the same.
    const auto number = [](const std::string& digits) {
        return digits == "." ? Json(nullptr) : Json(std::stod(digits));
    };
    for (std::size_t i = 0; i < judged.size(); ++i) {
        const bool is_number = i < kJudgementNumbers;
        const bool none = judged[i] == ".";
        json[kJudgementColumns[i]] = is_number ? number(judged[i])
                                     : none    ? Json(nullptr)
                                               : Json(judged[i]);
    }
    out_.write((first_ ? "\n    " : ",\n    ") + line_of(json));
    first_ = false;
}

void JsonRows::finish(const SiscoreCounts& counts) {
    Json summary{{"guides", counts.rows},
                 {"scored", counts.rows - counts.unscored},
                 {"unscored", counts.unscored},
                 {"repeated_ids", counts.repeated_ids}};
    summary["status"] = counts.by_status;
    out_.write("\n  ],\n  \"summary\": " + line_of(summary) + "\n}\n");
    out_.finish();
}

}  // namespace varhush::apps
