#pragma once

#include "test_paths.hpp"
#include "varhush/models/alphagenome_config.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace varhush::models {

/// A file of tests/data/alphagenome.
inline std::string fixture_path(const std::string& name) {
    return std::string(VARHUSH_TEST_DATA) + "/alphagenome/" + name;
}

/// A file of the shared fixtures; may not exist.
inline std::string shared_fixture_path(const std::string& name) {
    const char* folder = std::getenv("VARHUSH_SHARED");
    const std::filesystem::path shared =
        folder != nullptr ? std::filesystem::path(folder)
                          : std::filesystem::path(VARHUSH_SOURCE_DIR) / "../shared";
    return (shared / "fixtures" / "alphagenome" / name).string();
}

inline AlphaGenomeConfig tiny_config(PairGelu gelu) {
    const std::string path = fixture_path("tiny_config.json");
    std::ifstream file(path);
    const std::string json{std::istreambuf_iterator<char>(file), {}};
    AlphaGenomeConfig config = AlphaGenomeConfig::from_json(json, path);
    config.pair_gelu = gelu;
    return config;
}

}  // namespace varhush::models
