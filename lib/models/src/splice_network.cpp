#include "varhush/models/splice_network.hpp"

#include "varhush/core/error.hpp"
#include "varhush/models/model_store.hpp"
#include "varhush/nn/conv32.hpp"

#include <charconv>
#include <cmath>
#include <cstdlib>

namespace varhush::models {

namespace {

constexpr int kUnitsPerGroup = 4;
// 6 times the widest published network (10,000 bases). Tiles hold twice this on top of what they
// predict, so a small file must not ask for a large one.
constexpr int kLargestHalfContext = 65'536;
constexpr std::size_t kC = nn::kRowChannels;

[[noreturn]] void bad_metadata(const std::string& file,
                               const std::string& key,
                               const std::string& found) {
    throw Error(
        ErrorKind::kModel,
        file + ": metadata '" + key + "' is " + (found.empty() ? "missing" : "'" + found + "'"),
        "this file is not a splice-resnet that varhush can run; see docs/models.md");
}

std::string text_of(const std::map<std::string, std::string>& metadata,
                    const std::string& file,
                    const std::string& key) {
    const auto found = metadata.find(key);
    if (found == metadata.end() || found->second.empty()) {
        bad_metadata(file, key, "");
    }
    return found->second;
}

int parse_int(const std::string& file, const std::string& key, std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) {
        bad_metadata(file, key, std::string(text));
    }
    return value;
}

double parse_real(const std::string& file, const std::string& key, const std::string& text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
        bad_metadata(file, key, text);
    }
    return value;
}

std::vector<int> parse_list(const std::string& file,
                            const std::string& key,
                            std::string_view text) {
    std::vector<int> values;
    while (true) {
        const std::size_t comma = text.find(',');
        values.push_back(parse_int(file, key, text.substr(0, comma)));
        if (comma == std::string_view::npos) {
            return values;
        }
        text.remove_prefix(comma + 1);
    }
}

// Reads tensors of one member and remembers every name, so that left-overs can be told.
class Binder {
  public:
    Binder(const nn::SafeTensors& file, std::string prefix, std::vector<std::string>& used)
        : file_(file), prefix_(std::move(prefix)), used_(used) {}

    std::vector<float> get(const std::string& name, const std::vector<std::int64_t>& shape) const {
        used_.push_back(prefix_ + name);
        return file_.read_f32(prefix_ + name, shape);
    }

    struct Affine {
        std::vector<float> scale, shift;
    };
    Affine batch_norm(const std::string& name, double eps) const {
        const std::vector<std::int64_t> shape{static_cast<std::int64_t>(kC)};
        const auto gamma = get(name + ".weight", shape);
        const auto beta = get(name + ".bias", shape);
        const auto mean = get(name + ".running_mean", shape);
        const auto variance = get(name + ".running_var", shape);
        Affine out{std::vector<float>(kC), std::vector<float>(kC)};
        for (std::size_t c = 0; c < kC; ++c) {
            const double scale = gamma[c] / std::sqrt(static_cast<double>(variance[c]) + eps);
            if (!std::isfinite(scale)) {
                throw Error(ErrorKind::kModel,
                            file_.name() + ": tensor '" + prefix_ + name +
                                ".running_var' gives no finite scale at channel " +
                                std::to_string(c));
            }
            out.scale[c] = static_cast<float>(scale);
            out.shift[c] = static_cast<float>(beta[c] - mean[c] * scale);
        }
        return out;
    }

  private:
    const nn::SafeTensors& file_;
    std::string prefix_;
    std::vector<std::string>& used_;
};

// [out, in, W] as stored -> [W, in, out] as the kernels read it.
std::vector<float> pack_taps(const std::vector<float>& stored, int width) {
    const auto w_count = static_cast<std::size_t>(width);
    std::vector<float> packed(stored.size());
    for (std::size_t o = 0; o < kC; ++o) {
        for (std::size_t i = 0; i < kC; ++i) {
            for (std::size_t w = 0; w < w_count; ++w) {
                packed[(w * kC + i) * kC + o] = stored[(o * kC + i) * w_count + w];
            }
        }
    }
    return packed;
}

// conv1 feeds only bn2: scale its output rows and shift its bias.
void fold(const Binder::Affine& affine, std::vector<float>& weights, std::vector<float>& bias) {
    for (std::size_t at = 0; at < weights.size(); ++at) {
        weights[at] *= affine.scale[at % kC];
    }
    for (std::size_t c = 0; c < kC; ++c) {
        bias[c] = bias[c] * affine.scale[c] + affine.shift[c];
    }
}

