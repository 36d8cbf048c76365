#include "alphagenome_tensors.hpp"

#include "varhush/core/error.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace varhush::models {
namespace {

[[noreturn]] void fail(const std::string& file, const std::string& what, std::string hint = {}) {
    throw Error(ErrorKind::kModel, file + ": " + what, std::move(hint));
}

bool replace(std::string& text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    if (at == std::string::npos) {
        return false;
    }
    text.replace(at, from.size(), to);
    return true;
}

// A linear layer [out, in] that is a 1x1 convolution [out, in, 1] today: same bytes.
bool is_pointwise(const std::string& name) {
    return name.ends_with(".project_in.weight") || name.ends_with(".project_skip.weight") ||
           name.ends_with(".pointwise.conv.weight");
}

StoredTensor rename(const std::string& stored,
                    const nn::SafeTensors::Entry& entry,
                    std::string& name) {
    StoredTensor tensor{stored, &entry, entry.shape, false};
    name = stored;
    const bool head = name.starts_with("heads.") && replace(name, ".linears.", ".convs.");
    const bool splice = name.starts_with("splice_sites_") && replace(name, ".linear.", ".conv.");
    if ((head || splice) && name.ends_with(".weight") && entry.shape.size() == 3) {
        tensor.transposed = true;
        std::swap(tensor.shape[1], tensor.shape[2]);
    }
    if (name.find(".attn_bias.") == std::string::npos) {
        (void)replace(name, ".proj.", ".conv.");
    }
    if (is_pointwise(name) && entry.shape.size() == 2) {
        tensor.shape.push_back(1);
    }
    return tensor;
}

std::string how_many(std::size_t count) {
    return count > 1 ? " and " + std::to_string(count - 1) + " more" : "";
}

}  // namespace

std::string shape_text(const std::vector<std::int64_t>& shape) {
    std::string text = "[";
    for (const std::int64_t size : shape) {
        text += (text.size() > 1 ? "," : "") + std::to_string(size);
    }
    return text + "]";
}

StoredTensors stored_tensors(const nn::SafeTensors& file) {
    StoredTensors tensors;
    for (const auto& [stored, entry] : file.entries()) {
        std::string name;
        StoredTensor tensor = rename(stored, entry, name);
        const auto [other, added] = tensors.emplace(name, std::move(tensor));
        if (!added) {
            fail(file.name(),
                 "tensors \"" + other->second.stored_name + "\" and \"" + stored +
                     "\" are the same one by an old and a new name");
        }
    }
    return tensors;
}

void check_tensors(const StoredTensors& tensors,
                   const std::vector<TensorSpec>& layout,
                   std::span<const std::string> may_lack,
                   const std::string& file) {
    std::set<std::string> known;
    std::vector<const TensorSpec*> missing;
    for (const TensorSpec& spec : layout) {
        known.insert(spec.name);
        const auto found = tensors.find(spec.name);
        if (found == tensors.end()) {
            if (std::find(may_lack.begin(), may_lack.end(), spec.name) == may_lack.end()) {
                missing.push_back(&spec);
            }
            continue;
        }
        const auto& [stored, entry, shape, transposed] = found->second;
        if (shape != spec.shape) {
            fail(file,
                 "tensor \"" + stored + "\" has the shape " + shape_text(shape) + ", expected " +
                     shape_text(spec.shape));
        }
        if (entry->dtype != "F32" && entry->dtype != "F16" && entry->dtype != "BF16") {
            fail(file,
                 "tensor \"" + stored + "\" is " + entry->dtype + ", expected F32, F16 or BF16");
        }
    }
    if (!missing.empty()) {
        fail(file,
             "tensor \"" + missing.front()->name + "\" " + shape_text(missing.front()->shape) +
                 how_many(missing.size()) + " missing");
    }
    std::vector<std::string> left;
    for (const auto& [name, tensor] : tensors) {
        if (!known.contains(name)) {
            left.push_back(tensor.stored_name);
        }
    }
    if (!left.empty()) {
        fail(file,
             "tensor \"" + left.front() + "\"" + how_many(left.size()) +
                 " left over: this configuration has none of that name");
    }
}

}  // namespace varhush::models
