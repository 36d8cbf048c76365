#include "apps/bench/recipe.hpp"

#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/models/recipe_weights.hpp"
#include "varhush/nn/safetensors.hpp"

#include <fstream>
#include <iterator>
#include <vector>

namespace varhush::apps {

namespace {

models::AlphaGenomeConfig read_config(const std::string& path) {
    if (path.empty()) {
        return {};
    }
    std::ifstream file(path);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    if (!file) {
        throw Error(ErrorKind::kInput, path + ": cannot be read");
    }
    auto config = models::AlphaGenomeConfig::from_json(text, path);
    config.validate(path);
    return config;
}

}  // namespace

void write_recipe(const std::string& output, const std::string& config_file) {
    const models::AlphaGenomeConfig config = read_config(config_file);
    const std::vector<models::TensorSpec> layout = models::alphagenome_layout(config);
    std::vector<nn::TensorShape> shapes;
    shapes.reserve(layout.size());
    for (const models::TensorSpec& tensor : layout) {
        shapes.push_back({tensor.name, tensor.shape});
    }
    nn::stream_safetensors(output,
                           shapes,
                           models::recipe_metadata(config),
                           [&](std::size_t index, std::int64_t first, std::span<float> out) {
                               models::fill_recipe(layout[index], first, out);
                           });
    core::log(core::LogLevel::kInfo,
              output + ": " + std::to_string(layout.size()) + " tensors, " +
                  std::to_string(models::parameter_count(config)) +
                  " parameters; predictions with them mean nothing");
}

}  // namespace varhush::apps
