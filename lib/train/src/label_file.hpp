#pragma once

#include "varhush/train/splice_tile.hpp"

#include <string>
#include <vector>

namespace varhush::train {

/// A file of labelled tiles: safetensors with "tile.{i}.bases" (codes A C G T N = 0..4),
/// "tile.{i}.labels" [2, L] (acceptor, donor), "tile.{i}.sites" [k, 2] and "tile.{i}.mutations"
/// [k]; the origin of tile i is the metadata "tile.{i}". `digest` says with what all files of the
/// folder were made.
struct LabelFile {
    std::string digest;
    std::vector<Tile> tiles;
};
void write_label_file(const std::string& path,
                      const std::string& digest,
                      const std::vector<Tile>& tiles);
/// @throws Error{kModel} for a file that is not one of ours, Error{kInput} for values that cannot
/// be labels.
LabelFile read_label_file(const std::string& path);

/// The digest alone. @throws Error{kModel} for a file that is not one of ours.
std::string read_label_digest(const std::string& path);

/// Label files of `folder`, sorted; none when there is no such folder.
std::vector<std::string> find_label_files(const std::string& folder);

}  // namespace varhush::train
