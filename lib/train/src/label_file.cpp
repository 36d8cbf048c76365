#include "label_file.hpp"

#include "varhush/core/error.hpp"
#include "varhush/nn/safetensors.hpp"
#include "varhush/train/teacher.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <sstream>
#include <string_view>

namespace varhush::train {
namespace {

constexpr std::string_view kCodes = "ACGTN";

float code_of(char base) {
    return static_cast<float>(std::min<std::size_t>(kCodes.find(base), 4));
}

std::string origin_text(const Tile& tile) {
    std::ostringstream out;
    const auto& s = tile.spec;
    out << s.contig << '\t' << s.start << '\t' << s.end << '\t' << s.minus << '\t' << s.validation
        << '\t' << s.masked << '\t' << s.gene_start << '\t' << s.gene_end << '\t'
        << tile.same_coordinates;
    return out.str();
}

void parse_origin(const std::string& text, const std::string& path, Tile& tile) {
    std::istringstream in(text);
    auto& s = tile.spec;
    in >> s.contig >> s.start >> s.end >> s.minus >> s.validation >> s.masked >> s.gene_start >>
        s.gene_end >> tile.same_coordinates;
    if (!in || s.end <= s.start) {
        throw Error(ErrorKind::kModel, path + ": not a file of labelled tiles");
    }
}

std::int64_t size_of(const nn::SafeTensors& file, const std::string& key, std::size_t dimension) {
    const auto found = file.entries().find(key);
    if (found == file.entries().end() || found->second.shape.size() <= dimension) {
        throw Error(ErrorKind::kModel, file.name() + ": tensor \"" + key + "\" is missing");
    }
    return found->second.shape[dimension];
}

[[noreturn]] void bad_value(const std::string& file, const std::string& tensor, float value) {
    throw Error(ErrorKind::kInput,
                file + ": " + tensor + ": " + std::to_string(value) + " cannot stand there",
                "make the labels again with 'varhush train --make-labels'");
}

/// Indices are stored as floats, exact up to 2^24; NaN or more would not be defined as an integer.
std::int64_t index_of(float value, const std::string& file, const std::string& tensor) {
    constexpr float kLimit = 1U << 24U;
    if (!(std::fabs(value) <= kLimit) || std::trunc(value) != value) {
        bad_value(file, tensor, value);
    }
    return static_cast<std::int64_t>(value);
}

void check_probabilities(const std::vector<float>& values,
                         const std::string& file,
                         const std::string& tensor) {
    for (const float value : values) {
        if (!(value >= 0 && value <= 1)) {
            bad_value(file, tensor, value);
        }
    }
}

Tile read_tile(const nn::SafeTensors& file, const std::string& prefix) {
    Tile tile;
    parse_origin(file.metadata().at(prefix), file.name(), tile);
    const std::int64_t length = size_of(file, prefix + ".labels", 1);
    for (const float code : file.read_f32(prefix + ".bases", {length + 2 * kTileFlank})) {
        if (!(code >= 0 && code <= 4)) {
            throw Error(ErrorKind::kModel, file.name() + ": " + prefix + ": bad base code");
        }
        tile.bases += kCodes[static_cast<std::size_t>(code)];
    }
    const auto labels = file.read_f32(prefix + ".labels", {2, length});
    check_probabilities(labels, file.name(), prefix + ".labels");
    tile.acceptor.assign(labels.begin(), labels.begin() + length);
    tile.donor.assign(labels.begin() + length, labels.end());
    const std::int64_t sites = size_of(file, prefix + ".sites", 0);
    const auto pairs = file.read_f32(prefix + ".sites", {sites, 2});
    for (std::size_t i = 0; i + 1 < pairs.size(); i += 2) {
        const std::int64_t index = index_of(pairs[i], file.name(), prefix + ".sites");
        if (index < 0 || index >= length) {
            bad_value(file.name(), prefix + ".sites", pairs[i]);
        }
        if (pairs[i + 1] != 0.0F && pairs[i + 1] != 1.0F) {
            bad_value(file.name(), prefix + ".sites", pairs[i + 1]);
        }
        tile.sites.push_back({index, pairs[i + 1] != 0.0F});
    }
    const std::int64_t mutations = size_of(file, prefix + ".mutations", 0);
    for (const float index : file.read_f32(prefix + ".mutations", {mutations})) {
        tile.mutations.push_back(index_of(index, file.name(), prefix + ".mutations"));
    }
    return tile;
}

void add_tile(const Tile& tile, const std::string& prefix, std::vector<nn::NamedTensor>& out) {
    nn::NamedTensor bases{prefix + ".bases", {static_cast<std::int64_t>(tile.bases.size())}, {}};
    for (const char base : tile.bases) {
        bases.values.push_back(code_of(base));
    }
    nn::NamedTensor labels{prefix + ".labels", {2, tile.length()}, tile.acceptor};
    labels.values.insert(labels.values.end(), tile.donor.begin(), tile.donor.end());
    nn::NamedTensor sites{prefix + ".sites", {static_cast<std::int64_t>(tile.sites.size()), 2}, {}};
    for (const auto& site : tile.sites) {
        sites.values.push_back(static_cast<float>(site.index));
        sites.values.push_back(site.donor ? 1.0F : 0.0F);
    }
    nn::NamedTensor mutations{
        prefix + ".mutations", {static_cast<std::int64_t>(tile.mutations.size())}, {}};
    for (const auto index : tile.mutations) {
        mutations.values.push_back(static_cast<float>(index));
    }
    out.push_back(std::move(bases));
    out.push_back(std::move(labels));
    out.push_back(std::move(sites));
    out.push_back(std::move(mutations));
}

std::string digest_of(const nn::SafeTensors& file) {
    const auto& metadata = file.metadata();
    const auto kind = metadata.find("varhush.kind");
    const auto digest = metadata.find("options");
    if (kind == metadata.end() || kind->second != "splice-labels" || digest == metadata.end()) {
        throw Error(ErrorKind::kModel, file.name() + ": not a file of labelled tiles");
    }
    return digest->second;
}

}  // namespace

void write_label_file(const std::string& path,
                      const std::string& digest,
                      const std::vector<Tile>& tiles) {
    std::vector<nn::NamedTensor> tensors;
    std::map<std::string, std::string> metadata{{"varhush.kind", "splice-labels"},
                                                {"options", digest},
                                                {"tiles", std::to_string(tiles.size())}};
    for (std::size_t i = 0; i < tiles.size(); ++i) {
        const std::string prefix = "tile." + std::to_string(i);
        metadata[prefix] = origin_text(tiles[i]);
        add_tile(tiles[i], prefix, tensors);
    }
    nn::write_safetensors(path, tensors, metadata);
}

LabelFile read_label_file(const std::string& path) {
    const auto file = nn::SafeTensors::open(path);
    LabelFile out{digest_of(file), {}};
    for (std::size_t i = 0; file.metadata().contains("tile." + std::to_string(i)); ++i) {
        out.tiles.push_back(read_tile(file, "tile." + std::to_string(i)));
    }
    return out;
}

std::string read_label_digest(const std::string& path) {
    return digest_of(nn::SafeTensors::open(path));
}

std::vector<std::string> find_label_files(const std::string& folder) {
    std::vector<std::string> paths;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with("tiles-") && name.ends_with(".safetensors")) {
            paths.push_back(entry.path().string());
        }
    }
    std::sort(paths.begin(), paths.end());
    return paths;
}

std::vector<Tile> read_labels(const std::string& folder) {
    const auto paths = find_label_files(folder);
    if (paths.empty()) {
        throw Error(ErrorKind::kInput,
                    folder + ": no files of labelled tiles",
                    "make them with 'varhush train --make-labels'");
    }
    std::vector<Tile> tiles;
    std::string digest;
    for (const auto& path : paths) {
        auto more = read_label_file(path);
        if (path != paths.front() && more.digest != digest) {
            throw Error(ErrorKind::kResume,
                        path + ": made with other options than " + paths.front() + "; found " +
                            more.digest + ", expected " + digest,
                        "make all labels of a folder with the same options");
        }
        digest = more.digest;
        std::move(more.tiles.begin(), more.tiles.end(), std::back_inserter(tiles));
    }
    return tiles;
}

}  // namespace varhush::train
