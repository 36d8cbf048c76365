#pragma once

#include "varhush/train/mutate.hpp"
#include "varhush/train/splice_tile.hpp"

#include <functional>
#include <string>
#include <vector>

namespace varhush::train {

struct TeacherOptions {
    std::string model;   ///< safetensors file of a splice-resnet with the softmax3 head
    std::string folder;  ///< receives tiles-NNNN.safetensors
    int mutated_copies = 1;
    int shard = 0;  ///< this process labels tiles whose number is `shard` modulo `shards`
    int shards = 1;
    int tiles_a_file = 25;
    MutationPlan mutations;
    std::uint64_t seed = 1;
    int threads = 1;
};

/// Labels every tile, as it is and `mutated_copies` times with random changes, with the teacher's
/// probabilities in its full context, and writes them to `options.folder`. Files that are there
/// already are kept, so a stopped run goes on; they must be of the same teacher, options and tiles.
/// Validation tiles get substitutions only, so that their labels can be compared position by
/// position. `stop` is asked between files.
/// @throws Error{kModel} for a teacher that does not fit, Error{kResume} for files made with
/// anything else, Error{kOutput}.
void make_labels(const seq::ReferenceSource& reference,
                 const SpliceAnnotation& annotation,
                 const std::vector<TileSpec>& tiles,
                 const TeacherOptions& options,
                 const std::function<bool()>& stop);

/// All tiles of the files in `folder`, in the order of the file names.
/// @throws Error{kInput} when there are none or a value cannot be a label, Error{kModel} for a file
/// that is not one of ours, Error{kResume} for files that were made with different options.
std::vector<Tile> read_labels(const std::string& folder);

}  // namespace varhush::train
