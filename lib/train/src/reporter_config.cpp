#include "varhush/core/error.hpp"
#include "varhush/train/reporter_training.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <set>

namespace varhush::train {

namespace {

using Json = nlohmann::json;

// Reads the members of an object and says which of them nobody asked for.
class Settings {
  public:
    Settings(const Json& json, std::string where) : json_(json), where_(std::move(where)) {
        if (!json.is_object()) {
            throw Error(ErrorKind::kInput, where_ + ": not an object of settings");
        }
    }

    template <class Value>
    void required(const char* key, Value& value) {
        if (!json_.contains(key)) {
            throw Error(ErrorKind::kInput, where_ + ": '" + key + "' is missing");
        }
        optional(key, value);
    }
    template <class Value>
    void optional(const char* key, Value& value) {
        known_.insert(key);
        if (json_.contains(key)) {
            try {
                value = json_.at(key).get<Value>();
            } catch (const Json::exception&) {
                throw Error(ErrorKind::kInput,
                            where_ + ": '" + key +
                                "' has a value of the wrong kind: " + json_.at(key).dump());
            }
        }
    }
    [[nodiscard]] const Json* object(const char* key) {
        known_.insert(key);
        return json_.contains(key) ? &json_.at(key) : nullptr;
    }
    void refuse_unknown() const {
        for (const auto& [key, value] : json_.items()) {
            if (!known_.contains(key)) {
                throw Error(ErrorKind::kInput, where_ + ": there is no setting '" + key + "'");
            }
        }
    }

  private:
    const Json& json_;
    std::string where_;
    std::set<std::string> known_;
};

void read_student(const Json& json, const std::string& where, ReporterStudentRecipe& recipe) {
    Settings settings(json, where + ": student");
    settings.optional("channels", recipe.channels);
    settings.optional("kernel_sizes", recipe.kernel_sizes);
    settings.optional("windows", recipe.windows);
    settings.optional("window_bp", recipe.window_bp);
    settings.optional("batch", recipe.batch);
    settings.optional("steps", recipe.steps);
    settings.optional("learning_rate", recipe.learning_rate);
    settings.refuse_unknown();
}

void read_mix(const Json& json, const std::string& where, ReporterMixRecipe& recipe) {
    Settings settings(json, where + ": mix");
    settings.optional("lambda", recipe.lambda);
    settings.optional("motifs", recipe.motifs);
    settings.optional("heads", recipe.heads);
    settings.optional("outputs", recipe.outputs);
    settings.optional("features", recipe.features);
    settings.optional("four_mers", recipe.four_mers);
    settings.optional("prior", recipe.prior);
    settings.optional("gain_factor", recipe.gain_factor);
    settings.refuse_unknown();
}

void require(bool holds, const char* what) {
    if (!holds) {
        throw Error(ErrorKind::kUsage, std::string("training of a reporter mix: ") + what);
    }
}

}  // namespace

ReporterTrainingConfig read_reporter_training(const std::string& path) {
    std::ifstream file(path);
    if (!file) {
        throw Error(ErrorKind::kInput, path + ": cannot be read");
    }
    Json json;
    try {
        json = Json::parse(file);
    } catch (const Json::exception& error) {
        throw Error(ErrorKind::kInput, path + ": " + error.what());
    }
    ReporterTrainingConfig config;
    config.data = std::filesystem::path(path).parent_path().string();
    Settings settings(json, path);
    settings.required("sequence", config.sequence);
    settings.required("peaks", config.peaks);
    settings.required("elements", config.elements);
    settings.required("starts", config.starts);
    settings.required("motifs", config.motifs);
    settings.required("activators", config.activators);
    settings.required("inserts", config.inserts);
    settings.required("effects", config.effects);
    settings.required("teacher", config.teacher);
    std::string held_out;
    settings.required("held_out", held_out);
    config.held_out = seq::parse_region(held_out);
    settings.optional("word_lambda", config.word_lambda);
    settings.optional("seed", config.seed);
    settings.optional("metadata", config.metadata);
    if (const Json* student = settings.object("student")) {
        read_student(*student, path, config.student);
    }
    if (const Json* mix = settings.object("mix")) {
        read_mix(*mix, path, config.mix);
    }
    settings.refuse_unknown();
    config.validate();
    return config;
}

std::string ReporterTrainingConfig::path_of(const std::string& file) const {
    return (std::filesystem::path(data) / file).string();
}

void ReporterTrainingConfig::validate() const {
    require(!sequence.empty(), "'sequence' names no file");
    require(held_out.start >= 0 && held_out.end > held_out.start, "'held_out' is empty");
    require(word_lambda > 0 && mix.lambda > 0, "penalties must be positive");
    require(mix.gain_factor >= 0 && mix.gain_factor <= 1, "'gain_factor' goes from 0 to 1");
    require(student.channels >= 1 && student.channels <= 1024, "'channels' goes from 1 to 1024");
    require(student.windows >= 2 && student.batch >= 1 && student.steps >= 1,
            "'windows', 'batch' and 'steps' must be positive");
    require(student.learning_rate > 0, "'learning_rate' must be positive");
    int word = 1;
    for (const int size : student.kernel_sizes) {
        require(size >= 1 && size <= 35, "'kernel_sizes' go from 1 to 35");
        word += size - 1;
    }
    require(!student.kernel_sizes.empty() && word <= 35,
            "the words of a student have at most 35 bases");
    require(student.window_bp >= 2 * word, "'window_bp' is too short for the student's words");
}

}  // namespace varhush::train