SpliceMember::Unit bind_unit(const Binder& tensors, int unit, int width, double eps) {
    const std::string name = "unit." + std::to_string(unit);
    const std::vector<std::int64_t> kernel{nn::kRowChannels, nn::kRowChannels, width};
    const std::vector<std::int64_t> row{nn::kRowChannels};
    const auto bn1 = tensors.batch_norm(name + ".bn1", eps);
    const auto bn2 = tensors.batch_norm(name + ".bn2", eps);
    SpliceMember::Unit out;
    out.scale = bn1.scale;
    out.shift = bn1.shift;
    out.weights1 = pack_taps(tensors.get(name + ".conv1.weight", kernel), width);
    out.bias1 = tensors.get(name + ".conv1.bias", row);
    fold(bn2, out.weights1, out.bias1);
    out.weights2 = pack_taps(tensors.get(name + ".conv2.weight", kernel), width);
    out.bias2 = tensors.get(name + ".conv2.bias", row);
    return out;
}

std::vector<float> bind_stem(const Binder& tensors) {
    const auto weight = tensors.get("stem.weight", {nn::kRowChannels, 4, 1});
    const auto bias = tensors.get("stem.bias", {nn::kRowChannels});
    std::vector<float> rows(5 * kC);
    for (std::size_t base = 0; base < 5; ++base) {
        for (std::size_t c = 0; c < kC; ++c) {
            rows[base * kC + c] = bias[c] + (base < 4 ? weight[c * 4 + base] : 0.0F);
        }
    }
    return rows;
}

struct Head {
    std::vector<float> weight;  // [outputs, 32]
    std::vector<float> bias;
};

Head bind_head(const Binder& tensors, SpliceHead kind) {
    if (kind == SpliceHead::kSoftmax3) {
        return {tensors.get("head.weight", {3, nn::kRowChannels, 1}),
                tensors.get("head.bias", {3})};
    }
    Head all;
    for (int part = 0; part < 8; ++part) {
        const std::string name = "head." + std::to_string(part);
        const std::int64_t rows = part % 2 == 0 ? 2 : 1;
        const auto weight = tensors.get(name + ".weight", {rows, nn::kRowChannels, 1});
        const auto bias = tensors.get(name + ".bias", {rows});
        all.weight.insert(all.weight.end(), weight.begin(), weight.end());
        all.bias.insert(all.bias.end(), bias.begin(), bias.end());
    }
    return all;
}

// The skips and the head are linear and meet only in a sum: head(sum skip_j(h_j)) = sum (head
// skip_j) h_j.
void bind_skips_and_head(const Binder& tensors, const SpliceConfig& config, SpliceMember& member) {
    const Head head = bind_head(tensors, config.head);
    const std::size_t outputs = head.bias.size();
    std::vector<double> bias(head.bias.begin(), head.bias.end());
    for (int skip = 0; skip <= config.skips(); ++skip) {
        const std::string name = "skip." + std::to_string(skip);
        const auto weight = tensors.get(name + ".weight", {nn::kRowChannels, nn::kRowChannels, 1});
        const auto skip_bias = tensors.get(name + ".bias", {nn::kRowChannels});
        std::vector<float> folded(outputs * kC);
        for (std::size_t o = 0; o < outputs; ++o) {
            for (std::size_t i = 0; i < kC; ++i) {
                double sum = 0;
                for (std::size_t c = 0; c < kC; ++c) {
                    sum += static_cast<double>(head.weight[o * kC + c]) * weight[c * kC + i];
                }
                folded[o * kC + i] = static_cast<float>(sum);
            }
            for (std::size_t c = 0; c < kC; ++c) {
                bias[o] += static_cast<double>(head.weight[o * kC + c]) * skip_bias[c];
            }
        }
        member.skip_heads.push_back(std::move(folded));
    }
    member.head_bias.assign(bias.begin(), bias.end());
}

SpliceMember bind_member(const nn::SafeTensors& file,
                         int index,
                         const SpliceConfig& config,
                         std::vector<std::string>& used) {
    const Binder tensors(file, "model." + std::to_string(index) + ".", used);
    SpliceMember member;
    member.stem = bind_stem(tensors);
    for (int unit = 0; unit < config.units(); ++unit) {
        member.units.push_back(bind_unit(tensors,
                                         unit,
                                         config.kernel_sizes[static_cast<std::size_t>(unit)],
                                         config.batchnorm_eps));
    }
    bind_skips_and_head(tensors, config, member);
    return member;
}

}  // namespace

