#include "member_tensors.hpp"

#include "varhush/core/error.hpp"

#include <cmath>
#include <utility>

namespace varhush::models {

MemberTensors::MemberTensors(const nn::SafeTensors& file,
                             std::string prefix,
                             std::vector<std::string>& used)
    : file_(file), prefix_(std::move(prefix)), used_(used) {}

std::vector<float> MemberTensors::get(const std::string& name,
                                      const std::vector<std::int64_t>& shape) const {
    used_.push_back(prefix_ + name);
    return file_.read_f32(prefix_ + name, shape);
}

Affine MemberTensors::batch_norm(const std::string& name, std::int64_t channels, double eps) const {
    const std::vector<std::int64_t> shape{channels};
    const auto gamma = get(name + ".weight", shape);
    const auto beta = get(name + ".bias", shape);
    const auto mean = get(name + ".running_mean", shape);
    const auto variance = get(name + ".running_var", shape);
    Affine out{std::vector<float>(gamma.size()), std::vector<float>(gamma.size())};
    for (std::size_t c = 0; c < gamma.size(); ++c) {
        const double scale = gamma[c] / std::sqrt(static_cast<double>(variance[c]) + eps);
        if (!std::isfinite(scale)) {
            throw Error(ErrorKind::kModel,
                        file_.name() + ": tensor '" + prefix_ + name +
                            ".running_var' gives no finite scale at channel " + std::to_string(c));
        }
        out.scale[c] = static_cast<float>(scale);
        out.shift[c] = static_cast<float>(beta[c] - mean[c] * scale);
    }
    return out;
}

std::vector<std::int64_t> MemberTensors::shape(const std::string& name) const {
    const auto found = file_.entries().find(prefix_ + name);
    return found == file_.entries().end() ? std::vector<std::int64_t>{} : found->second.shape;
}

}  // namespace varhush::models
