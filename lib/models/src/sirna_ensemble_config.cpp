#include "varhush/core/error.hpp"
#include "varhush/models/sirna_ensemble.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <set>

namespace varhush::models {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t kLargest = 4096;  // of any width: what a wrong file may ask for
constexpr std::size_t kMostMembers = 4096;

Json to_json_value(const SirnaPart& part) {
    Json json{{"name", part.name}, {"kind", part.kind}, {"weights", part.weights}};
    const auto put = [&](const char* key, const auto& value, const auto& none) {
        if (value != none) {
            json[key] = value;
        }
    };
    const std::int64_t zero = 0;
    const std::vector<std::int64_t> empty;
    put("sequence", part.sequence, empty);
    put("dense", part.dense, empty);
    put("hidden", part.hidden, zero);
    put("knots", part.knots, zero);
    put("widths", part.widths, empty);
    put("channels", part.channels, zero);
    put("layers", part.layers, zero);
    put("heads", part.heads, zero);
    put("feed_forward", part.feed_forward, zero);
    put("support", part.support, zero);
    for (const SirnaKernelTerm& term : part.terms) {
        json["terms"].push_back(
            {{"name", term.name}, {"columns", term.columns}, {"raw", term.raw}});
    }
    return json;
}

Json to_json_value(const SirnaCalibration& c) {
    return {{"threshold", c.threshold},
            {"p_slope", c.p_slope},
            {"p_offset", c.p_offset},
            {"spread_at_0", c.spread_at_0},
            {"spread_at_1", c.spread_at_1},
            {"below", c.below},
            {"above", c.above},
            {"new_laboratory", c.new_laboratory}};
}

SirnaPart part_from(const Json& json) {
    SirnaPart part;
    part.name = json.at("name").get<std::string>();
    part.kind = json.at("kind").get<std::string>();
    json.at("weights").get_to(part.weights);
    const auto get = [&](const char* key, auto& value) {
        if (json.contains(key)) {
            json.at(key).get_to(value);
        }
    };
    get("sequence", part.sequence);
    get("dense", part.dense);
    get("hidden", part.hidden);
    get("knots", part.knots);
    get("widths", part.widths);
    get("channels", part.channels);
    get("layers", part.layers);
    get("heads", part.heads);
    get("feed_forward", part.feed_forward);
    get("support", part.support);
    if (json.contains("terms")) {
        for (const Json& term : json.at("terms")) {
            part.terms.push_back({term.at("name").get<std::string>(),
                                  term.at("columns").get<std::vector<std::int64_t>>(),
                                  term.at("raw").get<bool>()});
        }
    }
    return part;
}

SirnaCalibration calibration_from(const Json& json) {
    SirnaCalibration out;
    json.at("threshold").get_to(out.threshold);
    json.at("p_slope").get_to(out.p_slope);
    json.at("p_offset").get_to(out.p_offset);
    json.at("spread_at_0").get_to(out.spread_at_0);
    json.at("spread_at_1").get_to(out.spread_at_1);
    json.at("below").get_to(out.below);
    json.at("above").get_to(out.above);
    json.at("new_laboratory").get_to(out.new_laboratory);
    return out;
}

class Checker {
  public:
    explicit Checker(std::string source) : source_(std::move(source)) {}

    void require(bool good, const std::string& what) const {
        if (!good) {
            throw Error(ErrorKind::kModel, source_ + ": varhush.config: " + what);
        }
    }
    void width(std::int64_t value, const std::string& what) const {
        require(value > 0 && value <= kLargest,
                what + ": expected 1 to " + std::to_string(kLargest) + ", found " +
                    std::to_string(value));
    }
    void columns(const std::vector<std::int64_t>& list,
                 std::size_t features,
                 const std::string& what) const {
        const auto good = [&](std::int64_t c) {
            return c >= 0 && c < static_cast<std::int64_t>(features);
        };
        require(list.size() <= features && std::all_of(list.begin(), list.end(), good),
                what + ": columns that the features do not have");
    }

