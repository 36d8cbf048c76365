#include "varhush/core/error.hpp"
#include "varhush/models/splice_resnet_torch.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <charconv>
#include <sstream>

namespace varhush::models {
namespace {

[[noreturn]] void fail(const std::string& what) {
    throw Error(ErrorKind::kModel, "splice-resnet: " + what);
}

std::string find(const std::map<std::string, std::string>& metadata,
                 const std::string& key,
                 const std::string& name) {
    const auto found = metadata.find(key);
    if (found == metadata.end()) {
        throw Error(ErrorKind::kModel,
                    name + ": the metadata has no \"" + key + "\"",
                    "is this a splice-resnet model?");
    }
    return found->second;
}

template <class T>
T parse(const std::string& text, const std::string& key, const std::string& name) {
    T value{};
    const char* end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, value);
    if (result.ec != std::errc{} || result.ptr != end) {
        throw Error(ErrorKind::kModel,
                    name + ": metadata \"" + key + "\": expected a number, found \"" + text + "\"");
    }
    return value;
}

std::vector<int> parse_list(const std::string& text,
                            const std::string& key,
                            const std::string& name) {
    std::vector<int> list;
    std::istringstream in(text);
    for (std::string item; std::getline(in, item, ',');) {
        list.push_back(parse<int>(item, key, name));
    }
    return list;
}

std::string join(const std::vector<int>& list) {
    std::string text;
    for (const int value : list) {
        text += (text.empty() ? "" : ",") + std::to_string(value);
    }
    return text;
}

std::string shortest(double value) {
    std::array<char, 32> buffer{};
    const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    return {buffer.data(), result.ptr};
}

}  // namespace

int SpliceResnetConfig::half_context() const {
    int half = 0;
    for (std::size_t i = 0; i < kernel_sizes.size(); ++i) {
        half += dilations[i] * (kernel_sizes[i] - 1);
    }
    return half;
}

void SpliceResnetConfig::validate() const {
    if (channels < 1 || channels > 4096) {
        fail("channels: expected 1..4096, found " + std::to_string(channels));
    }
    if (kernel_sizes.empty() || kernel_sizes.size() > 400) {
        fail("kernel_sizes: expected 1 to 400 units, found " + std::to_string(kernel_sizes.size()));
    }
    if (dilations.size() != kernel_sizes.size()) {
        fail("dilations: expected " + std::to_string(kernel_sizes.size()) + ", found " +
             std::to_string(dilations.size()));
    }
    for (std::size_t i = 0; i < kernel_sizes.size(); ++i) {
        if (kernel_sizes[i] < 1 || kernel_sizes[i] > 1001 || kernel_sizes[i] % 2 == 0) {
            fail("kernel_sizes: expected odd numbers up to 1001, found " +
                 std::to_string(kernel_sizes[i]));
        }
        if (dilations[i] < 1 || dilations[i] > 100'000) {
            fail("dilations: expected 1..100000, found " + std::to_string(dilations[i]));
        }
    }
    if (!(negative_slope >= 0 && negative_slope < 1)) {
        fail("negative_slope: expected 0 to 1, found " + shortest(negative_slope));
    }
    if (!(batchnorm_eps > 0 && batchnorm_eps < 1)) {
        fail("batchnorm_eps: expected 0 to 1, found " + shortest(batchnorm_eps));
    }
    if (head != "softmax3" && head != "pangolin12") {
        fail("head: expected softmax3 or pangolin12, found \"" + head + "\"");
    }
}

SpliceResnetConfig SpliceResnetConfig::from_metadata(
    const std::map<std::string, std::string>& metadata, const std::string& name) {
    const auto text = [&](const std::string& key) { return find(metadata, key, name); };
    SpliceResnetConfig config;
    config.channels = parse<int>(text("channels"), "channels", name);
    config.kernel_sizes = parse_list(text("kernel_sizes"), "kernel_sizes", name);
    config.dilations = parse_list(text("dilations"), "dilations", name);
    config.batchnorm_eps = parse<double>(text("batchnorm_eps"), "batchnorm_eps", name);
    config.head = text("head");
    const std::string activation = text("activation");
    if (activation == "relu") {
        config.negative_slope = 0;
    } else if (activation == "leaky_relu") {
        config.negative_slope = parse<double>(text("negative_slope"), "negative_slope", name);
    } else {
        throw Error(
            ErrorKind::kModel,
            name + ": activation: expected relu or leaky_relu, found \"" + activation + "\"");
    }
    config.validate();
    return config;
}

std::map<std::string, std::string> SpliceResnetConfig::to_metadata() const {
    const bool leaky = negative_slope > 0;
    const nlohmann::json json{{"channels", channels},
                              {"kernel_sizes", kernel_sizes},
                              {"dilations", dilations},
                              {"activation", leaky ? "leaky_relu" : "relu"},
                              {"negative_slope", negative_slope},
                              {"batchnorm_eps", batchnorm_eps},
                              {"head", head},
                              {"context", 2 * half_context()}};
    return {{"channels", std::to_string(channels)},
            {"kernel_sizes", join(kernel_sizes)},
            {"dilations", join(dilations)},
            {"activation", leaky ? "leaky_relu" : "relu"},
            {"negative_slope", shortest(negative_slope)},
            {"batchnorm_eps", shortest(batchnorm_eps)},
            {"head", head},
            {"context", std::to_string(2 * half_context())},
            {"input_order", "ACGT"},
            {"layout", "NCT"},
            {"output_channels", "neither,acceptor,donor"},
            {"varhush.architecture", "splice-resnet"},
            {"varhush.config", json.dump()},
            {"varhush.window", std::to_string(2 * half_context() + 1)}};
}

}  // namespace varhush::models
