#include "safetensors_header.hpp"

#include "varhush/core/error.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <limits>
#include <new>
#include <set>
#include <utility>

namespace varhush::nn {
namespace {

using Json = nlohmann::json;

/// Follows the parser through `{"name": {"dtype": …, "shape": […], "data_offsets": […]}, …,
/// "__metadata__": {"key": "text"}}`. A callback that returns false ends the parse.
class HeaderHandler final : public nlohmann::json_sax<Json> {
  public:
    Header header;
    std::string problem;

    bool null() override { return refuse("null"); }
    bool boolean(bool /*value*/) override { return refuse("a boolean"); }
    bool number_integer(number_integer_t /*value*/) override { return refuse("a negative number"); }
    bool number_float(number_float_t /*value*/, const string_t& text) override {
        return refuse("the number " + shorten(text));
    }
    bool binary(binary_t& /*value*/) override { return refuse("binary data"); }

    bool number_unsigned(number_unsigned_t value) override {
        if (place_ == Place::kShape) {
            if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
                return fail(where() + "a dimension is too large");
            }
            tensor_.shape.push_back(static_cast<std::int64_t>(value));
            return tensor_.shape.size() <= 64 || fail(where() + "more than 64 dimensions");
        }
        if (place_ == Place::kOffsets && offset_count_ < 2) {
            tensor_.offsets.at(offset_count_++) = value;
            return true;
        }
        return refuse("the number " + std::to_string(value));
    }

    bool string(string_t& value) override {
        if (place_ == Place::kMetadata) {
            header.metadata.emplace(key_, value);
            return true;
        }
        if (place_ == Place::kTensor && key_ == "dtype") {
            tensor_.dtype = value;
            return true;
        }
        return refuse("the text \"" + shorten(value) + "\"");
    }

    bool start_object(std::size_t /*size*/) override {
        if (place_ == Place::kStart) {
            place_ = Place::kTop;
            return true;
        }
        if (place_ != Place::kTop) {
            return refuse("an object");
        }
        fields_.clear();
        if (key_ == "__metadata__") {
            place_ = Place::kMetadata;
            return true;
        }
        tensor_ = HeaderTensor{};
        tensor_.name = key_;
        place_ = Place::kTensor;
        return true;
    }

    bool key(string_t& value) override {
        key_ = value;
        if (place_ == Place::kTop) {
            return names_.insert(value).second ||
                   fail("the name \"" + shorten(value) + "\" appears twice");
        }
        if (place_ == Place::kTensor && key_ != "dtype" && key_ != "shape" &&
            key_ != "data_offsets") {
            return fail(where() + "unknown field \"" + shorten(value) + "\"");
        }
        return fields_.insert(value).second ||
               fail(where() + "the field \"" + shorten(value) + "\" appears twice");
    }

    bool end_object() override {
        if (place_ == Place::kTop) {
            place_ = Place::kEnd;
            return true;
        }
        if (place_ == Place::kTensor) {
            if (fields_.size() != 3) {
                return fail(where() + "expected the fields dtype, shape and data_offsets");
            }
            header.tensors.push_back(std::move(tensor_));
        }
        place_ = Place::kTop;
        return true;
    }

    bool start_array(std::size_t /*size*/) override {
        if (place_ == Place::kTensor && key_ == "shape") {
            place_ = Place::kShape;
            return true;
        }
        if (place_ == Place::kTensor && key_ == "data_offsets") {
            offset_count_ = 0;
            place_ = Place::kOffsets;
            return true;
        }
        return refuse("an array");
    }

    bool end_array() override {
        if (place_ == Place::kOffsets && offset_count_ != 2) {
            return fail(where() + "data_offsets needs two numbers");
        }
        place_ = Place::kTensor;
        return true;
    }

    bool parse_error(std::size_t position,
                     const std::string& /*token*/,
                     const nlohmann::detail::exception& /*error*/) override {
        return fail("bad JSON at byte " + std::to_string(8 + position));
    }

  private:
    enum class Place { kStart, kTop, kMetadata, kTensor, kShape, kOffsets, kEnd };

    bool fail(std::string what) {
        if (problem.empty()) {
            problem = std::move(what);
        }
        return false;
    }
    bool refuse(const std::string& found) { return fail(where() + "did not expect " + found); }
    [[nodiscard]] std::string where() const {
        switch (place_) {
            case Place::kStart:
            case Place::kEnd:
                return "";
            case Place::kTop:
                return "entry \"" + shorten(key_) + "\": ";
            case Place::kMetadata:
                return "metadata \"" + shorten(key_) + "\": ";
            default:
                return "tensor \"" + shorten(tensor_.name) + "\": ";
        }
    }

    Place place_ = Place::kStart;
    std::string key_;
    std::set<std::string> names_;
    std::set<std::string> fields_;
    HeaderTensor tensor_;
    std::size_t offset_count_ = 0;
};

}  // namespace

std::string shorten(std::string_view text) {
    constexpr std::size_t kLongest = 80;
    if (text.size() <= kLongest) {
        return std::string(text);
    }
    return std::string(text.substr(0, kLongest)) + "…";
}

Header parse_safetensors_header(std::string_view json, const std::string& name) {
    HeaderHandler handler;
    bool parsed = false;
    try {
        parsed = Json::sax_parse(json.begin(), json.end(), &handler);
    } catch (const std::bad_alloc&) {
        throw;
    } catch (const std::exception& error) {
        handler.problem = error.what();
    }
    if (!parsed || !handler.problem.empty()) {
        throw Error(ErrorKind::kModel,
                    name + ": header: " + (handler.problem.empty() ? "bad JSON" : handler.problem),
                    "expected a safetensors file");
    }
    return std::move(handler.header);
}

}  // namespace varhush::nn
