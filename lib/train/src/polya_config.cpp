#include "config_file.hpp"
#include "varhush/train/polya_training.hpp"

#include <string>
#include <utility>

namespace varhush::train {

namespace {

void read_recipe(ConfigNode& root, PolyaRecipe& recipe) {
    ConfigNode node = root.child("training");
    node.read("dilations", recipe.dilations);
    read_steps(node, recipe);
    node.read("end_share", recipe.end_share);
    node.read("shift_share", recipe.shift_share);
    node.read("unknown_share", recipe.unknown_share);
    node.read("indel_share", recipe.indel_share);
    node.read("validation_pairs", recipe.validation_pairs);
    node.finish();
}

bool is_share(double value) {
    return value >= 0 && value <= 1;
}

}  // namespace

PolyaRecipe::PolyaRecipe() {
    steps = 20'000;
    batch = 16;
    learning_rate = 3e-3;
    warmup_steps = 200;
    weight_decay = 1e-3;
    clip_norm = 5;
    ema_decay = 0.998;
    report_steps = 100;
}

void PolyaConfig::validate(const std::string& file) const {
    const auto require = [&](bool good, const char* what) { require_setting(good, file, what); };
    require(!fasta.empty(), "\"fasta\" is missing");
    require(!teacher.empty(), "\"teacher\" is missing");
    require(genes.empty() != sites.empty() && sites.empty() == exons.empty(),
            "give either \"genes\", or \"sites\" and \"exons\"");
    require(!train.empty(), "\"train\" is missing or empty");
    recipe.validate(file);
    require(is_share(recipe.end_share) && is_share(recipe.shift_share) &&
                is_share(recipe.unknown_share) && is_share(recipe.indel_share),
            "the shares in training go from 0 to 1");
    require(recipe.validation_pairs > 1, "training.validation_pairs must be above 1");
}

PolyaConfig read_polya_config(const std::string& path, const std::string& folder) {
    ConfigFile file(path, folder);
    ConfigNode& root = file.root();
    const std::string& base = file.folder();
    PolyaConfig config;
    for (auto [key, value] : {std::pair{"fasta", &config.fasta},
                              {"genes", &config.genes},
                              {"sites", &config.sites},
                              {"exons", &config.exons}}) {
        root.read(key, *value);
        *value = placed(*value, base);
    }
    root.read("teacher", config.teacher);
    if (config.teacher.find('/') != std::string::npos || config.teacher.ends_with(".safetensors")) {
        config.teacher = placed(config.teacher, base);
        if (config.teacher.find('/') == std::string::npos) {
            config.teacher.insert(0, "./");
        }
    }
    root.read("train", config.train);
    root.read("validation", config.validation);
    root.read("test", config.test);
    read_recipe(root, config.recipe);
    root.read("metadata", config.metadata);
    root.finish();
    config.validate(path);
    return config;
}

}  // namespace varhush::train
