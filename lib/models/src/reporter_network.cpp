#include "varhush/models/reporter_network.hpp"

#include "member_tensors.hpp"
#include "network_metadata.hpp"
#include "varhush/core/error.hpp"
#include "varhush/models/model_store.hpp"
#include "varhush/nn/matrix_kernels.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace varhush::models {

namespace {

constexpr std::size_t kLetters = 5;  // A, C, G, T, and zero for anything else
constexpr int kLargestWindow = 10'000;
constexpr int kMostChannels = 4096;
constexpr std::size_t kMostTasks = 1000;
constexpr std::size_t kMostLayers = 16;

std::string conv_name(std::size_t layer) {
    return "conv." + std::to_string(layer);
}

std::vector<std::string> task_names(const NetworkMetadata& values, std::int64_t count) {
    if (values.has("output_channels")) {
        auto names = values.texts("output_channels");
        if (static_cast<std::int64_t>(names.size()) != count) {
            values.refuse("output_channels", values.text("output_channels"));
        }
        return names;
    }
    std::vector<std::string> names;
    for (std::int64_t task = 0; task < count; ++task) {
        names.push_back("task_" + std::to_string(task));
    }
    return names;
}

// The widths are those of the tensors; the metadata says what shapes cannot.
ReporterConfig read_config(const nn::SafeTensors& file, const MemberTensors& tensors) {
    const NetworkMetadata values(file.metadata(), file.name(), "reporter-cnn");
    values.expect("ensemble_size", "1");
    values.expect("padding", "none");
    values.expect("input_order", "ACGT");
    values.expect("unit_order", "conv,relu,batchnorm");
    ReporterConfig config;
    if (values.has("batchnorm_eps")) {
        config.batchnorm_eps = values.real("batchnorm_eps");
    }
    for (std::size_t layer = 0; layer <= kMostLayers; ++layer) {
        const auto shape = tensors.shape(conv_name(layer) + ".weight");
        if (shape.size() != 3) {
            break;
        }
        config.kernel_sizes.push_back(
            static_cast<int>(std::clamp<std::int64_t>(shape[2], 0, kLargestWindow + 1)));
        if (layer == 0) {
            config.channels =
                static_cast<int>(std::clamp<std::int64_t>(shape[0], 0, kMostChannels + 1));
        }
    }
    const auto head = tensors.shape("head.weight");
    if (head.size() == 3) {
        config.window_bp = static_cast<int>(std::clamp<std::int64_t>(head[2], 0, kLargestWindow)) +
                           config.word_bp() - 1;
        config.tasks = task_names(values, std::min<std::int64_t>(head[0], kMostTasks + 1));
    }
    config.validate(file.name());
    return config;
}

}  // namespace

// A convolution as stored, [outputs, inputs, taps].
struct ReporterNetwork::Kernel {
    std::size_t inputs = 0;
    std::size_t taps = 0;
    std::vector<float> weights;
    std::vector<float> bias;

    [[nodiscard]] float at(std::size_t output, std::size_t input, std::size_t tap) const {
        return weights[(output * inputs + input) * taps + tap];
    }
};

// The norm of the layer before: its scale goes into the weights, its shift into the bias. Exact,
// because nothing is padded.
nn::PackedMatrix ReporterNetwork::pack(const Kernel& kernel, const Affine& norm) {
    const auto padded =
        static_cast<std::size_t>(nn::padded_columns(static_cast<std::int64_t>(kernel.inputs)));
    std::vector<float> bias(kernel.bias.size());
    for (std::size_t o = 0; o < bias.size(); ++o) {
        double sum = kernel.bias[o];
        for (std::size_t i = 0; i < kernel.inputs; ++i) {
            for (std::size_t t = 0; t < kernel.taps; ++t) {
                sum += static_cast<double>(kernel.at(o, i, t)) * norm.shift[i];
            }
        }
        bias[o] = static_cast<float>(sum);
    }
    nn::PackedMatrix packed(
        static_cast<int>(kernel.taps),
        static_cast<std::int64_t>(padded),
        static_cast<std::int64_t>(bias.size()),
        [&](std::int64_t column, float* out) {
            std::fill_n(out, kernel.taps * padded, 0.0F);
            for (std::size_t t = 0; t < kernel.taps; ++t) {
                for (std::size_t i = 0; i < kernel.inputs; ++i) {
                    out[t * padded + i] =
                        kernel.at(static_cast<std::size_t>(column), i, t) * norm.scale[i];
                }
            }
        },
        nn::Team());
    packed.set_bias(bias.data());
    return packed;
}

