#include "apps/sidesign/chemistry_file.hpp"

#include "varhush/core/error.hpp"
#include "varhush/io/text_reader.hpp"

#include <nlohmann/json.hpp>

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace varhush::apps {

namespace {

using Json = nlohmann::json;

[[noreturn]] void refuse(const std::string& path, const std::string& what) {
    throw Error(ErrorKind::kInput, path + ": " + what, "docs/sidesign.md shows a pattern file");
}

void require_keys(const std::string& path, const Json& json, const std::set<std::string>& known) {
    if (!json.is_object()) {
        refuse(path, "a pattern is a JSON object");
    }
    for (const auto& [key, value] : json.items()) {
        if (!known.contains(key)) {
            refuse(path, "there is no key '" + key + "' in a pattern");
        }
    }
}

char sugar_of(const Json& json) {
    const auto text = json.get<std::string>();
    return text.size() == 1 ? text[0] : '?';  // modify() refuses it by name
}

/// A whole number of at least 0; what the library converts silently, -1 and 2.5, is refused.
std::size_t count_of(const std::string& path,
                     const Json& json,
                     const char* key,
                     std::size_t otherwise) {
    const auto found = json.find(key);
    if (found == json.end()) {
        return otherwise;
    }
    if (!found->is_number_unsigned()) {
        refuse(path, std::string(key) + " is a whole number, 0 or more");
    }
    return found->get<std::size_t>();
}

sirna::FivePrime five_of(const std::string& path, const std::string& text) {
    if (text == "hydroxyl") {
        return sirna::FivePrime::kHydroxyl;
    }
    if (text == "phosphate") {
        return sirna::FivePrime::kPhosphate;
    }
    if (text == "vinylphosphonate") {
        return sirna::FivePrime::kVinylPhosphonate;
    }
    refuse(path, "five_prime is hydroxyl, phosphate or vinylphosphonate, not '" + text + "'");
}

/// What `json` leaves out stays as in `strand`.
sirna::StrandPattern strand_of(const std::string& path,
                               const Json& json,
                               sirna::StrandPattern strand) {
    require_keys(
        path, json, {"sugars", "words", "at", "thioates5", "thioates3", "five_prime", "l96"});
    strand.sugars = json.value("sugars", strand.sugars);
    const Json words = json.value("words", Json::object());
    for (const auto& [word, sugar] : words.items()) {
        strand.words.emplace_back(word, sugar_of(sugar));
    }
    const Json at = json.value("at", Json::object());
    for (const auto& [position, sugar] : at.items()) {
        std::size_t read = 0;
        const int number = std::stoi(position, &read);
        if (read != position.size()) {
            refuse(path, "'" + position + "' is no position");
        }
        strand.at.emplace_back(number, sugar_of(sugar));
    }
    strand.thioates5 = count_of(path, json, "thioates5", strand.thioates5);
    strand.thioates3 = count_of(path, json, "thioates3", strand.thioates3);
    strand.five = five_of(path, json.value("five_prime", "hydroxyl"));
    strand.l96 = json.value("l96", false);
    return strand;
}

sirna::PlacementWeights weights_of(const std::string& path, const Json& json) {
    sirna::PlacementWeights weights;
    const std::pair<const char*, double*> known[] = {{"endonuclease", &weights.endonuclease},
                                                     {"exonuclease", &weights.exonuclease},
                                                     {"activity", &weights.activity},
                                                     {"runs", &weights.runs},
                                                     {"seed", &weights.seed},
                                                     {"modified", &weights.modified},
                                                     {"fluoro", &weights.fluoro},
                                                     {"thioate", &weights.thioate}};
    std::set<std::string> names;
    for (const auto& [name, weight] : known) {
        names.insert(name);
        *weight = json.is_object() ? json.value(name, *weight) : *weight;
    }
    require_keys(path, json, names);
    return weights;
}

/// The key "place": what was fixed becomes what may be chosen.
sirna::PlacementOptions placement_of(const std::string& path, const Json& json) {
    require_keys(path, json, {"most_fluoro", "seed_sugar", "weights"});
    sirna::PlacementOptions place;
    const Json most = json.value("most_fluoro", Json::object());
    require_keys(path, most, {"guide", "passenger", "duplex"});
    place.most_fluoro_guide = count_of(path, most, "guide", place.most_fluoro_guide);
    place.most_fluoro_passenger = count_of(path, most, "passenger", place.most_fluoro_passenger);
    place.most_fluoro =
        count_of(path, most, "duplex", place.most_fluoro_guide + place.most_fluoro_passenger);
    if (json.contains("seed_sugar")) {
        place.seed_sugar = sugar_of(json.at("seed_sugar"));
    }
    place.weights = weights_of(path, json.value("weights", Json::object()));
    place.validate();
    return place;
}

/// Refuses what the library would run out of stack with, and keys of which it would keep the last.
Json parse(const std::string& path, const std::string& text) {
    constexpr int kDeepest = 8;
    std::vector<std::set<std::string>> keys;  // of the objects that are open
    const auto look = [&](int depth, Json::parse_event_t event, const Json& value) {
        if (depth > kDeepest) {
            refuse(path, "nested deeper than any pattern");
        }
        if (event == Json::parse_event_t::object_start) {
            keys.emplace_back();
        } else if (event == Json::parse_event_t::object_end) {
            keys.pop_back();
        } else if (event == Json::parse_event_t::key &&
                   !keys.back().insert(value.get<std::string>()).second) {
            refuse(path, "the key '" + value.get<std::string>() + "' is there twice");
        }
        return true;
    };
    return Json::parse(text, look);
}

}  // namespace

sirna::ChemistryPattern read_chemistry_file(const std::string& path) {
    io::TextReader reader(path);
    std::string text;
    std::string line;
    while (reader.next(line)) {
        text.append(line).append("\n");
    }
    try {
        const Json json = parse(path, text);
        require_keys(path,
                     json,
                     {"name",
                      "about",
                      "source",
                      "guide",
                      "passenger",
                      "guide_length",
                      "passenger_length",
                      "place"});
        sirna::ChemistryPattern pattern;
        pattern.name = json.at("name").get<std::string>();
        pattern.about = json.value("about", "");
        pattern.source = json.value("source", "");
        const bool place = json.contains("place");
        const sirna::ChemistryPattern usual =
            place ? sirna::find_chemistry("placed") : sirna::ChemistryPattern{};
        pattern.guide = strand_of(path, json.at("guide"), usual.guide);
        pattern.passenger = strand_of(path, json.at("passenger"), usual.passenger);
        pattern.guide_length = count_of(path, json, "guide_length", 0);
        pattern.passenger_length = count_of(path, json, "passenger_length", 0);
        if (place) {
            pattern.placement = placement_of(path, json.at("place"));
        }
        return pattern;
    } catch (const Json::exception& error) {
        refuse(path, error.what());
    } catch (const std::invalid_argument&) {
        refuse(path, "a position is a number");
    } catch (const std::out_of_range&) {
        refuse(path, "a position is a number");
    }
}

}  // namespace varhush::apps