  private:
    std::string source_;
};

void check_kernel(const Checker& check,
                  const SirnaPart& part,
                  std::size_t features,
                  const std::string& who) {
    check.require(part.support > 0 && part.support <= 100'000, who + "support out of range");
    std::set<std::string> names;
    for (const SirnaKernelTerm& term : part.terms) {
        check.require(names.insert(term.name).second, who + "two terms of one name");
        check.require(!term.columns.empty(), who + "a term without columns");
        check.columns(term.columns, features, who + "term");
    }
}

void check_part(const Checker& check, const SirnaPart& part, std::size_t features) {
    const std::string who = "part " + part.name + ", ";
    check.columns(part.sequence, features, who + "sequence");
    check.columns(part.dense, features, who + "dense");
    check.require(std::all_of(part.weights.begin(),
                              part.weights.end(),
                              [](double w) { return std::isfinite(w) && w >= 0; }),
                  who + "weights must not be negative");
    check.require(part.sequence.size() % 4 == 0, who + "sequence: four columns a position");
    if (part.kind == "kernel") {
        check_kernel(check, part, features, who);
        return;
    }
    check.width(part.hidden, who + "hidden");
    check.require(!part.sequence.empty(), who + "no sequence");
    if (part.kind == "spline") {
        check.require(part.knots >= 4 && part.knots <= 64, who + "knots out of range");
        return;
    }
    check.width(part.channels, who + "channels");
    if (part.kind == "cnn") {
        check.require(!part.widths.empty() && part.widths.size() <= 8, who + "no widths");
        for (const std::int64_t width : part.widths) {
            check.require(width > 0 && width <= 31 && width % 2 == 1, who + "widths must be odd");
        }
        return;
    }
    check.require(part.kind == "transformer", who + "unknown kind " + part.kind);
    check.require(part.layers > 0 && part.layers <= 16, who + "layers out of range");
    check.width(part.feed_forward, who + "feed_forward");
    check.require(part.heads > 0 && part.channels % part.heads == 0,
                  who + "channels must be a multiple of heads");
}

void check_calibration(const Checker& check, const SirnaCalibration& c) {
    for (const double value : {c.threshold,
                               c.p_slope,
                               c.p_offset,
                               c.spread_at_0,
                               c.spread_at_1,
                               c.below,
                               c.above,
                               c.new_laboratory}) {
        check.require(std::isfinite(value), "calibration: not a number");
    }
    check.require(c.spread_at_0 > 0 && c.spread_at_1 > 0, "calibration: spread must be above 0");
    check.require(c.below >= 0 && c.above >= 0 && c.new_laboratory >= 1,
                  "calibration: intervals cannot be negative, nor narrower for new laboratories");
    check.require(c.p_slope > 0, "calibration: P must rise with the score");
}

TensorLayout hidden_layout(const SirnaPart& part, std::int64_t inputs) {
    return {{"hidden.weight", {part.hidden, inputs}},
            {"hidden.bias", {part.hidden}},
            {"out.weight", {part.hidden}},
            {"out.bias", {1}}};
}

TensorLayout transformer_layout(const SirnaPart& part) {
    const std::int64_t d = part.channels;
    const std::int64_t f = part.feed_forward;
    const auto positions = static_cast<std::int64_t>(part.sequence.size() / 4);
    TensorLayout out{{"embed.weight", {d, 4}}, {"embed.position", {positions, d}}};
    for (std::int64_t l = 0; l < part.layers; ++l) {
        const std::string name = "layer." + std::to_string(l) + ".";
        const auto linear = [&](const char* what, std::int64_t to, std::int64_t from) {
            out.push_back({name + what + ".weight", {to, from}});
            out.push_back({name + what + ".bias", {to}});
        };
        const auto norm = [&](const char* what) {
            out.push_back({name + what + ".weight", {d}});
            out.push_back({name + what + ".bias", {d}});
        };
        linear("qkv", 3 * d, d);
        linear("attended", d, d);
        norm("norm1");
        linear("up", f, d);
        linear("down", d, f);
        norm("norm2");
    }
    const auto dense = static_cast<std::int64_t>(part.dense.size());
    for (auto& item : hidden_layout(part, positions * d + dense)) {
        out.push_back(std::move(item));
    }
    return out;
}

}  // namespace

std::string SirnaEnsembleConfig::to_json() const {
    Json json{{"feature_version", feature_version}, {"features", features}};
    json["parts"] = Json::array();
    for (const SirnaPart& part : parts) {
        json["parts"].push_back(to_json_value(part));
    }
    json["members"] = Json::array();
    for (const SirnaMember& member : members) {
        json["members"].push_back(
            {{"part", member.part}, {"seed", member.seed}, {"fold", member.fold}});
    }
    json["states"] = Json::array();
    for (const SirnaState& state : states) {
        json["states"].push_back({{"name", state.name},
                                  {"needs", state.needs},
                                  {"offset", state.offset},
                                  {"calibration", to_json_value(state.calibration)}});
    }
    return json.dump();
}

SirnaEnsembleConfig SirnaEnsembleConfig::from_json(const std::string& text,
                                                   const std::string& source) {
    try {
        const Json json = Json::parse(text);
        SirnaEnsembleConfig out;
        json.at("feature_version").get_to(out.feature_version);
        json.at("features").get_to(out.features);
        for (const Json& part : json.at("parts")) {
            out.parts.push_back(part_from(part));
        }
        for (const Json& member : json.at("members")) {
            out.members.push_back({member.at("part").get<std::int64_t>(),
                                   member.at("seed").get<std::int64_t>(),
                                   member.at("fold").get<std::int64_t>()});
        }
        for (const Json& state : json.at("states")) {
            out.states.push_back({state.at("name").get<std::string>(),
                                  state.at("needs").get<std::vector<std::int64_t>>(),
                                  state.at("offset").get<double>(),
                                  calibration_from(state.at("calibration"))});
        }
        out.validate(source);
        return out;
    } catch (const nlohmann::json::exception& error) {
        throw Error(ErrorKind::kModel, source + ": varhush.config: " + error.what());
    }
}

void SirnaEnsembleConfig::validate(const std::string& source) const {
    const Checker check(source);
    check.require(!features.empty() && features.size() <= 10'000, "no features");
    check.require(!parts.empty() && parts.size() <= 64, "no parts");
    check.require(!members.empty() && members.size() <= kMostMembers, "no members");
    check.require(!states.empty() && states.size() <= 16 && states.back().needs.empty(),
                  "the last state must need nothing");
    std::set<std::string> names;
    for (const SirnaPart& part : parts) {
        check.require(names.insert(part.name).second, "two parts are called " + part.name);
        check_part(check, part, features.size());
        check.require(part.weights.size() == states.size(),
                      "part " + part.name + ": one weight a state is needed");
    }
    std::set<std::int64_t> in_use;
    for (const SirnaMember& member : members) {
        check.require(member.part >= 0 && member.part < static_cast<std::int64_t>(parts.size()),
                      "a member of a part that is not there");
        if (member.fold < 0) {
            in_use.insert(member.part);
        }
    }
    check.require(in_use.size() == parts.size(), "a part without members of fold -1");
    for (const SirnaState& state : states) {
        check.columns(state.needs, features.size(), "state " + state.name);
        check.require(std::isfinite(state.offset), "state " + state.name + ": no offset");
        check_calibration(check, state.calibration);
    }
}

TensorLayout sirna_member_layout(const SirnaPart& part) {
    const auto sequence = static_cast<std::int64_t>(part.sequence.size());
    const auto dense = static_cast<std::int64_t>(part.dense.size());
    if (part.kind == "kernel") {
        TensorLayout out{{"alpha", {part.support}}, {"bias", {1}}, {"linear", {sequence + dense}}};
        for (const SirnaKernelTerm& term : part.terms) {
            out.push_back({"amplitude." + term.name, {1}});
            out.push_back({"scale." + term.name, {static_cast<std::int64_t>(term.columns.size())}});
        }
        return out;
    }
    if (part.kind == "spline") {
        return {{"first.weight", {1 + part.hidden, sequence + dense * (1 + part.knots)}},
                {"first.bias", {1 + part.hidden}},
                {"norm.weight", {part.hidden}},
                {"norm.bias", {part.hidden}},
                {"last.base", {part.hidden}},
                {"last.spline", {part.hidden, part.knots}}};
    }
    if (part.kind == "transformer") {
        return transformer_layout(part);
    }
    TensorLayout out;
    for (const std::int64_t width : part.widths) {
        out.push_back({"conv." + std::to_string(width) + ".weight", {part.channels, 4, width}});
        out.push_back({"conv." + std::to_string(width) + ".bias", {part.channels}});
    }
    const auto maps = part.channels * static_cast<std::int64_t>(part.widths.size());
    for (auto& item : hidden_layout(part, sequence / 4 * maps + dense)) {
        out.push_back(std::move(item));
    }
    return out;
}

std::string sirna_member_prefix(std::size_t member) {
    return "member." + std::to_string(member) + ".";
}

std::string sirna_support_name(const SirnaPart& part, const SirnaKernelTerm& term) {
    return "support." + part.name + "." + term.name;
}

}  // namespace varhush::models
