#include "varhush/core/error.hpp"
#include "varhush/core/split_list.hpp"
#include "varhush/models/adapter.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace varhush::models {
namespace {

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

bool is_pair(const std::string& name) {
    return contains(name, ".pair_update.") || contains(name, ".attn_bias.");
}

/// Whether `word` means the layer.
bool means(const std::string& word, const std::string& name) {
    static const std::set<std::string> kGroups{
        "all", "attention", "mlp", "pair", "tower", "encoder", "decoder", "embedders"};
    if (!kGroups.contains(word)) {
        return contains(name, word);
    }
    const bool tower = name.starts_with("tower.");
    return word == "all" || (word == "tower" && tower) || (word == "pair" && is_pair(name)) ||
           (word == "attention" && contains(name, ".mha.")) ||
           (word == "mlp" && tower && contains(name, ".mlp.")) ||
           (word == "embedders" && name.starts_with("embedder_")) ||
           (word != "embedders" && name.starts_with(word + "."));
}

[[noreturn]] void refuse_word(const std::string& words, const std::string& word) {
    throw Error(ErrorKind::kUsage,
                "--layers " + words + ": no layer of the model is called " + word,
                "expected attention, mlp, pair, tower, encoder, decoder, embedders, all, or a part "
                "of a tensor's name");
}

}  // namespace

std::string low_rank_a(const std::string& layer) {
    return "low_rank." + layer + ".a";
}

std::string low_rank_b(const std::string& layer) {
    return "low_rank." + layer + ".b";
}

std::vector<TensorSpec> adaptable_layers(const AlphaGenomeConfig& config) {
    std::vector<TensorSpec> layers;
    for (TensorSpec& spec : alphagenome_layout(config)) {
        const bool trunk = spec.name.starts_with("encoder.") || spec.name.starts_with("tower.") ||
                           spec.name.starts_with("decoder.") || spec.name.starts_with("embedder_");
        if (trunk && spec.name.ends_with(".weight") && spec.shape.size() >= 2 &&
            !contains(spec.name, "organism_embed")) {
            layers.push_back(std::move(spec));
        }
    }
    return layers;
}

std::vector<TensorSpec> chosen_layers(const AlphaGenomeConfig& config, const std::string& words) {
    const std::vector<TensorSpec> all = adaptable_layers(config);
    std::vector<bool> wanted(all.size());
    const auto list = core::split_list(words);
    for (const std::string& word : list) {
        bool any = false;
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (means(word, all[i].name)) {
                wanted[i] = true;
                any = true;
            }
        }
        if (!any) {
            refuse_word(words, word);
        }
    }
    if (list.empty()) {
        throw Error(ErrorKind::kUsage, "--layers names no layer");
    }
    std::vector<TensorSpec> chosen;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (wanted[i]) {
            chosen.push_back(all[i]);
        }
    }
    return chosen;
}

MatrixSize matrix_size(const TensorSpec& layer) {
    std::int64_t columns = 1;
    for (std::size_t i = 1; i < layer.shape.size(); ++i) {
        columns *= layer.shape[i];
    }
    return {layer.shape.at(0), columns};
}

std::int64_t layer_rank(const TensorSpec& layer, int rank) {
    const MatrixSize size = matrix_size(layer);
    return std::min({static_cast<std::int64_t>(rank), size.rows, size.columns});
}

}  // namespace varhush::models
