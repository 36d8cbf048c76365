#include "varhush/models/aparent_network.hpp"

#include "bind_residual_unit.hpp"
#include "member_tensors.hpp"
#include "network_metadata.hpp"
#include "varhush/core/error.hpp"
#include "varhush/models/model_store.hpp"
#include "varhush/nn/conv32.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numeric>

namespace varhush::models {

namespace {

constexpr std::size_t kC = nn::kRowChannels;
constexpr int kWidth = 3;
constexpr std::size_t kUnitsPerGroup = 4;
constexpr const char* kUnitOrder = "batchnorm,relu,conv,batchnorm,relu,conv,add";
constexpr const char* kPadding = "zero, same length";
constexpr std::size_t kMostUnits = 64;
constexpr int kLargestDilation = 64;
constexpr int kLargestWindow = 10'000;
constexpr int kMostLibraries = 1000;

AparentConfig read_config(const nn::SafeTensors& file, const MemberTensors& tensors) {
    const NetworkMetadata values(file.metadata(), file.name(), "aparent2");
    values.expect("ensemble_size", "1");
    values.expect("channels", std::to_string(nn::kRowChannels));
    values.expect("kernel_sizes", std::to_string(kWidth));
    values.expect("input_order", "ACGT");
    values.expect("activation", "relu");
    values.expect("unit_order", kUnitOrder);
    values.expect("padding", kPadding);
    AparentConfig config;
    config.dilations = values.integers("dilations");
    config.hexamer_offset = values.integer("core_hexamer_offset");
    config.library = values.integer("library_index");
    config.batchnorm_eps = values.real("batchnorm_eps");
    const auto library = tensors.shape("library.weight");
    if (library.size() == 2) {
        config.window_bp =
            static_cast<int>(std::clamp<std::int64_t>(library[0] - 1, 0, kLargestWindow + 1));
        config.libraries =
            static_cast<int>(std::clamp<std::int64_t>(library[1], 0, kMostLibraries + 1));
    }
    config.validate(file.name());
    return config;
}

// The row of each letter: a one-hot column, 0.25 everywhere, or zero.
std::vector<float> bind_stem(const MemberTensors& tensors) {
    const auto weight = tensors.get("stem.weight", {nn::kRowChannels, 4, 1});
    const auto bias = tensors.get("stem.bias", {nn::kRowChannels});
    std::vector<float> rows;
    for (int letter = 0; letter <= kNoBase; ++letter) {
        for (std::size_t c = 0; c < kC; ++c) {
            double sum = bias[c];
            for (int base = 0; base < 4; ++base) {
                const double share = letter == base ? 1.0 : letter == kUnknownBase ? 0.25 : 0.0;
                sum += share * weight[c * 4 + static_cast<std::size_t>(base)];
            }
            rows.push_back(static_cast<float>(sum));
        }
    }
    return rows;
}

// z[i] += head . rows[i].
void add_head(const std::vector<float>& head, const float* rows, std::span<float> logits) {
    for (float& logit : logits) {
        float sum = 0;
        for (std::size_t c = 0; c < kC; ++c) {
            sum += head[c] * rows[c];
        }
        logit += sum;
        rows += kC;
    }
}

}  // namespace

void AparentConfig::validate(const std::string& file) const {
    const auto refuse = [&](const std::string& what) {
        throw Error(
            ErrorKind::kModel, file + ": " + what, "see docs/models.md for what can be run");
    };
    if (dilations.empty() || dilations.size() > kMostUnits ||
        dilations.size() % kUnitsPerGroup != 0) {
        refuse("expected 4, 8, … or " + std::to_string(kMostUnits) + " units, found " +
               std::to_string(dilations.size()));
    }
    if (std::any_of(dilations.begin(), dilations.end(), [](int d) {
            return d < 1 || d > kLargestDilation;
        })) {
        refuse("dilations must be 1 to " + std::to_string(kLargestDilation));
    }
    if (window_bp < 1 || window_bp > kLargestWindow) {
        refuse("expected a window of 1 to " + std::to_string(kLargestWindow) + " bases, found " +
               std::to_string(window_bp));
    }
    if (libraries < 1 || libraries > kMostLibraries || library < 0 || library >= libraries) {
        refuse("library_index " + std::to_string(library) + " is not one of " +
               std::to_string(libraries) + " libraries");
    }
    if (hexamer_offset < 0 || hexamer_offset + 6 > window_bp) {
        refuse("core_hexamer_offset " + std::to_string(hexamer_offset) +
               " puts the hexamer outside of the window");
    }
    if (!(batchnorm_eps > 0)) {
        refuse("batchnorm_eps must be positive");
    }
}

std::map<std::string, std::string> AparentConfig::to_metadata() const {
    std::string units;
    for (const int dilation : dilations) {
        units.append(units.empty() ? "" : ",").append(std::to_string(dilation));
    }
    std::array<char, 32> eps{};
    const auto end = std::to_chars(eps.data(), eps.data() + eps.size(), batchnorm_eps);
    return {{"varhush.architecture", "aparent2"},
            {"varhush.window", std::to_string(window_bp)},
            {"ensemble_size", "1"},
            {"channels", std::to_string(nn::kRowChannels)},
            {"kernel_sizes", std::to_string(kWidth)},
            {"dilations", units},
            {"input_order", "ACGT"},
            {"activation", "relu"},
            {"unit_order", kUnitOrder},
            {"padding", kPadding},
            {"batchnorm_eps", std::string(eps.data(), end.ptr)},
            {"core_hexamer_offset", std::to_string(hexamer_offset)},
            {"library_index", std::to_string(library)}};
}

AparentNetwork::AparentNetwork(const nn::SafeTensors& file) {
    std::vector<std::string> used;
    const MemberTensors tensors(file, "model.0.", used);
    config_ = read_config(file, tensors);
    bind(tensors);
    file.check_no_leftovers(used);
    identity_ = identity_of(file);
}

void AparentNetwork::bind(const MemberTensors& tensors) {
    stem_ = bind_stem(tensors);
    for (std::size_t unit = 0; unit < config_.dilations.size(); ++unit) {
        units_.push_back(
            bind_residual_unit(tensors, static_cast<int>(unit), kWidth, config_.batchnorm_eps));
    }
    const auto head = tensors.get("head.weight", {1, nn::kRowChannels, 1});
    double bias = tensors.get("head.bias", {1}).front();
    for (std::size_t skip = 0; skip <= config_.groups(); ++skip) {
        const std::string name = skip < config_.groups() ? "skip." + std::to_string(skip) : "last";
        const auto weight = tensors.get(name + ".weight", {nn::kRowChannels, nn::kRowChannels, 1});
        const auto skip_bias = tensors.get(name + ".bias", {nn::kRowChannels});
        std::vector<float> folded(kC);
        for (std::size_t i = 0; i < kC; ++i) {
            double sum = 0;
            for (std::size_t o = 0; o < kC; ++o) {
                sum += static_cast<double>(head[o]) * weight[o * kC + i];
            }
            folded[i] = static_cast<float>(sum);
            bias += static_cast<double>(head[i]) * skip_bias[i];
        }
        skip_heads_.push_back(std::move(folded));
    }
    head_bias_ = static_cast<float>(bias);
    const std::int64_t outputs = config_.window_bp + 1;
    library_weight_ = tensors.get("library.weight", {outputs, config_.libraries});
    library_bias_ = tensors.get("library.bias", {outputs});
}

std::vector<float> AparentNetwork::logits(std::span<const std::uint8_t> codes,
                                          int library,
                                          AparentScratch& scratch,
                                          AparentTrace* trace) const {
    const auto length = static_cast<std::size_t>(config_.window_bp);
    VARHUSH_CHECK(codes.size() == length && library >= 0 && library < config_.libraries);
    scratch.trunk.resize(length * kC);
    for (std::size_t at = 0; at < length; ++at) {
        VARHUSH_CHECK(codes[at] <= kNoBase);
        std::copy_n(stem_.data() + codes[at] * kC, kC, scratch.trunk.data() + at * kC);
    }
    if (trace != nullptr) {
        *trace = {scratch.trunk, {}};
    }
    // The padding is zero *behind* the activation: rows that are never written again.
    const auto pad = static_cast<std::size_t>(
        *std::max_element(config_.dilations.begin(), config_.dilations.end()));
    scratch.first.assign((length + 2 * pad) * kC, 0.0F);
    scratch.second.assign((length + 2 * pad) * kC, 0.0F);
    const auto rows = config_.window_bp;
    const auto& kernels = nn::kernels32();
    std::vector<float> logits(length, head_bias_);
    for (std::size_t u = 0; u < units_.size(); ++u) {
        if (u % kUnitsPerGroup == 0) {
            add_head(skip_heads_[u / kUnitsPerGroup], scratch.trunk.data(), logits);
        }
        const ResidualUnit& unit = units_[u];
        const int dilation = config_.dilations[u];
        float* first = scratch.first.data() + pad * kC;
        float* second = scratch.second.data() + pad * kC;
        const std::ptrdiff_t back = std::ptrdiff_t{nn::kRowChannels} * dilation;
        kernels.scale_shift(
            scratch.trunk.data(), rows, unit.scale.data(), unit.shift.data(), 0, first);
        kernels.conv(first - back,
                     rows,
                     kWidth,
                     dilation,
                     unit.weights1.data(),
                     unit.bias1.data(),
                     {nullptr, true, 0},
                     second);
        kernels.conv(second - back,
                     rows,
                     kWidth,
                     dilation,
                     unit.weights2.data(),
                     unit.bias2.data(),
                     {scratch.trunk.data(), false, 0},
                     scratch.trunk.data());
        if (trace != nullptr && u % kUnitsPerGroup == kUnitsPerGroup - 1) {
            trace->groups.push_back(scratch.trunk);
        }
    }
    add_head(skip_heads_.back(), scratch.trunk.data(), logits);
    logits.push_back(0);
    const auto libraries = static_cast<std::size_t>(config_.libraries);
    for (std::size_t i = 0; i < logits.size(); ++i) {
        logits[i] +=
            library_weight_[i * libraries + static_cast<std::size_t>(library)] + library_bias_[i];
    }
    return logits;
}

std::shared_ptr<const AparentNetwork> load_aparent_network(const std::string& name_or_path) {
    return std::make_shared<const AparentNetwork>(open_model(name_or_path));
}

std::vector<double> cleavage_probabilities(std::span<const float> logits) {
    const double top = *std::max_element(logits.begin(), logits.end());
    std::vector<double> values;
    double total = 0;
    for (const float logit : logits) {
        values.push_back(std::exp(logit - top));
        total += values.back();
    }
    for (double& value : values) {
        value /= total;
    }
    return values;
}

double cleavage_log_odds(std::span<const double> cut, PositionRange range) {
    const auto begin = cut.begin() + range.begin;
    const auto end = cut.begin() + range.end;
    const double inside = std::accumulate(begin, end, 0.0);
    const double outside =
        std::accumulate(cut.begin(), begin, 0.0) + std::accumulate(end, cut.end(), 0.0);
    return std::log(inside) - std::log(outside);
}

std::vector<double> cleavage_along(const AparentNetwork& network,
                                   std::span<const std::uint8_t> codes,
                                   std::int64_t step) {
    VARHUSH_CHECK(step > 0 && !codes.empty());
    const std::int64_t window = network.config().window_bp;
    const auto length = static_cast<std::int64_t>(codes.size());
    std::vector<double> sums(codes.size());
    std::vector<int> windows(codes.size());
    AparentScratch scratch;
    for (std::int64_t start = 0; start == 0 || start - step + window < length; start += step) {
        const std::int64_t known = std::min(window, length - start);
        std::vector<std::uint8_t> part(codes.begin() + start, codes.begin() + start + known);
        part.resize(static_cast<std::size_t>(window), kNoBase);
        const auto cut =
            cleavage_probabilities(network.logits(part, network.config().library, scratch));
        for (std::int64_t at = 0; at < known; ++at) {
            sums[static_cast<std::size_t>(start + at)] += cut[static_cast<std::size_t>(at)];
            ++windows[static_cast<std::size_t>(start + at)];
        }
    }
    for (std::size_t at = 0; at < sums.size(); ++at) {
        sums[at] /= windows[at];
    }
    return sums;
}

}  // namespace varhush::models