int ReporterConfig::word_bp() const noexcept {
    return std::accumulate(kernel_sizes.begin(), kernel_sizes.end(), 1) -
           static_cast<int>(kernel_sizes.size());
}

void ReporterConfig::validate(const std::string& file) const {
    const auto refuse = [&](const std::string& what) {
        throw Error(
            ErrorKind::kModel, file + ": " + what, "see docs/models.md for what can be run");
    };
    if (kernel_sizes.empty() || kernel_sizes.size() > kMostLayers) {
        refuse("a reporter network has 1 to " + std::to_string(kMostLayers) +
               " convolutions named conv.0 and so on, found " +
               std::to_string(kernel_sizes.size()));
    }
    if (std::any_of(kernel_sizes.begin(), kernel_sizes.end(), [](int k) {
            return k < 1 || k > kLargestWindow;
        })) {
        refuse("a convolution has no width that can be run");
    }
    if (channels < 1 || channels > kMostChannels) {
        refuse("expected 1 to " + std::to_string(kMostChannels) + " channels, found " +
               std::to_string(channels));
    }
    if (tasks.empty() || tasks.size() > kMostTasks) {
        refuse("expected 1 to " + std::to_string(kMostTasks) + " outputs, found " +
               std::to_string(tasks.size()));
    }
    if (window_bp > kLargestWindow || words() < 1) {
        refuse("expected a window of " + std::to_string(word_bp()) + " to " +
               std::to_string(kLargestWindow) + " bases, found " + std::to_string(window_bp));
    }
    if (!(batchnorm_eps > 0)) {
        refuse("batchnorm_eps must be positive");
    }
}

namespace {

// `count` sequences of `length` rows each, one behind the other, to as many shorter ones.
void convolve(const nn::PackedMatrix& weights,
              const float* in,
              std::int64_t length,
              std::int64_t count,
              float* out) {
    const std::int64_t padded = weights.depth();
    const std::int64_t columns = length - weights.taps() + 1;
    if (count == 1) {
        nn::Product product;
        product.in = {in, padded};
        product.rows = columns;
        product.weights = &weights;
        product.relu = true;
        product.out = {out, padded};
        nn::multiply(nn::Team(), product);
        return;
    }
    // The same column of all sequences at once: rows enough to fill the kernel's blocks, and the
    // taps of a column lie side by side. Weights are read once for all of them.
    const auto& kernels = nn::matrix_kernels();
    for (std::int64_t panel = 0; panel < weights.panels(); ++panel) {
        for (std::int64_t column = 0; column < columns; ++column) {
            nn::PanelProduct part;
            part.in = {in + column * padded, length * padded};
            part.rows = count;
            part.depth = weights.taps() * padded;
            part.panel = weights.panel(panel);
            part.bias = weights.bias(panel);
            part.relu = true;
            part.out = {out + column * padded + panel * nn::kPanelColumns, columns * padded};
            kernels.product(part);
        }
    }
}

}  // namespace

ReporterNetwork::ReporterNetwork(const nn::SafeTensors& file) {
    std::vector<std::string> used;
    const MemberTensors tensors(file, "model.0.", used);
    config_ = read_config(file, tensors);
    bind(tensors);
    file.check_no_leftovers(used);
    identity_ = identity_of(file);
}

ReporterNetwork::ReporterNetwork(const nn::SafeTensors& file, const MemberTensors& tensors)
    : config_(read_config(file, tensors)) {
    bind(tensors);
    identity_ = identity_of(file);
}

void ReporterNetwork::bind(const MemberTensors& tensors) {
    Affine norm;
    for (std::size_t layer = 0; layer < config_.kernel_sizes.size(); ++layer) {
        Kernel kernel;
        kernel.inputs = layer == 0 ? 4 : static_cast<std::size_t>(config_.channels);
        kernel.taps = static_cast<std::size_t>(config_.kernel_sizes[layer]);
        kernel.weights = tensors.get(conv_name(layer) + ".weight",
                                     {config_.channels,
                                      static_cast<std::int64_t>(kernel.inputs),
                                      static_cast<std::int64_t>(kernel.taps)});
        kernel.bias = tensors.get(conv_name(layer) + ".bias", {config_.channels});
        if (layer == 0) {
            bind_first(kernel);
        } else {
            convolutions_.push_back(pack(kernel, norm));
        }
        norm = tensors.batch_norm(
            "bn." + std::to_string(layer), config_.channels, config_.batchnorm_eps);
    }
    bind_head(tensors, norm);
}

