#pragma once

#include "varhush/models/output_type.hpp"

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace varhush::models {

/// One row of the track metadata: what a channel of an output is. Texts are empty where the
/// metadata says nothing.
struct Track {
    OutputType output = OutputType::kAtac;
    int channel = 0;  ///< index among the output's channels, padding included
    std::string name;
    char strand = '.';  ///< '+', '-' or '.'
    std::string assay_title;
    std::string ontology_curie;  ///< "CL:0000084"
    std::string biosample_name;
    std::string biosample_type;
    std::string biosample_life_stage;
    std::string transcription_factor;
    std::string histone_mark;
    std::string gtex_tissue;
    std::string data_source;
    std::string endedness;
    std::string genetically_modified;
    /// Mean of the values above 0 in the training data, which predictions are in units of; NaN: not
    /// known.
    double nonzero_mean = std::numeric_limits<double>::quiet_NaN();

    /// A slot without meaning (its lower-cased name is "padding").
    [[nodiscard]] bool padding() const;
};

/// The tracks of one organism, per output in channel order.
class TrackTable {
  public:
    TrackTable() = default;
    /// @throws Error{kInput} with `name` when channels of an output do not run 0, 1, 2, …
    TrackTable(std::vector<Track> tracks, const std::string& name);

    /// Tab-separated text with a header line; columns organism, output_type, track_index, name (or
    /// track_name), strand, and any of assay_title, ontology_curie, biosample_name, biosample_type,
    /// biosample_life_stage, transcription_factor, histone_mark, gtex_tissue, data_source,
    /// endedness, genetically_modified, nonzero_mean; NA, NaN and None read as empty. Rows of other
    /// organisms are passed over.
    /// @throws Error{kInput} naming line and column.
    static TrackTable from_tsv(const std::string& text,
                               const std::string& organism,
                               const std::string& file);
    [[nodiscard]] std::string to_tsv(const std::string& organism) const;

    /// A table with `channels` rows an output, named "track 0", strand '.', for models without
    /// metadata. Of five splice sites the meaning is known: donor and acceptor of '+' and of '-',
    /// and padding.
    static TrackTable unnamed(std::span<const std::pair<OutputType, int>> channels);

    /// All rows of `output`, padding included; empty when it has none.
    [[nodiscard]] std::span<const Track> tracks(OutputType output) const noexcept;
    [[nodiscard]] std::span<const Track> all() const noexcept { return tracks_; }
    [[nodiscard]] bool empty() const noexcept { return tracks_.empty(); }

  private:
    std::vector<Track> tracks_;  ///< by output, then channel
    std::vector<std::size_t> first_;
};

/// Any tracks as lines under a header with the columns that TrackTable::from_tsv reads, absent
/// values empty.
[[nodiscard]] std::string track_lines(std::span<const Track> tracks, const std::string& organism);

/// Channels of `output` that swap places when the sequence is reverse-complemented: the n-th '+'
/// row and the n-th '-' row, '.' rows stay. permutation[new channel] = old channel.
/// @throws Error{kInput} when the numbers of '+' and '-' rows differ.
[[nodiscard]] std::vector<std::int32_t> strand_permutation(std::span<const Track> tracks);

}  // namespace varhush::models
