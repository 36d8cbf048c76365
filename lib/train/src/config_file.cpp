#include "config_file.hpp"

#include "varhush/core/error.hpp"

#include <filesystem>

namespace varhush::train {

namespace {

constexpr int kMostBatch = 4096;

}  // namespace

ConfigFile::ConfigFile(const std::string& path, const std::string& folder)
    : json_(read_json(path)),
      folder_(folder.empty() ? std::filesystem::path(path).parent_path().string() : folder),
      root_(json_, path, "") {}

void read_steps(ConfigNode& node, StepSettings& settings) {
    node.read("steps", settings.steps);
    node.read("batch", settings.batch);
    node.read("learning_rate", settings.learning_rate);
    node.read("warmup_steps", settings.warmup_steps);
    node.read("weight_decay", settings.weight_decay);
    node.read("clip_norm", settings.clip_norm);
    node.read("ema_decay", settings.ema_decay);
    node.read("seed", settings.seed);
    node.read("checkpoint_minutes", settings.checkpoint_minutes);
    node.read("report_steps", settings.report_steps);
    node.read("validate_steps", settings.validate_steps);
}

void require_setting(bool good, const std::string& file, const std::string& what) {
    if (!good) {
        throw Error(ErrorKind::kInput, file + ": " + what, "see docs/train.md");
    }
}

void StepSettings::validate(const std::string& file) const {
    const auto require = [&](bool good, const char* what) { require_setting(good, file, what); };
    require(steps > 0, "training.steps must be above 0");
    require(batch > 0 && batch <= kMostBatch, "training.batch goes from 1 to 4096");
    require(learning_rate > 0 && clip_norm > 0,
            "training.learning_rate and training.clip_norm must be above 0");
    require(warmup_steps >= 0 && weight_decay >= 0,
            "training.warmup_steps and weight_decay cannot be negative");
    require(ema_decay >= 0 && ema_decay < 1, "training.ema_decay must be from 0 to below 1");
    require(report_steps > 0 && validate_steps > 0,
            "training.report_steps and validate_steps must be above 0");
    require(checkpoint_minutes >= 0, "training.checkpoint_minutes cannot be negative");
}

}  // namespace varhush::train
