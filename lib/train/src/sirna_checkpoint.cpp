#include "sirna_checkpoint.hpp"

#include "varhush/core/error.hpp"
#include "varhush/nn/sha256.hpp"

#include <algorithm>
#include <filesystem>

namespace varhush::train {

namespace fs = std::filesystem;

namespace {

constexpr const char* kPredictions = "predictions";
constexpr const char* kEpochs = "epochs";
constexpr const char* kTensor = "tensor.";

template <class T>
void add(nn::Sha256& hash, const std::vector<T>& values) {
    hash.update(std::as_bytes(std::span(values)));
}

void add(nn::Sha256& hash, const std::string& text) {
    hash.update(std::as_bytes(std::span(text.data(), text.size() + 1)));
}

/// Everything that changes the weights.
std::string digest_of(const SirnaWork& work) {
    const SirnaTrainingData& data = *work.data;
    nn::Sha256 hash;
    for (const std::string& name : data.features) {
        add(hash, name);
    }
    for (const SirnaStateData& state : data.states) {
        add(hash, state.rows);
        add(hash, std::vector<double>{state.share});
    }
    add(hash, data.target);
    add(hash, data.study);
    add(hash, data.gene);
    add(hash, data.in_training);
    add(hash, data.pretraining);
    add(hash, work.options->watched);
    for (const SirnaSplit& split : data.splits) {
        add(hash, split.excluded);
    }
    for (const SirnaPartRecipe& recipe : work.options->recipe) {
        models::SirnaEnsembleConfig one;
        one.parts = {recipe.part};
        add(hash, one.to_json());
        add(hash,
            std::vector<double>{static_cast<double>(recipe.epochs),
                                recipe.learning_rate,
                                recipe.weight_decay,
                                recipe.dropout_letters,
                                recipe.dropout_hidden,
                                recipe.dropout_encoder,
                                recipe.rank_weight,
                                recipe.curvature_weight,
                                static_cast<double>(recipe.pretrain_steps),
                                static_cast<double>(recipe.kernel_steps),
                                static_cast<double>(recipe.search_rows)});
    }
    return hash.finish();
}

std::vector<float> values_of(const nn::SafeTensors::Entry& entry) {
    std::int64_t count = 1;
    for (const std::int64_t d : entry.shape) {
        count *= d;
    }
    std::vector<float> out(static_cast<std::size_t>(count));
    nn::widen(entry, 0, out);
    return out;
}

}  // namespace

std::string job_name(const SirnaWork& work, const SirnaJob& job) {
    return work.options->recipe[job.part].part.name + "-s" + std::to_string(job.seed) + "-f" +
           std::to_string(job.split);
}

SirnaCheckpoint::SirnaCheckpoint(const SirnaWork& work, bool resume)
    : folder_(work.options->output + ".checkpoint"), digest_(digest_of(work)) {
    std::error_code failed;
    if (!resume) {
        fs::remove_all(folder_, failed);
    }
    fs::create_directories(folder_, failed);
    if (failed) {
        throw Error(ErrorKind::kOutput, folder_ + ": cannot be made: " + failed.message());
    }
}

std::string SirnaCheckpoint::path_of(const std::string& name) const {
    return (fs::path(folder_) / (name + ".safetensors")).string();
}

std::optional<SirnaResult> SirnaCheckpoint::find(const std::string& name) const {
    const std::string path = path_of(name);
    if (!fs::exists(path)) {
        return std::nullopt;
    }
    const auto file = nn::SafeTensors::open(path);
    const auto stated = file.metadata().find("digest");
    if (stated == file.metadata().end() || stated->second != digest_) {
        throw Error(ErrorKind::kResume,
                    path + ": made with other data or options",
                    "give the same data and options, or leave out --resume to start anew");
    }
    SirnaResult result;
    for (const auto& [key, entry] : file.entries()) {
        if (key == kPredictions) {
            result.predictions = values_of(entry);
        } else if (key == kEpochs) {
            result.epochs = values_of(entry);
        } else {
            result.tensors.push_back(
                {key.substr(std::string(kTensor).size()), entry.shape, values_of(entry)});
        }
    }
    return result;
}

void SirnaCheckpoint::save(const std::string& name, const SirnaResult& result) const {
    SirnaTensors tensors;
    for (const nn::NamedTensor& tensor : result.tensors) {
        tensors.push_back({kTensor + tensor.name, tensor.shape, tensor.values});
    }
    const auto put = [&](const char* key, const std::vector<float>& values) {
        if (!values.empty()) {
            tensors.push_back({key, {static_cast<std::int64_t>(values.size())}, values});
        }
    };
    put(kPredictions, result.predictions);
    put(kEpochs, result.epochs);
    nn::write_safetensors(path_of(name), tensors, {{"digest", digest_}});
}

void SirnaCheckpoint::remove() const {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

}  // namespace varhush::train
