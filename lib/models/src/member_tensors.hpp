#pragma once

#include "varhush/nn/safetensors.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace varhush::models {

/// x * scale + shift, channel by channel: a batch norm in inference.
struct Affine {
    std::vector<float> scale;
    std::vector<float> shift;
};

/// Reads the tensors of one member of a network, whose names all start with `prefix`
/// ("model.0."), and remembers every name, so that left-overs can be told.
class MemberTensors {
  public:
    MemberTensors(const nn::SafeTensors& file, std::string prefix, std::vector<std::string>& used);

    /// @throws Error{kModel} naming the tensor: missing, or expected and found shape.
    [[nodiscard]] std::vector<float> get(const std::string& name,
                                         const std::vector<std::int64_t>& shape) const;

    /// `name`.{weight,bias,running_mean,running_var} of so many channels.
    /// @throws Error{kModel} for a variance that gives no finite scale.
    [[nodiscard]] Affine batch_norm(const std::string& name,
                                    std::int64_t channels,
                                    double eps) const;

    /// Shape of a tensor as it stands in the file; empty when there is none.
    [[nodiscard]] std::vector<std::int64_t> shape(const std::string& name) const;

  private:
    const nn::SafeTensors& file_;
    std::string prefix_;
    std::vector<std::string>& used_;
};

}  // namespace varhush::models
