#pragma once

#include "track_labels.hpp"
#include "varhush/nn/safetensors.hpp"

#include <array>
#include <string>
#include <vector>

namespace varhush::train {

/// One count matrix as log-odds ln(p / 0.25), p with half a count added to each letter.
struct Motif {
    std::string id;
    std::string name;
    std::vector<std::array<double, 4>> columns;  ///< A C G T
};

/// The log-odds of io::read_jaspar. @throws Error{kInput} with file and line.
std::vector<Motif> read_motifs(const std::string& path);

/// Starts the first filters of `weights` from the matrices named like the factors of the tracks:
/// one filter forward, one reverse-complemented, in the order of the file, as far as filters
/// suffice; the rest keep their random start. A matrix longer than a filter gives its most
/// informative stretch. Log-odds are clipped to -4 .. 2 and scaled so that the best site has at
/// most 8; the bias lets sites above three quarters of the best be positive.
/// The norm in front of the next convolution starts at 3, so that sites stand out.
/// Returns the number of matrices used.
int start_from_motifs(const std::vector<Motif>& motifs,
                      const TrackLabels& labels,
                      std::vector<nn::NamedTensor>& weights);

}  // namespace varhush::train
