#include "checkpoint.hpp"

#include "varhush/core/error.hpp"
#include "varhush/nn/safetensors.hpp"

#include <ATen/ATen.h>

#include <charconv>

namespace varhush::train {
namespace {

std::int64_t parse_step(const std::string& path, const std::string& text) {
    std::int64_t step = -1;
    const char* end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, step);
    if (result.ec != std::errc{} || result.ptr != end || step < 0) {
        throw Error(ErrorKind::kResume,
                    path + ": the step is no number: '" + text + "'",
                    "remove the checkpoint to start anew");
    }
    return step;
}

}  // namespace

void save_checkpoint(const std::string& path,
                     const NamedTensors& tensors,
                     std::int64_t step,
                     const Random& random,
                     const std::string& digest) {
    std::vector<nn::NamedTensor> out;
    for (const auto& [name, tensor] : tensors) {
        const at::Tensor flat = tensor.detach().cpu().contiguous();
        const float* values = flat.data_ptr<float>();
        out.push_back({name, tensor.sizes().vec(), {values, values + flat.numel()}});
    }
    nn::write_safetensors(path,
                          out,
                          {{"varhush.kind", "splice-checkpoint"},
                           {"step", std::to_string(step)},
                           {"random", random.state()},
                           {"options", digest}});
}

std::int64_t load_checkpoint(const std::string& path,
                             const NamedTensors& tensors,
                             Random& random,
                             const std::string& digest) {
    const auto file = nn::SafeTensors::open(path);
    const auto text = [&](const std::string& key) {
        const auto found = file.metadata().find(key);
        if (found == file.metadata().end()) {
            throw Error(ErrorKind::kResume, path + ": not a checkpoint of 'varhush train'");
        }
        return found->second;
    };
    if (text("options") != digest) {
        throw Error(ErrorKind::kResume,
                    path + ": made with other options or labels; found " + text("options") +
                        ", expected " + digest,
                    "give the same options, or remove the checkpoint to start anew");
    }
    const std::int64_t step = parse_step(path, text("step"));
    const at::NoGradGuard no_grad;
    for (const auto& [name, tensor] : tensors) {
        const auto values = file.read_f32(name, tensor.sizes().vec());
        tensor.detach().copy_(at::tensor(at::ArrayRef<float>(values)).view(tensor.sizes()));
    }
    random.set_state(text("random"));
    return step;
}

}  // namespace varhush::train
