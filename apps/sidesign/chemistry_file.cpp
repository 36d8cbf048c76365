#include "apps/sidesign/chemistry_file.hpp"

#include "varhush/core/error.hpp"
#include "varhush/io/text_reader.hpp"

#include <nlohmann/json.hpp>

#include <set>

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

sirna::StrandPattern strand_of(const std::string& path, const Json& json) {
    require_keys(
        path, json, {"sugars", "words", "at", "thioates5", "thioates3", "five_prime", "l96"});
    sirna::StrandPattern strand;
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
    strand.thioates5 = json.value("thioates5", std::size_t{0});
    strand.thioates3 = json.value("thioates3", std::size_t{0});
    strand.five = five_of(path, json.value("five_prime", "hydroxyl"));
    strand.l96 = json.value("l96", false);
    return strand;
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
        const Json json = Json::parse(text);
        require_keys(
            path,
            json,
            {"name", "about", "source", "guide", "passenger", "guide_length", "passenger_length"});
        sirna::ChemistryPattern pattern;
        pattern.name = json.at("name").get<std::string>();
        pattern.about = json.value("about", "");
        pattern.source = json.value("source", "");
        pattern.guide = strand_of(path, json.at("guide"));
        pattern.passenger = strand_of(path, json.at("passenger"));
        pattern.guide_length = json.value("guide_length", std::size_t{0});
        pattern.passenger_length = json.value("passenger_length", std::size_t{0});
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
