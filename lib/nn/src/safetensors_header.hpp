#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace varhush::nn {

/// What one tensor's entry in the JSON header says, before it is checked against the file.
struct HeaderTensor {
    std::string name;
    std::string dtype;
    std::vector<std::int64_t> shape;
    std::array<std::uint64_t, 2> offsets{};
};

struct Header {
    std::map<std::string, std::string> metadata;
    std::vector<HeaderTensor> tensors;  ///< in the order of the file
};

/// Reads the JSON header of a safetensors file. One pass, constant depth: whatever does not have
/// the exact shape of such a header is refused where it stands, so hostile nesting costs nothing.
/// @throws Error{kModel} with `name` and what was expected.
Header parse_safetensors_header(std::string_view json, const std::string& name);

/// `text` cut to a length that fits a message.
std::string shorten(std::string_view text);

}  // namespace varhush::nn
