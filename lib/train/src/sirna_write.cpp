#include "sirna_write.hpp"

#include "sirna_checkpoint.hpp"
#include "varhush/core/error.hpp"
#include "varhush/nn/safetensors.hpp"

#include <algorithm>

namespace varhush::train {
namespace {

void write(const std::string& path,
           const SirnaTensors& tensors,
           const std::map<std::string, std::string>& metadata,
           const std::function<bool(const std::string&)>& is_half) {
    std::vector<nn::TensorShape> shapes;
    shapes.reserve(tensors.size());
    for (const nn::NamedTensor& tensor : tensors) {
        shapes.push_back({tensor.name, tensor.shape, is_half(tensor.name) ? "F16" : "F32"});
    }
    nn::stream_safetensors(
        path, shapes, metadata, [&](std::size_t index, std::int64_t first, std::span<float> out) {
            std::copy_n(tensors[index].values.begin() + first, out.size(), out.begin());
        });
}

bool stored_as_half(const std::string& name) {
    return name.starts_with("support.") || name.ends_with(".weight") ||
           name.ends_with("embed.position") || name.ends_with("last.spline");
}

models::SirnaEnsembleConfig config_of(const SirnaWork& work,
                                      const std::vector<SirnaSettled>& settled) {
    models::SirnaEnsembleConfig config;
    config.feature_version = work.options->feature_version;
    config.features = work.data->features;
    for (std::size_t p = 0; p < work.options->recipe.size(); ++p) {
        models::SirnaPart part = work.options->recipe[p].part;
        for (const SirnaSettled& state : settled) {
            part.weights.push_back(state.mix.weights[p]);
        }
        if (part.kind == "kernel") {
            part.support = static_cast<std::int64_t>(work.training.size());
        }
        config.parts.push_back(part);
    }
    for (std::size_t s = 0; s < settled.size(); ++s) {
        const SirnaStateData& state = work.data->states[s];
        config.states.push_back(
            {state.name, state.needs, settled[s].mix.offset, settled[s].calibration});
    }
    return config;
}

void add_support(const SirnaWork& work,
                 const models::SirnaEnsembleConfig& config,
                 SirnaTensors& tensors) {
    for (const models::SirnaPart& part : config.parts) {
        for (const models::SirnaKernelTerm& term : part.terms) {
            tensors.push_back({models::sirna_support_name(part, term),
                               {part.support, static_cast<std::int64_t>(term.columns.size())},
                               work.columns(work.training, term.columns, term.raw)});
        }
    }
}

/// In the order of the layout, which a member that comes from a checkpoint may not have.
void add_member(const std::string& prefix,
                const models::SirnaPart& part,
                const SirnaResult& result,
                SirnaTensors& tensors) {
    for (const auto& [name, shape] : models::sirna_member_layout(part)) {
        const auto found = std::find_if(result.tensors.begin(),
                                        result.tensors.end(),
                                        [&, &key = name](auto& t) { return t.name == key; });
        VARHUSH_CHECK(found != result.tensors.end() && found->shape == shape);
        tensors.push_back({prefix + name, shape, found->values});
    }
}

void write_epochs(const SirnaWork& work,
                  const std::vector<SirnaJob>& jobs,
                  const std::vector<SirnaResult>& results) {
    SirnaTensors tensors;
    const auto watched = static_cast<std::int64_t>(work.options->watched.size());
    for (std::size_t j = 0; j < jobs.size(); ++j) {
        if (jobs[j].split < 0 && !results[j].epochs.empty()) {
            const auto epochs = static_cast<std::int64_t>(results[j].epochs.size()) / watched;
            tensors.push_back(
                {work.options->recipe[jobs[j].part].part.name + "." + std::to_string(jobs[j].seed),
                 {epochs, watched},
                 results[j].epochs});
        }
    }
    write(work.options->epochs_output,
          tensors,
          {{"varhush.kind", "sirna-epochs"}},
          [](const std::string&) { return true; });
}

}  // namespace

void write_sirna_model(const SirnaWork& work,
                       const std::vector<SirnaJob>& jobs,
                       const std::vector<SirnaResult>& results,
                       const std::vector<SirnaSettled>& settled) {
    models::SirnaEnsembleConfig config = config_of(work, settled);
    const auto features = static_cast<std::int64_t>(work.mean.size());
    SirnaTensors tensors{{"features.mean", {features}, work.mean},
                         {"features.scale", {features}, work.scale}};
    add_support(work, config, tensors);
    for (std::size_t j = 0; j < jobs.size(); ++j) {
        const bool laboratory =
            jobs[j].split >= 0 &&
            work.data->splits[static_cast<std::size_t>(jobs[j].split)].laboratory;
        if (laboratory || (jobs[j].split >= 0 && !work.options->keep_splits)) {
            continue;
        }
        const std::string prefix = models::sirna_member_prefix(config.members.size());
        config.members.push_back(
            {static_cast<std::int64_t>(jobs[j].part), jobs[j].seed, jobs[j].split});
        add_member(prefix, config.parts[jobs[j].part], results[j], tensors);
    }
    config.validate(work.options->output);
    auto metadata = work.options->metadata;
    metadata["varhush.architecture"] = "sirna-ensemble";
    metadata["varhush.config"] = config.to_json();
    write(work.options->output, tensors, metadata, stored_as_half);
    if (!work.options->epochs_output.empty()) {
        write_epochs(work, jobs, results);
    }
}

}  // namespace varhush::train
