#include "varhush/core/error.hpp"
#include "varhush/models/splice_network.hpp"
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
    if (head != "softmax3" && head != "pangolin12") {
        fail("head: expected softmax3 or pangolin12, found \"" + head + "\"");
    }
    // One set of rules: what the native engine cannot run is neither trained nor loaded.
    SpliceConfig rules;
    rules.kernel_sizes = kernel_sizes;
    rules.dilations = dilations;
    rules.channels = channels;
    rules.negative_slope = static_cast<float>(negative_slope);
    rules.batchnorm_eps = batchnorm_eps;
    rules.head = head == "softmax3" ? SpliceHead::kSoftmax3 : SpliceHead::kPangolin12;
    rules.ensemble_size = head == "softmax3" ? 1 : 4;  // the smallest that the head allows
    rules.validate("splice-resnet");
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
