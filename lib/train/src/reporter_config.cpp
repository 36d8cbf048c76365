#include "config_file.hpp"
#include "varhush/train/reporter_training.hpp"

#include <filesystem>
#include <string>

namespace varhush::train {

namespace {

void read_student(ConfigNode node, ReporterStudentRecipe& recipe) {
    node.read("channels", recipe.channels);
    node.read("kernel_sizes", recipe.kernel_sizes);
    node.read("windows", recipe.windows);
    node.read("window_bp", recipe.window_bp);
    node.read("batch", recipe.batch);
    node.read("steps", recipe.steps);
    node.read("learning_rate", recipe.learning_rate);
    node.finish();
}

void read_mix(ConfigNode node, ReporterMixRecipe& recipe) {
    node.read("lambda", recipe.lambda);
    node.read("motifs", recipe.motifs);
    node.read("heads", recipe.heads);
    node.read("outputs", recipe.outputs);
    node.read("features", recipe.features);
    node.read("four_mers", recipe.four_mers);
    node.read("prior", recipe.prior);
    node.read("gain_factor", recipe.gain_factor);
    node.finish();
}

}  // namespace

ReporterTrainingConfig read_reporter_training(const std::string& path, const std::string& folder) {
    ConfigFile file(path, folder);
    ConfigNode& root = file.root();
    ReporterTrainingConfig config;
    config.data = file.folder();
    for (const char* key : {"sequence", "activators"}) {
        root.require(key);
    }
    root.read("sequence", config.sequence);
    config.peaks = root.text("peaks");
    config.elements = root.text("elements");
    config.starts = root.text("starts");
    config.motifs = root.text("motifs");
    root.read("activators", config.activators);
    config.inserts = root.text("inserts");
    config.effects = root.text("effects");
    config.teacher = root.text("teacher");
    std::vector<seq::Region> held_out;
    root.require("held_out");
    root.read("held_out", held_out);
    require_setting(held_out.size() == 1, path, "\"held_out\" is one region");
    config.held_out = held_out.front();
    root.read("word_lambda", config.word_lambda);
    root.read("seed", config.seed);
    root.read("metadata", config.metadata);
    read_student(root.child("student"), config.student);
    read_mix(root.child("mix"), config.mix);
    root.finish();
    config.validate(path);
    return config;
}

std::string ReporterTrainingConfig::path_of(const std::string& file) const {
    return (std::filesystem::path(data) / file).string();
}

void ReporterTrainingConfig::validate(const std::string& file) const {
    const auto require = [&](bool good, const char* what) { require_setting(good, file, what); };
    require(!sequence.empty(), "\"sequence\" names no file");
    require(held_out.start >= 0 && held_out.end > held_out.start, "\"held_out\" is empty");
    require(word_lambda > 0 && mix.lambda > 0, "penalties must be positive");
    require(mix.gain_factor >= 0 && mix.gain_factor <= 1, "\"mix.gain_factor\" goes from 0 to 1");
    require(student.channels >= 1 && student.channels <= 1024,
            "\"student.channels\" goes from 1 to 1024");
    require(student.windows >= 2 && student.batch >= 1 && student.steps >= 1,
            "\"student.windows\", \"student.batch\" and \"student.steps\" must be positive");
    require(student.learning_rate > 0, "\"student.learning_rate\" must be positive");
    int word = 1;
    for (const int size : student.kernel_sizes) {
        require(size >= 1 && size <= 35, "\"student.kernel_sizes\" go from 1 to 35");
        word += size - 1;
    }
    require(!student.kernel_sizes.empty() && word <= 35,
            "the words of a student have at most 35 bases");
    require(student.window_bp >= 2 * word,
            "\"student.window_bp\" is too short for the student's words");
}

}  // namespace varhush::train
