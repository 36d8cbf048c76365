#pragma once

#include <ATen/core/TensorBody.h>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace varhush::nn {
class SafeTensors;
struct NamedTensor;
}  // namespace varhush::nn

namespace varhush::models {

/// Shape of a splice residual network. Source: Jaganathan et al. 2019 (Cell 176:535), figure 1A and
/// its released weights; the names of the metadata are those of the OpenSpliceAI conversions.
struct SpliceResnetConfig {
    int channels = 32;
    std::vector<int> kernel_sizes;  ///< one a residual unit, odd
    std::vector<int> dilations;     ///< one a residual unit
    double negative_slope = 0.1;    ///< of the leaky rectifier; 0 is the plain one
    double batchnorm_eps = 1e-5;
    std::string head = "softmax3";  ///< or "pangolin12"

    /// Bases lost on each side: the sum over units of dilation * (kernel - 1).
    [[nodiscard]] int half_context() const;
    [[nodiscard]] int units() const { return static_cast<int>(kernel_sizes.size()); }
    /// A skip follows every fourth unit and the last one.
    [[nodiscard]] bool skip_follows(int unit) const { return unit % 4 == 3 || unit + 1 == units(); }
    [[nodiscard]] int output_channels() const { return head == "pangolin12" ? 12 : 3; }

    /// @throws Error{kModel} naming the field that makes no sense.
    void validate() const;
    /// Reads kernel_sizes, dilations, activation, negative_slope, batchnorm_eps, head and channels.
    /// @throws Error{kModel} with `name`, the key and what was found.
    static SpliceResnetConfig from_metadata(const std::map<std::string, std::string>& metadata,
                                            const std::string& name);
    /// The same keys, and varhush.architecture, varhush.config (JSON) and varhush.window.
    [[nodiscard]] std::map<std::string, std::string> to_metadata() const;

    bool operator==(const SpliceResnetConfig&) const = default;
};

/// One member of a splice network, differentiable, on any device: for training, for labels and for
/// the graphics card. All convolutions are unpadded ("valid"), channels last.
class SpliceResnetTorch {
  public:
    /// Fresh weights: He-normal convolutions (He et al. 2015), the second one of each unit scaled
    /// down so that every unit starts close to the identity. Same seed, same weights.
    SpliceResnetTorch(SpliceResnetConfig config, std::uint64_t seed);
    /// Member `index` of a file ("model.{index}." names), bound by name.
    /// @throws Error{kModel} for a missing or misshapen tensor.
    SpliceResnetTorch(SpliceResnetConfig config, const nn::SafeTensors& file, int index);

    [[nodiscard]] const SpliceResnetConfig& config() const noexcept { return config_; }

    /// Logits [N, output_channels, T - 2 * half_context] of one-hot `x` [N, 4, T]. With `training`
    /// the batch norms use and update their statistics.
    [[nodiscard]] at::Tensor logits(const at::Tensor& x, bool training);
    /// The head's probabilities, same shape, batch norms fixed, no gradient.
    [[nodiscard]] at::Tensor probabilities(const at::Tensor& x);

    /// Learned tensors and running statistics by canonical name without "model.{i}.". The handles
    /// share storage with the module; learned ones require a gradient.
    [[nodiscard]] const std::vector<std::pair<std::string, at::Tensor>>& tensors() const noexcept {
        return tensors_;
    }
    void to(const at::Device& device);

  private:
    [[nodiscard]] const at::Tensor& get(const std::string& name) const;
    void add(const std::string& name, at::Tensor tensor, bool learned);
    [[nodiscard]] at::Tensor unit(const at::Tensor& h, int index, bool training) const;
    [[nodiscard]] at::Tensor norm_activate(const at::Tensor& h,
                                           const std::string& name,
                                           bool training) const;

    SpliceResnetConfig config_;
    std::vector<std::pair<std::string, at::Tensor>> tensors_;
    std::map<std::string, std::size_t> index_;
};

/// All members of a file; their probabilities are averaged.
struct SpliceResnetEnsemble {
    SpliceResnetConfig config;
    std::vector<SpliceResnetTorch> members;

    /// @throws Error{kModel}: missing, misshapen or left-over tensors, bad metadata.
    static SpliceResnetEnsemble load(const nn::SafeTensors& file);
    /// Mean probability over the members, [N, output_channels, T - 2 * half_context].
    [[nodiscard]] at::Tensor probabilities(const at::Tensor& x);
};

/// Member `member` as tensors named "model.{index}.…", on the CPU, ready for write_safetensors.
std::vector<nn::NamedTensor> to_named_tensors(const SpliceResnetTorch& member, int index);

/// Names and shapes of one member, without prefix, in the order of the forward pass.
std::vector<std::pair<std::string, std::vector<std::int64_t>>> splice_resnet_layout(
    const SpliceResnetConfig& config);

}  // namespace varhush::models
