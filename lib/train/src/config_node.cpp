#include "config_node.hpp"

#include "varhush/core/error.hpp"

#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>
#include <utility>

namespace varhush::train {
namespace {

using Json = nlohmann::json;

std::string shown(const Json& value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace).substr(0, 80);
}

}  // namespace

ConfigNode::ConfigNode(const Json& value, std::string file, std::string path)
    : value_(&value), file_(std::move(file)), path_(std::move(path)) {
    if (!value.is_object()) {
        throw Error(ErrorKind::kInput,
                    file_ + ": " + (path_.empty() ? "" : "\"" + path_ + "\": ") +
                        "expected an object, found " + shown(value));
    }
}

void ConfigNode::refuse(const std::string& key, const std::string& what) const {
    std::string full = path_;
    full.append(path_.empty() ? "" : ".").append(key);
    throw Error(ErrorKind::kInput, file_ + ": \"" + full + "\": " + what, "see docs/train.md");
}

bool ConfigNode::has(const std::string& key) const {
    return value_->contains(key);
}

const Json* ConfigNode::find(const std::string& key) {
    asked_.insert(key);
    const auto found = value_->find(key);
    return found == value_->end() ? nullptr : &*found;
}

const Json& ConfigNode::raw(const std::string& key) {
    static const Json kNothing;
    const Json* found = find(key);
    return found == nullptr ? kNothing : *found;
}

ConfigNode ConfigNode::child(const std::string& key) {
    static const Json kEmpty = Json::object();
    const Json* found = find(key);
    return {found == nullptr ? kEmpty : *found, file_, path_.empty() ? key : path_ + "." + key};
}

std::vector<ConfigNode> ConfigNode::children(const std::string& key) {
    std::vector<ConfigNode> nodes;
    const Json* found = find(key);
    if (found == nullptr) {
        return nodes;
    }
    if (!found->is_array()) {
        refuse(key, "expected a list, found " + shown(*found));
    }
    for (std::size_t i = 0; i < found->size(); ++i) {
        std::string name = path_.empty() ? key : path_ + "." + key;
        name.append("[").append(std::to_string(i)).append("]");
        nodes.emplace_back((*found)[i], file_, std::move(name));
    }
    return nodes;
}

std::string ConfigNode::text_of(const std::string& key, const Json& value) const {
    if (!value.is_string()) {
        refuse(key, "expected a text, found " + shown(value));
    }
    return value.get<std::string>();
}

void ConfigNode::require(const std::string& key) const {
    if (!has(key)) {
        refuse(key, "is missing");
    }
}

std::string ConfigNode::text(const std::string& key) {
    const Json* found = find(key);
    if (found == nullptr) {
        refuse(key, "is missing");
    }
    return text_of(key, *found);
}

void ConfigNode::read(const std::string& key, std::string& value) {
    if (const Json* found = find(key)) {
        value = text_of(key, *found);
    }
}

void ConfigNode::read(const std::string& key, double& value) {
    if (const Json* found = find(key)) {
        if (!found->is_number()) {
            refuse(key, "expected a number, found " + shown(*found));
        }
        value = found->get<double>();
    }
}

void ConfigNode::read(const std::string& key, std::int64_t& value) {
    if (const Json* found = find(key)) {
        const bool fits =
            found->is_number_integer() &&
            (!found->is_number_unsigned() ||
             found->get<std::uint64_t>() <=
                 static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
        if (!fits) {
            refuse(key, "expected a whole number, found " + shown(*found));
        }
        value = found->get<std::int64_t>();
    }
}

void ConfigNode::read(const std::string& key, int& value) {
    std::int64_t wide = value;
    read(key, wide);
    if (wide < std::numeric_limits<int>::min() || wide > std::numeric_limits<int>::max()) {
        refuse(key, std::to_string(wide) + " is too large");
    }
    value = static_cast<int>(wide);
}

void ConfigNode::read(const std::string& key, std::uint64_t& value) {
    auto wide = static_cast<std::int64_t>(value);
    read(key, wide);
    if (wide < 0) {
        refuse(key, "cannot be negative");
    }
    value = static_cast<std::uint64_t>(wide);
}

void ConfigNode::read(const std::string& key, bool& value) {
    if (const Json* found = find(key)) {
        if (!found->is_boolean()) {
            refuse(key, "expected true or false, found " + shown(*found));
        }
        value = found->get<bool>();
    }
}

void ConfigNode::read(const std::string& key, std::vector<std::string>& value) {
    const Json* found = find(key);
    if (found == nullptr) {
        return;
    }
    value.clear();
    if (!found->is_array()) {
        value.push_back(text_of(key, *found));
        return;
    }
    for (const Json& one : *found) {
        value.push_back(text_of(key, one));
    }
}

void ConfigNode::read(const std::string& key, std::vector<int>& value) {
    const Json* found = find(key);
    if (found == nullptr) {
        return;
    }
    value.clear();
    const Json list = found->is_array() ? *found : Json::array({*found});
    for (const Json& one : list) {
        if (!one.is_number_integer() || one.get<std::int64_t>() < 0 ||
            one.get<std::int64_t>() > std::numeric_limits<int>::max()) {
            refuse(key, "expected whole numbers, found " + shown(one));
        }
        value.push_back(one.get<int>());
    }
}

void ConfigNode::read(const std::string& key, std::map<std::string, std::string>& value) {
    const Json* found = find(key);
    if (found == nullptr) {
        return;
    }
    if (!found->is_object()) {
        refuse(key, "expected an object, found " + shown(*found));
    }
    value.clear();
    for (const auto& [name, one] : found->items()) {
        value[name] = one.is_number_integer() ? one.dump() : text_of(key, one);
    }
}

void ConfigNode::read(const std::string& key, std::vector<seq::Region>& value) {
    std::vector<std::string> texts;
    read(key, texts);
    for (const std::string& text : texts) {
        try {
            value.push_back(seq::parse_region(text));
        } catch (const Error& error) {
            refuse(key, error.what());
        }
    }
}

void ConfigNode::finish() const {
    for (const auto& [key, one] : value_->items()) {
        if (!asked_.contains(key)) {
            refuse(key, "is no key that is known here");
        }
    }
}

Json read_json(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in || !text) {
        throw Error(ErrorKind::kInput, path + ": cannot be read");
    }
    try {
        return Json::parse(text.str());
    } catch (const Json::exception& error) {
        throw Error(ErrorKind::kInput, path + ": no JSON: " + error.what());
    }
}

std::string placed(const std::string& file, const std::string& folder) {
    namespace fs = std::filesystem;
    return file.empty() || fs::path(file).is_absolute()
               ? file
               : (fs::path(folder) / file).lexically_normal().string();
}

}  // namespace varhush::train
