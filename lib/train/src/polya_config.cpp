#include "config_node.hpp"
#include "varhush/core/error.hpp"
#include "varhush/train/polya_training.hpp"

#include <filesystem>

namespace varhush::train {

namespace {

void read_recipe(ConfigNode& root, PolyaRecipe& recipe) {
    ConfigNode node = root.child("training");
    node.read("dilations", recipe.dilations);
    node.read("steps", recipe.steps);
    node.read("batch", recipe.batch);
    node.read("learning_rate", recipe.learning_rate);
    node.read("warmup_steps", recipe.warmup_steps);
    node.read("weight_decay", recipe.weight_decay);
    node.read("clip_norm", recipe.clip_norm);
    node.read("ema_decay", recipe.ema_decay);
    node.read("end_share", recipe.end_share);
    node.read("shift_share", recipe.shift_share);
    node.read("unknown_share", recipe.unknown_share);
    node.read("indel_share", recipe.indel_share);
    node.read("seed", recipe.seed);
    node.read("checkpoint_minutes", recipe.checkpoint_minutes);
    node.read("report_steps", recipe.report_steps);
    node.read("validate_steps", recipe.validate_steps);
    node.read("validation_pairs", recipe.validation_pairs);
    node.finish();
}

void require(bool good, const std::string& file, const std::string& what) {
    if (!good) {
        throw Error(ErrorKind::kInput, file + ": " + what, "see docs/train.md");
    }
}

bool is_share(double value) {
    return value >= 0 && value <= 1;
}

}  // namespace

void PolyaConfig::validate(const std::string& file) const {
    require(!fasta.empty(), file, "\"fasta\" is missing");
    require(!teacher.empty(), file, "\"teacher\" is missing");
    require(genes.empty() != sites.empty() && sites.empty() == exons.empty(),
            file,
            "give either \"genes\", or \"sites\" and \"exons\"");
    require(!train.empty(), file, "\"train\" is missing or empty");
    const PolyaRecipe& r = recipe;
    require(r.steps > 0 && r.batch > 0 && r.batch <= 4096,
            file,
            "training.steps must be above 0, training.batch from 1 to 4096");
    require(r.learning_rate > 0 && r.clip_norm > 0,
            file,
            "training.learning_rate and training.clip_norm must be above 0");
    require(r.warmup_steps >= 0 && r.weight_decay >= 0 && r.checkpoint_minutes >= 0,
            file,
            "training.warmup_steps, weight_decay and checkpoint_minutes cannot be negative");
    require(
        r.ema_decay >= 0 && r.ema_decay < 1, file, "training.ema_decay must be from 0 to below 1");
    require(is_share(r.end_share) && is_share(r.shift_share) && is_share(r.unknown_share) &&
                is_share(r.indel_share),
            file,
            "the shares in training go from 0 to 1");
    require(r.report_steps > 0 && r.validate_steps > 0 && r.validation_pairs > 1,
            file,
            "training.report_steps and validate_steps must be above 0, validation_pairs above 1");
}

PolyaConfig read_polya_config(const std::string& path, const std::string& folder) {
    const nlohmann::json json = read_json(path);
    const std::string base =
        folder.empty() ? std::filesystem::path(path).parent_path().string() : folder;
    ConfigNode root(json, path, "");
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