SpliceConfig SpliceConfig::from_metadata(const std::map<std::string, std::string>& metadata,
                                         const std::string& file) {
    const auto text = [&](const char* key) { return text_of(metadata, file, key); };
    SpliceConfig config;
    config.kernel_sizes = parse_list(file, "kernel_sizes", text("kernel_sizes"));
    config.dilations = parse_list(file, "dilations", text("dilations"));
    config.channels = parse_int(file, "channels", text("channels"));
    config.ensemble_size = parse_int(file, "ensemble_size", text("ensemble_size"));
    config.batchnorm_eps = parse_real(file, "batchnorm_eps", text("batchnorm_eps"));
    const std::string activation = text("activation");
    if (activation == "leaky_relu") {
        config.negative_slope =
            static_cast<float>(parse_real(file, "negative_slope", text("negative_slope")));
    } else if (activation != "relu") {
        bad_metadata(file, "activation", activation);
    }
    const std::string head = text("head");
    if (head == "pangolin12") {
        config.head = SpliceHead::kPangolin12;
    } else if (head != "softmax3") {
        bad_metadata(file, "head", head);
    }
    config.validate(file);
    return config;
}

void SpliceConfig::validate(const std::string& file) const {
    const auto refuse = [&](const std::string& what) {
        throw Error(
            ErrorKind::kModel, file + ": " + what, "see docs/models.md for what can be run");
    };
    if (channels != nn::kRowChannels) {
        refuse("expected 32 channels, found " + std::to_string(channels));
    }
    if (kernel_sizes.empty() || kernel_sizes.size() > 64 ||
        kernel_sizes.size() != dilations.size()) {
        refuse("kernel_sizes and dilations must hold one value a unit, 1 to 64 units");
    }
    if (ensemble_size < 1 || ensemble_size > 64) {
        refuse("expected 1 to 64 members, found " + std::to_string(ensemble_size));
    }
    for (std::size_t unit = 0; unit < kernel_sizes.size(); ++unit) {
        if (kernel_sizes[unit] < 1 || kernel_sizes[unit] > 255 || kernel_sizes[unit] % 2 == 0 ||
            dilations[unit] < 1 || dilations[unit] > 1024) {
            refuse("unit " + std::to_string(unit) + " has a kernel size or dilation out of range");
        }
    }
    if (half_context() > kLargestHalfContext) {
        refuse("expected a context of at most " + std::to_string(kLargestHalfContext) +
               " bases on each side, found " + std::to_string(half_context()));
    }
    if (!(negative_slope >= 0 && negative_slope < 1) || !(batchnorm_eps > 0)) {
        refuse("negative_slope must be in [0, 1) and batchnorm_eps positive");
    }
    if (head == SpliceHead::kPangolin12 && ensemble_size % 4 != 0) {
        refuse("a pangolin12 head needs members for all four tissues, found " +
               std::to_string(ensemble_size));
    }
}

int SpliceConfig::half_width(int unit) const noexcept {
    const auto u = static_cast<std::size_t>(unit);
    return (kernel_sizes[u] - 1) * dilations[u] / 2;
}

int SpliceConfig::half_context() const noexcept {
    int sum = 0;
    for (int unit = 0; unit < units(); ++unit) {
        sum += 2 * half_width(unit);
    }
    return sum;
}

int SpliceConfig::skip_after(int unit) const noexcept {
    const bool ends_group = unit % kUnitsPerGroup == kUnitsPerGroup - 1 || unit == units() - 1;
    return ends_group ? unit / kUnitsPerGroup + 1 : 0;
}

int SpliceConfig::skips() const noexcept {
    return skip_after(units() - 1);
}

SpliceNetwork::SpliceNetwork(const nn::SafeTensors& file)
    : config_(SpliceConfig::from_metadata(file.metadata(), file.name())) {
    std::vector<std::string> used;
    for (int member = 0; member < config_.ensemble_size; ++member) {
        members_.push_back(bind_member(file, member, config_, used));
    }
    file.check_no_leftovers(used);
    identity_ = identity_of(file);
}

std::shared_ptr<const SpliceNetwork> load_splice_network(const std::string& name_or_path) {
    return std::make_shared<const SpliceNetwork>(open_model(name_or_path));
}

}  // namespace varhush::models
