#pragma once

#include "test_paths.hpp"
#include "varhush/models/alphagenome_file.hpp"
#include "varhush/nn/safetensors.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

// The reduced model of tests/data/alphagenome, to be changed by tests.
namespace varhush::models::test {

inline std::string tiny_path() {
    return std::string(VARHUSH_TEST_DATA) + "/alphagenome/tiny_weights.safetensors";
}

inline std::vector<nn::NamedTensor> tiny_tensors() {
    const auto file = nn::SafeTensors::open(tiny_path());
    std::vector<nn::NamedTensor> tensors;
    for (const auto& [name, entry] : file.entries()) {
        tensors.push_back({name, entry.shape, file.read_f32(name, entry.shape)});
    }
    return tensors;
}

inline nn::NamedTensor& tensor(std::vector<nn::NamedTensor>& tensors, const std::string& name) {
    const auto found = std::find_if(
        tensors.begin(), tensors.end(), [&](const auto& one) { return one.name == name; });
    EXPECT_NE(found, tensors.end()) << name;
    return *found;
}

/// A table for the reduced model: splice classes and usage stranded, the last CAGE slot padding.
inline TrackTable tiny_tracks(const AlphaGenomeConfig& config) {
    std::vector<Track> tracks;
    for (const auto& [output, channels] : output_channels(config)) {
        for (int channel = 0; channel < channels; ++channel) {
            Track track;
            track.output = output;
            track.channel = channel;
            track.name = std::string(output_name(output)) + " " + std::to_string(channel);
            track.ontology_curie = "CL:000000" + std::to_string(channel % 10);
            track.nonzero_mean = 0.25 + channel;
            if (output == OutputType::kCage && channel == channels - 1) {
                track.name = "Padding";
            }
            tracks.push_back(track);
        }
    }
    return TrackTable(std::move(tracks), "tiny");
}

class TemporaryFolder {
  public:
    TemporaryFolder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "varhush_XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
    }
    ~TemporaryFolder() { std::filesystem::remove_all(folder_); }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    [[nodiscard]] std::string path(const std::string& name) const { return folder_ / name; }

  private:
    std::filesystem::path folder_;
};

}  // namespace varhush::models::test
