#pragma once

#include "varhush/train/splice_tile.hpp"

#include <string>
#include <vector>

namespace varhush::train {

/// A file of labelled tiles: safetensors with "tile.{i}.bases" (codes A C G T N = 0..4),
/// "tile.{i}.labels" [2, L] (acceptor, donor), "tile.{i}.sites" [k, 2] and "tile.{i}.mutations"
/// [k]; the origin of tile i is the metadata "tile.{i}".
void write_label_file(const std::string& path, const std::vector<Tile>& tiles);
std::vector<Tile> read_label_file(const std::string& path);

}  // namespace varhush::train
