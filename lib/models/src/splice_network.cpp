#include "varhush/models/splice_network.hpp"

#include "bind_residual_unit.hpp"
#include "member_tensors.hpp"
#include "network_metadata.hpp"
#include "varhush/core/error.hpp"
#include "varhush/models/model_store.hpp"
#include "varhush/nn/conv32.hpp"

#include <utility>

namespace varhush::models {

namespace {

constexpr int kUnitsPerGroup = 4;
// 6 times the widest published network (10,000 bases). Tiles hold twice this on top of what they
// predict, so a small file must not ask for a large one.
constexpr int kLargestHalfContext = 65'536;
constexpr std::size_t kC = nn::kRowChannels;

std::vector<float> bind_stem(const MemberTensors& tensors) {
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

Head bind_head(const MemberTensors& tensors, SpliceHead kind) {
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
void bind_skips_and_head(const MemberTensors& tensors,
                         const SpliceConfig& config,
                         SpliceMember& member) {
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
    const MemberTensors tensors(file, "model." + std::to_string(index) + ".", used);
    SpliceMember member;
    member.stem = bind_stem(tensors);
    for (int unit = 0; unit < config.units(); ++unit) {
        member.units.push_back(
            bind_residual_unit(tensors,
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
    const NetworkMetadata values(metadata, file, "splice-resnet");
    SpliceConfig config;
    config.kernel_sizes = values.integers("kernel_sizes");
    config.dilations = values.integers("dilations");
    config.channels = values.integer("channels");
    config.ensemble_size = values.integer("ensemble_size");
    config.batchnorm_eps = values.real("batchnorm_eps");
    const std::string activation = values.text("activation");
    if (activation == "leaky_relu") {
        config.negative_slope = static_cast<float>(values.real("negative_slope"));
    } else if (activation != "relu") {
        values.refuse("activation", activation);
    }
    const std::string head = values.text("head");
    if (head == "pangolin12") {
        config.head = SpliceHead::kPangolin12;
    } else if (head != "softmax3") {
        values.refuse("head", head);
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

SpliceNetwork::SpliceNetwork(SpliceConfig config, SpliceMember member, ModelIdentity identity)
    : config_(std::move(config)), identity_(std::move(identity)) {
    members_.push_back(std::move(member));
}

SpliceNetwork SpliceNetwork::alone(std::size_t member) const {
    VARHUSH_CHECK(member < members_.size() && config_.head == SpliceHead::kSoftmax3);
    SpliceConfig config = config_;
    config.ensemble_size = 1;
    return {std::move(config), members_[member], identity_};
}

std::shared_ptr<const SpliceNetwork> load_splice_network(const std::string& name_or_path) {
    return std::make_shared<const SpliceNetwork>(open_model(name_or_path));
}

}  // namespace varhush::models
