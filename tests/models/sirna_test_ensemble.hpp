#pragma once

#include "varhush/models/sirna_ensemble.hpp"
#include "varhush/nn/safetensors.hpp"

#include <stdlib.h>

#include <filesystem>
#include <map>
#include <numeric>
#include <random>
#include <string>
#include <vector>

namespace varhush::models::test {

/// A small ensemble of all four kinds with random weights: 3 positions of letters (columns 0 to 11)
/// and 4 dense columns (12 to 15).
struct RandomEnsemble {
    SirnaEnsembleConfig config;
    std::vector<nn::NamedTensor> tensors;
    std::map<std::string, std::string> metadata{{"varhush.architecture", "sirna-ensemble"}};
    std::mt19937 random{17};

    RandomEnsemble() {
        config.feature_version = 1;
        for (int i = 0; i < 16; ++i) {
            config.features.push_back("feature_" + std::to_string(i));
        }
        add_parts();
        for (std::size_t p = 0; p < config.parts.size(); ++p) {
            config.members.push_back({static_cast<std::int64_t>(p), 1, -1});
        }
        config.members.push_back({1, 2, -1});
        config.members.push_back({1, 1, 0});
        config.states = {{"known", {12}, 0.1, {}}, {"guide", {}, 0.2, {}}};
        add("features.mean", {16}, 0.1);
        tensors.push_back({"features.scale", {16}, std::vector<float>(16, 0.8F)});
        for (std::size_t m = 0; m < config.members.size(); ++m) {
            const auto part = static_cast<std::size_t>(config.members[m].part);
            for (const auto& [name, shape] : sirna_member_layout(config.parts[part])) {
                add(sirna_member_prefix(m) + name, shape, 0.5);
            }
        }
        for (const SirnaKernelTerm& term : config.parts[3].terms) {
            add(sirna_support_name(config.parts[3], term),
                {7, static_cast<std::int64_t>(term.columns.size())},
                1);
        }
    }

    void add_parts() {
        std::vector<std::int64_t> letters(12);
        std::iota(letters.begin(), letters.end(), 0);
        const std::vector<std::int64_t> dense{12, 13, 14, 15};
        SirnaPart part;
        part.sequence = letters;
        part.dense = dense;
        part.weights = {0.25, 0.5};
        part.hidden = 5;
        part.name = part.kind = "spline";
        part.knots = 6;
        config.parts.push_back(part);
        part.name = part.kind = "cnn";
        part.widths = {1, 3, 5};
        part.channels = 6;
        config.parts.push_back(part);
        part.name = part.kind = "transformer";
        part.channels = 8;
        part.heads = 2;
        part.layers = 2;
        part.feed_forward = 12;
        config.parts.push_back(part);
        SirnaPart kernel;
        kernel.name = kernel.kind = "kernel";
        kernel.weights = {0.25, 0};
        kernel.sequence = letters;
        kernel.support = 7;
        kernel.terms = {{"letters", letters, true}, {"dense", dense, false}};
        config.parts.push_back(kernel);
    }

    void add(const std::string& name, const std::vector<std::int64_t>& shape, double deviation) {
        std::normal_distribution<float> normal(0, static_cast<float>(deviation));
        std::size_t count = 1;
        for (const auto d : shape) {
            count *= static_cast<std::size_t>(d);
        }
        std::vector<float> values(count);
        for (float& value : values) {
            value = normal(random);
        }
        tensors.push_back({name, shape, values});
    }

    const nn::NamedTensor& tensor(const std::string& name) const {
        for (const auto& one : tensors) {
            if (one.name == name) {
                return one;
            }
        }
        throw std::out_of_range(name);
    }

    /// Rows of features: letters one-hot (now and then none), dense numbers.
    std::vector<float> rows(std::size_t count) {
        std::normal_distribution<float> normal;
        std::vector<float> out;
        for (std::size_t i = 0; i < count; ++i) {
            for (int position = 0; position < 3; ++position) {
                const auto letter = static_cast<unsigned>(random() % 5);
                for (unsigned l = 0; l < 4; ++l) {
                    out.push_back(l == letter ? 1.0F : 0.0F);
                }
            }
            for (int d = 0; d < 4; ++d) {
                out.push_back(normal(random));
            }
        }
        return out;
    }

    /// Written to a file and opened again.
    nn::SafeTensors open() {
        metadata["varhush.config"] = config.to_json();
        std::string pattern = (std::filesystem::temp_directory_path() / "varhush_XXXXXX").string();
        const std::filesystem::path folder = mkdtemp(pattern.data());
        const std::string path = folder / "ensemble.safetensors";
        nn::write_safetensors(path, tensors, metadata);
        auto file = nn::SafeTensors::open(path);
        std::filesystem::remove_all(folder);  // the mapping stays
        return file;
    }
};

}  // namespace varhush::models::test