void ReporterNetwork::bind_first(const Kernel& kernel) {
    const auto padded = static_cast<std::size_t>(nn::padded_columns(config_.channels));
    first_.assign(kernel.taps * kLetters * padded, 0.0F);
    for (std::size_t o = 0; o < kernel.bias.size(); ++o) {
        for (std::size_t base = 0; base < 4; ++base) {
            for (std::size_t t = 0; t < kernel.taps; ++t) {
                first_[(t * kLetters + base) * padded + o] = kernel.at(o, base, t);
            }
        }
    }
    first_bias_ = kernel.bias;
    first_bias_.resize(padded, 0.0F);
}

void ReporterNetwork::bind_head(const MemberTensors& tensors, const Affine& norm) {
    const auto channels = static_cast<std::size_t>(config_.channels);
    const auto words = static_cast<std::size_t>(config_.words());
    const auto weight = tensors.get("head.weight",
                                    {static_cast<std::int64_t>(tasks()),
                                     static_cast<std::int64_t>(channels),
                                     static_cast<std::int64_t>(words)});
    const auto bias = tensors.get("head.bias", {static_cast<std::int64_t>(tasks())});
    head_bias_.assign(bias.begin(), bias.end());
    head_sums_.assign((words + 1) * tasks() * channels, 0.0);
    const std::size_t row = tasks() * channels;
    for (std::size_t t = 0; t < tasks(); ++t) {
        for (std::size_t c = 0; c < channels; ++c) {
            for (std::size_t p = 0; p < words; ++p) {
                const double value = weight[(t * channels + c) * words + p];
                const std::size_t at = p * row + t * channels + c;
                head_sums_[at + row] = head_sums_[at] + value * norm.scale[c];
                head_bias_[t] += value * norm.shift[c];
            }
        }
    }
}

void ReporterNetwork::first_layer(std::span<const std::uint8_t> codes,
                                  std::int64_t count,
                                  float* out) const {
    const auto padded = static_cast<std::size_t>(nn::padded_columns(config_.channels));
    const auto taps = static_cast<std::size_t>(config_.kernel_sizes.front());
    const std::size_t length = codes.size() / static_cast<std::size_t>(count);
    for (std::size_t begin = 0; begin < codes.size(); begin += length) {
        for (std::size_t at = begin; at + taps <= begin + length; ++at, out += padded) {
            std::copy(first_bias_.begin(), first_bias_.end(), out);
            for (std::size_t t = 0; t < taps; ++t) {
                const float* row = first_.data() + (t * kLetters + codes[at + t]) * padded;
                for (std::size_t c = 0; c < padded; ++c) {
                    out[c] += row[c];
                }
            }
            for (std::size_t c = 0; c < padded; ++c) {
                out[c] = out[c] > 0 ? out[c] : 0;
            }
        }
    }
}

nn::ConstRows ReporterNetwork::columns(std::span<const std::uint8_t> codes,
                                       std::int64_t count,
                                       ReporterScratch& scratch) const {
    const std::int64_t padded = nn::padded_columns(config_.channels);
    std::int64_t length = static_cast<std::int64_t>(codes.size()) / count;
    VARHUSH_CHECK(length >= config_.word_bp() &&
                  length * count == static_cast<std::int64_t>(codes.size()));
    scratch.layers.resize(config_.kernel_sizes.size());
    for (std::size_t layer = 0; layer < scratch.layers.size(); ++layer) {
        nn::AlignedFloats& values = scratch.layers[layer];
        const std::int64_t before = length;
        length -= config_.kernel_sizes[layer] - 1;
        if (values.size() < count * length * padded) {
            values = nn::AlignedFloats();
            values = nn::AlignedFloats(count * length * padded);
        }
        if (layer == 0) {
            first_layer(codes, count, values.data());
        } else {
            convolve(convolutions_[layer - 1],
                     scratch.layers[layer - 1].data(),
                     before,
                     count,
                     values.data());
        }
    }
    return {scratch.layers.back().data(), padded};
}

void ReporterNetwork::add_weighted(std::span<const double> column,
                                   PositionRange words,
                                   bool reverse,
                                   std::span<double> sums) const {
    if (reverse) {
        words = {config_.words() - words.end, config_.words() - words.begin};
    }
    VARHUSH_CHECK(words.begin >= 0 && words.begin <= words.end && words.end <= config_.words());
    const std::size_t row = tasks() * column.size();
    const double* from = head_sums_.data() + static_cast<std::size_t>(words.begin) * row;
    const double* to = head_sums_.data() + static_cast<std::size_t>(words.end) * row;
    for (double& sum : sums) {
        for (const double value : column) {
            sum += (*to++ - *from++) * value;
        }
    }
}

std::shared_ptr<const ReporterNetwork> load_reporter_network(const std::string& name_or_path) {
    return std::make_shared<const ReporterNetwork>(open_model(name_or_path));
}

}  // namespace varhush::models
